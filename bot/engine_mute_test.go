package bot_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/unionbot/unionbot/bot"
)

func TestAReplyThatNoCallbackCanSayIsPushed(t *testing.T) {
	h := newHouse(t)
	long := strings.Repeat("很长的一句话。", 20)
	e := h.engine(func(_ context.Context, in bot.Input) (bot.Outcome, error) {
		return says(in.Message.Text), nil
	}, func(c *bot.EngineConfig) {
		c.Channels[0].Mute = func(m bot.Message) bool { return m.Kind == bot.KindTap }
	})
	tap := func(id, reply string) bot.Message {
		m := text(wecom, id, reply)
		m.Kind, m.User = bot.KindTap, bot.UserID(id) // each has a lane of its own in the outbox
		return m
	}
	for range 2 { // the copy changes nothing
		if got := receive(e, tap("1", "已记为受理")); got != (bot.Answer{}) {
			t.Errorf("the tap got %+v, want an empty answer", got)
		}
	}
	if got := h.pushed(); !slices.Equal(got, []string{"已记为受理"}) {
		t.Errorf("pushed %q", got)
	}
	if got := receive(e, tap("2", "")); got != (bot.Answer{}) || len(h.pushed()) != 0 {
		t.Errorf("nothing said got %+v", got)
	}
	if got := receive(e, tap("3", long)); got != (bot.Answer{}) {
		t.Errorf("the tap got %+v, want an empty answer", got)
	}
	if got := h.pushed(); len(got) == 0 || !strings.HasSuffix(got[0], "(1/2)") {
		t.Errorf("pushed %q", got)
	}
	if got := receive(e, text(wecom, "4", "好的")); got.Text != "好的" {
		t.Errorf("what can be answered got %+v", got)
	}
}

// TestATapThatNothingCameOfIsDoneLater has SQL away for the step, while the inbox takes the tap, and then for both.
func TestATapThatNothingCameOfIsDoneLater(t *testing.T) {
	h := newHouse(t)
	var away atomic.Bool
	away.Store(true)
	e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) {
		if away.Load() {
			return says("没有记下"), bot.ErrUnavailable
		}
		return says("好的,您去处理"), nil
	}, func(c *bot.EngineConfig) { c.Channels[0].Mute = func(bot.Message) bool { return true } })
	for range 2 { // the copy changes nothing
		if got := receive(e, text(wecom, "1", "")); got != (bot.Answer{}) {
			t.Errorf("the tap got %+v, want an empty answer: it is kept", got)
		}
	}
	away.Store(false)
	h.owedNow()
	h.run(e)
	var said []string
	eventually(t, "the tap is answered", func() bool { said = append(said, h.pushed()...); return len(said) > 0 && h.owed() == 0 })
	if !slices.Equal(said, []string{"好的,您去处理"}) {
		t.Errorf("pushed %q", said)
	}
}

func TestATapThatNoStoreTakesIsAskedForAgain(t *testing.T) {
	h := newHouse(t)
	e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) { return says("没有记下"), bot.ErrUnavailable },
		func(c *bot.EngineConfig) { c.Channels[0].Mute = func(bot.Message) bool { return true } })
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.keeper.Close(); err != nil {
		t.Fatal(err)
	}
	if got := receive(e, text(wecom, "1", "")); got != (bot.Answer{Refused: true}) {
		t.Errorf("the tap got %+v, want a refusal", got)
	}
}

func TestAFaultOnATapIsTold(t *testing.T) {
	h := newHouse(t)
	e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) { panic("a mistake of ours") },
		func(c *bot.EngineConfig) { c.Channels[0].Mute = func(bot.Message) bool { return true } })
	for range 2 { // the copy changes nothing
		if got := receive(e, text(wecom, "1", "")); got != (bot.Answer{}) {
			t.Errorf("the tap got %+v, want an empty answer", got)
		}
	}
	if got := h.pushed(); len(got) != 1 || got[0] == "" {
		t.Errorf("pushed %q, want one apology", got)
	}
}
