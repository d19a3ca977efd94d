package flows

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// restore finds the member's newest draft when the session is lost, at the question that was open. If that is long ago,
// the catalogue treats the form as expired.
func (f *form) restore(ctx context.Context, t *formTurn) (step bot.StepName, at time.Time, ok bool, err error) {
	member, err := f.people.find(ctx, t.Talk)
	if err != nil || member == 0 {
		return "", time.Time{}, false, err
	}
	drafts, err := f.drafts.Drafts(ctx, member)
	if err != nil {
		return "", time.Time{}, false, fmt.Errorf("list drafts: %w", err)
	}
	i := slices.IndexFunc(drafts, worthKeeping)
	if i < 0 {
		return "", time.Time{}, false, nil
	}
	d := drafts[i]
	s, err := f.services.ByHash(ctx, d.Hash)
	if errors.Is(err, union.ErrNotFound) {
		return "", time.Time{}, false, nil
	}
	if err != nil {
		return "", time.Time{}, false, fmt.Errorf("find service: %w", err)
	}
	if closed, err := f.people.closed(ctx, t.Talk, needsCode(s)); err != nil || closed { // 继续 says why
		return "", time.Time{}, false, err
	}
	t.Data = formData{Draft: d, Field: d.Step, Hinted: true}
	t.Title = s.Short.In(f.language)
	if asksSigning(s, d) {
		return stepSigning, d.UpdatedAt, true, nil
	}
	if _, isField := s.Field(d.Step); isField {
		return "field", d.UpdatedAt, true, nil
	}
	if f.offersAlso(t, s) {
		return "also", d.UpdatedAt, true, nil
	}
	return summaryOf(d), d.UpdatedAt, true, nil
}

// open goes on with a draft, or offers to.
func (f *form) open(ctx context.Context, t *formTurn, member union.MemberID, key string) (bot.Next, error) {
	drafts, err := f.drafts.Drafts(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list drafts: %w", err)
	}
	drafts = slices.DeleteFunc(drafts, func(d cases.Draft) bool { return !worthKeeping(d) })
	_, wanted, _ := strings.Cut(key, ":")
	i := slices.IndexFunc(drafts, func(d cases.Draft) bool {
		return wanted == "" || wanted == strconv.FormatInt(int64(d.ID), 10)
	})
	if i < 0 && strings.HasPrefix(key, entryBack) {
		return bot.End(), nil
	}
	if i < 0 {
		return f.nothingOpen(ctx, t, member)
	}
	t.Data = formData{Draft: drafts[i], Hinted: true}
	if !strings.HasPrefix(key, entryDraft) {
		return bot.Goto("resume"), nil
	}
	return f.goOn(ctx, t)
}

// nothingOpen answers a 继续 that finds no draft. Whoever comes too late hears what became of it.
func (f *form) nothingOpen(ctx context.Context, t *formTurn, member union.MemberID) (bot.Next, error) {
	s, err := f.drafts.ExpiredDraft(ctx, member)
	switch {
	case errors.Is(err, union.ErrNotFound):
		t.Say("没有写了一半的内容。回复\"菜单\"看能办什么。")
	case err != nil:
		return bot.Next{}, fmt.Errorf("find expired draft: %w", err)
	default:
		t.Say(fmt.Sprintf("您没写完的%s放了 %d 天没有动,草稿已经过期,内容删掉了。要重新写,回复\"菜单\"从头来。",
			s.Short.In(f.language), draftDays))
	}
	return bot.End(), nil
}

