package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
)

// owedNow makes every deferred message due, as when its owner has been silent for long.
func (h *house) owedNow() { h.clock.push(time.Minute) }

func (h *house) owed() int64 {
	h.t.Helper()
	n, _, err := h.inbox.Waiting(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// slowStep waits for goOn whenever it is told "slow", and counts.
func slowStep(h *house, goOn chan struct{}, runs *atomic.Int64) step {
	return func(ctx context.Context, in bot.Input) (bot.Outcome, error) {
		if in.Message.Text != "slow" {
			return says("好的"), nil
		}
		<-goOn
		return says(fmt.Sprintf("第 %d 次", runs.Add(1))), h.effect(ctx, storageKey())
	}
}

func TestALateReplyIsPushedWhereTheChannelCan(t *testing.T) {
	h := newHouse(t)
	goOn, runs := make(chan struct{}), &atomic.Int64{}
	router := slowStep(h, goOn, runs)
	one, two := h.engine(router), h.engine(router)
	m := text(wecom, "1", "slow")
	start := time.Now()
	if got := receive(one, m); got != (bot.Answer{}) {
		t.Errorf("the callback got %+v, want an empty answer", got)
	}
	if took := time.Since(start); took < soon || took > soon+500*time.Millisecond {
		t.Errorf("the callback was answered after %s", took)
	}
	if n := h.owed(); n != 1 {
		t.Errorf("%d messages are written down", n)
	}
	copies := make(chan bot.Answer, 2)
	go func() { copies <- receive(one, m) }()
	go func() { copies <- receive(two, m) }()
	if got := <-copies; got != (bot.Answer{}) { // the first replica knows at once
		t.Errorf("a copy got %+v", got)
	}
	close(goOn)
	if got := <-copies; got != (bot.Answer{}) {
		t.Errorf("a copy on the other replica got %+v", got)
	}
	eventually(t, "the late reply has its way out", func() bool { return h.owed() == 0 })
	if diff := cmp.Diff([]string{"第 1 次"}, h.pushed()); diff != "" {
		t.Errorf("pushed (-want +got):\n%s", diff)
	}
	if got := receive(two, m); got != (bot.Answer{}) {
		t.Errorf("a copy after the late reply got %+v", got)
	}
}

func TestALongLateReplyGoesOutWholeAndInOrder(t *testing.T) {
	h := newHouse(t)
	goOn := make(chan struct{})
	e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) {
		<-goOn
		return says(strings.Repeat(strings.Repeat("长", 30)+"。", 6)), nil
	})
	receive(e, text(wecom, "1", "x"))
	close(goOn)
	eventually(t, "the late reply has its way out", func() bool { return h.owed() == 0 })
	got := h.pushed()
	if len(got) != 3 {
		t.Fatalf("pushed %d parts: %q", len(got), got)
	}
	for i, part := range got {
		if !strings.HasSuffix(part, fmt.Sprintf("(%d/3)", i+1)) {
			t.Errorf("part %d is %q", i+1, part)
		}
	}
}

func TestTheRetryCollectsALateReplyWhereTheChannelCannotPush(t *testing.T) {
	h := newHouse(t)
	goOn, runs := make(chan struct{}), &atomic.Int64{}
	router := slowStep(h, goOn, runs)
	one, two := h.engine(router), h.engine(router)
	m := text(account, "1", "slow")
	if got := receive(one, m); !got.Hold {
		t.Errorf("the callback got %+v, want to be held", got)
	}
	retry := make(chan bot.Answer, 1)
	go func() { retry <- receive(two, m) }()
	close(goOn)
	if got := <-retry; got.Text != "第 1 次" {
		t.Errorf("the retry got %+v", got)
	}
	h.owedNow()
	h.run(two)
	eventually(t, "the inbox has looked", func() bool { return h.owed() == 0 })
	if got := receive(one, text(account, "2", "x")); got.Text != "好的" {
		t.Errorf("a reply that was collected comes again: %+v", got)
	}
}

func TestALateReplyThatNobodyCollectsComesWithTheNextOne(t *testing.T) {
	h := newHouse(t)
	goOn, runs := make(chan struct{}), &atomic.Int64{}
	e := h.engine(slowStep(h, goOn, runs))
	m := text(account, "1", "slow")
	if got := receive(e, m); !got.Hold {
		t.Errorf("the callback got %+v, want to be held", got)
	}
	close(goOn)
	eventually(t, "the turn is over", func() bool { return runs.Load() == 1 && len(h.effects()) == 1 })
	h.owedNow()
	h.run(e)
	eventually(t, "the reply is parked", func() bool { return h.owed() == 0 })
	if got := receive(e, m); got != (bot.Answer{}) {
		t.Errorf("a copy of a parked reply got %+v", got)
	}
	if got := receive(e, text(account, "2", "x")).Text; !strings.Contains(got, "第 1 次") || !strings.HasSuffix(got, "好的") {
		t.Errorf("the next reply is %q", got)
	}
	if got := receive(e, text(account, "3", "x")); got.Text != "好的" {
		t.Errorf("the one after it is %+v", got)
	}
}

