package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/standin"
)

// MoveStandIns does what the day asks for of up to limit stand-ins, and says how many it dealt with: when one begins, what
// waits for the officer who is away goes to whoever stands in; when it is over, what is undecided comes back; one that nobody
// answered lapses. Each task is a transaction of its own, so that a day on which many are away stops nobody, and what was done
// before a kill is passed over after it.
func (d *Desk) MoveStandIns(ctx context.Context, limit int) (int64, error) {
	due, err := d.store.StandIns.Due(ctx, d.today(), limit)
	if err != nil {
		return 0, fmt.Errorf("move stand-ins: %w", err)
	}
	var failed []error
	var moved []standin.Standin
	for _, s := range due {
		if s.State == standin.Asked && !d.calendar.OnDuty(d.now()) { // people would be told
			continue
		}
		s, err := d.turnToday(ctx, s)
		if err != nil {
			failed = append(failed, fmt.Errorf("move stand-in %d: %w", s.ID, err))
			continue
		}
		moved = append(moved, s)
	}
	handed := &hurried{}
	if err := d.settleFor(ctx, moved, handed); err != nil {
		failed = append(failed, err)
	} else {
		failed = append(failed, d.lookedAt(ctx, moved))
	}
	failed = append(failed, d.hurry(ctx, handed.all()))
	if err := errors.Join(failed...); err != nil {
		return 0, err // tried again with the next sweep, not at once
	}
	return int64(len(moved)), nil
}

// turnToday takes one to the state that it has today. From then on it counts, or does not, whoever has what.
func (d *Desk) turnToday(ctx context.Context, s standin.Standin) (standin.Standin, error) {
	next, err := d.nextOf(ctx, s)
	if err != nil || next == s {
		return s, err
	}
	return next, d.keepStandIn(ctx, s, next)
}

// settleFor looks at all tasks that go elsewhere by what these stand-ins have come to: those of whoever is away now, and all that
// somebody has in another's place, for a chain may have changed anywhere in it.
func (d *Desk) settleFor(ctx context.Context, moved []standin.Standin, handed *hurried) error {
	var failed []error
	lent := false
	for _, s := range moved {
		if s.State == standin.Accepted {
			failed = append(failed, d.settleAll(ctx, handed, func(after ID) ([]Task, error) { return d.store.Tasks.Held(ctx, s.Absent, after, settleBatch) }))
		}
		lent = lent || s.State != standin.Asked && s.State != standin.Lapsed
	}
	if lent {
		failed = append(failed, d.settleAll(ctx, handed, func(after ID) ([]Task, error) { return d.store.Tasks.Lent(ctx, after, settleBatch) }))
	}
	return errors.Join(failed...)
}

// lookedAt notes that their tasks were looked at.
func (d *Desk) lookedAt(ctx context.Context, moved []standin.Standin) error {
	for _, s := range moved {
		done := s
		switch s.State {
		case standin.Accepted:
			done.Moved = true
		case standin.Ended, standin.Over:
			done.GivenBack = true
		case standin.Asked, standin.Refused, standin.Recalled, standin.Lapsed:
			continue
		}
		if err := d.keepStandIn(ctx, s, done); err != nil {
			return err
		}
	}
	return nil
}

// nextOf says what becomes of a stand-in today.
func (d *Desk) nextOf(ctx context.Context, s standin.Standin) (standin.Standin, error) {
	people, err := d.people(ctx, []union.MemberID{s.Absent, s.By})
	if err != nil || !s.State.Open() {
		return s, err
	}
	left := len(people) < 2 || slices.ContainsFunc(people, func(p union.Member) bool { return p.Status != union.Active })
	over := s.To.Before(d.today())
	switch {
	case s.State == standin.Asked && (left || over):
		s.State, s.EndedAt = standin.Lapsed, d.now()
	case s.State == standin.Asked:
		s.Moved = true
	case left:
		s.State, s.EndedAt = standin.Ended, d.now()
	case over:
		s.State, s.EndedAt = standin.Over, d.now()
	}
	return s, nil
}

