package broadcast

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

// Repeated is what is said again, as it is listed.
type Repeated struct {
	Repeat
	// Run is the run that was released last.
	Run Broadcast
	// Open are those that are prepared, and that nobody has released.
	Open []Broadcast
}

// Repeats lists what is said again, to whoever may steer it.
func (d *Desk) Repeats(ctx context.Context, member union.MemberID, limit int) (list []Repeated, err error) {
	holdings, err := d.Members.Holdings(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("read offices: %w", err)
	}
	found, err := d.Store.RepeatsUnder(ctx, member, lineagesOf(holdings, releasers), limit)
	if err != nil {
		return nil, fmt.Errorf("list what is said again: %w", err)
	}
	for _, r := range found {
		run, err := d.Store.ByID(ctx, r.Last)
		if err != nil {
			return nil, err
		}
		open, err := d.Store.OpenRuns(ctx, r.ID, pageSize)
		if err != nil {
			return nil, err
		}
		list = append(list, Repeated{r, run, open})
	}
	return list, nil
}

// RepeatOf is what a run is said again by.
func (d *Desk) RepeatOf(ctx context.Context, member union.MemberID, number string) (Repeat, error) {
	return d.repeating(ctx, member, number, func(context.Context, *Repeat) error { return nil })
}

// StopRepeat says it no more: what was prepared and that nobody has released yet goes with it. Any of its runs names it.
func (d *Desk) StopRepeat(ctx context.Context, member union.MemberID, number string) (Repeat, error) {
	return d.repeating(ctx, member, number, func(ctx context.Context, r *Repeat) error {
		r.On = false
		return d.withdrawRuns(ctx, *r)
	})
}

// ResumeRepeat says it again from its next day on. It returns ErrWriter where nobody is there who writes it.
func (d *Desk) ResumeRepeat(ctx context.Context, member union.MemberID, number string) (Repeat, error) {
	return d.repeating(ctx, member, number, func(ctx context.Context, r *Repeat) error {
		if r.On {
			return nil
		}
		r.On = true
		last, err := d.Store.ByID(ctx, r.Last)
		if err == nil {
			err = d.stillWrites(ctx, *r, last)
		}
		if err != nil {
			return err
		}
		return d.schedule(ctx, r)
	})
}

// MoveRepeat has it said on other days: none twice within a month, or a year. What was prepared and that nobody has released yet is
// withdrawn, and prepared anew.
func (d *Desk) MoveRepeat(ctx context.Context, member union.MemberID, number string, to Rule) (Repeat, error) {
	return d.repeating(ctx, member, number, func(ctx context.Context, r *Repeat) error {
		if !r.On {
			return ErrNotNow
		}
		if to.Minute < 0 {
			to.Minute = r.Minute
		}
		r.Rule = to
		if err := d.withdrawRuns(ctx, *r); err != nil {
			return err
		}
		return d.schedule(ctx, r)
	})
}

// schedule finds the next day: from tomorrow on, in a period for which nothing was released.
func (d *Desk) schedule(ctx context.Context, r *Repeat) error {
	last, err := d.Store.ByID(ctx, r.Last)
	if err != nil {
		return err
	}
	done := last.Day
	r.Next = r.After(d.dayOf(d.Now()))
	if !last.State.Over() || last.State == Done {
		for r.Same(done, r.Next) || r.Next.Before(done) {
			r.Next = r.After(r.Next)
		}
	}
	for {
		switch taken, err := d.Store.HasRun(ctx, r.ID, r.Next); {
		case err != nil:
			return err
		case !taken:
			return nil
		}
		r.Next = r.After(r.Next)
	}
}

// withdrawRuns takes back what was prepared and that nobody has released, but for what is for a day of the rule as it is now. Its day is
// free again.
func (d *Desk) withdrawRuns(ctx context.Context, r Repeat) error {
	runs, err := d.Store.OpenRuns(ctx, r.ID, pageSize)
	for i := 0; i < len(runs) && err == nil; i++ {
		if day := runs[i].Day; !r.On || r.After(day.AddDays(-1)) != day {
			runs[i].Day = calendar.Date{}
			err = d.giveUp(ctx, runs[i], nil)
		}
	}
	return err
}

// repeating runs fn on what is said again, for who may steer the run that names it.
func (d *Desk) repeating(ctx context.Context, member union.MemberID, number string, fn func(ctx context.Context, r *Repeat) error) (r Repeat, err error) {
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		b, _, err := d.steered(ctx, member, number)
		if err != nil {
			return err
		}
		if b.Series == 0 {
			return ErrOnce
		}
		if r, err = d.Store.RepeatByID(ctx, b.Series); err != nil {
			return err
		}
		before := r
		if err := fn(ctx, &r); err != nil || r == before {
			return err
		}
		return d.Store.UpdateRepeat(ctx, r)
	})
	if err != nil {
		return r, fmt.Errorf("steer what is said again: %w", err)
	}
	return r, nil
}
