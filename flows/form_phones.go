package flows

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// refresh takes a draft over that was gone on with on another phone, and says so. The person's word is taken where it
// answers the question that is still open, or rings; what was not seen yet is not filed.
func (f *form) refresh(ctx context.Context, t *formTurn) (next bot.Next, moved bool, err error) {
	if t.Step == "resume" {
		return bot.Next{}, false, nil // it looks by itself
	}
	before, known := t.Data.Draft, len(t.Data.Others) > 0
	fate, err := f.drafts.DraftFate(ctx, before.Owner, before.ID)
	if err != nil {
		return bot.Next{}, false, fmt.Errorf("look for draft: %w", err)
	}
	switch {
	case fate == cases.DraftFiled && t.Step == summaryOf(t.Data.Draft):
		return bot.Next{}, false, nil // filing it again says with which number, and what was not taken along
	case fate == cases.DraftFiled:
		t.Say("这份已经在另一部手机上提交了,刚才这句没有记。回复\"我的\"看进度。")
		return bot.End(), true, nil
	case fate == cases.DraftDropped:
		t.Say("这份在另一部手机上已经不要了,刚才这句没有记。回复\"菜单\"看能办什么。")
		return bot.End(), true, nil
	}
	if err := f.newest(ctx, t); err != nil || t.Data.Draft.Version == before.Version {
		return bot.Next{}, false, err
	}
	if t.Data.Others, err = f.people.others(ctx, t.Talk, before.Owner); err != nil {
		return bot.Next{}, false, err
	}
	if alike(before, t.Data.Draft) {
		if !known {
			t.Lead("这份在另一部手机上也开着,两边写的是同一份。\n")
		}
		return bot.Next{}, false, nil
	}
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, false, err
	}
	taken := "刚才这句没有记"
	asked, _ := s.Field(t.Data.Field)
	answer, rang := f.answerRings(s, t.Data, t.Step, t.Text())
	if rang {
		f.set(t, s, asked, answer) // whoever may be hurt does not wait for what is written elsewhere
		if next, rung, err := f.imminent(ctx, t, s, asked); err != nil || rung {
			return next, rung, err
		}
		taken = "您选的记下了"
	}
	t.Data.Heard, t.Data.Voice, t.Data.Alike, t.Data.Brief = "", 0, nil, false
	t.Lead("这份在另一部手机上接着写过," + taken + ",下面是最新的。\n")
	step := bot.StepName("field")
	field, open := f.unanswered(t, s)
	if t.Data.Field = field.Name; !open {
		t.Data.Field, step = "summary", summaryOf(t.Data.Draft)
	}
	if rang {
		f.changed(t) // or the next word on the other phone would undo it
	}
	return bot.Goto(step), true, nil
}

// share writes a draft in this turn that is open on several phones: whichever of them speaks next is to find it so.
func (f *form) share(ctx context.Context, t *formTurn) error {
	if len(t.Data.Others) == 0 {
		return nil
	}
	if err := f.drafts.SaveDraft(ctx, t.Data.Draft); err != nil && !errors.Is(err, union.ErrStale) {
		return fmt.Errorf("share draft: %w", err)
	}
	return nil
}

// alike is true of two states of a draft that say the same.
func alike(a, b cases.Draft) bool {
	same := func(v, w cases.Value) bool { return v.Text == w.Text }
	return maps.EqualFunc(a.Values, b.Values, same) && slices.Equal(a.Pictures, b.Pictures) && a.Anonymous == b.Anonymous
}
