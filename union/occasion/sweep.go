package occasion

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Sweep changes the greetings of a subtree bite by bite: a million in one turn would keep everybody waiting. The first bite is taken
// in the turn, so that of most units nothing is left to be done.
type Sweep struct {
	ID   int64
	Does Does
	// Silence holds what is swept, or held it.
	Silence int64
	Lineage string
	// Occasion is decided about anew since a day.
	Occasion, Since string
	// Spare are the occasions that a silence lets through.
	Spare []string
	// After is the last member that was swept.
	After union.MemberID
	// Becomes, SayOn and SendAt are for what is released.
	Becomes State
	SayOn   string
	SendAt  time.Time
}

// Does is what a sweep does.
type Does string

// What sweeps do.
const (
	// SweepHold holds what is planned, and what was handed over and has not gone out. As long as its silence lasts, whoever sends
	// lets nothing out that it has not come to.
	SweepHold Does = "hold"
	// SweepAnew lets an occasion be decided about anew: what was stopped, and what has not gone out.
	SweepAnew Does = "anew"
	// SweepFree lets what a silence held go on, or be left out.
	SweepFree Does = "free"
)

// SweptBite is how many members, or greetings, one transaction looks at.
const SweptBite = 1000

// sweepBites bounds how long one sweep keeps the worker from everything else.
const sweepBites = 20

// begin writes a sweep down and takes its first bite: how many greetings that changed, and whether there may be more.
func (d *Desk) begin(ctx context.Context, s Sweep) (n int64, more bool, err error) {
	s.ID = d.NewID()
	if err := d.Store.AddSweep(ctx, s); err != nil {
		return 0, false, err
	}
	_, n, more, err = d.Store.SweepOn(ctx, s)
	return n, more, err
}

// anew lets an occasion be decided about anew below the offices.
func (d *Desk) anew(ctx context.Context, name string, over []union.Holding) error {
	for _, h := range over {
		if _, _, err := d.begin(ctx, Sweep{Does: SweepAnew, Lineage: h.Lineage, Occasion: name, Since: d.today().String()}); err != nil {
			return err
		}
	}
	return nil
}

// sweepOn goes on with the sweeps that are not done. Several may do so at once.
func (d *Desk) sweepOn(ctx context.Context) error {
	list, err := d.Store.Sweeps(ctx)
	if err != nil {
		return err
	}
	for _, s := range list {
		for range sweepBites {
			var more bool
			if s, _, more, err = d.Store.SweepOn(ctx, s); err != nil || !more {
				break
			}
		}
		if err != nil && !errors.Is(err, union.ErrStale) { // else another replica is at it
			return fmt.Errorf("sweep %d: %w", s.ID, err)
		}
	}
	return nil
}
