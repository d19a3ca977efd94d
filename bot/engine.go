package bot

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// EngineConfig holds what an Engine works with. Turns, Shelf, Ledger, Inbox, Router, Now and at least one channel are
// obligatory; every other zero value takes the default that is given.
type EngineConfig struct {
	Turns    Turns
	Shelf    Shelf
	Ledger   Ledger
	Inbox    Inbox
	Router   Router
	Channels []Channel
	// Anyway is what a message is told that cannot wait (Catalog.Anyway), before the words that nothing could be done about it. The
	// session is there unless Redis is away. It may be nil.
	Anyway func(in Input) string
	// Owner names this replica in the inbox; random if empty.
	Owner string
	// Now is the time that flows live in.
	Now func() time.Time
	// Clock is the machine's own time, by which the inbox and the age of records go; Now if nil.
	Clock func() time.Time
	// Nonce makes a name for one try at a turn, never the same twice; random if nil.
	Nonce  func() string
	Logger *slog.Logger
	// Watch sees every turn begin; end hears what it came to, one of TurnOutcomes. It may be nil.
	Watch func(ctx context.Context, channel ChannelID, id MessageID) (within context.Context, end func(outcome string))
	// AnswerIn is when a callback is answered at the latest: 4.5 s, for both platforms hang up after 5 s.
	AnswerIn time.Duration
	// TurnTime is when a turn is broken off: 20 s, when the platform's last delivery has passed too.
	TurnTime time.Duration
	// RenewEvery is when a slow turn first extends its lease, and then how often: 1 s.
	RenewEvery time.Duration
	// InboxEvery is how often Run looks for messages whose owner is silent: 1 s.
	InboxEvery time.Duration
}

// Engine lets every message have its effects once, in order and in time. It is safe for concurrent use, and any
// number of replicas may share the stores.
type Engine struct {
	turns    Turns
	shelf    Shelf
	ledger   Ledger
	inbox    Inbox
	router   Router
	channels map[ChannelID]Channel
	owner    string
	now      func() time.Time
	clock    func() time.Time
	nonce    func() string
	log      *slog.Logger
	watch    func(context.Context, ChannelID, MessageID) (context.Context, func(string))
	anyway   func(in Input) string

	answerIn, turnTime, renewEvery, inboxEvery time.Duration

	mu      sync.Mutex
	flights map[MessageID]*flight
	closing bool
	flying  sync.WaitGroup
	runners *runners
}

// NewEngine makes an engine. Its Run should be running while it receives.
func NewEngine(c EngineConfig) (*Engine, error) {
	if c.Turns == nil || c.Shelf == nil || c.Ledger == nil || c.Inbox == nil || c.Router == nil || c.Now == nil {
		return nil, errors.New("engine needs turns, shelf, ledger, inbox, router and now")
	}
	if len(c.Channels) == 0 {
		return nil, errors.New("engine needs a channel")
	}
	e := &Engine{
		turns: c.Turns, shelf: c.Shelf, ledger: c.Ledger, inbox: c.Inbox, router: c.Router,
		channels:   map[ChannelID]Channel{},
		owner:      cmp.Or(c.Owner, rand.Text()),
		now:        c.Now,
		clock:      c.Clock,
		nonce:      c.Nonce,
		log:        c.Logger,
		watch:      c.Watch,
		anyway:     c.Anyway,
		answerIn:   cmp.Or(c.AnswerIn, 4500*time.Millisecond),
		turnTime:   cmp.Or(c.TurnTime, 20*time.Second),
		renewEvery: cmp.Or(c.RenewEvery, time.Second),
		inboxEvery: cmp.Or(c.InboxEvery, time.Second),
		flights:    map[MessageID]*flight{},
		runners:    newRunners(),
	}
	if e.clock == nil {
		e.clock = c.Now
	}
	if e.nonce == nil {
		e.nonce = rand.Text
	}
	if e.watch == nil {
		e.watch = func(ctx context.Context, _ ChannelID, _ MessageID) (context.Context, func(string)) {
			return ctx, func(string) {}
		}
	}
	if e.anyway == nil {
		e.anyway = func(Input) string { return "" }
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	for _, ch := range c.Channels {
		if _, twice := e.channels[ch.ID]; twice {
			return nil, fmt.Errorf("channel %s is given twice", ch.ID)
		}
		e.channels[ch.ID] = ch
	}
	return e, nil
}

// Receive takes a message through its turn and says what to do with the callback, within AnswerIn and a little. The
// turn itself goes on for up to TurnTime; that ctx ends does not break it off.
func (e *Engine) Receive(ctx context.Context, m Message) Answer {
	ch, known := e.channels[m.Channel]
	if !known {
		e.log.Error("message for an unknown channel", "channel", m.Channel)
		return Answer{}
	}
	f, ok := e.join(ctx, m, ch, false)
	if !ok {
		return Answer{Refused: true}
	}
	if ch.Push && f.isDeferred() {
		return Answer{} // its reply goes out by the inbox
	}
	timer := time.NewTimer(e.answerIn)
	defer timer.Stop()
	select {
	case <-f.done:
		return e.answer(ctx, f)
	case <-timer.C:
		return e.late(ctx, f)
	}
}

// Close lets no more messages in and waits until those inside are done, or ctx ends: then it says how many are left,
// which other replicas will finish.
func (e *Engine) Close(ctx context.Context) error {
	defer e.runners.close()
	e.mu.Lock()
	e.closing = true
	e.mu.Unlock()
	idle := make(chan struct{})
	go func() {
		e.flying.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		e.mu.Lock()
		defer e.mu.Unlock()
		return fmt.Errorf("stop with %d messages in the middle: %w", len(e.flights), ctx.Err())
	}
}
