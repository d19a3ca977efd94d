package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/unionbot/unionbot/union/review"
)

// sweepers is how many cases are moved at a time, where the store takes several writers: what they do is mostly to wait.
const sweepers = 4

// movedTogether is how many cases are moved in one transaction: what they have in common is read once, and the rows of a case are
// held no longer than it takes to move so many.
const movedTogether = 16

// MoveClocks makes the next move of up to limit steps that nobody decided in time, the longest overdue first, and says
// how many it dealt with. Each move happens once, however many do this at once and however late it is: what those have
// who get the case begins now. One that fails is put off, and dealt with by that: the others go on, and the error says so.
// Outside of duty hours it does nothing, for every move speaks to somebody.
func (d *Desk) MoveClocks(ctx context.Context, limit int) (int64, error) {
	if !d.calendar.OnDuty(d.now()) {
		return 0, nil
	}
	due, err := d.store.Clocks.Due(ctx, d.now(), limit)
	if err != nil {
		return 0, fmt.Errorf("move clocks: %w", err)
	}
	done := &sweep{}
	jobs := make(chan []Clock)
	var all sync.WaitGroup
	writers := min(sweepers, len(due))
	if d.store.OneWriter {
		writers = min(1, len(due))
	}
	for range writers {
		all.Go(func() {
			for some := range jobs {
				d.moveSome(ctx, some, done)
			}
		})
	}
	for some := range slices.Chunk(due, movedTogether) {
		jobs <- some
	}
	close(jobs)
	all.Wait()
	return done.n.Load(), errors.Join(d.hurry(ctx, done.handed.all()), done.failed())
}

// sweep is what moving many clocks came to.
type sweep struct {
	handed hurried
	n      atomic.Int64
	mu     sync.Mutex
	errs   []error
}

func (s *sweep) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.errs = append(s.errs, err)
}

func (s *sweep) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.errs...)
}

// moveSome moves several cases in one transaction or, where one of them fails or is somebody else's, each in its own.
func (d *Desk) moveSome(ctx context.Context, some []Clock, done *sweep) {
	var own *hurried
	err := d.store.Tx.Steady(ctx, func(ctx context.Context) error {
		own = &hurried{} // what was undone hurries nobody
		return d.moveOn(ctx, some, own)
	})
	switch {
	case err == nil:
		done.handed.merge(own)
		done.n.Add(int64(len(some)))
	case ctx.Err() != nil:
		done.fail(err)
	case len(some) > 1:
		for i := range some {
			d.moveSome(ctx, some[i:i+1], done)
		}
	case errors.Is(err, errMoved):
		done.n.Add(1)
	default:
		put, err := d.putOff(ctx, some[0], err)
		if done.fail(err); put {
			done.n.Add(1)
		}
	}
}

// errMoved means that somebody else has made a move for which a clock was read.
var errMoved = errors.New("the clock was moved by somebody else")

// errBusy means that somebody is just deciding one of several cases.
var errBusy = errors.New("a case is being decided")

// moveOn makes the moves for which the clocks were read; none, where somebody else made one of them.
func (d *Desk) moveOn(ctx context.Context, read []Clock, handed *hurried) error {
	ids := make([]ID, len(read))
	for i, c := range read {
		ids[i] = c.Case
	}
	free, err := d.store.Clocks.Hold(ctx, ids)
	switch {
	case err != nil:
		return err
	case !free: // nobody waits for a case of which others know nothing
		return errBusy
	}
	mine, err := d.store.Clocks.Claim(ctx, read...)
	if err != nil {
		return err
	}
	if !mine {
		return errMoved
	}
	matters, err := d.loadAll(ctx, ids)
	if err != nil {
		return err
	}
	for _, m := range matters {
		if err := d.moveCase(ctx, m, handed); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) moveCase(ctx context.Context, m *matter, handed *hurried) error {
	switch {
	case m.State == Returned:
		return d.remindAuthor(ctx, m)
	case m.State != Open:
		d.wind(m, turn{})
		return d.keepClocks(ctx, m)
	}
	step, ok := m.service.Step(m.Step)
	if !ok {
		return fmt.Errorf("%w: %s", review.ErrUnknownStep, m.Step)
	}
	if m.later {
		return d.postpone(ctx, m)
	}
	if moved, err := d.settleStep(ctx, m, step, handed); err != nil || moved {
		return err
	}
	left, err := d.haveLeft(ctx, m, step)
	if err != nil {
		return err
	}
	if !left {
		if waits, err := d.waitForShift(ctx, m); err != nil || waits {
			return err
		}
	}
	if !left && step.Several() {
		if err := d.vacate(ctx, m, step, handed); err != nil {
			return err
		}
	}
	return d.makeMove(ctx, m, step, left, handed)
}
