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

// entitled finds from which seat an officer decides the open step; the zero Task where one decides it. Who has signed it
// already is told so.
func (d *Desk) entitled(ctx context.Context, m *matter, officer union.MemberID, step service.Step) (none Task, _ error) {
	if !step.Several() && !m.added() {
		return none, nil
	}
	for _, t := range m.open() {
		if t.Officer == officer && t.Step == step.Name {
			return t, nil
		}
	}
	switch {
	case m.signatory(officer):
		return none, d.signedBefore(ctx, m, officer, step.Name)
	case m.addedTo(officer, step): // and it is not their turn yet
		own := m.live()[slices.IndexFunc(m.live(), func(t Task) bool { return t.Added != "" && t.Officer == officer })]
		return none, cmp.Or(m.inTurn(ctx, d, own), union.ErrForbidden)
	case step.Several():
		return none, union.ErrForbidden
	case slices.ContainsFunc(m.live(), func(t Task) bool { return t.Added == "" && t.State == TaskSigned }):
		return none, d.settled(ctx, m, step.Name)
	}
	return none, nil // by the office, without having been asked
}

// signedBefore says when and how an officer signed the open step.
func (d *Desk) signedBefore(ctx context.Context, m *matter, officer union.MemberID, step string) error {
	events, err := d.store.Timeline.Of(ctx, m.ID)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(events) {
		if e.Actor == officer && e.Step == step {
			how := settledBy(m, e)
			how.Waits = false // what is signed stands
			return &how
		}
	}
	return ErrActNotAllowed
}

// unlessMate is the refusal of somebody who may not decide the open step: where another has signed for the seat that was theirs too,
// that and by whom.
func (d *Desk) unlessMate(ctx context.Context, m *matter, officer union.MemberID) error {
	for _, lost := range m.tasks {
		if lost.Officer != officer || lost.Step != m.Step || lost.State != TaskVoid {
			continue
		}
		for _, t := range m.signatories() {
			if t.Seat == lost.Seat && !t.EndedAt.After(lost.EndedAt) {
				return d.signedBefore(ctx, m, t.Officer, m.Step)
			}
		}
	}
	return union.ErrForbidden
}

// next lets the review judge a decision. Seats that nobody has any more are taken away before, and of a step that is signed in
// order, those whose turn comes next are found.
func (d *Desk) next(ctx context.Context, m *matter, step service.Step, in Decision, own Task, veto bool) (review.State, []review.Duty, error) {
	state := m.review()
	if in.Act == SendBack && (!m.mayGoBack(in.To) || in.Straight && !m.mayComeStraight(in.To, step)) {
		return state, nil, review.ErrNotAllowed
	}
	if step.Several() {
		vacancies, err := d.recount(ctx, m, step, own.Seat)
		if err != nil {
			return state, nil, err
		}
		state, m.lost = vacancies.state, vacancies.lost
	}
	if step.Mode == service.InOrder && in.Act == Accept {
		var err error
		if state, err = d.turnAfter(ctx, m, step, state, own); err != nil {
			return state, nil, err
		}
	}
	return review.Next(m.plan(), state, review.Event{Kind: review.Decided, Step: step.Name, Act: in.Act, Seat: own.Seat, Veto: veto, To: in.To, Straight: in.ComesStraight(step)})
}

// turnAfter finds those whose turn it is once a seat has signed. Where only people are left who have signed already, their
// signature is for that seat as well.
func (d *Desk) turnAfter(ctx context.Context, m *matter, step service.Step, state review.State, own Task) (review.State, error) {
	m.signed = Task{Officer: own.Officer, Step: step.Name}
	state.Seats = slices.Clone(state.Seats)
	for i := 0; i < len(state.Seats); i++ {
		no := state.Seats[i].No
		if no <= own.Seat || state.Seats[i].Signed != "" {
			continue
		}
		if slices.ContainsFunc(m.open(), func(t Task) bool { return t.Seat == no }) {
			return state, nil // they were asked before
		}
		people, err := d.unseated(ctx, step, m, no)
		if err != nil && (!step.Undoes() || !errors.Is(err, union.ErrNoOfficer)) { // who alone has the seat has asked to undo it
			return state, err
		}
		if len(people) > 0 {
			m.give(seating{no: no, weight: 1}, people)
			m.upcoming = people
			return state, nil
		}
		state.Seats = slices.Delete(state.Seats, i, i+1)
		i--
	}
	return state, nil
}