// goOn asks the draft's open question. A draft of an older version of its service goes on with the present one: what
// its form still takes is kept.
func (f *form) goOn(ctx context.Context, t *formTurn) (bot.Next, error) {
	d := &t.Data.Draft
	s, ok := f.services.Current(d.Service)
	if !ok {
		t.Say("这项服务现在没有开放,草稿先留着。")
		return bot.End(), nil
	}
	if shut, err := f.shut(ctx, t, s); shut || err != nil {
		return bot.End(), err
	}
	if d.Hash != s.Hash {
		for name := range d.Values {
			if !f.takes(s, name, d.Values[name], t.Now) {
				delete(d.Values, name)
			}
		}
		d.Hash = s.Hash
		t.Lead("这份表有更新,写过的能用的都留着。")
	}
	if d.Anonymous && !s.Summary.Anonymous {
		t.Lead(f.nowNamed(s))
	}
	t.Title = s.Short.In(f.language)
	var err error
	if t.Data.Others, err = f.people.others(ctx, t.Talk, d.Owner); err != nil {
		return bot.Next{}, err
	}
	if err := f.takeLoose(ctx, t, s); err != nil {
		return bot.Next{}, err
	}
	return f.next(t, s), nil
}

// takes says whether an answer that was given to another version of the form is one to this: of the same kind, and within
// its limits. It is read again, for JSON tells a phone from a date no more than fen from days.
func (f *form) takes(s *service.Service, name string, value cases.Value, now time.Time) bool {
	field, known := s.Field(name)
	if !known || value.Text == "" && !field.Optional {
		return false
	}
	if value.Text == "" || field.Kind == service.KindText {
		return true
	}
	switch field.Kind {
	case service.KindChoice:
	case service.KindPictures, service.KindFiles:
		return true
	case service.KindChoices:
		var names []string
		unknown := func(name string) bool { _, ok := field.Choice(name); return !ok }
		return json.Unmarshal(value.Raw, &names) == nil && !slices.ContainsFunc(names, unknown) &&
			len(names) >= field.Min && (field.Max == 0 || len(names) <= field.Max)
	case service.KindList: // what of it fits no more is found when it is handed in
		return field.Kind.Typed(value.Raw)
	case service.KindOrganisation, service.KindMember, service.KindMembers, service.KindPlace:
		return f.refersTo(field, value)
	case service.KindTime:
		raw, err := strconv.Unquote(string(value.Raw))
		_, known := answer.ShownTime(raw)
		return err == nil && known && (field.PartOfDay || strings.Contains(raw, "T"))
	case service.KindDate: // as it is shown, it may have its lunar date with it
		day, err := strconv.Unquote(string(value.Raw))
		return err == nil && f.read(field, day, now).ok()
	default:
		return field.Kind.Typed(value.Raw) && bytes.Equal(f.read(field, value.Text, now).value.Raw, value.Raw)
	}
	choice, err := strconv.Unquote(string(value.Raw))
	if err != nil {
		return false
	}
	_, known = field.Choice(choice)
	return known
}

// refersTo says whether a value names something that the field takes.
func (f *form) refersTo(field service.Field, value cases.Value) bool {
	if field.Kind == service.KindPlace && len(value.Raw) == 0 {
		return tooLong(field, value.Text) == ""
	}
	var ref service.Ref
	if !field.Kind.Typed(value.Raw) || json.Unmarshal(value.Raw, &ref) != nil {
		return false
	}
	_, known := f.places().byName(field, ref.Place)
	return ref.Place == "" || known
}

func (f *form) askResume(ctx context.Context, t *formTurn) (bot.Reply, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Reply{}, err
	}
	t.Title = s.Short.In(f.language)
	if t.Data.Draft.Sealed {
		clear(t.Data.Draft.Values)
		return bot.Reply{Text: saidForgotten, Choices: sealedChoices}, nil
	}
	return bot.Reply{
		Text:    fmt.Sprintf("您有一份没写完的%s(%s),%s。", s.Short.In(f.language), f.gist(s, t.Data.Draft), f.reached(s, t.Data.Draft)),
		Choices: resumeChoices(t.Data.Anew),
	}, nil
}

func resumeChoices(anew bool) []bot.Choice {
	second := "办别的"
	if anew {
		second = "另写一份"
	}
	return []bot.Choice{{Label: "接着写"}, {Label: second}, {Label: "不要了"}}
}

// reached says how far a draft is: by the number that the open question has in the summary.
func (f *form) reached(s *service.Service, d cases.Draft) string {
	open := f.allUnanswered(s, d)
	if len(open) == 0 {
		return "都填好了,还没提交"
	}
	at := slices.IndexFunc(d.Shown(s), func(field *service.Field) bool { return field.Name == open[0].Name })
	return fmt.Sprintf("上次填到第 %d 项", at+1)
}

