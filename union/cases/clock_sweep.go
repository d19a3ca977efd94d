package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/unionbot/unionbot/union/review"
)

// sweepers is how many cases are moved at a time, where the store takes several writers: what they do is mostly to wait.
const sweepers = 4

// movedTogether is how many cases are moved in one transaction: what they have in common is read once, and the rows of a case are
// held no longer than it takes to move so many.
const movedTogether = 16

// MoveClocks makes the next move of up to limit steps that nobody decided in time, the longest overdue first, and says
// how many it looked at. Each move happens once, however many do this at once and however late it is: what those have
// who get the case begins now. Outside of duty hours it does nothing, for every move speaks to somebody.
func (d *Desk) MoveClocks(ctx context.Context, limit int) (int64, error) {
	if !d.calendar.OnDuty(d.now()) {
		return 0, nil
	}
	due, err := d.store.Clocks.Due(ctx, d.now(), limit)
	if err != nil {
		return 0, fmt.Errorf("move clocks: %w", err)
	}
	handed := &hurried{}
	jobs := make(chan []Clock)
	failed := make(chan error, len(due))
	var all sync.WaitGroup
	writers := min(sweepers, len(due))
	if d.store.OneWriter {
		writers = min(1, len(due))
	}
	for range writers {
		all.Go(func() {
			for some := range jobs {
				if err := d.moveSome(ctx, some, handed); err != nil {
					failed <- err
				}
			}
		})
	}
	for some := range slices.Chunk(due, movedTogether) {
		jobs <- some
	}
	close(jobs)
	all.Wait()
	close(failed)
	errs := []error{d.hurry(ctx, handed.all())}
	for err := range failed {
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err // tried again with the next sweep, not at once
	}
	return int64(len(due)), nil
}

// moveSome moves several cases in one transaction or, where one of them fails or is somebody else's, each in its own.
func (d *Desk) moveSome(ctx context.Context, some []Clock, handed *hurried) error {
	var own *hurried
	err := d.store.Tx.Steady(ctx, func(ctx context.Context) error {
		own = &hurried{} // what was undone hurries nobody
		return d.moveOn(ctx, some, own)
	})
	switch {
	case err == nil:
		handed.merge(own)
		return nil
	case len(some) == 1 && errors.Is(err, errMoved):
		return nil
	case len(some) == 1:
		return fmt.Errorf("move case %d: %w", some[0].Case, err)
	case ctx.Err() != nil:
		return err
	}
	var failed []error
	for i := range some {
		failed = append(failed, d.moveSome(ctx, some[i:i+1], handed))
	}
	return errors.Join(failed...)
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
	if later := d.prolonged(m); later {
		return d.postpone(ctx, m)
	}
	if moved, err := d.settleStep(ctx, m, step, handed); err != nil || moved {
		return err
	}
	left, err := d.haveLeft(ctx, m, step)
	if err != nil {
		return err
	}
	if !left && step.Several() {
		if err := d.vacate(ctx, m, step, handed); err != nil {
			return err
		}
	}
	return d.makeMove(ctx, m, step, left, handed)
}
