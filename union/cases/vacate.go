package cases

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// vacancies are what became of the seats of a step whose officers have left, or lost the office.
type vacancies struct {
	// state is without the seats that nobody has any more.
	state review.State
	// lost are tasks that go with their officers, stranded those of seats that somebody else has to take.
	lost, stranded []Task
}

// recount finds which seats of the open step nobody has any more, but for one whose holder is just deciding. Who signed while
// in office has signed.
func (d *Desk) recount(ctx context.Context, m *matter, step service.Step, but int) (vacancies, error) {
	v := vacancies{state: m.review()}
	for _, seat := range v.state.Seats {
		if seat.Signed != "" || seat.No == but {
			continue
		}
		left, gone, err := d.whoMay(ctx, m, step, slices.DeleteFunc(m.open(), func(t Task) bool { return t.Seat != seat.No }))
		if err != nil {
			return v, err
		}
		if len(gone) == 0 || len(left) > 0 {
			v.lost = append(v.lost, gone...)
			continue
		}
		next, _, err := review.Next(m.plan(), v.state, review.Event{Kind: review.Vacated, Step: step.Name, Seat: seat.No})
		if err != nil || len(step.Who.Seats) > 0 { // an office is not left out because somebody left it
			v.stranded = append(v.stranded, gone...)
			continue
		}
		v.state, v.lost = next, append(v.lost, gone...)
	}
	return v, nil
}

// vacate takes a step from those who may not sign it any more, while others have it still: their seats go, or to others.
func (d *Desk) vacate(ctx context.Context, m *matter, step service.Step, handed *hurried) error {
	v, err := d.recount(ctx, m, step, 0)
	if err != nil {
		return err
	}
	if err := cmp.Or(d.unseat(ctx, m, v.lost, EventVacated, nil), d.wakeAdded(ctx, m, "")); err != nil {
		return err
	}
	for len(v.stranded) > 0 {
		no := v.stranded[0].Seat
		var from []Task
		v.stranded = slices.DeleteFunc(v.stranded, func(t Task) bool {
			if t.Seat == no {
				from = append(from, t)
			}
			return t.Seat == no
		})
		officers, _, err := d.above(ctx, m, step.At(no), false)
		if errors.Is(err, union.ErrNoOfficer) {
			if c := m.clocks[ClockStep]; !m.follows && c.Rung >= len(step.Ladder()) && c.Wake.After(d.now()) { // told already
				continue
			}
			if err := d.stuck(ctx, m, step); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if err := d.unseat(ctx, m, from, m.goneOn(), officers); err != nil {
			return err
		}
		m.inherit(from, officers)
		m.handed = true
		if _, err := d.ask(ctx, m, officers); err != nil {
			return err
		}
		if !m.stepsBack && !m.follows {
			if err := d.emptied(ctx, m, step.At(no), officers); err != nil {
				return err
			}
		}
		if err := d.noteDetours(ctx, m, officers); err != nil {
			return err
		}
		handed.add(officers)
	}
	return nil
}

// unseat ends the tasks of those who may not sign any more, and puts on record who does instead.
func (d *Desk) unseat(ctx context.Context, m *matter, tasks []Task, kind string, instead []union.Member) error {
	if len(tasks) == 0 {
		return nil
	}
	people, err := d.havers(ctx, tasks)
	if err != nil {
		return err
	}
	note := namesOf(people)
	switch {
	case len(instead) > 0 && m.stepsBack:
		kind, note = EventKeptOut, inPlaceOf(people, instead)
	case len(instead) > 0:
		note += " → " + namesOf(instead)
	}
	event := d.byItself(ctx, m, kind, note)
	if err := d.change(ctx, m, event); err != nil {
		return err
	}
	m.void(tasks)
	if err := d.store.Tasks.Void(ctx, event.At, taskIDs(tasks)...); err != nil {
		return err
	}
	how := settledBy(m, event)
	how.Officer = namesOf(instead)
	return d.settleCards(ctx, m, tasks, how)
}

// void notes that tasks are over, undone.
func (m *matter) void(tasks []Task) {
	for i, known := range m.tasks {
		if slices.ContainsFunc(tasks, func(t Task) bool { return t.ID == known.ID }) {
			m.tasks[i].State = TaskVoid
		}
	}
}
