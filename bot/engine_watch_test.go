package bot_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/bot"
)

func TestEveryTurnIsSeenWithWhatItCameTo(t *testing.T) {
	h := newHouse(t)
	router := step(func(_ context.Context, in bot.Input) (bot.Outcome, error) {
		switch in.Message.Text {
		case "坏":
			return bot.Outcome{}, errors.New("broken")
		case "忙":
			return bot.Outcome{}, bot.ErrUnavailable
		}
		return says("好"), nil
	})
	type inTurn struct{}
	var mu sync.Mutex
	var seen []string
	e := h.engine(step(func(ctx context.Context, in bot.Input) (bot.Outcome, error) {
		if ctx.Value(inTurn{}) == nil {
			t.Error("the step does not run within what the watch began")
		}
		return router(ctx, in)
	}), func(c *bot.EngineConfig) {
		c.Watch = func(ctx context.Context, channel bot.ChannelID, _ bot.MessageID) (context.Context, func(string)) {
			return context.WithValue(ctx, inTurn{}, true), func(outcome string) {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, string(channel)+" "+outcome)
			}
		}
	})
	receive(e, text(wecom, "1", "你好"))
	receive(e, text(wecom, "1", "你好"))
	receive(e, text(account, "2", "坏"))
	receive(e, text(account, "2", "坏"))
	receive(e, text(wecom, "3", "忙"))
	want := []string{
		"wecom:1 " + bot.OutcomeAnswered, "wecom:1 " + bot.OutcomeCopy,
		"officialaccount:gh_1 " + bot.OutcomeFault, "officialaccount:gh_1 " + bot.OutcomeCopy, "wecom:1 " + bot.OutcomeNoEffect,
	}
	mu.Lock()
	defer mu.Unlock()
	if !slices.Equal(seen, want) {
		t.Errorf("seen %q\nwant %q", seen, want)
	}
}
