package cases

import (
	"context"
	"errors"
	"slices"
	"sort"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// seating is a seat of a step that several sign, as it is given to an officer.
type seating struct {
	no, weight int
	added      Place
	inTurn     bool
}

// live are the tasks of the open step that count: those that are open, those whose turn is yet to come, and those that were
// signed while others have to.
func (m *matter) live() []Task {
	return slices.DeleteFunc(slices.Clone(m.tasks), func(t Task) bool {
		return t.Step != m.Step || t.State != TaskOpen && t.State != TaskWaiting && t.State != TaskSigned
	})
}

// seats are those of the open step, in order; none where one decides it. Of a step that is signed in order, those whose turn
// is yet to come are among them.
func (m *matter) seats() []review.Seat {
	step, _ := m.service.Step(m.Step)
	if !step.Several() && !m.added() {
		return nil
	}
	var seats []review.Seat
	if !step.Several() { // whoever has the step, beside those who were added
		seats = []review.Seat{{Weight: 1}}
	}
	last := 0
	for _, t := range m.live() {
		i := slices.IndexFunc(seats, func(s review.Seat) bool { return s.No == t.Seat })
		if i < 0 {
			i, seats = len(seats), append(seats, review.Seat{No: t.Seat, Weight: max(t.Weight, 1), Rank: t.Added.rank(), Follows: t.follows(m.live())})
		}
		if t.State == TaskSigned {
			seats[i].Signed = t.Act
		}
		last = max(last, t.Seat)
	}
	for no := last + 1; step.Mode == service.InOrder && no <= len(step.Who.Seats); no++ {
		seats = append(seats, review.Seat{No: no, Weight: 1})
	}
	sort.SliceStable(seats, func(i, j int) bool { return seats[i].No < seats[j].No })
	return seats
}

// seatOf is the seat that an officer was given last in a step; 0 where the step has none.
func (m *matter) seatOf(officer union.MemberID, step service.Step) int {
	own := func(t Task) bool { return t.by(officer) && t.Step == step.Name }
	if i := slices.IndexFunc(m.tasks, func(t Task) bool { return own(t) && t.State == TaskOpen }); i >= 0 {
		return m.tasks[i].Seat
	}
	for _, t := range slices.Backward(m.tasks) {
		if own(t) {
			return t.Seat
		}
	}
	return 0
}

// signatory says whether a member has signed the open step.
func (m *matter) signatory(member union.MemberID) bool {
	return slices.ContainsFunc(m.live(), func(t Task) bool { return t.Officer == member && t.State == TaskSigned })
}

// signatories are the tasks of those who have signed the open step.
func (m *matter) signatories() []Task {
	return slices.DeleteFunc(m.live(), func(t Task) bool { return t.State != TaskSigned })
}

// givePlaces says which seat each officer has who is asked now. Who was given none before gets one of their own.
func (m *matter) givePlaces(officers []union.Member) []seating {
	places := make([]seating, len(officers))
	step, _ := m.service.Step(m.Step)
	again := slices.ContainsFunc(officers, func(o union.Member) bool { return m.places[o.ID].added != "" }) // is asked anew
	if !step.Several() && !m.added() && !again {
		return places
	}
	last := 0
	for _, t := range m.live() {
		last = max(last, t.Seat)
	}
	for i, o := range officers {
		p, given := m.places[o.ID]
		if !given && step.Several() {
			last++
			p = seating{no: last, weight: 1}
		}
		places[i] = p
	}
	return places
}

// give seats all of the officers in one place: any of them signs for it.
func (m *matter) give(p seating, officers []union.Member) {
	if m.places == nil {
		m.places = map[union.MemberID]seating{}
	}
	for _, o := range officers {
		m.places[o.ID] = p
	}
}

// inherit gives the seats of others to those who have the step instead of them. Who was added beside them is let off.
func (m *matter) inherit(from []Task, officers []union.Member) {
	from = bearers(from)
	p := seating{}
	if len(from) > 0 {
		p.added, p.inTurn = from[0].Added, from[0].InTurn
	}
	var counted []int
	for _, t := range from {
		if !slices.Contains(counted, t.Seat) {
			counted = append(counted, t.Seat)
			p.weight += max(t.Weight, 1)
		}
	}
	if len(counted) > 0 {
		p.no = slices.Min(counted)
		m.give(p, officers)
	}
}

// seatHolders finds who signs a step whose seats are offices: those who hold each, as officers finds them for a role. Nobody
// has two seats: where only somebody is left for one who has another already, that one signature is for both. In order, those
// are asked whose turn it is.
func (d *Desk) seatHolders(ctx context.Context, step service.Step, m *matter) ([]union.Member, error) {
	var all []union.Member
	m.places = map[union.MemberID]seating{}
	signed := m.seats()
	for no := 1; no <= len(step.Who.Seats); no++ {
		if slices.ContainsFunc(signed, func(s review.Seat) bool { return s.No == no && s.Signed != "" }) {
			continue
		}
		people, err := d.unseated(ctx, step, m, no)
		if step.Undoes() && errors.Is(err, union.ErrNoOfficer) { // whoever alone has it has asked: the others decide
			continue
		}
		if err != nil {
			return nil, err
		}
		if step.Mode == service.InOrder && len(all) > 0 {
			continue // looked at so that nothing opens which has nobody to go to
		}
		m.give(seating{no: no, weight: 1}, people)
		all = append(all, people...)
	}
	if len(all) == 0 {
		return nil, &NobodyError{Service: m.service, Step: step, matter: m}
	}
	return all, nil
}

// unseated finds those for the seat of an office who have no other in the step.
func (d *Desk) unseated(ctx context.Context, step service.Step, m *matter, no int) ([]union.Member, error) {
	people, err := d.officers(ctx, step.At(no), m)
	return slices.DeleteFunc(people, func(p union.Member) bool { return m.seated(p, step) }), err
}

// seated says whether a member has a seat in a step that several sign, or has signed it.
func (m *matter) seated(p union.Member, step service.Step) bool {
	if !step.Several() {
		return false
	}
	_, seated := m.places[p.ID]
	return seated || m.signatory(p.ID) || m.signed.Officer == p.ID && m.signed.Step == step.Name
}

// unsigned finds who has to sign a step to which the author has added something. What was signed stands; where too few are
// left beside it, everybody is asked anew.
func (d *Desk) unsigned(ctx context.Context, m *matter, step service.Step) ([]union.Member, error) {
	people, err := d.officers(ctx, step, m)
	if err != nil && !errors.Is(err, union.ErrNoOfficer) {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(p union.Member) bool { return m.signatory(p.ID) })
	seats := slices.DeleteFunc(m.seats(), func(s review.Seat) bool { return s.Signed == "" })
	for _, p := range m.givePlaces(people) {
		if !slices.ContainsFunc(seats, func(s review.Seat) bool { return s.No == p.no }) {
			seats = append(seats, review.Seat{No: p.no, Weight: p.weight})
		}
	}
	_, _, err = review.Next(m.plan(), m.review(), review.Event{Kind: review.Seated, Step: step.Name, Seats: seats})
	if err == nil && len(people) > 0 {
		return people, nil
	}
	var ids []ID
	for i, t := range m.tasks {
		if t.State == TaskSigned {
			m.tasks[i].State, ids = TaskVoid, append(ids, t.ID)
		}
	}
	if len(ids) > 0 {
		if err := d.store.Tasks.Void(ctx, d.moment(m), ids...); err != nil {
			return nil, err
		}
	}
	return d.officers(ctx, step, m)
}
