package cases

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/service"
)

// Calendar is the union's working calendar, on which clocks run.
type Calendar interface {
	// AddWorkingDays and AddDays return the end of the nth working day, or day, after a time.
	AddWorkingDays(from time.Time, days int) time.Time
	AddDays(from time.Time, days int) time.Time
	// AddWorkingTime returns when so much time of office hours has passed.
	AddWorkingTime(from time.Time, left time.Duration) time.Time
	// WorkingDaysLeft, DaysLeft and WorkingTimeLeft say what of that is left at a time.
	WorkingDaysLeft(at, due time.Time) int
	DaysLeft(at, due time.Time) int
	WorkingTimeLeft(at, due time.Time) time.Duration
	// WorkingDaysBefore returns when to remind of something so many working days before.
	WorkingDaysBefore(due time.Time, days int) time.Time
	// Manned says whether somebody who works in office hours is there for what is due at a time.
	Manned(due time.Time) bool
	// End is when a day's office hours end.
	End(day calendar.Date) time.Time
	// OnDuty says whether people may be reminded.
	OnDuty(at time.Time) bool
	// NextDuty returns a time at which they may be, or when they may be next.
	NextDuty(at time.Time) time.Time
	// Digests are the union's own times of day for reminders.
	Digests() []time.Duration
	// NextDigest returns the next of these times of day after a time; without any, of the union's.
	NextDigest(after time.Time, clocks []time.Duration) time.Time
}

// ClockKind says what a clock measures.
type ClockKind string

// The clocks of a case.
const (
	ClockStep   ClockKind = "step"   // the open step; it moves the case on in silence
	ClockFirst  ClockKind = "first"  // until the first answer
	ClockNext   ClockKind = "next"   // since the last answer
	ClockFinish ClockKind = "finish" // until the end
)

// Clock is one promised time of a case.
type Clock struct {
	Case ID
	Kind ClockKind
	// Amount and Unit are what it runs from Started on, which may lie ahead, or, while it is paused, what is left.
	Amount  int
	Unit    ClockUnit
	Started time.Time
	// Due is what was promised. It is never earlier than that, whatever calendar comes later.
	Due time.Time
	// Paused is since when it waits for the author, Ended when it was over; zero otherwise.
	Paused, Ended time.Time
	// Late says that it once was over its time while it ran.
	Late bool
	// Extended says that it was prolonged.
	Extended bool
	// Rung is the next move of the open step's ladder or, while the author is waited for, how often the author was reminded;
	// Moves is how many changes there were, Wake when to look at it next.
	// Only the step's clock has a Wake.
	Rung, Moves int
	Wake        time.Time
}

// ClockUnit is what the amount of a clock counts.
type ClockUnit string

// The units.
const (
	WorkingDays ClockUnit = "workday"
	Days        ClockUnit = "day"
	Minutes     ClockUnit = "minute" // of office hours
)

// Runs says whether time passes.
func (c Clock) Runs() bool { return c.Kind != "" && c.Paused.IsZero() && c.Ended.IsZero() }

// Missed says whether the time had passed by now or, of a clock that stands still, when it was stopped.
func (c Clock) Missed(now time.Time) bool {
	if !c.Paused.IsZero() {
		now = c.Paused
	}
	return c.Kind != "" && c.Ended.IsZero() && now.After(c.Due)
}

// ClockStore keeps clocks.
type ClockStore interface {
	// Put writes new clocks, and the clock that there is already anew.
	Put(ctx context.Context, clocks ...Clock) error
	Of(ctx context.Context, ids ...ID) ([]Clock, error)
	// Due lists step clocks that are to be looked at, the longest due first.
	Due(ctx context.Context, now time.Time, limit int) ([]Clock, error)
	// Hold keeps everybody else from deciding the cases until the transaction ends. Of several it waits for none: false where one is
	// being decided.
	Hold(ctx context.Context, ids []ID) (bool, error)
	// Claim takes the moves that clocks of steps were read for, as long as nobody else took one of them.
	Claim(ctx context.Context, read ...Clock) (bool, error)
	// Bare lists open cases from an id on that have no clock: those of versions that had none.
	Bare(ctx context.Context, after ID, limit int) ([]ID, error)
	// Running lists cases from an id on whose step is looked at some day.
	Running(ctx context.Context, after ID, limit int) ([]ID, error)
	// Orphans lists cases with an open task whose officer is a member no more, or holds no office at all any more; the author of
	// a case needs none, and whoever stands in for somebody has that one's. So does one whose officer has ties to whoever it concerns.
	Orphans(ctx context.Context, after ID, limit int) ([]ID, error)
	// Moved lists open cases, of some versions of services, whose authors belong to another part of the union than the case; MovedVersions
	// those versions of which there are any. None is sealed, nor without a name.
	Moved(ctx context.Context, hashes []string, after ID, limit int) ([]ID, error)
	MovedVersions(ctx context.Context) ([]string, error)
	// Versions lists the versions of services of which a case waits for an officer, and Waiting those cases, of some versions.
	Versions(ctx context.Context) ([]string, error)
	Waiting(ctx context.Context, hashes []string, after ID, limit int) ([]ID, error)
	// PutOff keeps a move that failed, and has its clock looked at again when it is to be tried, and not before; where the clock was
	// moved on meanwhile that is all that counts.
	PutOff(ctx context.Context, f FailedMove) error
	// WakeAt has a clock looked at again then, and not before, and keeps no more than that.
	WakeAt(ctx context.Context, f FailedMove) error
	// PutOffYet lists moves that failed and whose time to be tried again is yet to come, by case.
	PutOffYet(ctx context.Context, now time.Time, after ID, limit int) ([]FailedMove, error)
	// ForgetMoved drops what is kept of moves that were made since, and says of how many.
	ForgetMoved(ctx context.Context) (int64, error)
	// Passing says whether an error is one of the store that passes of itself: it was away, or somebody else was quicker.
	Passing(err error) bool
	// FailedBefore returns the move for which a clock was read, as often as it has failed before. It does not read the case's form.
	FailedBefore(ctx context.Context, c Clock) (FailedMove, error)
	// Backlog says how many step clocks are over their time and how many moves have failed FailsOften times or more, both up to
	// most, and since when the longest waits to be looked at.
	Backlog(ctx context.Context, now time.Time, most int) (Backlog, error)
}