// gist says in a few words what a draft is about: 给锅炉房加个护栏,照片 2 张.
func (f *form) gist(s *service.Service, d cases.Draft) string {
	var parts []string
	for _, field := range s.Form {
		if v := d.Values[field.Name]; field.Kind == service.KindText && !field.Masked && v.Text != "" {
			parts = append(parts, cut(v.Text, 20))
			break
		}
	}
	if n := len(d.Pictures); n > 0 {
		parts = append(parts, fmt.Sprintf("照片 %d 张", n))
	}
	if len(parts) == 0 {
		return "刚开了头"
	}
	return strings.Join(parts, ",")
}

func (f *form) takeResume(ctx context.Context, t *formTurn) (bot.Next, error) {
	choices := resumeChoices(t.Data.Anew)
	if t.Data.Draft.Sealed {
		choices = sealedChoices
	}
	i, ok := bot.Choose(t.Text(), choices)
	if !ok || !t.IsText() {
		s, err := f.service(ctx, t)
		if err != nil {
			return bot.Next{}, err
		}
		if next, ok := f.elsewhere(t, s); ok {
			return next, nil
		}
		return bot.Miss(), nil
	}
	switch {
	case i == 0:
		return f.goOnNewest(ctx, t)
	case i == 2:
		return f.drop(ctx, t, "好的,这份不要了。")
	case !t.Data.Anew:
		return bot.Hand(bot.Entry{Flow: "menu"}), nil
	}
	s, ok := f.services.Current(t.Data.Draft.Service)
	if !ok {
		t.Say("这项服务现在没有开放,草稿先留着。")
		return bot.End(), nil
	}
	if shut, err := f.shut(ctx, t, s); shut || err != nil {
		return bot.End(), err
	}
	f.blank(t, t.Data.Draft.Owner, s)
	t.Lead("好的,另写一份,之前那份也留着。")
	f.setSpot(t, s)
	if err := f.takeLoose(ctx, t, s); err != nil {
		return bot.Next{}, err
	}
	return f.next(t, s), nil
}

// goOnNewest is what 继续 and 接着写 do where a draft is offered.
func (f *form) goOnNewest(ctx context.Context, t *formTurn) (bot.Next, error) {
	if err := f.newest(ctx, t); err != nil {
		return bot.Next{}, err
	}
	return f.goOn(ctx, t)
}

// newest takes the draft as it is now: it may have been written on since, on another phone. Somebody who is not bound as
// its owner any more sees nothing newer.
func (f *form) newest(ctx context.Context, t *formTurn) error {
	member, err := f.people.find(ctx, t.Talk)
	if err != nil || member != t.Data.Draft.Owner {
		return err
	}
	drafts, err := f.drafts.Drafts(ctx, t.Data.Draft.Owner)
	if err != nil {
		return fmt.Errorf("list drafts: %w", err)
	}
	for _, d := range drafts {
		if d.ID == t.Data.Draft.ID && d.Version > t.Data.Draft.Version {
			t.Data.Draft = d
		}
	}
	return nil
}

func (f *form) expired(t *formTurn) string {
	if !worthKeeping(t.Data.Draft) {
		return ""
	}
	if t.Data.Draft.Sealed {
		return saidForgotten
	}
	return "没写完的给您留着,回复\"继续\"接着写。"
}

// confirmNothing answers a 提交 when no form is open: mostly the second of two.
func (f *form) confirmNothing(ctx context.Context, t *formTurn, member union.MemberID) (bot.Next, error) {
	drafts, err := f.drafts.Drafts(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list drafts: %w", err)
	}
	if i := slices.IndexFunc(drafts, worthKeeping); i >= 0 {
		t.Data = formData{Draft: drafts[i], Hinted: true}
		return bot.Goto("resume"), nil
	}
	t.Say("没有等着提交的内容。交过的回复\"我的\"就能看到。")
	return bot.End(), nil
}
