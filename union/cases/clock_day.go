package cases

import (
	"encoding/json"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/service"
)

// windFinish starts the clock to the end: with the case, with a second look and, where it runs from a day that is answered, with
// that day. While it runs, a day that is answered anew moves it; that of a second look counts from no day.
func (d *Desk) windFinish(m *matter, limit service.Clock, now time.Time, second bool) {
	c, there := m.clocks[ClockFinish]
	day := d.dayEnd(m, limit.From)
	switch {
	case !limit.Runs() || limit.From != "" && day.IsZero():
	case !there || second:
		fresh := d.startClock(m.ID, ClockFinish, limit, notBefore(now, day))
		fresh.Late, fresh.Moves = c.Late, c.Moves
		m.clocks[ClockFinish] = fresh
	case !m.ownAnswer():
		m.clocks[ClockFinish] = d.moved(c, day, limit, m.service.Clocks.Extend)
	}
}

// ownAnswer says whether the look that is taken has a time of its own to finish, which counts from no day and is not prolonged.
func (m *matter) ownAnswer() bool {
	switch limits := m.service.Clocks; {
	case m.SecondLook.IsZero():
		return false
	case m.looks > 1:
		return limits.ThirdAnswer.Runs()
	default:
		return limits.Answer.Runs()
	}
}

// moved has a running clock end as long after a day as it has from it, with what prolonged it, and never earlier than it did. Where
// that had passed already it runs again, and stays late.
func (d *Desk) moved(c Clock, day time.Time, limit, extend service.Clock) Clock {
	if !c.Runs() || day.IsZero() {
		return c
	}
	along := d.startClock(c.Case, c.Kind, limit, day)
	if c.Extended {
		amount, unit := unitOfClock(extend)
		if along.Due = d.after(along.Due, amount, unit); unit == along.Unit {
			along.Amount += amount
		}
	}
	if along.Due.After(c.Due) {
		c.Late = c.Late || c.Missed(d.now())
		c.Amount, c.Unit, c.Started, c.Due = along.Amount, along.Unit, along.Started, along.Due
	}
	return c
}

// ordered is the end of the day that an officer has set for the step. One that has passed binds nobody any more.
func (d *Desk) ordered(m *matter, step service.Step) (due time.Time, ok bool) {
	due = d.orderedEnd(m, step)
	return due, due.After(d.now())
}

// orderedEnd is that end, passed or not; the zero time where no day was set.
func (d *Desk) orderedEnd(m *matter, step service.Step) time.Time { return d.dayEnd(m, step.Due) }

// dayEnd is the end of the day that answers a question; the zero time where it has no answer.
func (d *Desk) dayEnd(m *matter, field string) time.Time {
	var said string
	if json.Unmarshal(m.Values[field].Raw, &said) != nil {
		return time.Time{}
	}
	day, err := calendar.ParseDate(said)
	if err != nil {
		return time.Time{}
	}
	return d.calendar.End(day)
}
