package delivery

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unionbot/unionbot/bot"
)

const (
	// leaseLife is longer than a call and its settlement take. It is renewed at every call.
	leaseLife = 30 * time.Second
	// inHand is how many items are claimed and not settled at most.
	inHand = 64
	// look is how often the queue is looked at when nothing wakes us.
	look = time.Second
)

// echoes are the waits after which the queue is looked at again when woken: the transaction that rang the bell may not
// have been committed yet.
var echoes = []time.Duration{5 * time.Millisecond, 50 * time.Millisecond}

// Config is what a Deliverer needs.
type Config struct {
	Queue     Queue
	Directory Directory
	Cards     Cards
	Parking   Parking
	Flag      Flag
	// Files are the kept files, to be sent; nil where none are.
	Files Files
	// Uploads spare a platform what it has already; nil uploads each time.
	Uploads  Uploads
	Channels []Channel
	// Owner names this process in leases, in at most 40 ASCII characters; no other process may have the name.
	Owner string
	// Calls is how many calls run at once; 8 when 0.
	Calls int
	// Now is the machine's clock, never shifted.
	Now func() time.Time
	// Jitter spreads retries; it returns a factor in [0, 1).
	Jitter func() float64
	Logger *slog.Logger
	// Settled hears of every settled item, for metrics; it may be nil.
	Settled func(item bot.Parcel, state bot.ParcelState)
	// Watch sees an item on its way, for traces; it may be nil.
	Watch func(ctx context.Context, kind string) (within context.Context, end func())
}

// Deliverer drains the outbox.
type Deliverer struct {
	Config
	channels map[bot.ChannelID]*Channel
	pauses   pauses
	sharing  sync.Map // the files that go to many, by channel and hash, while they are uploaded
	calls    chan struct{}
	wake     chan struct{}
	freed    chan struct{}
	claims   atomic.Int64
	held     atomic.Int64
	lanes    sync.WaitGroup
}

// New makes a Deliverer; Run starts it.
func New(cfg Config) *Deliverer {
	if cfg.Calls == 0 {
		cfg.Calls = 8
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Settled == nil {
		cfg.Settled = func(bot.Parcel, bot.ParcelState) {}
	}
	if cfg.Watch == nil {
		cfg.Watch = func(ctx context.Context, _ string) (context.Context, func()) { return ctx, func() {} }
	}
	d := &Deliverer{
		Config:   cfg,
		channels: make(map[bot.ChannelID]*Channel, len(cfg.Channels)),
		calls:    make(chan struct{}, cfg.Calls),
		wake:     make(chan struct{}, 1),
		freed:    make(chan struct{}, 1),
	}
	for i := range cfg.Channels {
		d.channels[cfg.Channels[i].ID] = &cfg.Channels[i]
	}
	return d
}

// Wake makes the queue be looked at soon. It never blocks.
func (d *Deliverer) Wake() { signal(d.wake) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // one is waiting already
	}
}

// Run delivers until ctx ends, lets the running calls end, and puts back what was claimed and not begun.
func (d *Deliverer) Run(ctx context.Context) {
	defer d.lanes.Wait()
	tick := time.NewTicker(look)
	defer tick.Stop()
	echo := time.NewTimer(0)
	defer echo.Stop()
	next := len(echoes)
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
			next = 0
			echo.Reset(echoes[next])
			continue
		case <-echo.C:
			if next++; next < len(echoes) {
				echo.Reset(echoes[next])
			}
		case <-d.freed:
		case <-tick.C:
		}
		d.claim(ctx)
	}
}

// claim takes what is due, as far as there is room, and hands each lane to a goroutine of its own.
func (d *Deliverer) claim(ctx context.Context) {
	for ctx.Err() == nil {
		room := inHand - int(d.held.Load())
		if room <= 0 {
			return
		}
		lease := d.Owner + "/" + strconv.FormatInt(d.claims.Add(1), 36)
		items, err := d.Queue.Claim(ctx, lease, leaseLife, room)
		if err != nil {
			d.Logger.Warn("outbox not read", "err", err)
			return
		}
		if len(items) == 0 {
			return
		}
		for _, lane := range byLane(items) {
			d.held.Add(int64(len(lane)))
			d.lanes.Go(func() {
				d.deliverLane(ctx, lane)
				d.held.Add(-int64(len(lane)))
				signal(d.freed)
			})
		}
	}
}

// byLane groups items by their lane and keeps the order within each.
func byLane(items []bot.Parcel) [][]bot.Parcel {
	var lanes [][]bot.Parcel
	at := make(map[string]int)
	for _, item := range items {
		i, ok := at[item.Lane]
		if !ok {
			i = len(lanes)
			at[item.Lane] = i
			lanes = append(lanes, nil)
		}
		lanes[i] = append(lanes[i], item)
	}
	return lanes
}