func TestAnotherReplicaFinishesWhatADeadOneHadDeferred(t *testing.T) {
	for _, channel := range []bot.ChannelID{wecom, account} {
		t.Run(string(channel), func(t *testing.T) {
			h := newHouse(t)
			goOn, runs := make(chan struct{}), &atomic.Int64{}
			dying := h.engine(func(ctx context.Context, _ bot.Input) (bot.Outcome, error) {
				<-goOn
				if err := h.effect(ctx, storageKey()); err != nil {
					return bot.Outcome{}, err
				}
				return die()
			}, func(c *bot.EngineConfig) { c.RenewEvery = time.Hour })
			receive(dying, text(channel, "1", "slow"))
			close(goOn)
			if err := dying.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := h.owed(); n != 1 {
				t.Fatalf("%d messages are written down", n)
			}
			if channel == wecom {
				h.clock.push(6 * time.Second) // nobody has kept it
			} else {
				h.owedNow() // the platform's own tries come first
			}
			alive := h.engine(slowStep(h, goOn, runs))
			h.run(alive)
			eventually(t, "the message is finished", func() bool { return h.owed() == 0 })
			if n := len(h.effects()); n != 1 {
				t.Errorf("%d effects", n)
			}
			if channel == wecom {
				if diff := cmp.Diff([]string{"第 1 次"}, h.pushed()); diff != "" {
					t.Errorf("pushed (-want +got):\n%s", diff)
				}
			} else if got := receive(alive, text(channel, "2", "x")).Text; !strings.Contains(got, "第 1 次") {
				t.Errorf("the next reply is %q", got)
			}
		})
	}
}

// inboxWatch counts the looks for what is due, and what they took.
type inboxWatch struct {
	bot.Inbox
	looks, taken *atomic.Int64
}

func (w inboxWatch) Due(ctx context.Context, owner string, until time.Time, limit int) ([]bot.Message, error) {
	due, err := w.Inbox.Due(ctx, owner, until, limit)
	w.taken.Add(int64(len(due)))
	w.looks.Add(1)
	return due, err
}

func TestTheOwnerKeepsADeferredMessageWhileItsTurnGoesOn(t *testing.T) {
	h := newHouse(t)
	goOn, runs, watch := make(chan struct{}), &atomic.Int64{}, inboxWatch{h.inbox, &atomic.Int64{}, &atomic.Int64{}}
	router := slowStep(h, goOn, runs)
	one, two := h.engine(router), h.engine(router, func(c *bot.EngineConfig) { c.Inbox = watch })
	h.run(two)
	receive(one, text(wecom, "1", "slow"))
	for range 6 {
		h.clock.push(2 * time.Second)
		pushed, looks := h.clock.now(), watch.looks.Load()
		eventually(t, "the owner has kept it", func() bool {
			_, until, err := h.inbox.Waiting(t.Context())
			return err == nil && until.After(pushed.Add(4*time.Second))
		})
		eventually(t, "the other replica has looked", func() bool { return watch.looks.Load() > looks+1 })
	}
	if n := watch.taken.Load(); n != 0 {
		t.Errorf("another replica took it %d times", n)
	}
	close(goOn)
	eventually(t, "the late reply has its way out", func() bool { return h.owed() == 0 })
	if diff := cmp.Diff([]string{"第 1 次"}, h.pushed()); diff != "" {
		t.Errorf("pushed (-want +got):\n%s", diff)
	}
}

// A turn that is committing has promised its reply to a callback: it must not go out by the inbox as well.
func TestAReplyHasOneWayOutWhenTheCommitIsSlow(t *testing.T) {
	for _, channel := range []bot.ChannelID{wecom, account} {
		t.Run(string(channel), func(t *testing.T) {
			h := newHouse(t)
			committing, goOn := make(chan struct{}), make(chan struct{})
			router := step(func(context.Context, bot.Input) (bot.Outcome, error) { return says("好的"), nil })
			e := h.engine(router, func(c *bot.EngineConfig) {
				c.Turns = slowCommit{Turns: c.Turns, entered: committing, goOn: goOn}
			})
			m := text(channel, "1", "x")
			answer := make(chan bot.Answer, 1)
			go func() { answer <- receive(e, m) }()
			<-committing
			if got := <-answer; !got.Hold {
				t.Errorf("the callback got %+v, want to be held", got)
			}
			close(goOn)
			eventually(t, "the retry collects the reply", func() bool { return receive(e, m).Text == "好的" })
			if n, pushed := h.owed(), h.pushed(); n != 0 || len(pushed) > 0 {
				t.Errorf("%d messages written down, pushed %q", n, pushed)
			}
		})
	}
}

type slowCommit struct {
	bot.Turns
	entered, goOn chan struct{}
}

func (s slowCommit) Commit(ctx context.Context, who bot.Address, id bot.MessageID, nonce string, fence bot.Fence, saved bot.Saved) (bool, error) {
	close(s.entered)
	<-s.goOn
	return s.Turns.Commit(ctx, who, id, nonce, fence, saved)
}
