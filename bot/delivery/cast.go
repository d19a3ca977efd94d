package delivery

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// CastQueue is the chunks of broadcasts as delivery sees them: rows claimed by a lease, as those of the outbox are. That is
// all that spreads them over replicas; docs/broadcasts.md says why no queue beside it does.
type CastQueue interface {
	// Running lists the broadcasts that may go out now, urgent ones apart.
	Running(ctx context.Context) (urgent, others []int64, err error)
	// Claim takes a chunk of a broadcast that is due; ok is false where there is none.
	Claim(ctx context.Context, id int64, lease string, life time.Duration) (b bot.Batch, ok bool, err error)
	// Busy says who of the recipients, all on one channel, was written to as often as most allows, and how often that was:
	// by the outbox and by other broadcasts.
	Busy(ctx context.Context, b bot.Batch, to []bot.Recipient, most bot.Tries) (map[int64]bot.Tries, error)
	// Begin writes calls down before they are made and renews the lease. It returns bot.ErrLeaseLost, and bot.ErrStopped if the
	// broadcast was paused or cancelled. It returns bot.ErrDayFull if others have used up what the batch had room for.
	Begin(ctx context.Context, b bot.Batch, calls []bot.BatchCall, life time.Duration) error
	// Going says whether the broadcast still goes out, and at what share of the allowed rate in per cent.
	Going(ctx context.Context, b bot.Batch) (speed int, ok bool, err error)
	// Settle writes down what became of recipients. The others have their turn at again; doubtful calls are kept until then.
	Settle(ctx context.Context, b bot.Batch, receipts map[int64]bot.Receipt, doubtful []bot.BatchCall, again time.Time) error
}

// Throttle shares the rate that an account is allowed among all replicas and broadcasts.
type Throttle interface {
	// Reserve takes up to want of the next calls. The first may be made after wait, and each other one after gap more. With
	// none, something may be reserved after wait.
	Reserve(ctx context.Context, channel bot.ChannelID, lane string, perSecond float64, want int) (got int, wait, gap time.Duration, err error)
	// Slow lets a lane of the account rest, and go on at half of its rate; a rest of 0 only slows it. began is false where it rested
	// already.
	Slow(ctx context.Context, channel bot.ChannelID, lane string, rest time.Duration) (began bool, err error)
}

// CastConfig is what a Caster needs.
type CastConfig struct {
	Queue    CastQueue
	Throttle Throttle
	Parking  Parking
	Flag     Flag
	Channels []Channel
	// Files opens what goes behind the words, and Uploads spare a platform what it has already; nil where no files go out.
	Files   Files
	Uploads Uploads
	// PerSecond is how many calls for broadcasts an account may make in a second.
	PerSecond float64
	// Owner, Now, Jitter and Logger are as for a Deliverer.
	Owner  string
	Now    func() time.Time
	Jitter func() float64
	Logger *slog.Logger
	// Settled hears how many recipients came to a state, for metrics; it may be nil.
	Settled func(state bot.ParcelState, n int)
	// Drained hears that a broadcast has no chunk that is due: it may have come to its end. It may be nil.
	Drained func()
}

const (
	// castInHand is how many chunks are claimed and not settled at most.
	castInHand = 16
	// castCalls is how many calls run at once.
	castCalls = 128
	// castLease is longer than a pass, the calls that it began last and their settlement take. It is how long a dead replica's
	// receivers wait.
	castLease = 12 * time.Second
)

// Caster sends broadcasts: chunk by chunk, each broadcast in its turn, urgent ones before all others.
type Caster struct {
	CastConfig
	channels map[bot.ChannelID]*Channel
	calls    chan struct{}
	wake     chan struct{}
	freed    chan struct{}
	claims   atomic.Int64
	held     atomic.Int64
	quiet    quiet
	sharing  sync.Map
	turn     int
	chunks   sync.WaitGroup
}

// NewCaster makes a Caster; Run starts it.
func NewCaster(cfg CastConfig) *Caster {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Settled == nil {
		cfg.Settled = func(bot.ParcelState, int) {}
	}
	if cfg.Drained == nil {
		cfg.Drained = func() {}
	}
	c := &Caster{
		CastConfig: cfg, channels: make(map[bot.ChannelID]*Channel, len(cfg.Channels)), calls: make(chan struct{}, castCalls),
		wake: make(chan struct{}, 1), freed: make(chan struct{}, 1),
	}
	for i := range cfg.Channels {
		c.channels[cfg.Channels[i].ID] = &cfg.Channels[i]
	}
	return c
}

// Wake makes the queue be looked at soon. It never blocks.
func (c *Caster) Wake() { signal(c.wake) }

// Run sends until ctx ends, and lets the running calls end.
func (c *Caster) Run(ctx context.Context) {
	defer c.chunks.Wait()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		c.round(ctx)
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		case <-c.freed:
		case <-tick.C:
		}
	}
}

// round claims chunks as far as there is room. Of broadcasts that are equally urgent each has its turn.
func (c *Caster) round(ctx context.Context) {
	urgent, others, err := c.Queue.Running(ctx)
	if err != nil {
		if ctx.Err() == nil {
			c.Logger.Warn("broadcasts not read", "err", err)
		}
		return
	}
	for _, running := range [][]int64{urgent, others} {
		for idle := 0; len(running) > 0 && idle < len(running); {
			if ctx.Err() != nil || c.held.Load() >= castInHand {
				return
			}
			c.turn++
			if c.claim(ctx, running[c.turn%len(running)]) {
				idle = 0
			} else {
				idle++
			}
		}
	}
}

// claim takes one chunk of a broadcast and sends it beside the others.
func (c *Caster) claim(ctx context.Context, id int64) bool {
	lease := c.Owner + "/" + strconv.FormatInt(c.claims.Add(1), 36)
	until := c.Now().Add(castLease)
	b, ok, err := c.Queue.Claim(ctx, id, lease, castLease)
	if err != nil {
		if ctx.Err() == nil && !errors.Is(err, bot.ErrConflict) {
			c.Logger.Warn("chunk not claimed", "broadcast", id, "err", err)
		}
		return false
	}
	if !ok {
		c.Drained()
		return false
	}
	c.held.Add(1)
	c.chunks.Go(func() {
		p := &pass{Caster: c, batch: b, stop: ctx, until: until, receipts: map[int64]bot.Receipt{}}
		p.run(context.WithoutCancel(ctx))
		c.held.Add(-1)
		signal(c.freed)
	})
	return true
}
