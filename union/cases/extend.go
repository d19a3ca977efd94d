package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// Why the time to finish a case is not prolonged.
var (
	ErrNothingToExtend = errors.New("the case has no time that could be prolonged")
	ErrLookNotExtended = errors.New("a second look has a time of its own, which is not prolonged")
	ErrExtended        = errors.New("the case was prolonged before")
	ErrNotBegun        = errors.New("the time to finish has not begun: its day is not known")
	ErrStandsStill     = errors.New("the time to finish stands still")
	ErrExtendedTooLate = errors.New("the time to finish has passed by more than it may be prolonged by")
)

// Extend prolongs the time to finish a case, once and by what its service allows (延期), and tells the author why. It
// returns what Decide returns for a case that is not the officer's to decide, *IncompleteError without a reason, and
// one of the errors above.
func (d *Desk) Extend(ctx context.Context, officer union.MemberID, number, why string) (Case, time.Time, error) {
	var done Case
	var until time.Time
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, until, err = d.extend(ctx, officer, number, strings.TrimSpace(why))
		return err
	})
	if err != nil {
		return Case{}, time.Time{}, fmt.Errorf("extend case: %w", err)
	}
	return done, until, nil
}

func (d *Desk) extend(ctx context.Context, officer union.MemberID, number, why string) (Case, time.Time, error) {
	m, holdings, err := d.seen(ctx, officer, 0, number)
	if err != nil {
		return Case{}, time.Time{}, err
	}
	step, err := d.stepOf(ctx, m, Decision{Officer: officer})
	if err != nil {
		return Case{}, time.Time{}, err
	}
	if err := d.mayChange(ctx, m, officer, holdings, step); err != nil {
		return Case{}, time.Time{}, err
	}
	if officer == m.Author {
		return Case{}, time.Time{}, union.ErrForbidden
	}
	cs, err := d.clocksOf(ctx, m)
	if err != nil {
		return Case{}, time.Time{}, err
	}
	if err := cmp.Or(d.countLooks(ctx, m), m.mayExtend(cs[ClockFinish])); err != nil {
		return Case{}, time.Time{}, err
	}
	if why == "" {
		return Case{}, time.Time{}, &IncompleteError{Field: Supplement}
	}
	if !d.prolongBy(m, m.service.Clocks.Extend) {
		return Case{}, time.Time{}, ErrExtendedTooLate
	}
	until := m.clocks[ClockFinish].Due
	m.DueAt, m.promised = m.clocks.promised(d.now()), true
	m.wake(d)
	person, _, err := d.actor(ctx, m, officer, step)
	if err != nil {
		return Case{}, time.Time{}, err
	}
	if err := d.store.Tasks.Postpone(ctx, m.ID, m.DueAt); err != nil {
		return Case{}, time.Time{}, err
	}
	if err := d.change(ctx, m, Event{At: d.moment(m), Actor: officer, Name: person.Name, Kind: EventExtended, Note: why, Sealed: m.service.Sealed}); err != nil {
		return Case{}, time.Time{}, err
	}
	shown := m.Case
	shown.DueAt = until
	return m.forOfficers(), until, d.tellAuthor(ctx, m, "extended", d.words.Extended(shown, m.service, person.Name, why))
}

// mayExtend says why the time to finish cannot be prolonged, or nil. That of a second look is the one that its own clock gives, and no
// longer.
func (m *matter) mayExtend(finish Clock) error {
	limits := m.service.Clocks
	switch {
	case !limits.Extend.Runs():
		return ErrNothingToExtend
	case m.ownAnswer():
		return ErrLookNotExtended
	case finish.Extended:
		return ErrExtended
	case finish.Kind == "" && limits.Finish.From != "":
		return ErrNotBegun
	case !finish.Paused.IsZero():
		return ErrStandsStill
	case !finish.Runs():
		return ErrNothingToExtend
	}
	return nil
}

// prolongBy moves the end by so much, and whoever has the step is given that time as well: it is what the author is promised. Where others
// come after, they keep theirs. The next answer moves along, and the first one where it is the last as well: the author hears until when,
// and why. It is false where that time has passed too.
func (d *Desk) prolongBy(m *matter, by service.Clock) bool {
	amount, unit := unitOfClock(by)
	c, s := m.clocks[ClockFinish], m.clocks[ClockStep]
	due := d.after(c.Due, amount, unit)
	if !due.After(d.now()) {
		return false
	}
	c.Due, c.Amount, c.Extended, c.Late = due, d.left(c.Started, due, c.Unit), true, c.Late || d.now().After(c.Due)
	m.clocks[ClockFinish] = c
	moved, until := []ClockKind{ClockStep, ClockNext, ClockFirst}, due
	if m.othersFollow() {
		moved = moved[:2]
		if own := d.after(notBefore(s.Due, d.now()), amount, unit); own.Before(until) {
			until = own
		}
	}
	for _, kind := range moved {
		if one := m.clocks[kind]; one.Runs() && one.Due.Before(until) {
			one.Started = notBefore(d.moment(m), one.Started) // a day from which it counts may lie ahead
			one.Due, one.Amount, one.Extended, one.Rung = until, d.left(one.Started, until, one.Unit), true, 0
			m.clocks[kind] = one
		}
	}
	return true
}

// othersFollow says whether the case goes on to officers after those who have it now, who have days of their own: those who sign the open
// step after them, and those of later steps.
func (m *matter) othersFollow() bool {
	if step, _ := m.service.Step(m.Step); step.Mode == service.InOrder && slices.ContainsFunc(m.seats(), func(s review.Seat) bool {
		return s.Signed == "" && !slices.ContainsFunc(m.open(), func(t Task) bool { return t.Seat == s.No })
	}) {
		return true
	}
	steps := m.steps()
	open := slices.IndexFunc(steps, func(s service.Step) bool { return s.Name == m.Step })
	return open >= 0 && slices.ContainsFunc(steps[open+1:], func(s service.Step) bool { return !s.Who.Author && !s.Undoes() && s.Days > 0 })
}
