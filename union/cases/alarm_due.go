package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// RingAlarms rings the next rung of up to limit alarms that nobody has answered in time, the longest overdue first, and
// tells who reported them. An alarm rings once however late this runs: the time of its next rung begins now. Several
// may run at once. It returns how many it looked at.
func (d *Desk) RingAlarms(ctx context.Context, limit int) (int64, error) {
	due, err := d.store.Alarms.Due(ctx, d.now(), limit)
	if err != nil {
		return 0, fmt.Errorf("ring alarms: %w", err)
	}
	var failed []error // one that fails keeps nobody else from being rung
	for _, a := range due {
		err := d.store.Tx.Tx(ctx, func(ctx context.Context) error { return d.ringAgain(ctx, a) })
		if err != nil {
			failed = append(failed, fmt.Errorf("ring alarm of case %d: %w", a.Case, err))
		}
	}
	if len(failed) > 0 {
		return 0, errors.Join(failed...) // tried again with the next sweep, not at once
	}
	return int64(len(due)), nil
}

func (d *Desk) ringAgain(ctx context.Context, a Alarm) error {
	m, err := d.load(ctx, a.Case, "")
	if err != nil {
		return err
	}
	if m.State.Ended() {
		return d.callOff(ctx, m)
	}
	rung, err := d.store.Alarms.People(ctx, m.ID, PartRung)
	if err != nil {
		return err
	}
	rungs := m.ladder()
	if len(rungs) == 0 { // the author has moved to a plant that does not ring for this
		rungs = []service.Rung{{Minutes: 2}}
	}
	at := min(a.Rung, len(rungs)-1)
	next, called, err := d.nextRung(ctx, m, rungs, at+1, rung)
	if err != nil {
		return err
	}
	if len(called) == 0 {
		next = len(rungs) - 1
	}
	now := d.now()
	waited := now.Sub(a.DueAt.Add(-minutes(rungs[at])))
	mine, err := d.store.Alarms.Ring(ctx, a, next, now.Add(minutes(rungs[next])))
	if err != nil || !mine {
		return err
	}
	silent := a.State == AlarmStandby
	a.State, a.Rung, a.Rings, a.DueAt = AlarmRinging, next, a.Rings+1, now.Add(minutes(rungs[next]))
	if silent {
		return d.ringSilent(ctx, m, a, rung, called, waited)
	}
	return d.ringOn(ctx, m, a, rung, called, waited)
}

// ringSilent calls for somebody who cried and has not answered since: those who kept ready as well as the next ones.
func (d *Desk) ringSilent(ctx context.Context, m *matter, a Alarm, before []union.MemberID, called []Called, waited time.Duration) error {
	if len(called) > 0 {
		if err := d.callAll(ctx, m, a, called); err != nil {
			return err
		}
	}
	if err := d.ringSame(ctx, m, a, before); err != nil {
		return err
	}
	n := alarmNotice(m, a)
	n.Waited, n.Called, n.Silent = waited, called, true
	return d.tellReporters(ctx, m, n, fmt.Sprintf("alarm-moved/%d/%d", m.ID, a.Rings), d.words.AlarmMoved)
}

// ringSame rings those once more who have the card.
func (d *Desk) ringSame(ctx context.Context, m *matter, a Alarm, before []union.MemberID) error {
	people, err := d.people(ctx, before)
	if err != nil {
		return err
	}
	n := alarmNotice(m, a)
	for _, p := range people {
		n.To = p.ID
		if err := d.alarm(ctx, n, fmt.Sprintf("alarm/%d/%d/%d", m.ID, a.Rings, p.ID), d.words.AlarmAgain(n)); err != nil {
			return err
		}
	}
	return d.telephone(ctx, m, a, before)
}

// ringOn rings the new ones by a card, or everybody again where there is nobody new, and tells who reported it.
func (d *Desk) ringOn(ctx context.Context, m *matter, a Alarm, before []union.MemberID, called []Called, waited time.Duration) error {
	n := alarmNotice(m, a)
	n.Waited = waited
	if len(called) > 0 {
		n.Called = called
		if err := d.callAll(ctx, m, a, called); err != nil {
			return err
		}
	} else if err := d.ringSame(ctx, m, a, before); err != nil {
		return err
	}
	return d.tellReporters(ctx, m, n, fmt.Sprintf("alarm-moved/%d/%d", m.ID, a.Rings), d.words.AlarmMoved)
}