// clocks are those of one case, by kind.
type clocks map[ClockKind]Clock

func (d *Desk) due(from time.Time, days int) time.Time { return d.calendar.AddWorkingDays(from, days) }

func unitOfClock(c service.Clock) (amount int, unit ClockUnit) {
	switch {
	case c.Hours > 0:
		return c.Hours * 60, Minutes
	case c.Calendar:
		return c.Days, Days
	}
	return c.Days, WorkingDays
}

// after is when an amount has run.
func (d *Desk) after(from time.Time, amount int, unit ClockUnit) time.Time {
	switch unit {
	case Minutes:
		return d.calendar.AddWorkingTime(from, time.Duration(amount)*time.Minute)
	case Days:
		return d.calendar.AddDays(from, amount)
	case WorkingDays:
	}
	return d.calendar.AddWorkingDays(from, amount)
}

// left is the amount that runs from a time to an end.
func (d *Desk) left(from, due time.Time, unit ClockUnit) int {
	switch unit {
	case Minutes:
		return int(d.calendar.WorkingTimeLeft(from, due) / time.Minute)
	case Days:
		return d.calendar.DaysLeft(from, due)
	case WorkingDays:
	}
	return d.calendar.WorkingDaysLeft(from, due)
}

func (d *Desk) startClock(id ID, kind ClockKind, limit service.Clock, at time.Time) Clock {
	amount, unit := unitOfClock(limit)
	return Clock{Case: id, Kind: kind, Amount: amount, Unit: unit, Started: at, Due: d.after(at, amount, unit)}
}

// pause stops a clock and keeps what is left: all of it, where the day from which it counts lies ahead. Of a sealed case the time that
// is kept is the hour; whether it came too late is no matter of that.
func (d *Desk) pause(c Clock, at time.Time) Clock {
	if !c.Runs() {
		return c
	}
	missed, from := c.Missed(d.now()), notBefore(at, c.Started)
	c.Paused = at
	if missed {
		c.Late, c.Amount, c.Paused = true, 0, notBefore(at, c.Due.Add(time.Millisecond))
		return c
	}
	c.Amount = d.left(from, c.Due, c.Unit)
	return c
}

// resume lets what is left of a clock run, from its day on where that lies ahead. What was promised for the whole matter and had passed by
// then is not promised anew; what was in time with no hour of an office left, as it ended with a shift, has until the end of a day.
func (d *Desk) resume(c Clock, at time.Time) Clock {
	if c.Paused.IsZero() || !c.Ended.IsZero() {
		return c
	}
	missed := c.Kind != ClockStep && c.Missed(at)
	c.Paused = time.Time{}
	if !missed {
		c.Started = notBefore(at, c.Started)
		if c.Unit == Minutes && c.Amount == 0 {
			c.Amount = d.left(c.Started, d.due(c.Started, 0), Minutes)
		}
		c.Due = d.after(c.Started, c.Amount, c.Unit)
	}
	return c
}

func (d *Desk) endClock(c Clock, at time.Time) Clock {
	if c.Kind == "" || !c.Ended.IsZero() {
		return c
	}
	c.Late = c.Late || c.Missed(d.now())
	c.Ended, c.Paused, c.Wake = at, time.Time{}, time.Time{}
	return c
}

// promised is the earliest time that a running clock ends. One of the whole matter that has run out binds nobody after: the step's
// own time does.
func (cs clocks) promised(now time.Time) (due time.Time) {
	for _, c := range cs {
		if c.Runs() && (c.Kind == ClockStep || c.Due.After(now)) && (due.IsZero() || c.Due.Before(due)) {
			due = c.Due
		}
	}
	return due
}

// missed says whether a time has passed that was promised for the whole matter, and that is not over.
func (cs clocks) missed(now time.Time) bool {
	for kind, c := range cs {
		if kind != ClockStep && (c.Missed(now) || c.Runs() && c.Due.Equal(now)) {
			return true
		}
	}
	return false
}

// clocksOf reads the clocks of a case once.
func (d *Desk) clocksOf(ctx context.Context, m *matter) (clocks, error) {
	if m.clocks != nil {
		return m.clocks, nil
	}
	list, err := d.store.Clocks.Of(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	d.readClocks(m, list)
	if m.service.Clocks.Finish.From == "" {
		return m.clocks, nil
	}
	return m.clocks, d.countLooks(ctx, m)
}

// readClocks takes those of the case out of a list. By a calendar that came later they end later, for whoever reads them now: nobody
// is late by the one before.
func (d *Desk) readClocks(m *matter, list []Clock) {
	m.clocks, m.stored = clocks{}, clocks{}
	for _, c := range list {
		if c.Case == m.ID {
			m.clocks[c.Kind], m.stored[c.Kind] = c, c
		}
	}
	if m.later = d.prolonged(m); m.later && m.State == Open {
		was := m.DueAt
		m.DueAt = m.clocks.promised(d.now())
		m.daysOff = d.daysOff(m, was)
	}
}

// author's says whether the open step waits for the author.
func (m *matter) waitsForAuthor() bool {
	step, _ := m.service.Step(m.Step)
	return m.State == Returned || m.State == Open && step.Who.Author && m.author.Status == union.Active
}
