package flows

import (
	"context"
	"fmt"
	"strconv"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// CaseDesk shows cases, and lets their authors act on them.
type CaseDesk interface {
	// Case is a case that the viewer may see; union.ErrNotFound for any other.
	Case(ctx context.Context, viewer union.MemberID, number string) (cases.View, error)
	// Mine lists the member's own cases, the newest first.
	Mine(ctx context.Context, m union.MemberID) ([]cases.Summary, error)
	Supplement(ctx context.Context, m union.MemberID, number, text string, pictures []cases.ID) (cases.Case, error)
	Withdraw(ctx context.Context, m union.MemberID, number string) (cases.Case, error)
	Mend(ctx context.Context, m cases.Mending) (cases.Case, error)
}

// mine lists what a member has filed and has begun to fill.
type mine struct {
	people    people
	caseWords caseWords
	desk      mineDesk
	form      form
	entries   entryLines
}

type mineDesk interface {
	mineLister
	secondedDesk
	Drafts(ctx context.Context, owner union.MemberID) ([]cases.Draft, error)
}

type secondedDesk interface {
	SecondedBy(ctx context.Context, m union.MemberID) ([]cases.Summary, error)
	// SecondedCase is one of those by its number. It returns union.ErrNotFound for any other.
	SecondedCase(ctx context.Context, m union.MemberID, number string) (cases.Summary, error)
}

type mineData struct {
	Labels []string    `json:"labels"`
	Doors  []bot.Entry `json:"doors"`
}

func (m *mine) flow() bot.Flow {
	return bot.Define(bot.Spec[mineData]{
		Name: "mine", Rev: 1, Title: "我的事项", Expires: listExpires, Passing: true,
		Starts:  []bot.Trigger{bot.OnWord(bot.WordMine), bot.OnMenu("mine")},
		Begin:   m.begin,
		HandsTo: []string{"form", "progress"},
		Steps: []bot.Step[mineData]{{
			Name: "which",
			AskFunc: func(_ context.Context, t *bot.Turn[mineData]) (bot.Reply, error) {
				return bot.Reply{Text: "您的事项(回复序号看详情):", Choices: labelled(t.Data.Labels)}, nil
			},
			Handle: func(_ context.Context, t *bot.Turn[mineData]) (bot.Next, error) {
				if t.IsText() && asksForOne(m.form.services, t.Text()) { // though it stands in a title as well
					return bot.Pass(), nil
				}
				if i, ok := bot.Choose(t.Text(), labelled(t.Data.Labels)); ok && t.IsText() {
					return bot.Hand(t.Data.Doors[i]), nil
				}
				return bot.Miss(), nil
			},
		}},
	})
}

// entryOnly begins the list for somebody who asked how their matter stands: where there is only one, that is shown.
const entryOnly = "only"

// ownMatters lists what a member has filed, and signed up for.
func ownMatters(ctx context.Context, desk mineLister, entries entryLines, member union.MemberID) ([]cases.Summary, []entryLine, error) {
	filed, err := desk.Mine(ctx, member)
	if err != nil {
		return nil, nil, fmt.Errorf("list own cases: %w", err)
	}
	signedUp, err := entries.list(ctx, member)
	return filed, signedUp, err
}

type mineLister interface {
	Mine(ctx context.Context, m union.MemberID) ([]cases.Summary, error)
}

// onlyOf is the number of the one matter that there is; empty for none or several.
func onlyOf(filed []cases.Summary, signedUp []entryLine) string {
	switch {
	case len(filed)+len(signedUp) != 1:
		return ""
	case len(filed) == 1:
		return filed[0].Number
	}
	return signedUp[0].number
}

func labelled(labels []string) []bot.Choice {
	choices := make([]bot.Choice, len(labels))
	for i, label := range labels {
		choices[i].Label = label
	}
	return choices
}

// saidSeconded stands before what the member seconds.
const saidSeconded = "附议的 "

// listed is how many lines a list has at most: more does not fit into one message.
const listed = 9

func (m *mine) begin(ctx context.Context, t *bot.Turn[mineData]) (bot.Next, error) {
	member, next, err := m.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	drafts, err := m.desk.Drafts(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list drafts: %w", err)
	}
	filed, signedUp, err := ownMatters(ctx, m.desk, m.entries, member)
	if err != nil {
		return bot.Next{}, err
	}
	if only := onlyOf(filed, signedUp); only != "" && t.Entry.Key == entryOnly {
		return bot.Hand(bot.Entry{Flow: "progress", Key: only}), nil
	}
	add := func(label string, door bot.Entry) {
		if len(t.Data.Labels) < listed {
			t.Data.Labels = append(t.Data.Labels, label)
			t.Data.Doors = append(t.Data.Doors, door)
		}
	}
	for _, d := range drafts {
		s, err := m.form.services.ByHash(ctx, d.Hash)
		if err != nil || !worthKeeping(d) {
			continue // a draft whose service is gone can be shown no more
		}
		add("没写完的"+s.Short.In(m.form.language)+"("+m.form.gist(s, d)+")",
			bot.Entry{Flow: "form", Key: entryDraft + strconv.FormatInt(int64(d.ID), 10)})
	}
	for _, e := range signedUp {
		add(e.line, bot.Entry{Flow: "progress", Key: e.number})
	}
	for _, c := range filed {
		add(m.caseWords.line(c), bot.Entry{Flow: "progress", Key: c.Number})
	}
	seconded, err := m.desk.SecondedBy(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list seconded cases: %w", err)
	}
	for _, c := range seconded {
		add(m.caseWords.secondedLine(c), bot.Entry{Flow: "progress", Key: c.Number})
	}
	if len(t.Data.Labels) == 0 {
		t.Say("您还没有提过事项。回复\"菜单\"看能办什么。")
		return bot.End(), nil
	}
	return bot.Goto("which"), nil
}
