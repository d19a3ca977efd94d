package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// turn is what happened to a case, as its clocks see it.
type turn struct {
	// answered says that an officer decided more than a return.
	answered bool
	// again says that the step goes on as it stood when the author was asked for more.
	again bool
	// second says that the matter is looked at once more.
	second bool
	// third says that it is so for the last time.
	third bool
	// later says that the author is asked something before the step that has come.
	later bool
	// held is the step's clock, where the step goes on as it stood before somebody asked to undo the case.
	held *HeldClock
	// days is how long those have who are asked now, if not as long as the step allows.
	days int
	// untold says that its author is told nothing of it, as of a signature after which others sign.
	untold bool
	// asked are those who have the step now, as far as they are known.
	asked []union.Member
}

// wind sets the clocks to where the review stands now, and the case's due time by them. keepClocks writes them.
func (d *Desk) wind(m *matter, t turn) {
	if m.clocks == nil {
		m.clocks = clocks{}
	}
	now := d.moment(m)
	m.promised = !t.untold
	m.DueAt = time.Time{}
	if m.State.Ended() {
		for kind, c := range m.clocks {
			m.clocks[kind] = d.endClock(c, now)
		}
		return
	}
	d.windWhole(m, t, now, m.standsStill())
	d.windStep(m, t, now)
	if m.State != Open {
		return
	}
	m.DueAt = m.clocks.promised(d.now())
	if !d.meetShifts(m, t.asked) {
		m.wake(d)
	}
}

// standsStill says whether no time passes for the whole matter: the author is waited for, or it is asked that it be undone.
func (m *matter) standsStill() bool {
	step, _ := m.service.Step(m.Step)
	return m.waitsForAuthor() || step.Undoes()
}

// windWhole sets the clocks of the whole matter.
func (d *Desk) windWhole(m *matter, t turn, now time.Time, still bool) {
	limits := m.service.Clocks
	if t.third {
		limits.Answer = limits.ThirdAnswer
	}
	if t.second && limits.Answer.Runs() {
		limits.Finish = limits.Answer
	}
	if limits.First.Runs() && m.clocks[ClockFirst].Kind == "" {
		m.clocks[ClockFirst] = d.startClock(m.ID, ClockFirst, limits.First, now)
	}
	if t.answered {
		if c, there := m.clocks[ClockFirst]; there {
			m.clocks[ClockFirst] = d.endClock(c, now)
		}
		if limits.Next.Runs() {
			late := m.clocks[ClockNext].Late || m.clocks[ClockNext].Missed(d.now())
			c := d.startClock(m.ID, ClockNext, limits.Next, now)
			c.Late = late
			m.clocks[ClockNext] = c
		}
	}
	d.eachWhole(m, now, !still, d.resume)
	d.windFinish(m, limits.Finish, now, t.second) // by what is left, a day may move it
	d.eachWhole(m, now, still, d.pause)
}

// eachWhole does something to every clock of the whole matter, if it is to be done.
func (d *Desk) eachWhole(m *matter, now time.Time, do bool, what func(Clock, time.Time) Clock) {
	for kind, c := range m.clocks {
		if do && kind != ClockStep {
			m.clocks[kind] = what(c, now)
		}
	}
}

// windStep sets the clock of the open step.
func (d *Desk) windStep(m *matter, t turn, now time.Time) {
	c := m.clocks[ClockStep]
	step, _ := m.service.Step(m.Step)
	if t.held != nil {
		c = t.held.again(c, d.now())
	}
	switch {
	case t.held != nil && m.State == Open:
		c = d.resumeStep(m, c, step, now)
	case m.State == Returned:
		if t.later && t.held == nil { // the whole time of the step is left
			c = d.openStep(m, c, step, 0, now)
		}
		c = d.pause(c, now)
		c.Rung, c.Wake = 0, d.due(d.now(), authorReminded) // counts how often the author was reminded
	case t.again && !c.Paused.IsZero():
		c = d.moved(d.resumeStep(m, c, step, now), d.dayEnd(m, step.From), service.Clock{Days: step.Days}, m.service.Clocks.Extend)
		c.Rung = 0 // the officer's ladder begins anew
	default:
		c = d.openStep(m, c, step, t.days, now)
	}
	m.clocks[ClockStep] = c
}

