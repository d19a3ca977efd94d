package broadcast

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
)

// Repeated is what is said again, as it is listed.
type Repeated struct {
	Repeat
	// Run is the run that was released last.
	Run Broadcast
	// Open are those that are prepared, and that nobody has released.
	Open []Broadcast
	// Ended is true where it was stopped, and cannot be said again: its writer is not responsible for its audience any more.
	Ended bool
	// Changed are those that were prepared, and have gone to another time by what was done now, or are cancelled by it.
	Changed []Broadcast
}

// Repeats lists what is said again, to whoever may steer it, and says of how many more that is true.
func (d *Desk) Repeats(ctx context.Context, member union.MemberID, limit int) (list []Repeated, more int, err error) {
	holdings, err := d.Members.Holdings(ctx, member)
	if err != nil {
		return nil, 0, fmt.Errorf("read offices: %w", err)
	}
	found, err := d.Store.RepeatsUnder(ctx, member, lineagesOf(holdings, releasers), pageSize)
	if err != nil {
		return nil, 0, fmt.Errorf("list what is said again: %w", err)
	}
	for _, r := range found {
		first, err := d.Store.ByNumber(ctx, r.Number) // by which it is steered
		if err != nil {
			return nil, 0, err
		}
		switch may, err := d.maySteer(ctx, member, holdings, first); {
		case err != nil:
			return nil, 0, err
		case may && len(list) == limit:
			more++
		case may:
			of, err := d.repeated(ctx, r)
			if err != nil {
				return nil, 0, err
			}
			list = append(list, of)
		}
	}
	return list, more, nil
}

func (d *Desk) repeated(ctx context.Context, r Repeat) (of Repeated, err error) {
	of.Repeat = r
	if of.Run, err = d.Store.ByID(ctx, r.Last); err != nil {
		return of, err
	}
	if of.Open, err = d.Store.OpenRuns(ctx, r.ID, pageSize); err != nil || r.On {
		return of, err
	}
	err = d.stillWrites(ctx, r, of.Run)
	if of.Ended = errors.Is(err, ErrWriter); of.Ended {
		err = nil
	}
	return of, err
}

// RepeatOf is what a run is said again by.
func (d *Desk) RepeatOf(ctx context.Context, member union.MemberID, number string) (Repeat, error) {
	return d.repeating(ctx, member, number, func(context.Context, *Repeat) error { return nil })
}

// StopRepeat says it no more: what was prepared and that nobody has released yet goes with it. Any of its runs names it.
func (d *Desk) StopRepeat(ctx context.Context, member union.MemberID, number string) (Repeat, error) {
	return d.repeating(ctx, member, number, func(ctx context.Context, r *Repeat) error {
		r.On = false
		_, err := d.settleRuns(ctx, *r, r.Rule, member)
		return err
	})
}

// ResumeRepeat says it again from the next day on for which a run may still be released: what was stopped and is begun again at once has
// lost none. It returns ErrWriter where nobody is there who writes it.
func (d *Desk) ResumeRepeat(ctx context.Context, member union.MemberID, number string) (Repeated, error) {
	return d.steering(ctx, member, number, func(ctx context.Context, r *Repeat) error {
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
		return d.schedule(ctx, r, d.dayOf(d.Now().Add(-LateFor)).AddDays(-1))
	})
}

// MoveRepeat has it said on other days, or at another time: none twice within a month, or a year. What was prepared and that nobody has
// released yet goes along where its time is another, and is withdrawn where its day is.
func (d *Desk) MoveRepeat(ctx context.Context, member union.MemberID, number string, to Rule) (Repeated, error) {
	var changed []Broadcast
	of, err := d.steering(ctx, member, number, func(ctx context.Context, r *Repeat) (err error) {
		if !r.On {
			return ErrNotNow
		}
		if to.Minute < 0 {
			to.Minute = r.Minute
		}
		was := r.Rule
		r.Rule = to
		if changed, err = d.settleRuns(ctx, *r, was, member); err != nil {
			return err
		}
		return d.schedule(ctx, r, d.dayOf(d.Now()))
	})
	of.Changed = changed
	return of, err
}

// schedule finds the next day after one: in a period for which nothing was released, and not so long ago that its run would be late.
func (d *Desk) schedule(ctx context.Context, r *Repeat, after calendar.Date) error {
	last, err := d.Store.ByID(ctx, r.Last)
	if err != nil {
		return err
	}
	done := last.Day
	if last.State.Over() && last.State != Done {
		done = calendar.Date{}
	}
	for r.Next = r.After(after); ; r.Next = r.After(r.Next) {
		if r.Same(done, r.Next) || r.Next.Before(done) || r.late(r.Next, d.Zone, d.Now()) {
			continue
		}
		if taken, err := d.Store.HasRun(ctx, r.ID, r.Next); err != nil || !taken {
			return err
		}
	}
}

// settleRuns deals with what was prepared and that nobody has released, where a rule was another, or is over. What is for a day of the rule
// as it is now keeps what its writer has made of it, and is to be handed in anew for the new time, unless they gave it one of its own; what
// is not is taken back, and its day is free again. A writer is told by whom.
func (d *Desk) settleRuns(ctx context.Context, r Repeat, was Rule, by union.MemberID) (changed []Broadcast, err error) {
	runs, err := d.Store.OpenRuns(ctx, r.ID, pageSize)
	if err != nil {
		return nil, err
	}
	who, err := d.Members.Get(ctx, by)
	if err != nil {
		return nil, err
	}
	for _, b := range runs {
		stays := r.On && r.After(b.Day.AddDays(-1)) == b.Day
		own := !b.Chosen || !b.StartsAt.Equal(was.At(b.Day, d.Zone))
		switch {
		case stays && (own || r.Minute == was.Minute):
			continue
		case stays:
			err = d.settleCards(ctx, b, Draft, by)
			b.State, b.StartsAt, b.Chosen = Draft, r.At(b.Day, d.Zone).UTC(), true
			if err == nil {
				err = d.Store.Update(ctx, b)
			}
		default:
			b.Day = calendar.Date{}
			err = d.giveUp(ctx, b, by, nil)
			b.State = Cancelled
		}
		if err == nil && by != b.Author {
			err = d.note(ctx, b, "moved", []union.MemberID{b.Author}, notice.KindAnswer, func(union.MemberID) notice.Body { return d.Words.RunChanged(b, r, who, d.Now()) })
		}
		if err != nil {
			return nil, err
		}
		changed = append(changed, b)
	}
	return changed, nil
}

// steering is repeating, and lists it as it is then.
func (d *Desk) steering(ctx context.Context, member union.MemberID, number string, fn func(ctx context.Context, r *Repeat) error) (Repeated, error) {
	r, err := d.repeating(ctx, member, number, fn)
	if err != nil {
		return Repeated{Repeat: r}, err
	}
	return d.repeated(ctx, r)
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
