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
	// inHand is how many items of a stream are claimed and not settled at most.
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
	// Throttle is the pace that what is not urgent shares with broadcasts, PerSecond calls for each interface of an account; nil is none.
	Throttle  Throttle
	PerSecond float64
	// Calls is how many calls run at once, urgent ones and others apart; 8 when 0.
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

// Deliverer drains the outbox: what is urgent, and beside it, so that nothing urgent waits for it, what is not.
type Deliverer struct {
	Config
	channels       map[bot.ChannelID]*Channel
	pauses         pauses
	sharing        sync.Map // the files that go to many, by channel and hash, while they are uploaded
	urgent, others stream
	claims         atomic.Int64
	lanes          sync.WaitGroup
}

// stream is the urgent items, or the others. Each has room and calls of its own.
type stream struct {
	unhurried bool
	calls     chan struct{}
	wake      chan struct{}
	freed     chan struct{}
	held      atomic.Int64
	// idle is true once the pace has put an item back: until the next look nothing is claimed that would be put back too.
	idle atomic.Bool
}

func (s *stream) open(calls int) {
	s.calls, s.wake, s.freed = make(chan struct{}, calls), make(chan struct{}, 1), make(chan struct{}, 1)
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
	d := &Deliverer{Config: cfg, channels: make(map[bot.ChannelID]*Channel, len(cfg.Channels))}
	d.others.unhurried = true
	d.urgent.open(cfg.Calls)
	d.others.open(cfg.Calls)
	for i := range cfg.Channels {
		d.channels[cfg.Channels[i].ID] = &cfg.Channels[i]
	}
	return d
}

// Wake makes the queue be looked at soon. It never blocks. What is not urgent waits for the next look.
func (d *Deliverer) Wake() { signal(d.urgent.wake) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // one is waiting already
	}
}

// Run delivers until ctx ends, lets the running calls end, and puts back what was claimed and not begun.
func (d *Deliverer) Run(ctx context.Context) {
	defer d.lanes.Wait()
	d.lanes.Go(func() { d.run(ctx, &d.others) })
	d.run(ctx, &d.urgent)
}

func (d *Deliverer) run(ctx context.Context, s *stream) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	echo := time.NewTimer(0)
	defer echo.Stop()
	next := len(echoes)
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			next = 0
			echo.Reset(echoes[next])
			continue
		case <-echo.C:
			if next++; next < len(echoes) {
				echo.Reset(echoes[next])
			}
		case <-s.freed:
		case <-tick.C:
			s.idle.Store(false)
		}
		d.claim(ctx, s)
	}
}

// claim takes what is due, as far as there is room, and hands each lane to a goroutine of its own.
func (d *Deliverer) claim(ctx context.Context, s *stream) {
	for ctx.Err() == nil && !s.idle.Load() {
		room := inHand - int(s.held.Load())
		if room <= 0 {
			return
		}
		lease := d.Owner + "/" + strconv.FormatInt(d.claims.Add(1), 36)
		items, err := d.Queue.Claim(ctx, s.unhurried, lease, leaseLife, room)
		if err != nil {
			d.Logger.Warn("outbox not read", "err", err)
			return
		}
		if len(items) == 0 {
			return
		}
		for _, lane := range byLane(items) {
			s.held.Add(int64(len(lane)))
			d.lanes.Go(func() {
				d.deliverLane(ctx, s, lane)
				s.held.Add(-int64(len(lane)))
				signal(s.freed)
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
