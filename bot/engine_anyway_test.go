package bot_test

import (
	"context"
	"errors"
	"testing"

	"github.com/unionbot/unionbot/bot"
)

// TestWhatCannotWaitIsSaidWhateverIsAway has somebody cry whom nothing can be done for, and somebody who only says something.
func TestWhatCannotWaitIsSaidWhateverIsAway(t *testing.T) {
	anyway := func(c *bot.EngineConfig) {
		c.Anyway = func(in bot.Input) string { return map[string]string{"救命": "先保人。"}[in.Message.Text] }
	}
	for name, fails := range map[string]struct {
		err   error
		words string
	}{
		"store away":   {bot.ErrUnavailable, "系统暂时忙,这一步还没有办成,您填的内容都在。请过一会儿再发一次。"},
		"always later": {bot.ErrConflict, "系统暂时忙,这一步还没有办成,您填的内容都在。请过一会儿再发一次。"},
		"fault":        {errors.New("broken"), `对不起,刚才出了点问题,这一条没有办成。请再试一次,或回复"人工"找人帮忙。`},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) { return bot.Outcome{}, fails.err }, anyway)
			for said, want := range map[string]string{"救命": "先保人。\n" + fails.words, "你好": fails.words} {
				if got := receive(e, text(h.silent, said, said)).Text; got != want {
					t.Errorf("%s got %q, want %q", said, got, want)
				}
			}
		})
	}
	t.Run("no turn", func(t *testing.T) {
		h := newHouse(t)
		e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) { return says("好"), nil }, anyway)
		if err := h.keeper.Close(); err != nil {
			t.Fatal(err)
		}
		const busy = "系统暂时忙,刚才这条没有收到。请过一会儿再发一次。"
		for said, want := range map[string]string{"救命": "先保人。\n" + busy, "你好": busy} {
			if got := receive(e, text(h.silent, said, said)).Text; got != want {
				t.Errorf("%s got %q, want %q", said, got, want)
			}
		}
	})
}

// TestAnAnswerThatCannotWaitIsHeardWithSQLAway answers the question that the session has open, and nothing can be done about it.
func TestAnAnswerThatCannotWaitIsHeardWithSQLAway(t *testing.T) {
	h := newHouse(t)
	away := false
	e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) {
		if away {
			return bot.Outcome{}, bot.ErrUnavailable
		}
		out := says("有人受伤吗?")
		out.Session = bot.Session{Flow: "alarm", Step: "hurt"}
		return out, nil
	}, func(c *bot.EngineConfig) {
		c.Anyway = func(in bot.Input) string {
			return map[string]string{"hurt 1": "打 120。"}[in.Session.Step+" "+in.Message.Text]
		}
	})
	receive(e, text(h.silent, "1", "着火了"))
	away = true
	const stay = "系统暂时忙,这一步还没有办成,您填的内容都在。请过一会儿再发一次。"
	for said, want := range map[string]string{"1": "打 120。\n" + stay, "2": stay} {
		if got := receive(e, text(h.silent, "answer "+said, said)).Text; got != want {
			t.Errorf("%s got %q, want %q", said, got, want)
		}
	}
}
