package flows

import (
	"context"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
)

// wantsGrant reads the sum from what was said along with the act, or asks for it.
func (k *tasks) wantsGrant(ctx context.Context, t *tasksTurn, need *cases.GrantNeededError) (bot.Next, error) {
	t.Data.Ceiling, t.Data.Grant = need.Ceiling, 0
	said, rest, _ := strings.Cut(t.Data.Note, " ")
	if fen, ok := k.grantOf(t, said); ok {
		t.Data.Grant, t.Data.Note = fen, strings.TrimSpace(rest)
		return k.decide(ctx, t)
	}
	return bot.Goto("grant"), nil
}

// grantOf reads a sum within the ceiling.
func (k *tasks) grantOf(t *tasksTurn, text string) (fen int64, ok bool) {
	r := answer.Money(bot.Simplified(strings.TrimSpace(text)), answer.MoneyLimits{Min: 1, Max: t.Data.Ceiling / 100})
	if !r.OK() {
		return 0, false
	}
	_, err := fmt.Sscan(string(r.Raw), &fen)
	return fen, err == nil && fen > 0 && fen <= t.Data.Ceiling
}

func (k *tasks) askGrant(_ context.Context, t *tasksTurn) (bot.Reply, error) {
	return bot.Reply{Text: fmt.Sprintf("%s 核定多少钱?(最多 %s)", t.Data.Number, answer.Yuan(t.Data.Ceiling))}, nil
}

func (k *tasks) takeGrant(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	fen, ok := k.grantOf(t, t.Text())
	if !ok || !t.IsText() {
		t.Lead("要写一个清楚的数,不超过限额。")
		return bot.Repeat(), nil
	}
	t.Data.Grant = fen
	return k.decide(ctx, t)
}