// resumeStep lets what is left of a step's clock run: until the day that was ordered, where that lies ahead yet, however few or many
// working days that is now. What 延期 has added to it stays.
func (d *Desk) resumeStep(m *matter, c Clock, step service.Step, now time.Time) Clock {
	stood := !c.Paused.IsZero()
	c = d.resume(c, now)
	if due, ok := d.ordered(m, step); ok && stood && (!c.Extended || due.After(c.Due)) {
		c.Due, c.Unit, c.Amount = due, WorkingDays, d.left(c.Started, due, WorkingDays)
	}
	return c
}

// openStep is the clock of a step that opens after that of another or, with days, that others have now, on the same ladder.
func (d *Desk) openStep(m *matter, before Clock, step service.Step, days int, now time.Time) Clock {
	day := d.dayEnd(m, step.From)
	if days > 0 {
		day = time.Time{}
	}
	c := d.startClock(m.ID, ClockStep, service.Clock{Days: cmp.Or(days, step.Days)}, notBefore(d.now(), day))
	c.Late, c.Moves = before.Late || before.Runs() && before.Missed(d.now()), before.Moves
	if due, ok := d.ordered(m, step); ok && days == 0 {
		c.Due, c.Amount = due, d.calendar.WorkingDaysLeft(d.now(), due)
	}
	if days > 0 {
		c.Rung = before.Rung
	}
	c.Started = notBefore(now, day)
	return c
}

// authorReminded is after how many working days an author is reminded of what an officer has asked for, again and again.
const authorReminded = 5

// againAfter is how many working days pass, above the last rung, until everybody there is reminded again.
const againAfter = 5

// wake sets when the step's clock is looked at next: for its next move. A reminder whose time has passed is left out.
func (m *matter) wake(d *Desk) {
	c, now := m.clocks[ClockStep], d.now()
	step, _ := m.service.Step(m.Step)
	ladder := step.Ladder()
	c.Wake = m.DueAt
	for ; c.Rung < len(ladder); c.Rung++ {
		rung := ladder[c.Rung]
		if rung.Before == 0 {
			break
		}
		if at := d.calendar.WorkingDaysBefore(m.DueAt, rung.Before); at.After(now) {
			c.Wake = at
			break
		}
	}
	if c.Rung >= len(ladder) && !m.DueAt.After(now) {
		c.Wake = d.due(now, againAfter)
	}
	m.clocks[ClockStep] = c
}

// keepClocks writes the clocks as wind left them, and leaves alone those of the whole matter that stand as they were read.
func (d *Desk) keepClocks(ctx context.Context, m *matter) error {
	if err := d.speakOfDaysOff(ctx, m); err != nil {
		return err
	}
	if m.later && m.State == Open && !m.promised {
		m.wake(d)
	}
	list := make([]Clock, 0, len(m.clocks))
	if m.stored == nil {
		m.stored = clocks{}
	}
	for _, kind := range []ClockKind{ClockStep, ClockFirst, ClockNext, ClockFinish} {
		if c, there := m.clocks[kind]; there {
			c.Case = m.ID
			if kind == ClockStep {
				c.Moves++
			} else if c == m.stored[kind] {
				continue
			}
			m.stored[kind] = c
			list = append(list, c)
		}
	}
	if (m.later || m.shifted) && m.State == Open {
		if err := d.store.Tasks.Postpone(ctx, m.ID, m.DueAt); err != nil {
			return err
		}
	}
	missed := d.missed(m)
	if m.State == Open && slices.ContainsFunc(m.tasks, func(t Task) bool { return (t.State == TaskOpen || t.State == TaskWaiting) && t.Missed != missed }) {
		if err := d.store.Tasks.Miss(ctx, m.ID, missed); err != nil {
			return err
		}
	}
	return d.store.Clocks.Put(ctx, list...)
}
