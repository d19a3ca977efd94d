package flows

import (
	"context"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// cancel stops, and keeps what was written.
func (f *form) cancel(ctx context.Context, t *formTurn) (bot.Next, error) {
	if !worthKeeping(t.Data.Draft) {
		return f.drop(ctx, t, "好的,不写了。")
	}
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if t.Data.Draft.Sealed {
		t.Say("好的,不提了。密件不留草稿,刚才写的已经清掉。")
		return bot.End(), nil
	}
	t.Data.Draft.Aside = true
	f.changed(t)
	t.Say(fmt.Sprintf("好的,%s先不写了,草稿给您留 %d 天。回复\"继续\"接着写。", s.Short.In(f.language), draftDays))
	return f.ended(t), nil
}

// drop forgets the draft.
func (f *form) drop(ctx context.Context, t *formTurn, words string) (bot.Next, error) {
	if t.Data.Draft.Sealed {
		t.Say(words)
		return bot.End(), nil
	}
	if err := f.drafts.DropDraft(ctx, t.Data.Draft.Owner, t.Data.Draft.ID); err != nil {
		return bot.Next{}, fmt.Errorf("drop draft: %w", err)
	}
	others, err := f.people.others(ctx, t.Talk, t.Data.Draft.Owner)
	if err != nil {
		return bot.Next{}, err
	}
	t.Stir(others...)
	t.Say(words)
	return f.ended(t), nil
}

// back asks for the answer before the open question again. It stays as it is until there is a new one.
func (f *form) back(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	switch t.Step {
	case "resume":
		return f.first(t), nil
	case "change":
		return f.next(t, s), nil
	}
	values := t.Data.Draft.Values
	var before []service.Field
	shownNow := t.Data.Draft.Shown(s)
	for _, field := range s.Questions() {
		if field.Name == t.Data.Field {
			break
		}
		if !contains(shownNow, field.Name) {
			continue
		}
		// A choice that was guessed was never a question.
		if _, answered := values[field.Name]; answered && field.Guess == "" {
			before = append(before, *field)
		}
	}
	if len(before) == 0 {
		t.Lead("已经是第一步了。")
		return bot.Repeat(), nil
	}
	last := before[len(before)-1]
	t.Lead(fmt.Sprintf("回到上一步,之前写的是:%s。\n", shownOf(last, values[last.Name])))
	t.Data.Field, t.Data.Heard, t.Data.Alike, t.Data.Either, t.Data.Rest = last.Name, "", nil, nil, ""
	f.changed(t)
	return bot.Goto("field"), nil
}

// first keeps to the question what is to become of a draft, before anything in it can be changed.
func (f *form) first(t *formTurn) bot.Next {
	t.Lead("先说说这份草稿怎么办。")
	return bot.Repeat()
}

// confirmEarly answers a 提交 before the summary: what is missing is asked first.
func (f *form) confirmEarly(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if t.Step == "resume" {
		return f.first(t), nil
	}
	t.Data.Heard = ""
	if _, open := f.unanswered(t, s); open {
		t.Lead("还没填完。")
	}
	return f.next(t, s), nil
}

// skip leaves an optional question open, and says why another cannot be.
func (f *form) skip(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if t.Step == "resume" {
		return f.first(t), nil
	}
	field, ok := s.Field(t.Data.Field)
	switch {
	case ok && openList(field, t.Data.Draft.Values[field.Name]):
		t.Lead("记了一半的跳不过;不算的回\"删第1个\"。")
		return bot.Repeat(), nil
	case !ok || t.Step == "similar":
		t.Lead("这一步没有可以跳过的。")
		return bot.Repeat(), nil
	case shown(t.Data.Draft.Values[field.Name]) != unfilled, len(t.Data.Draft.Pictures) > 0 && field.Kind.Sent():
		t.Data.Heard = ""
		return f.next(t, s), nil // it was answered before and stays so
	case !field.Optional:
		t.Lead("这一项跳不过:" + f.why(field))
		return bot.Repeat(), nil
	}
	t.Data.Heard = ""
	f.set(t, s, field, cases.Value{})
	return f.next(t, s), nil
}

func (f *form) why(field service.Field) string {
	if field.Why.Empty() {
		return "受理要用到。\n"
	}
	return field.Why.In(f.language) + "\n"
}

// explain says what the open question is for, and asks it again.
func (f *form) explain(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	field, ok := s.Field(t.Data.Field)
	if !ok || t.Step == "resume" {
		t.Lead("回复序号选一项就行。想改哪一项,回复\"改\"加序号。\n")
		return bot.Repeat(), nil
	}
	t.Lead("为什么问:" + f.why(field))
	if !field.Help.Empty() {
		t.Lead(field.Help.In(f.language) + "\n")
	}
	if !field.Example.Empty() {
		t.Lead("比如:" + field.Example.In(f.language) + "\n")
	}
	return bot.Repeat(), nil
}

// fieldAt finds the field that a person names by its number in the summary or by its label. What is left of the text
// is the new value.
func (f *form) fieldAt(t *formTurn, s *service.Service, text string) (field service.Field, rest string, ok bool) {
	shown := t.Data.Draft.Shown(s)
	// A label may begin like a number: 一次性补助. What is offered is not among those that are shown before it is answered.
	if field, rest := labelledBy(slices.Concat(shown, s.Offered()), f.language, text); field != nil {
		return *field, rest, true
	}
	name, rest := splitChange(text)
	if n, isNumber := bot.Ordinal(name); isNumber {
		if n >= 1 && n <= len(shown) {
			return *shown[n-1], rest, true
		}
		return service.Field{}, "", false
	}
	i := slices.IndexFunc(shown, func(field *service.Field) bool { return field.Label.In(f.language) == name })
	if i < 0 {
		return service.Field{}, "", false
	}
	return *shown[i], rest, true
}
