package cases

import (
	"context"
	"slices"
	"sort"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// precedes says that a task has to be signed before another one of its step: its place comes before, or they sign one after the
// other in one place. What was signed keeps nobody waiting.
func (t *Task) precedes(other Task) bool {
	inTurn := t.InTurn && other.InTurn && t.Added == other.Added && t.Seat < other.Seat
	return t.State != TaskSigned && (t.Added.rank() < other.Added.rank() || inTurn)
}

// waits says whether somebody among others has to sign before a task is.
func waits(t Task, others []Task) bool {
	return slices.ContainsFunc(others, func(o Task) bool { return o.precedes(t) })
}

// follows is the seat that has to be signed before a task is, of those who sign one after the other; 0 without any.
func (t *Task) follows(all []Task) (seat int) {
	for _, o := range all {
		o.State = TaskOpen
		if o.Added.rank() == t.Added.rank() && o.precedes(*t) {
			seat = max(seat, o.Seat)
		}
	}
	return seat
}

// followed says that only those are left who were added, and that others sign after them.
func (m *matter) followed() bool {
	has := func(of func(Task) bool) bool { return slices.ContainsFunc(m.live(), of) }
	return has(func(t Task) bool { return t.State == TaskWaiting }) && !has(func(t Task) bool { return t.State == TaskOpen && t.Added == "" })
}

// inTurn refuses a decision before which others have to sign.
func (m *matter) inTurn(ctx context.Context, d *Desk, own Task) error {
	before := slices.DeleteFunc(m.live(), func(t Task) bool { return !t.precedes(own) })
	sort.SliceStable(before, func(i, j int) bool { return before[i].Seat < before[j].Seat })
	if len(before) == 0 {
		return nil
	}
	err := &WaitsError{Recallable: own.Added == ""}
	for len(before) > 0 {
		seat := before[0].Seat
		people, unread := d.people(ctx, officersOf(slices.DeleteFunc(slices.Clone(before), func(t Task) bool { return t.Seat != seat })))
		if unread != nil {
			return unread
		}
		err.For = append(err.For, people)
		before = slices.DeleteFunc(before, func(t Task) bool { return t.Seat == seat })
	}
	return err
}

// wakeAdded asks those whose turn it is now: after a signature, and after whoever signs before them has no need to any more.
func (d *Desk) wakeAdded(ctx context.Context, m *matter, said string) error {
	var woken []Task
	var ids []ID
	step, _ := m.service.Step(m.Step)
	for i, t := range m.tasks {
		if t.Step != m.Step || t.State != TaskWaiting || waits(t, m.live()) {
			continue
		}
		instead, err := d.wakeInstead(ctx, m, step, t)
		if err != nil {
			return err
		}
		if instead.ID != 0 {
			m.tasks[i].State = TaskVoid
			m.tasks, woken = append(m.tasks, instead), append(woken, instead)
			continue
		}
		m.tasks[i].State, m.tasks[i].DueAt = TaskOpen, m.DueAt
		woken, ids = append(woken, m.tasks[i]), append(ids, t.ID)
	}
	if len(woken) == 0 {
		return nil
	}
	if len(ids) > 0 {
		if err := d.store.Tasks.Wake(ctx, m.DueAt, ids...); err != nil {
			return err
		}
	}
	m.said = said
	return d.sendCards(ctx, m, woken)
}

// wakeInstead gives the signature of somebody who is away when their turn comes to whoever stands in; the zero Task where nobody
// does.
func (d *Desk) wakeInstead(ctx context.Context, m *matter, step service.Step, t Task) (none Task, _ error) {
	people, err := d.people(ctx, []union.MemberID{t.Officer})
	if err != nil || len(people) == 0 {
		return none, err
	}
	by, absent, err := d.signsFor(ctx, m, step, people[0])
	if err != nil || absent == 0 {
		return none, err
	}
	id, err := d.idFor(m)
	if err != nil {
		return none, err
	}
	now := d.moment(m)
	if err := d.store.Tasks.Void(ctx, now, t.ID); err != nil {
		return none, err
	}
	t.ID, t.Officer, t.For, t.State, t.DueAt, t.CreatedAt = id, by.ID, absent, TaskOpen, m.DueAt, now
	return t, d.store.Tasks.Insert(ctx, t)
}
