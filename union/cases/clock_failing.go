package cases

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A move that fails is tried again after FirstPutOff, and each time after twice as long, up to LongestPutOff.
const (
	FirstPutOff   = time.Minute
	LongestPutOff = 4 * time.Hour
)

// FailedMove is a move of a step that failed, as often as it was tried.
type FailedMove struct {
	Case   ID
	Number string
	// Moves is that of the clock: which move it is.
	Moves, Tries int
	// Since it fails. It is tried Again then.
	Since, Again time.Time
}

// putOff has a move that failed tried again later and later, for what stays the longest overdue would keep the others from being
// looked at. put says whether that was kept: where the database is away, no move has failed of itself.
func (d *Desk) putOff(ctx context.Context, c Clock, cause error) (put bool, err error) {
	tries := 0
	err = d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		f, err := d.store.Clocks.FailedBefore(ctx, c)
		if err != nil {
			return err
		}
		now := d.now()
		if f.Tries == 0 {
			f = FailedMove{Case: c.Case, Moves: c.Moves, Since: now}
		}
		wait := FirstPutOff
		for i := 0; i < f.Tries && wait < LongestPutOff; i++ {
			wait *= 2
		}
		f.Tries++
		f.Again = now.Add(min(wait, LongestPutOff))
		tries = f.Tries
		return d.store.Clocks.PutOff(ctx, f)
	})
	if err != nil {
		return false, fmt.Errorf("move case %d: %w", c.Case, errors.Join(cause, err))
	}
	return true, fmt.Errorf("move case %d (try %d): %w", c.Case, tries, cause)
}
