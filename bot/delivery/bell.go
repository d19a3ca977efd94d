package delivery

import (
	"context"
	"log/slog"
	"time"
)

const (
	// ringEvery bounds how often the other processes are told.
	ringEvery = 20 * time.Millisecond
	// ringTimeout bounds the telling. Who does not hear of it looks within a second.
	ringTimeout = 300 * time.Millisecond
	// listenAgain is the wait before a broken signal is listened to again.
	listenAgain = time.Second
)

// Signal reaches the other processes (Redis). A signal may be lost.
type Signal interface {
	Send(ctx context.Context) error
	// Listen calls heard for every signal until ctx ends or the connection breaks.
	Listen(ctx context.Context, heard func()) error
}

// Bell tells deliverers, here and in other processes, that rows were written.
type Bell struct {
	signal Signal
	wake   func()
	rung   chan struct{}
	log    *slog.Logger
}

// NewBell makes a bell. wake wakes the deliverer of this process, and may be nil where there is none.
func NewBell(s Signal, wake func(), log *slog.Logger) *Bell {
	if wake == nil {
		wake = func() {}
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Bell{signal: s, wake: wake, rung: make(chan struct{}, 1), log: log}
}

// Ring wakes every deliverer. It never blocks.
func (b *Bell) Ring() {
	b.wake()
	signal(b.rung)
}

// Run passes rings on to other processes and theirs to ours, until ctx ends.
func (b *Bell) Run(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.listen(ctx)
	}()
	defer func() { <-done }()
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.rung:
		}
		b.send(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(ringEvery):
		}
	}
}

func (b *Bell) send(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, ringTimeout)
	defer cancel()
	if err := b.signal.Send(ctx); err != nil && ctx.Err() == nil {
		b.log.Debug("signal not sent", "err", err)
	}
}

func (b *Bell) listen(ctx context.Context) {
	for ctx.Err() == nil {
		if err := b.signal.Listen(ctx, b.wake); err != nil && ctx.Err() == nil {
			b.log.Debug("signal broken", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}
