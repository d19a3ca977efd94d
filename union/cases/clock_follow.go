package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union/notice"
)

// FollowCalendar promises anew, of up to limit cases after an id, what ends later by a calendar that came later: lists say the new day at
// once, and not when the old one has come. It returns the last of them, and 0 where there are no more. A case that cannot be moved keeps the
// others from nothing, and is passed over; the sweep puts it off. Several replicas may do it at once, and it is done again and again: one
// that knows an older calendar yet may promise by it meanwhile.
func (d *Desk) FollowCalendar(ctx context.Context, after ID, limit int) (last ID, err error) {
	ids, err := d.store.Clocks.Running(ctx, after, limit)
	if err != nil {
		return after, fmt.Errorf("follow calendar: %w", err)
	}
	if len(ids) == 0 {
		return 0, nil
	}
	list, err := d.store.Clocks.Of(ctx, ids...)
	if err != nil {
		return after, fmt.Errorf("follow calendar: %w", err)
	}
	var failed []error
	for _, c := range list {
		if c.Kind != ClockStep || !slices.ContainsFunc(list, func(o Clock) bool { return o.Case == c.Case && d.endsLater(o) }) {
			continue
		}
		if err := d.store.Tx.Tx(ctx, func(ctx context.Context) error { return d.promiseAnew(ctx, c) }); err != nil {
			failed = append(failed, fmt.Errorf("promise case %d anew: %w", c.Case, err))
		}
	}
	return ids[len(ids)-1], errors.Join(failed...)
}

// promiseAnew promises a case anew, as long as nobody has moved the clock that was read.
func (d *Desk) promiseAnew(ctx context.Context, read Clock) error {
	if _, err := d.store.Clocks.Hold(ctx, []ID{read.Case}); err != nil {
		return err
	}
	if mine, err := d.store.Clocks.Claim(ctx, read); err != nil || !mine {
		return errors.Join(err, errMoved)
	}
	matters, err := d.loadAll(ctx, []ID{read.Case})
	if err != nil || matters[0].State != Open || !matters[0].later {
		return err
	}
	return d.postpone(ctx, matters[0])
}

// endsLater says whether a running clock ends later by the calendar than was promised.
func (d *Desk) endsLater(c Clock) bool {
	return c.Runs() && d.after(c.Started, c.Amount, c.Unit).After(c.Due)
}

// prolonged works the running clocks out again: by a calendar that came later, a time may lie later than it did, and is
// then promised anew, before anybody is late by it. It is never made earlier. A day that was ordered stays, on a weekend too.
func (d *Desk) prolonged(m *matter) (later bool) {
	step, _ := m.service.Step(m.Step)
	for kind, c := range m.clocks {
		if kind == ClockStep && c.Due.Equal(d.orderedEnd(m, step)) || !d.endsLater(c) {
			continue
		}
		c.Due, later = d.after(c.Started, c.Amount, c.Unit), true
		m.clocks[kind] = c
	}
	return later
}

// postpone keeps the time that the clocks say now.
func (d *Desk) postpone(ctx context.Context, m *matter) error {
	if err := d.store.Cases.Update(ctx, m.Case); err != nil {
		return err
	}
	m.Version++
	return d.keepClocks(ctx, m)
}

// speakOfDaysOff puts on record that a case ends on a later day for days off that were announced, with whatever keeps that first. The
// author hears of it in duty hours, unless what happens promises another time itself, which takes back what waits to be said; where
// lives are in danger no time is spoken of.
func (d *Desk) speakOfDaysOff(ctx context.Context, m *matter) error {
	now := d.now()
	if m.promised {
		if len(m.stored) == 0 || d.calendar.OnDuty(now) { // nothing waits
			return nil
		}
		return d.outbox.Put(ctx, notice.Notice{Instead: postponedKey(m)})
	}
	if !m.later || m.State != Open || !m.daysOff {
		return nil
	}
	event := Event{At: d.moment(m), Kind: EventPostponed, Sealed: m.service.Sealed, Name: Itself}
	if err := d.store.Timeline.Append(ctx, m.ID, m.Version, event); err != nil || m.service.Alarm.Life {
		return err
	}
	return d.tellAuthorFrom(ctx, m, "postponed", d.words.Postponed(m.Case, m.service), d.calendar.NextDuty(now))
}

// postponedKey is how the keys begin of what the author of a case is told of days off.
func postponedKey(m *matter) string { return fmt.Sprintf("postponed/%d/", m.ID) }

// daysOff says whether what was promised lies on a later day now for days off, and not for other hours of work alone.
func (d *Desk) daysOff(m *matter, promised time.Time) bool {
	if d.endOfDay(promised).Equal(d.endOfDay(m.DueAt)) {
		return false
	}
	for kind, c := range m.clocks {
		was, there := m.stored[kind]
		if there && d.endOfDay(c.Due).After(d.endOfDay(was.Due)) && (c.Unit != Minutes || d.weekdayOff(c.Started, c.Due)) {
			return true
		}
	}
	return false
}

// weekdayOff says whether a day off lies within a time that is no Saturday or Sunday.
func (d *Desk) weekdayOff(from, to time.Time) bool {
	for ; from.Before(to); from = from.AddDate(0, 0, 1) {
		next := from.AddDate(0, 0, 1)
		if day := next.In(d.zone).Weekday(); day != time.Saturday && day != time.Sunday && d.calendar.WorkingDaysLeft(from, next) == 0 {
			return true
		}
	}
	return false
}
