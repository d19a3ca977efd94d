package enrolment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// own locks the activity of an entry and runs fn on the entry as it is then, if the member takes part by it; for
// anybody else it returns union.ErrNotFound.
func (d *Desk) own(ctx context.Context, member union.MemberID, number string, fn func(ctx context.Context, a Activity, e *Entry) error) (EntryView, error) {
	found, err := d.store.Entries.ByNumber(ctx, strings.ToUpper(number))
	if err != nil {
		return EntryView{}, err
	}
	var v EntryView
	err = d.changing(ctx, found.Activity, func(ctx context.Context, a Activity) error {
		e, err := d.store.Entries.ByID(ctx, found.ID)
		if err != nil {
			return err
		}
		switch {
		case !slices.Contains(e.People(), member):
			return union.ErrNotFound
		case e.Member != member:
			return ErrNotCaptain
		}
		if err := fn(ctx, a, &e); err != nil {
			return err
		}
		v, err = d.view(ctx, a, e)
		return err
	})
	return v, err
}

// Accept takes an offered place. An answer that comes too late lets the offer lapse: the entry is Lapsed then. Accepted
// before, nothing changes.
func (d *Desk) Accept(ctx context.Context, member union.MemberID, number string) (EntryView, error) {
	v, err := d.own(ctx, member, number, func(ctx context.Context, a Activity, e *Entry) error {
		switch {
		case e.State != Offered:
			return nil
		case d.overdue(a, *e):
			return d.lapse(ctx, a, e)
		}
		e.become(SignedUp, member, d.now())
		return d.update(ctx, e)
	})
	if err != nil {
		return EntryView{}, fmt.Errorf("accept offer: %w", err)
	}
	return v, nil
}

// Withdraw gives up a place, one that is offered, or one on the waiting list; the place goes to the first who waits.
// Withdrawn before, nothing changes. It returns ErrOver once the activity has begun, ErrReceived and ErrNotCaptain.
func (d *Desk) Withdraw(ctx context.Context, member union.MemberID, number string) (EntryView, error) {
	v, err := d.own(ctx, member, number, func(ctx context.Context, a Activity, e *Entry) error {
		switch {
		case e.State == Received:
			return ErrReceived
		case e.State.Ended():
			return nil
		case !d.now().Before(a.StartsAt):
			return ErrOver
		}
		return d.withdraw(ctx, a, e, member)
	})
	if err != nil {
		return EntryView{}, fmt.Errorf("withdraw entry: %w", err)
	}
	return v, nil
}

// withdraw ends an entry before its activity begins, tells a team, and passes a place on.
func (d *Desk) withdraw(ctx context.Context, a Activity, e *Entry, by union.MemberID) error {
	held := e.State.Holds()
	e.become(Withdrawn, by, d.now())
	if err := d.update(ctx, e); err != nil {
		return err
	}
	captain, err := d.members.Get(ctx, e.Member)
	if err != nil {
		return err
	}
	if err := d.tell(ctx, *e, "withdrawn", e.Mates, func() notice.Body { return d.words.TeamWithdrawn(a, *e, captain) }); err != nil {
		return err
	}
	if !held {
		return nil
	}
	return d.free(ctx, a, e.Unit)
}

// ReleaseLeavers ends up to limit entries of members who have left, so that their places go to others, and returns how many
// there were. A team ends with its captain.
func (d *Desk) ReleaseLeavers(ctx context.Context, limit int) (int64, error) {
	left, err := d.store.Entries.OfLeavers(ctx, d.now(), limit)
	if err != nil {
		return 0, fmt.Errorf("find entries of leavers: %w", err)
	}
	for i, found := range left {
		err := d.changing(ctx, found.Activity, func(ctx context.Context, a Activity) error {
			e, err := d.store.Entries.ByID(ctx, found.ID)
			if err != nil || e.State.Ended() || e.State == Received || !d.now().Before(a.StartsAt) {
				return err
			}
			return d.withdraw(ctx, a, &e, 0)
		})
		if err != nil {
			return int64(i), fmt.Errorf("release entry %d: %w", found.ID, err)
		}
	}
	return int64(len(left)), nil
}

// overdue says whether an offer lapses: its time is over, or the activity was brought forward and has begun.
func (d *Desk) overdue(a Activity, e Entry) bool {
	now := d.now()
	return e.TellAt.IsZero() && !now.Before(e.AnswerBy) || !now.Before(a.StartsAt)
}

func (d *Desk) update(ctx context.Context, e *Entry) error {
	if err := d.store.Entries.Update(ctx, *e); err != nil {
		return err
	}
	e.Version++
	return nil
}

