package bot_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
)

// brokenLedger commits, or does not, and loses the answer.
type brokenLedger struct {
	bot.Ledger
	commits bool
}

func (l brokenLedger) Open(ctx context.Context, id bot.MessageID, fence bot.Fence) (context.Context, bot.Work) {
	ctx, work := l.Ledger.Open(ctx, id, fence)
	return ctx, brokenWork{work, l.commits}
}

type brokenWork struct {
	bot.Work
	commits bool
}

func (w brokenWork) Commit(ctx context.Context, r bot.Record) error {
	if w.commits {
		if err := w.Work.Commit(ctx, r); err != nil {
			return err
		}
	} else {
		w.Rollback()
	}
	return fmt.Errorf("commit: %w", bot.ErrCommitUnknown)
}

func TestACommitWhoseAnswerIsLostIsLookedUp(t *testing.T) {
	for _, commits := range []bool{true, false} {
		t.Run(fmt.Sprintf("committed %v", commits), func(t *testing.T) {
			h := newHouse(t)
			router := step(func(ctx context.Context, in bot.Input) (bot.Outcome, error) {
				return says("好的"), h.effect(ctx, string(in.Message.ID))
			})
			e := h.engine(router, func(c *bot.EngineConfig) { c.Ledger = brokenLedger{c.Ledger, commits} })
			m := text(account, "1", "提交")
			want := "好的"
			if !commits {
				want = "再发一次"
			}
			if got := receive(e, m); !strings.Contains(got.Text, want) {
				t.Errorf("got %+v, want %q", got, want)
			}
			if got := receive(h.engine(router), m); got.Text != "好的" {
				t.Errorf("the copy got %+v", got)
			}
			if n := len(h.effects()); n != 1 {
				t.Errorf("%d effects", n)
			}
		})
	}
}

type brokenTurns struct {
	bot.Turns
	commits bool
}

func (b brokenTurns) Commit(ctx context.Context, who bot.Address, id bot.MessageID, nonce string, fence bot.Fence, saved bot.Saved) (bool, error) {
	if b.commits {
		if _, err := b.Turns.Commit(ctx, who, id, nonce, fence, saved); err != nil {
			return false, err
		}
	}
	return false, fmt.Errorf("commit turn: %w", bot.ErrUnavailable)
}

func TestRedisGoneAtTheCommitLosesNothingThatSQLHas(t *testing.T) {
	h := newHouse(t)
	router := step(func(ctx context.Context, in bot.Input) (bot.Outcome, error) {
		out := says(in.Session.Step)
		out.Session.Step = in.Session.Step + in.Message.Text
		return out, h.effect(ctx, string(in.Message.ID))
	})
	broken := h.engine(router, func(c *bot.EngineConfig) { c.Turns = brokenTurns{Turns: c.Turns} })
	if got := receive(broken, text(account, "1", "a")); got != (bot.Answer{Text: ""}) {
		t.Errorf("got %+v", got)
	}
	e := h.engine(router, func(c *bot.EngineConfig) { c.AnswerIn *= 20 })
	if got := receive(e, text(account, "2", "b")); got.Text != "a" {
		t.Errorf("the next message found the session at %+v, want what SQL had", got)
	}
	if diff := cmp.Diff(2, len(h.effects())); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}

func TestRedisGoneAtTheCommitOfATurnWithoutSQLIsAdmitted(t *testing.T) {
	for _, commits := range []bool{true, false} {
		h := newHouse(t)
		router := step(func(context.Context, bot.Input) (bot.Outcome, error) { return says("好的"), nil })
		e := h.engine(router, func(c *bot.EngineConfig) {
			c.Turns, c.AnswerIn = brokenTurns{c.Turns, commits}, 20*c.AnswerIn
		})
		if got := receive(e, text(account, "1", "x")); !strings.Contains(got.Text, `回复"继续"`) {
			t.Errorf("got %+v", got)
		}
	}
}

// noInbox is SQL that takes nothing, and noShelf Redis.
type noInbox struct{ bot.Inbox }

func (noInbox) Defer(context.Context, bot.Message, string, time.Time) error {
	return bot.ErrUnavailable
}

type noShelf struct{ bot.Shelf }

func (noShelf) Stash(context.Context, bot.ChannelID, []byte) (bot.Stashed, error) {
	return bot.Stashed{}, bot.ErrUnavailable
}

func TestAMessageThatCannotBeFinishedInTimeIsTakenBySomeStoreOrRefused(t *testing.T) {
	t.Run("Redis takes it while SQL is away", func(t *testing.T) {
		h := newHouse(t)
		goOn := make(chan struct{})
		router := step(func(context.Context, bot.Input) (bot.Outcome, error) {
			<-goOn
			return says("好的"), nil
		})
		e := h.engine(router, func(c *bot.EngineConfig) { c.Inbox = noInbox{c.Inbox} })
		if got := receive(e, text(wecom, "1", "x")); got != (bot.Answer{}) {
			t.Errorf("got %+v, want an empty answer", got)
		}
		close(goOn)
		h.run(h.engine(router))
		eventually(t, "the message is in SQL", func() bool {
			left, err := h.keeper.Stashed(t.Context(), wecom, 1)
			return err == nil && len(left) == 0
		})
		h.owedNow()
		eventually(t, "the late reply has its way out", func() bool { return h.owed() == 0 })
		if diff := cmp.Diff([]string{"好的"}, h.pushed()); diff != "" {
			t.Errorf("pushed (-want +got):\n%s", diff)
		}
	})
	t.Run("neither takes it", func(t *testing.T) {
		h := newHouse(t)
		goOn := make(chan struct{})
		e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) {
			<-goOn
			return says("好的"), nil
		}, func(c *bot.EngineConfig) { c.Inbox, c.Shelf = noInbox{c.Inbox}, noShelf{c.Shelf} })
		m := text(wecom, "1", "x")
		if got := receive(e, m); !got.Refused {
			t.Errorf("got %+v, want a refusal", got)
		}
		close(goOn)
		if got := receive(e, m); got.Text != "好的" {
			t.Errorf("the platform's next delivery got %+v", got)
		}
	})
}
