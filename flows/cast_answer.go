package flows

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

type castAnswerDesk interface {
	// Answered returns union.ErrNotFound where nothing waits for the member's answer.
	Answered(ctx context.Context, member union.MemberID, number string) (broadcast.Broadcast, error)
}

// castAnswer takes 收到 for an urgent broadcast. Where none waits it is a courtesy.
func castAnswer(p people, desk castAnswerDesk) bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "cast_answer", Rev: 1, Title: "收到", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordGotIt)},
		Begin: func(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			member, err := p.find(ctx, t.Talk)
			if err != nil {
				return bot.Next{}, err
			}
			asked := false
			if member != 0 {
				asked, err = gotIt(ctx, t.Talk, desk, member)
			}
			if !asked {
				t.Say("好的。")
			}
			return bot.End(), err
		},
	})
}

// gotIt notes that a member has an urgent broadcast; asked is false where none waits for that.
func gotIt(ctx context.Context, t *bot.Talk, desk castAnswerDesk, member union.MemberID) (asked bool, err error) {
	b, err := desk.Answered(ctx, member, t.Command.Number)
	switch {
	case errors.Is(err, union.ErrNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("take answer: %w", err)
	}
	t.Say("已记下您收到了 " + b.Number + ",谢谢。")
	return true, nil
}
