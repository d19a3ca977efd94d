package cases

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// The pace of saving behind. A change is kept a second later at most; while the database is away it is tried again
// every second.
const (
	behindDelay = 500 * time.Millisecond
	behindRetry = time.Second
	// behindBatch is how many drafts share a statement, so that a burst costs few of them and blocks no filing long.
	behindBatch = 64
	// behindMost bounds the memory while the database is away: 10,000 half-filled forms of a kilobyte or two.
	behindMost = 10_000
	// behindStop is the time to write what is left at the end.
	behindStop = 5 * time.Second
	// behindGiveUp ends the tries for a draft that the database refuses while it takes others.
	behindGiveUp = 10
)

// behind holds drafts that wait to be written.
type behind struct {
	store Store
	log   *slog.Logger
	wake  chan struct{}

	mu      sync.Mutex
	waiting map[ID]*waitingDraft
	order   int64
}

type waitingDraft struct {
	Draft
	order int64 // of its first change that is not written yet
	tries int
}

func newBehind(store Store, log *slog.Logger) *behind {
	return &behind{store: store, log: log, wake: make(chan struct{}, 1), waiting: map[ID]*waitingDraft{}}
}

// unsaved counts the drafts that wait.
func (b *behind) unsaved() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.waiting)
}

func (b *behind) run(ctx context.Context) {
	failing := false
	for {
		select {
		case <-ctx.Done():
			b.finish(ctx)
			return
		case <-b.wake:
		}
		wait := behindDelay // more changes of the same form may follow
		for {
			select {
			case <-ctx.Done():
				b.finish(ctx)
				return
			case <-time.After(wait):
			}
			err := b.flush(ctx)
			if err == nil {
				failing = false
				break
			}
			if !failing && ctx.Err() == nil {
				b.log.Warn("drafts cannot be kept now and are tried again", "error", err)
				failing = true
			}
			wait = behindRetry
		}
	}
}

// finish writes what is left, after the end of ctx.
func (b *behind) finish(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), behindStop)
	defer cancel()
	if err := b.flush(ctx); err != nil {
		b.log.Warn("some drafts are left to their sessions", "error", err)
	}
}

// flush writes batches until nothing waits, or one fails.
func (b *behind) flush(ctx context.Context) error {
	for {
		queue := b.queue()
		if len(queue) == 0 {
			return nil
		}
		for some := range slices.Chunk(queue, behindBatch) {
			batch := b.batch(some)
			if b.save(ctx, batch...) == nil {
				continue
			}
			if err := b.saveEach(ctx, batch); err != nil {
				return err
			}
		}
	}
}

// saveEach writes the drafts of a batch that failed one by one, so that a bad one keeps no other back. It stops at the
// second failure before any success, for then the database is away; whatever failed goes to the end of the queue.
func (b *behind) saveEach(ctx context.Context, batch []waitingDraft) error {
	var failed []waitingDraft
	var last error
	saved := 0
	for _, d := range batch {
		if err := b.save(ctx, d); err != nil {
			failed, last = append(failed, d), err
		} else {
			saved++
		}
		if saved == 0 && len(failed) > 1 {
			break
		}
	}
	b.requeue(failed, saved > 0)
	return last
}

// save writes drafts, all or none. A draft that is stale was filed, dropped or overtaken: it is settled too.
func (b *behind) save(ctx context.Context, drafts ...waitingDraft) error {
	list := make([]Draft, len(drafts))
	for i, d := range drafts {
		list[i] = d.Draft
	}
	if err := b.store.Drafts.SaveAll(ctx, list...); err != nil {
		return err
	}
	for _, d := range drafts {
		b.settle(d)
	}
	return nil
}