// signs says whether others have to sign after this.
func (v *verdict) signs() bool {
	return slices.ContainsFunc(v.duties, func(duty review.Duty) bool { return duty.Kind == review.Sign })
}

// countersign writes one of several signatures. The step goes on; whose turn it is now is asked.
func (d *Desk) countersign(ctx context.Context, m *matter, v *verdict) (none Decided, _ error) {
	now, officer := d.moment(m), v.actor
	if _, err := d.clocksOf(ctx, m); err != nil {
		return none, err
	}
	m.Decided = true
	m.takeSent(v, false)
	if len(m.upcoming) > 0 { // each has the step's time
		d.wind(m, turn{untold: true, asked: m.upcoming})
	}
	event := Event{At: now, Actor: v.Officer, Name: officer.Name, Kind: EventSigned, Step: v.step.Name, Note: v.opinion(), Sealed: m.service.Sealed}
	if v.Act == Refuse {
		event.Kind = EventSignedAgainst
	}
	if err := d.taskOf(ctx, m, v); err != nil {
		return none, err
	}
	gone, err := d.keepSignature(ctx, m, v, event)
	if err != nil {
		return none, err
	}
	if err := d.wakeAdded(ctx, m, v.Note); err != nil {
		return none, err
	}
	if err := d.settleCards(ctx, m, gone, settledBy(m, event)); err != nil {
		return none, err
	}
	signed, all := v.next.Signatures()
	done := Decided{
		Case: m.forOfficers(), Service: m.service, Step: v.step, Author: m.authorForOfficers(), Next: m.upcoming, Signed: signed, Seats: all,
	}
	if len(m.upcoming) == 0 {
		turn := slices.DeleteFunc(m.open(), func(t Task) bool { return waits(t, m.live()) })
		if done.Next, err = d.havers(ctx, turn); err != nil {
			return none, err
		}
		return done, nil
	}
	m.said = v.Note
	return done, d.askAll(ctx, m, m.upcoming)
}

// keepSignature writes the signature, as write does a verdict. It returns the tasks over which it is: the officer's, and those
// of others who had the same seat, or have theirs no more.
func (d *Desk) keepSignature(ctx context.Context, m *matter, v *verdict, event Event) ([]Task, error) {
	err := d.store.Cases.Update(ctx, m.Case)
	if errors.Is(err, union.ErrStale) {
		return nil, d.overtaken(ctx, m.ID, v.step.Name)
	}
	if err != nil {
		return nil, err
	}
	m.Version++
	if err := d.bindSent(ctx, m, v); err != nil {
		return nil, err
	}
	if err := d.store.Tasks.Sign(ctx, v.own.ID, v.Act, event.At); err != nil {
		return nil, err
	}
	gone := []Task{v.own}
	var void []ID
	for i, t := range m.tasks {
		lost := slices.ContainsFunc(m.lost, func(l Task) bool { return l.ID == t.ID })
		switch {
		case t.ID == v.own.ID:
			m.tasks[i].State, m.tasks[i].Act, m.tasks[i].EndedAt = TaskSigned, v.Act, event.At
		case t.State == TaskOpen && t.Step == v.step.Name && (lost || t.Seat == v.own.Seat):
			m.tasks[i].State = TaskVoid
			gone, void = append(gone, m.tasks[i]), append(void, t.ID) // which its card says
		}
	}
	if len(void) > 0 {
		if err := d.store.Tasks.Void(ctx, event.At, void...); err != nil {
			return nil, err
		}
	}
	if err := d.keepClocks(ctx, m); err != nil {
		return nil, err
	}
	return gone, d.store.Timeline.Append(ctx, m.ID, m.Version, event)
}
