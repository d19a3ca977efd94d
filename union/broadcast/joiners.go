package broadcast

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

const (
	// MostJoining is for how many days whoever comes to be meant may get a broadcast that was released before.
	MostJoining = 180
	// joinersEvery is how often it is looked for them.
	joinersEvery = time.Hour
	// joinersLate is how long after the last day it is looked for them once more, where nothing ran at its end.
	joinersLate = 24 * time.Hour
)

// JoinerStore keeps when it is looked for those who have come to be meant by what was released before.
type JoinerStore interface {
	// LookAt says when it is looked for them next; the zero time is never.
	LookAt(ctx context.Context, id ID, at time.Time) error
	// Looking lists broadcasts that have ended and for which it is time to look.
	Looking(ctx context.Context, now time.Time, limit int) ([]Broadcast, error)
	// Joined says whether anybody is meant who has no receipt.
	Joined(ctx context.Context, b Broadcast, today time.Time) (bool, error)
	// TallyJoined counts the receipts of those who came later by state.
	TallyJoined(ctx context.Context, id ID) (map[ReceiptState]int, error)
}

// joinersEnd is the end of the last day on which who comes to be meant gets it; zero where nobody does.
func (d *Desk) joinersEnd(b Broadcast) time.Time {
	if b.Joiners == (calendar.Date{}) {
		return time.Time{}
	}
	return time.Date(b.Joiners.Year, b.Joiners.Month, b.Joiners.Day+1, 0, 0, 0, 0, d.Zone)
}

// checkJoiners returns ErrJoiners where the last day is none.
func (d *Desk) checkJoiners(b Broadcast) error {
	today := d.dayOf(d.Now())
	if b.Joiners != (calendar.Date{}) && (b.Urgent || b.Joiners.Before(today) || today.AddDays(MostJoining).Before(b.Joiners)) {
		return ErrJoiners
	}
	return nil
}

// lookFrom begins with the release to look for those who come later, once it went out.
func (d *Desk) lookFrom(ctx context.Context, b Broadcast) error {
	end := d.joinersEnd(b)
	if !end.After(b.StartsAt) {
		return nil
	}
	return d.Store.LookAt(ctx, b.ID, earlier(b.StartsAt.Add(joinersEvery), end))
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// joiners looks for who has come to be meant by what has ended, and has it go out to them.
func (d *Desk) joiners(ctx context.Context, limit int) (moved int64, err error) {
	due, err := d.Store.Looking(ctx, d.Now(), limit)
	if err != nil {
		return 0, fmt.Errorf("find what goes out to who came later: %w", err)
	}
	var failed []error
	for _, b := range due {
		found := false
		err := d.Store.Tx(ctx, func(ctx context.Context) (err error) {
			found, err = d.join(ctx, b)
			return err
		})
		switch {
		case err != nil && !stale(err): // else another replica does it
			failed = append(failed, fmt.Errorf("send %s to who came later: %w", b.Number, err))
		case err == nil && found:
			moved++
		}
	}
	return moved, errors.Join(failed...)
}

func (d *Desk) join(ctx context.Context, b Broadcast) (found bool, err error) {
	now, end := d.Now(), d.joinersEnd(b)
	duty := d.Hours.NextDuty(now)
	if duty.After(now) && duty.Before(end) { // until it may go out it has ended
		return false, d.Store.LookAt(ctx, b.ID, duty)
	}
	next := time.Time{}
	if now.Before(end) {
		next = earlier(now.Add(joinersEvery), end)
	}
	if err := d.Store.LookAt(ctx, b.ID, next); err != nil || !now.Before(end.Add(joinersLate)) {
		return false, err
	}
	if found, err = d.Store.Joined(ctx, b, b.ReleasedAt.In(d.Zone)); err != nil || !found {
		return false, err
	}
	b.State, b.StartsAt, b.Chosen = Released, Unhurried(duty, now), false
	if err := d.Store.Update(ctx, b); err != nil {
		return false, err
	}
	return true, d.Store.Replan(ctx, b.ID, Plan{Until: union.MemberID(d.NewID()), Again: Joined})
}
