package cases

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// Recusal is an officer's word that they have ties to whoever a case is of (回避).
type Recusal struct {
	Number  string
	Officer union.MemberID
	// Why may be empty.
	Why string
}

// Recused is what a recusal came to.
type Recused struct {
	Case    Case
	Service *service.Service
	Step    service.Step // that is open
	// Next are those who have it now; nobody where others than who recused themselves had it all along, it waits for its author, or
	// nobody is left who may have it.
	Next []union.Member
	// Of are those whom the case concerns, of whom the officer may say that it is so from now on.
	Of []union.Member
	// Stuck says that nobody is left: those who look after the union's data were told.
	Stuck bool
}

// Recuse takes an officer out of a case for good: they decide no step of it, in nobody's place, and it is given to them no more. What
// they had goes to the next who may have it, as from an officer who has left. It returns union.ErrNotFound for whoever may not know
// of the case, union.ErrForbidden for its author and for whoever could not decide anything of it, and *Settled once it has ended.
func (d *Desk) Recuse(ctx context.Context, in Recusal) (done Recused, err error) {
	handed := &hurried{}
	err = handing(ctx, d, "recuse", func(ctx context.Context) (err error) {
		done, err = d.recuse(ctx, in, handed)
		return err
	})
	if err != nil {
		return done, err
	}
	return done, d.hurry(ctx, handed.all())
}

func (d *Desk) recuse(ctx context.Context, in Recusal, handed *hurried) (none Recused, _ error) {
	m, holdings, err := d.seen(ctx, in.Officer, 0, in.Number)
	switch {
	case err != nil:
		return none, err
	case m.Author == in.Officer || m.sharedBy(in.Officer) || !m.maySee(in.Officer, holdings):
		return none, union.ErrForbidden
	case m.State.Ended():
		return none, d.settled(ctx, m, "")
	}
	step, _ := m.service.Step(m.Step)
	done := Recused{Service: m.service, Step: step}
	if !slices.Contains(m.listed(service.FieldRecused), in.Officer) {
		if err := d.stepBack(ctx, m, step, in, handed); err != nil {
			return none, err
		}
	}
	done.Case = m.forOfficers()
	if done.Of, err = d.tieable(ctx, m, in.Officer); err != nil {
		return none, err
	}
	if m.State != Open {
		return done, nil
	}
	tasks, err := d.store.Tasks.OfCases(ctx, true, m.ID)
	if err != nil {
		return none, err
	}
	var own []ID
	for _, t := range tasks {
		if t.by(in.Officer) {
			own = append(own, t.ID)
		}
	}
	if done.Stuck = len(own) > 0; done.Stuck {
		return done, d.store.Tasks.Withhold(ctx, own...)
	}
	if len(handed.all()) > 0 {
		done.Next, err = d.havers(ctx, tasks)
	}
	return done, err
}

// steppedBack are those who stay out of the case: they have said so of it, or of all that is whoever's it concerns, or its author asks
// that they do.
func (m *matter) steppedBack() []union.MemberID { return append(m.outOfThis(), m.tied...) }

// outOfThis are those of whom it was said of this case.
func (m *matter) outOfThis() []union.MemberID {
	return append(m.listed(service.FieldRecused), m.listed(service.FieldChallenged)...)
}

// stepBack puts it on record, and the step into other hands.
func (d *Desk) stepBack(ctx context.Context, m *matter, step service.Step, in Recusal, handed *hurried) error {
	who, err := d.members.Get(ctx, in.Officer)
	if err != nil {
		return err
	}
	if _, err := d.clocksOf(ctx, m); err != nil {
		return err
	}
	if err := m.list(service.FieldRecused, in.Officer); err != nil {
		return err
	}
	event := Event{At: d.moment(m), Actor: who.ID, Name: who.Name, Kind: EventRecused, Step: m.Step, Sealed: m.service.Sealed}
	if !m.Anonymous { // 他是我表弟 would tell whose it is
		event.Note = strings.TrimSpace(in.Why)
	}
	if err := d.change(ctx, m, event); err != nil || m.State != Open {
		return err
	}
	had := slices.ContainsFunc(m.open(), func(t Task) bool { return t.by(in.Officer) })
	if err := d.unask(ctx, m, in.Officer, event); err != nil || !had {
		return err
	}
	m.stepsBack = true
	return d.passOn(ctx, m, step, handed)
}

// unask ends what an officer has beside others: a signature that was added to the step, and one that is yet to come. The last of a
// step stays, and goes to somebody else: without it nobody would have the case.
func (d *Desk) unask(ctx context.Context, m *matter, officer union.MemberID, event Event) error {
	var off []Task
	var ids []ID
	if !slices.ContainsFunc(m.live(), func(t Task) bool { return t.State != TaskSigned && !t.by(officer) }) {
		return nil
	}
	for i, t := range m.tasks {
		if added := t.Added != "" && (t.State == TaskOpen || t.State == TaskWaiting); added && t.by(officer) && t.Step == m.Step {
			m.tasks[i].State = TaskVoid
			off, ids = append(off, t), append(ids, t.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if err := d.store.Tasks.Void(ctx, event.At, ids...); err != nil {
		return err
	}
	return cmp.Or(d.settleCards(ctx, m, off, settledBy(m, event)), d.wakeAdded(ctx, m, ""))
}

// passOn takes the open step from those who may not decide it any more.
func (d *Desk) passOn(ctx context.Context, m *matter, step service.Step, handed *hurried) error {
	if moved, err := d.settleStep(ctx, m, step, handed); err != nil || moved {
		return err
	}
	left, err := d.haveLeft(ctx, m, step)
	switch {
	case err != nil:
		return err
	case left && m.followed():
		return d.release(ctx, m, step)
	case left:
		if c := m.clocks[ClockStep]; !m.stepsBack && !m.follows && c.Rung >= len(step.Ladder()) && c.Wake.After(d.now()) { // told already
			return nil
		}
		return d.makeMove(ctx, m, step, true, handed)
	case step.Several():
		return d.vacate(ctx, m, step, handed)
	}
	return d.release(ctx, m, step) // the others have it still
}
