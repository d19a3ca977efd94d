package flows

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// SecondDesk lets members second what others filed.
type SecondDesk interface {
	Second(ctx context.Context, member union.MemberID, number string) (cases.Seconded, error)
	// Follow is Second with words and pictures that are added to the case; cases.ErrActNotAllowed where nothing can be.
	Follow(ctx context.Context, member union.MemberID, number, text string, pictures []cases.ID) (cases.Seconded, error)
	secondedDesk
}

// second seconds a case by its number: 附议 JY26-0121.
type second struct {
	people    people
	caseWords caseWords
	desk      SecondDesk
}

func (s *second) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "second", Rev: 1, Title: "附议", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordSecond)},
		Begin: func(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			if t.Command.Number == "" {
				t.Say("要附议哪一件?请回复\"附议\"加编号,如:附议 JY26-0121。")
				return bot.End(), nil
			}
			member, next, err := s.people.known(ctx, t.Talk)
			if member == 0 {
				return next, err
			}
			done, err := s.desk.Second(ctx, member, t.Command.Number)
			words, ok := s.caseWords.seconded(done, err, t.Command.Number)
			if !ok {
				return bot.Next{}, fmt.Errorf("second case: %w", err)
			}
			t.Say(words)
			return bot.End(), nil
		},
	})
}

// seconded says what seconding a case came to; ok is false for a fault that is none of the person's business.
func (w *caseWords) seconded(done cases.Seconded, err error, number string) (words string, ok bool) {
	switch {
	case errors.Is(err, cases.ErrOwn):
		return number + " 是您自己提的,不用附议。", true
	case errors.Is(err, union.ErrForbidden):
		return saidMembersOnly, true
	case errors.Is(err, union.ErrNotFound):
		return "没有找到可以附议的 " + number + ",请核对编号。", true
	case err != nil:
		return "", false
	case done.Again:
		return fmt.Sprintf("您已经附议过 %s《%s》,现在共 %d 人附议。有结果会告诉您。", done.Case.Number, cut(done.Case.Title, 30), done.Count), true
	}
	return fmt.Sprintf("记下了,您附议 %s《%s》,现在共 %d 人附议。有结果会告诉您。", done.Case.Number, cut(done.Case.Title, 30), done.Count), true
}