// keepStandIn writes what became of one, and tells those of the two whom it concerns. Who was slower changes nothing.
func (d *Desk) keepStandIn(ctx context.Context, was, is standin.Standin) error {
	return d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		mine, err := d.store.StandIns.Update(ctx, was, is)
		if err != nil || !mine {
			return err
		}
		v, err := d.standInView(ctx, is)
		if err != nil {
			return err
		}
		v.Left = v.AbsentMember.Status != union.Active || v.ByMember.Status != union.Active
		return d.tellOfStandIn(ctx, was, v)
	})
}

// settleBatch is how many tasks are read at a time.
const settleBatch = 100

// settleAll looks at all of the tasks that a list gives out, in batches. What was decided meanwhile is passed over; one that fails
// stops no other.
func (d *Desk) settleAll(ctx context.Context, handed *hurried, list func(after ID) ([]Task, error)) error {
	all, err := d.store.StandIns.Accepted(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for after := ID(0); ; {
		tasks, err := list(after)
		if err != nil || len(tasks) == 0 {
			return errors.Join(append(failed, err)...)
		}
		for _, t := range tasks {
			after = t.ID
			if chain, _ := standin.Chain(all, t.For, d.today()); len(chain) > 0 && chain[len(chain)-1] == t.Officer {
				continue
			}
			err := handing(ctx, d, fmt.Sprintf("settle case %d", t.Case), func(ctx context.Context) error { return d.settleTask(ctx, t, handed) })
			if err != nil && !errors.Is(err, union.ErrSettled) {
				failed = append(failed, err)
			}
		}
	}
}

func (d *Desk) settleTask(ctx context.Context, t Task, handed *hurried) error {
	m, err := d.load(ctx, t.Case, "")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(m.open(), func(open Task) bool { return open.ID == t.ID })
	if m.State != Open || i < 0 {
		return nil
	}
	step, ok := m.service.Step(m.Step)
	if !ok || t.Step != m.Step {
		return nil
	}
	if _, err := d.clocksOf(ctx, m); err != nil {
		return err
	}
	return d.settle(ctx, m, step, m.open()[i], handed)
}

// settle puts an open task into the hands of whoever has it today: the officer whose it is or, where that one is away, whoever
// stands in or, where nobody may, those one level up. Where others have the step too, it waits with them.
func (d *Desk) settle(ctx context.Context, m *matter, step service.Step, t Task, handed *hurried) error {
	owner := t.owner()
	if step.Who.Author && owner == m.Author {
		return nil
	}
	all, err := d.store.StandIns.Accepted(ctx)
	if err != nil {
		return err
	}
	people, err := d.people(ctx, []union.MemberID{owner})
	if err != nil || len(people) == 0 {
		return err
	}
	holdings, err := d.holdings(ctx, m, owner)
	if err != nil {
		return err
	}
	if may, err := d.mayByOffice(ctx, m, owner, holdings, step); err != nil {
		return err
	} else if !may {
		return d.settleOwnerless(ctx, m, step, t, handed)
	}
	chain, away := standin.Chain(all, owner, d.today())
	mayStandIn := d.mayStandIn
	if t.Added != "" {
		mayStandIn = d.maySignFor
	}
	by, may, err := mayStandIn(ctx, m, step.At(t.Seat), people[0], chain)
	switch {
	case err != nil:
		return err
	case may && by.ID == t.Officer, !away && t.For == 0:
		return nil
	case t.Added != "" && t.For == 0 && !may: // whoever was added was chosen by name: the signature waits, or goes to a stand-in
		return nil
	case may:
		m.lend(by.ID, people[0])
		return d.reroute(ctx, m, t, EventLent, []union.Member{standin.Shown(by, people[0])}, handed)
	case away && t.For == 0 && (m.sharedSeat(t) || step.Several() && len(step.Who.Seats) == 0):
		return nil
	case away && t.Added == "":
		officers, higher, err := d.above(ctx, m, step.At(t.Seat), true)
		if err == nil {
			officers, err = d.free(ctx, m, step, officers)
		}
		if err == nil && higher && len(officers) > 0 {
			return d.reroute(ctx, m, t, EventSentUp, officers, handed)
		}
		if err != nil && !errors.Is(err, union.ErrNoOfficer) || t.For == 0 {
			return ignoreNoOfficer(err)
		}
	}
	delete(m.lent, owner)
	return d.reroute(ctx, m, t, EventGivenBack, people, handed)
}

// settleOwnerless is settle for a task whose owner may not decide it any more: there is nothing to lend, nor to give back. Whoever
// has it keeps it if they may by an office of their own; else it goes on as from a leaver.
func (d *Desk) settleOwnerless(ctx context.Context, m *matter, step service.Step, t Task, handed *hurried) error {
	if t.For == 0 {
		return nil // the sweep of those who have left takes it
	}
	holdings, err := d.holdings(ctx, m, t.Officer)
	if err != nil {
		return err
	}
	if may, err := d.mayByOffice(ctx, m, t.Officer, holdings, step); err != nil {
		return err
	} else if may {
		people, err := d.people(ctx, []union.MemberID{t.Officer})
		if err != nil {
			return err
		}
		delete(m.lent, t.Officer)
		return d.reroute(ctx, m, t, m.goneOn(), people, handed)
	}
	if left, err := d.haveLeft(ctx, m, step); err != nil || !left || step.Several() {
		return err // the sweep of those who have left takes it
	}
	return d.makeMove(ctx, m, step, true, handed)
}

// settleStep settles all open tasks of a step, and says whether any went to others. Before the ladder climbs on, or the step is
// taken from leavers, it goes to whoever stands in.
func (d *Desk) settleStep(ctx context.Context, m *matter, step service.Step, handed *hurried) (moved bool, err error) {
	version := m.Version
	for _, t := range m.open() {
		if err := d.settle(ctx, m, step, t, handed); err != nil {
			return false, err
		}
	}
	return m.Version > version, nil
}

func ignoreNoOfficer(err error) error {
	if errors.Is(err, union.ErrNoOfficer) {
		return nil
	}
	return err
}

// sharedSeat says whether somebody else has the same seat of the open step.
func (m *matter) sharedSeat(t Task) bool {
	return slices.ContainsFunc(m.open(), func(o Task) bool { return o.ID != t.ID && o.Step == t.Step && o.Seat == t.Seat })
}

// reroute gives an open task to others. Its time stays what it was; whoever has it now hears of it with a digest that is due
// now, however many there are.
func (d *Desk) reroute(ctx context.Context, m *matter, t Task, kind string, to []union.Member, handed *hurried) error {
	people, err := d.havers(ctx, []Task{t})
	if err != nil {
		return err
	}
	event := d.byItself(ctx, m, kind, namesOf(people)+" → "+namesOf(to))
	err = d.change(ctx, m, event)
	if errors.Is(err, ErrActNotAllowed) { // another replica was quicker: what is left to do is to be looked at anew
		return union.ErrStale
	}
	if err != nil {
		return err
	}
	if err := d.store.Tasks.Void(ctx, event.At, t.ID); err != nil {
		return err
	}
	m.tasks[slices.IndexFunc(m.tasks, func(known Task) bool { return known.ID == t.ID })].State = TaskVoid
	how := settledBy(m, event)
	how.Officer = namesOf(to)
	if err := d.settleCards(ctx, m, []Task{t}, how); err != nil {
		return err
	}
	m.handed = true
	m.inherit([]Task{t}, to)
	fresh, err := d.ask(ctx, m, to)
	m.tasks = append(m.tasks, fresh...)
	handed.add(to)
	if err != nil || t.Added != "" {
		return err
	}
	step, _ := m.service.Step(m.Step)
	return d.tellRerouted(ctx, m, t, m.moved(people, to, "", step), kind)
}

// tellRerouted tells the author who has it now, by day: absences begin and end at midnight.
func (d *Desk) tellRerouted(ctx context.Context, m *matter, t Task, moved Moved, kind string) error {
	if m.service.Sealed { // there is nothing to fetch
		return nil
	}
	n := notice.Notice{
		Key: fmt.Sprintf("rerouted/%d", t.ID), Kind: notice.KindAnswer, Policy: notice.Resend, To: m.Author, Case: int64(m.ID),
		Body: d.words.Rerouted(moved, kind),
	}
	if !d.calendar.OnDuty(d.now()) {
		n.NotBefore = d.calendar.NextDigest(d.now(), nil)
	}
	return d.outbox.Put(ctx, n)
}
