package flows

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// What was said to filing the matter under another service as well.
const (
	alsoYes = "yes"
	alsoNo  = "no"
)

// offersAlso finds the other service under which the matter may be filed as well, if that is still to be asked.
func (f *form) offersAlso(t *formTurn, s *service.Service) bool {
	if t.Data.Draft.Also != "" || s.Also.Service == "" {
		return false
	}
	other, offered := f.services.Current(s.Also.Service)
	if offered && t.Data.Draft.Anonymous && !other.Summary.Anonymous {
		return false
	}
	return offered && tellsAlso(s, t.Data.Draft) != ""
}

// tellsAlso is the answer that tells of what may be filed as well; empty where none does.
func tellsAlso(s *service.Service, d cases.Draft) string {
	for _, name := range s.Also.In {
		if text := d.Values[name].Text; s.Also.Tells(bot.Simplified(text)) {
			return text
		}
	}
	return ""
}

func (f *form) alsoChoices(s *service.Service) []bot.Choice {
	short := s.Also.Service
	if other, ok := f.services.Current(s.Also.Service); ok {
		short = other.Short.In(f.language)
	}
	return []bot.Choice{{Label: "同时报" + short + "(不用重填)"}, {Label: "只作" + s.Short.In(f.language)}}
}

func (f *form) askAlso(ctx context.Context, t *formTurn) (bot.Reply, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: s.Also.Ask.In(f.language), Choices: f.alsoChoices(s)}, nil
}

func (f *form) takeAlso(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if next, took, err := f.takeSent(ctx, t, s, service.Field{}); took {
		return next, err
	}
	i, ok := yesOrNo(t.Text(), f.alsoChoices(s))
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	t.Data.Brief = false // the form was not shown since it was asked
	t.Data.Draft.Also = alsoNo
	if i == 0 {
		t.Data.Draft.Also = alsoYes
	}
	t.Data.Brief = false // an answer that was changed meanwhile is shown with all the others
	return f.next(t, s), nil
}

// fileAlso files the matter under the other service, in the same transaction, and says so. What stands in the way of that
// keeps nothing from having been filed.
func (f *form) fileAlso(ctx context.Context, t *formTurn, s *service.Service, first cases.Filed) (string, error) {
	other, ok := f.services.Current(s.Also.Service)
	if t.Data.Draft.Also != alsoYes || first.Again || !ok {
		return "", nil
	}
	filed, err := f.desk.File(ctx, f.alsoDraft(t, s, other, first.Case.Number))
	if errors.Is(err, cases.ErrNamedOnly) {
		return "\n" + other.Short.In(f.language) + "要实名报,您选的是匿名,所以没有一起报。", nil
	}
	var incomplete *cases.IncompleteError
	if errors.As(err, &incomplete) || errors.Is(err, union.ErrNoOfficer) || errors.Is(err, cases.ErrNotYours) {
		return "\n" + other.Short.In(f.language) + "没能一起报上,请另外报一次。", nil
	}
	if err != nil {
		return "", fmt.Errorf("file the other one as well: %w", err)
	}
	return "\n" + f.saidFiledAlso(filed), nil
}

// saidFiledAlso says where the other case has gone. Its author was thanked in the same breath.
func (f *form) saidFiledAlso(filed cases.Filed) string {
	step, _ := filed.Service.Step(filed.Case.Step)
	return fmt.Sprintf("同时报了%s %s,由 %s %s,%s 前答复您。", filed.Service.Short.In(f.language), filed.Case.Number, officers(filed.Officers),
		step.Title.In(f.language), promised(f.calendar, filed.Case.DueAt)) + f.unpaid(filed)
}

// alsoDraft is the form of the other service, filled from this one.
func (f *form) alsoDraft(t *formTurn, s, other *service.Service, number string) cases.Draft {
	d := cases.Draft{
		ID: f.drafts.NewDraftID(), Owner: t.Data.Draft.Owner, Service: other.Name, Hash: other.Hash, Version: 1,
		Values: map[string]cases.Value{}, Anonymous: t.Data.Draft.Anonymous, UpdatedAt: t.Now,
	}
	from := "(见" + s.Short.In(f.language) + " " + number + ")"
	for _, fill := range s.Also.Fields {
		field, ok := other.Field(fill.To)
		said := t.Data.Draft.Values[fill.From].Text
		switch {
		case !ok:
		case fill.Choice != "":
			if c, known := field.Choice(fill.Choice); known {
				d.Values[field.Name] = f.choice(c)
			}
		case said != "" && field.Sentence:
			if telling := tellsAlso(s, t.Data.Draft); !s.Also.Tells(bot.Simplified(said)) && telling != "" {
				said = telling + ";" + said
			}
			d.Values[field.Name] = cases.Value{Text: cut(said, field.Max-len(from)) + from}
		case said != "":
			d.Values[field.Name] = cases.Value{Text: cut(said, field.Max)}
		}
	}
	for _, g := range other.Form { // what the words tell goes before what the file takes for granted
		if c, ok := g.GuessChoice(bot.Simplified(d.Values[g.Guess].Text)); g.Guess != "" && ok {
			d.Values[g.Name] = f.choice(c)
		}
	}
	return d
}
