package bot_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// step is a Router of one function.
type step func(ctx context.Context, in bot.Input) (bot.Outcome, error)

func (s step) Turn(ctx context.Context, in bot.Input) (bot.Outcome, error) { return s(ctx, in) }

// house holds real stores and the engines that share them.
type house struct {
	t      *testing.T
	db     *storage.DB
	keeper *turns.Turns
	outbox *storage.Outbox
	inbox  *storage.Inbox
	parked *storage.Parked
	clock  *clock
	// pushing and silent are the channels: one that can push, and one that only answers.
	pushing, silent bot.ChannelID
}

// clock is the machine's time, which a test may push on.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) push(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

func newHouse(t *testing.T) *house {
	t.Helper()
	keeper, err := turns.OpenEmbedded(turns.WithLease(300*time.Millisecond), turns.WithKeys(storagetest.Keys(t)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close() })
	return houseOn(t, storagetest.SQLite(t), keeper)
}

func houseOn(t *testing.T, db *storage.DB, keeper *turns.Turns) *house {
	h := &house{t: t, db: db, keeper: keeper, clock: &clock{}, pushing: wecom, silent: account}
	h.outbox = storage.NewOutbox(db)
	h.inbox = storage.NewInbox(db, h.outbox, h.clock.now)
	h.parked = storage.NewParked(db, h.clock.now)
	return h
}

const (
	wecom   bot.ChannelID = "wecom:1"
	account bot.ChannelID = "officialaccount:gh_1"
	// soon is when the engines of these tests answer a callback at the latest.
	soon = 150 * time.Millisecond
)

// engine makes a replica. change, if given, may alter what it works with.
func (h *house) engine(router step, change ...func(*bot.EngineConfig)) *bot.Engine {
	h.t.Helper()
	render := func(r bot.Reply) string { return r.Text }
	c := bot.EngineConfig{
		Turns: h.keeper, Shelf: h.keeper, Router: router,
		Ledger: storage.NewLedger(h.db, h.outbox, h.clock.now),
		Inbox:  h.inbox,
		Channels: []bot.Channel{
			{ID: h.pushing, TextBytes: 300, Push: true, Render: render},
			{ID: h.silent, TextBytes: 300, Render: render},
		},
		Now: h.clock.now, Logger: slog.New(slog.NewTextHandler(h.t.Output(), nil)),
		AnswerIn: soon, TurnTime: 5 * time.Second, RenewEvery: 50 * time.Millisecond, InboxEvery: 20 * time.Millisecond,
	}
	for _, f := range change {
		f(&c)
	}
	e, err := bot.NewEngine(c)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := e.Close(ctx); err != nil {
			h.t.Error(err)
		}
	})
	return e
}

// run starts the replica's background work for the rest of the test.
func (h *house) run(e *bot.Engine) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		e.Run(ctx)
		close(done)
	}()
	h.t.Cleanup(func() {
		cancel()
		<-done
	})
}

func text(channel bot.ChannelID, id, said string) bot.Message {
	return bot.Message{
		ID: bot.MessageID(string(channel) + "/m/" + id), Kind: bot.KindText, Text: said,
		Address: bot.Address{Channel: channel, User: "zhangwei"},
	}
}

func says(replies ...string) bot.Outcome {
	var out bot.Outcome
	for _, r := range replies {
		out.Replies = append(out.Replies, bot.Reply{Text: r})
	}
	return out
}

// pushed claims and returns what waits in the outbox.
func (h *house) pushed() []string {
	h.t.Helper()
	items, err := h.outbox.Claim(context.Background(), false, storagetest.Unique("test"), time.Hour, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	var texts []string
	for _, i := range items {
		texts = append(texts, i.Body.Text)
	}
	return texts
}

// effect writes something that can be counted.
func (h *house) effect(ctx context.Context, key string) error {
	return h.parked.Put(ctx, bot.Address{Channel: "effects"}, key, key)
}

func (h *house) effects() []string {
	h.t.Helper()
	texts, err := h.parked.Waiting(context.Background(), bot.Address{Channel: "effects"})
	if err != nil {
		h.t.Fatal(err)
	}
	return texts
}

// eventually waits until cond holds.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(8 * time.Second)
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 8 s", what)
		}
		<-time.After(10 * time.Millisecond)
	}
}

func receive(e *bot.Engine, m bot.Message) bot.Answer { return e.Receive(context.Background(), m) }