// free gives a place back and offers it.
func (d *Desk) free(ctx context.Context, a Activity, unit union.OrgID) error {
	if err := d.store.Activities.Release(ctx, a.ID, unit); err != nil {
		return err
	}
	return d.fill(ctx, a)
}

// fill offers what places there are to those who wait, the first of them first. A unit without places is passed over.
func (d *Desk) fill(ctx context.Context, a Activity) error {
	if _, _, ok := a.offerTimes(d.now(), d.zone); !ok || a.State == Cancelled {
		return nil
	}
	var full []union.OrgID
	for {
		e, err := d.store.Entries.FirstWaiting(ctx, a.ID, full)
		if errors.Is(err, union.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		taken, err := d.store.Activities.Take(ctx, a.ID, e.Unit, a.PlacesOf(e.Unit))
		switch {
		case err != nil:
			return err
		case taken == Full:
			return nil
		case taken == UnitFull:
			full = append(full, e.Unit)
			continue
		}
		if err := d.offer(ctx, a, &e); err != nil {
			return err
		}
	}
}

// offer keeps a place that was taken for an entry, and tells its member: at once, or in the morning, when the sweep
// calls it again. What is told later than it was to be has as long for an answer.
func (d *Desk) offer(ctx context.Context, a Activity, e *Entry) error {
	now := d.now()
	tell, answerBy, _ := a.offerTimes(now, d.zone)
	if e.State != Offered {
		e.become(Offered, 0, now)
	}
	e.AnswerBy, e.TellAt = answerBy, tell
	if tell.After(now) {
		return d.update(ctx, e)
	}
	e.TellAt = time.Time{}
	if err := d.update(ctx, e); err != nil {
		return err
	}
	return d.tell(ctx, *e, "offered", []union.MemberID{e.Member}, func() notice.Body { return d.words.PlaceOffered(a, *e) })
}

// unoffer takes a place back of which nobody was told in time: there is none left for an answer. Whoever was to have it waits
// on, and hears at the start that it was never reached.
func (d *Desk) unoffer(ctx context.Context, a Activity, e *Entry) error {
	e.become(Waiting, 0, d.now())
	e.WaitsUntil = a.StartsAt
	if err := d.update(ctx, e); err != nil {
		return err
	}
	return d.store.Activities.Release(ctx, a.ID, e.Unit)
}

// lapse ends an offer that was not answered, tells its member and offers the place to the next.
func (d *Desk) lapse(ctx context.Context, a Activity, e *Entry) error {
	e.become(Lapsed, 0, d.now())
	if err := d.update(ctx, e); err != nil {
		return err
	}
	if err := d.tell(ctx, *e, "lapsed", []union.MemberID{e.Member}, func() notice.Body { return d.words.PlaceLapsed(a, *e) }); err != nil {
		return err
	}
	return d.free(ctx, a, e.Unit)
}

// Sweep does what is due of up to limit entries, the oldest first: offers of the night are told, those that nobody has
// answered in time lapse, and so do entries that still wait when their activity begins. It returns how many it looked at; one that cannot be settled holds up no other. Several
// replicas may do it at once.
func (d *Desk) Sweep(ctx context.Context, limit int) (int64, error) {
	due, err := d.store.Entries.Due(ctx, d.now(), limit)
	if err != nil {
		return 0, fmt.Errorf("find due entries: %w", err)
	}
	var faults []error
	for _, found := range due {
		err := d.changing(ctx, found.Activity, func(ctx context.Context, a Activity) error {
			e, err := d.store.Entries.ByID(ctx, found.ID)
			if err != nil || e.Due().IsZero() || e.Due().After(d.now()) {
				return err // somebody was quicker
			}
			if e.State == Waiting {
				return d.endWaiting(ctx, a, &e)
			}
			if !e.TellAt.IsZero() && d.now().Before(a.StartsAt) {
				if _, _, ok := a.offerTimes(d.now(), d.zone); !ok {
					return d.unoffer(ctx, a, &e)
				}
				return d.offer(ctx, a, &e)
			}
			return d.lapse(ctx, a, &e)
		})
		if err != nil {
			faults = append(faults, fmt.Errorf("settle entry %d: %w", found.ID, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return int64(len(due)), errors.Join(faults...)
}

// endWaiting ends the waiting for an activity that has begun. One that was put off is waited for longer.
func (d *Desk) endWaiting(ctx context.Context, a Activity, e *Entry) error {
	now := d.now()
	if now.Before(a.StartsAt) {
		e.WaitsUntil = a.StartsAt
		return d.update(ctx, e)
	}
	e.become(Lapsed, 0, now)
	if err := d.update(ctx, e); err != nil {
		return err
	}
	return d.tell(ctx, *e, "over", []union.MemberID{e.Member}, func() notice.Body { return d.words.NeverReached(a, *e) })
}
