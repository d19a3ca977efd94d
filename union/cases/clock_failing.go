package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
)

// A move that fails is tried again after FirstPutOff, and each time after twice as long, up to LongestPutOff.
const (
	FirstPutOff   = time.Minute
	LongestPutOff = 4 * time.Hour
	// PassingPutOff is for what passes of itself, such as a row that somebody else holds.
	PassingPutOff = 10 * time.Second
	// PassesOften is how often that is believed of a move: what has not passed by then fails like anything else.
	PassesOften = 6
	// FailsOften is how often a move has failed that somebody is to look at.
	FailsOften = 3
)

// causeRunes is how much is kept of why a move failed.
const causeRunes = 190

// FailedMove is a move of a step that failed, as often as it was tried.
type FailedMove struct {
	Case   ID
	Number string
	// Moves is that of the clock: which move it is.
	Moves, Tries int
	// Passed is how often it failed of what should have passed of itself.
	Passed int
	// Since it fails. It is tried Again then.
	Since, Again time.Time
	// Cause is why, the last time.
	Cause string
}

// putOff has a move that failed tried again later and later, for what stays the longest overdue would keep the others from being
// looked at. What passes of itself is tried again soon, and is none of the case's, unless it does not pass. put says whether that was kept: where the database
// is away, no move has failed of itself.
func (d *Desk) putOff(ctx context.Context, c Clock, cause error) (put bool, err error) {
	var f FailedMove
	passes := errors.Is(cause, union.ErrStale) || d.store.Clocks.Passing(cause)
	err = d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		if f, err = d.store.Clocks.FailedBefore(ctx, c); err != nil {
			return err
		}
		if f.Since.IsZero() {
			f.Since = d.now()
		}
		f.Cause = cause.Error()
		if all := []rune(f.Cause); len(all) > causeRunes {
			f.Cause = string(all[:causeRunes])
		}
		if passes && f.Passed < PassesOften {
			f.Passed++
			f.Again = d.now().Add(PassingPutOff)
			return d.store.Clocks.PutOff(ctx, f)
		}
		wait := FirstPutOff
		for i := 0; i < f.Tries && wait < LongestPutOff; i++ {
			wait *= 2
		}
		f.Tries++
		f.Again = d.now().Add(min(wait, LongestPutOff))
		return d.store.Clocks.PutOff(ctx, f)
	})
	if err != nil {
		return false, fmt.Errorf("move case %d: %w", c.Case, errors.Join(cause, err))
	}
	return true, fmt.Errorf("move case %s (id %d, failed %d times): %w", f.Number, c.Case, f.Tries+f.Passed, cause)
}

// TryPutOff has all moves tried again now that were put off: whoever starts a worker may have mended what was common to them.
func (d *Desk) TryPutOff(ctx context.Context) error {
	const looked = 200
	for after := ID(0); ; {
		now := d.now()
		some, err := d.store.Clocks.PutOffYet(ctx, now, after, looked)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, f := range some {
			after, f.Again = f.Case, now
			if err := d.store.Clocks.WakeAt(ctx, f); err != nil {
				return err
			}
		}
	}
}

// MissUnmarked puts up to limit tasks among what is overdue whose matter is over a time promised for the whole of it since before a version
// that says so, and says of how many it did.
func (d *Desk) MissUnmarked(ctx context.Context, limit int) (int64, error) {
	return d.store.Tasks.MissUnmarked(ctx, d.now(), limit)
}

// ForgetMoved drops what is kept of moves that failed and were made since, by whomever, and says of how many.
func (d *Desk) ForgetMoved(ctx context.Context) (int64, error) {
	return d.store.Clocks.ForgetMoved(ctx)
}
