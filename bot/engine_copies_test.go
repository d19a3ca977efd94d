package bot_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// A copy that comes while the inbox runs the message takes the reply, for the platform shows nothing else of it.
func TestACopyCollectsTheReplyThatTheInboxHasOwed(t *testing.T) {
	h := newHouse(t)
	started, goOn := make(chan struct{}), make(chan struct{})
	e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) {
		close(started)
		<-goOn
		return says("已收到"), nil
	}, func(c *bot.EngineConfig) { c.AnswerIn *= 20 })
	m := text(account, "1", "提交")
	if err := h.inbox.Defer(t.Context(), m, "dead", h.clock.now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	h.run(e)
	<-started
	callback := make(chan bot.Answer, 1)
	go func() { callback <- receive(e, m) }()
	eventually(t, "the copy waits", func() bool { return bot.WaitingFor(e, m.ID) == 1 })
	close(goOn)
	if got := <-callback; got.Text != "已收到" {
		t.Errorf("the copy got %+v", got)
	}
	eventually(t, "nothing is owed", func() bool { return h.owed() == 0 })
	if parked, err := h.parked.Waiting(t.Context(), m.Address); err != nil || len(parked) > 0 {
		t.Errorf("parked %q, %v as well", parked, err)
	}
}

// To be told to say it again, and then to get it done twice, would be two effects of one word.
func TestWhatTheInboxBringsToAnEndIsNotAskedForAgain(t *testing.T) {
	for channel, want := range map[bot.ChannelID]bot.Answer{wecom: {}, account: {Hold: true}} {
		t.Run(string(channel), func(t *testing.T) {
			h := newHouse(t)
			goOn := make(chan struct{})
			e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) {
				<-goOn
				return bot.Outcome{}, bot.ErrUnavailable
			})
			m := text(channel, "1", "提交")
			if got := receive(e, m); got != want {
				t.Errorf("the callback got %+v, want %+v", got, want)
			}
			copied := make(chan bot.Answer, 1)
			go func() { copied <- receive(e, m) }()
			if channel == account {
				eventually(t, "the copy waits", func() bool { return bot.WaitingFor(e, m.ID) == 1 })
			}
			close(goOn)
			if got := <-copied; got != want {
				t.Errorf("a copy got %+v, want %+v", got, want)
			}
		})
	}
}

// stuckShelf is a Redis that takes nothing for a while.
type stuckShelf struct {
	bot.Shelf
	entered, goOn chan struct{}
}

func (s stuckShelf) Stash(context.Context, bot.ChannelID, []byte) (bot.Stashed, error) {
	s.entered <- struct{}{}
	<-s.goOn
	return bot.Stashed{}, bot.ErrUnavailable
}

func TestNobodyWaitsWhileAnothersMessageIsWrittenDown(t *testing.T) {
	h := newHouse(t)
	entered, goOn, slow := make(chan struct{}, 9), make(chan struct{}), make(chan struct{})
	e := h.engine(func(_ context.Context, in bot.Input) (bot.Outcome, error) {
		if in.Message.Text == "slow" {
			<-slow
		}
		return says("好的"), nil
	}, func(c *bot.EngineConfig) {
		c.Inbox, c.Shelf, c.AnswerIn = noInbox{c.Inbox}, stuckShelf{c.Shelf, entered, goOn}, 6*c.AnswerIn
	})
	defer close(slow)
	defer close(goOn)
	m := text(wecom, "1", "slow")
	go receive(e, m)
	<-entered
	go receive(e, m)    // finds it being written down
	for i := range 20 { // among which the copy has come in
		other := text(wecom, fmt.Sprint("other", i), "x")
		other.User = "lina"
		answer := make(chan bot.Answer, 1)
		go func() { answer <- receive(e, other) }()
		select {
		case got := <-answer:
			if got.Text != "好的" {
				t.Errorf("somebody else got %+v", got)
			}
		case <-time.After(3 * time.Second):
			t.Fatal("somebody else waits")
		}
	}
}
