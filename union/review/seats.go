package review

import (
	"slices"

	"github.com/unionbot/unionbot/union/service"
)

// Seat is one signature that a step waits for. A step that one decides has the seat 0 alone.
type Seat struct {
	No int
	// Weight is how many seats it counts for; whoever stands in for several has them all.
	Weight int
	// Rank says who signs before whom: those of a higher one once all of a lower have accepted.
	Rank int
	// Follows is a seat that has to accept before this one; 0 is none.
	Follows int
	// Veto ends a step that needs a share by refusing.
	Veto bool
	// Signed is what its holder said: Accept, Refuse, or nothing yet.
	Signed service.Act
}

// alone is the seat of a step that one decides.
var alone = []Seat{{Weight: 1}}

// seats are those of the open step, in order.
func (s State) seats(step Step) []Seat {
	if step.several() {
		return s.Seats
	}
	return alone
}

func (s Step) several() bool { return s.Mode != "" && s.Mode != service.Any }

// turn says whether a seat may sign now: it has not signed, all of a lower rank have accepted and the one that it follows, and so
// have, where they sign one after the other, all before it.
func (s Step) turn(seats []Seat, at int) bool {
	open := func(seat Seat) bool { return seat.Signed != service.Accept }
	return seats[at].Signed == "" && (s.Mode != service.InOrder || !slices.ContainsFunc(seats[:at], open)) &&
		!slices.ContainsFunc(seats, func(seat Seat) bool {
			return (seat.Rank < seats[at].Rank || seat.No > 0 && seat.No == seats[at].Follows) && open(seat)
		})
}

// outcome is what the signatures come to; empty while that is open.
func (s Step) outcome(seats []Seat) service.Act {
	all, accepted, refused := 0, 0, 0
	for _, seat := range seats {
		all += seat.Weight
		switch seat.Signed {
		case service.Accept:
			accepted += seat.Weight
		case service.Refuse:
			refused += seat.Weight
			if seat.Veto || s.Mode != service.Share {
				return service.Refuse
			}
		}
	}
	needed := all
	if s.Mode == service.Share {
		needed = (all*s.Share + 99) / 100
	}
	switch {
	case all == 0:
		return ""
	case accepted >= needed:
		return service.Accept
	case all-refused < needed:
		return service.Refuse
	}
	return ""
}

// sign puts what a seat says down. It returns the act that the step comes to: the one that was done, where it ends the step
// whatever others say, or nothing while others have to sign.
func (s Step) sign(state State, event Event) (State, service.Act, error) {
	seats := slices.Clone(state.seats(s))
	at := slices.IndexFunc(seats, func(seat Seat) bool { return seat.No == event.Seat })
	switch {
	case at < 0:
		return state, "", ErrNoSeat
	case seats[at].Signed != "":
		return state, "", ErrSettled
	case !s.turn(seats, at):
		return state, "", ErrNoSeat
	case !s.several() || event.Act != service.Accept && event.Act != service.Refuse:
		return state, event.Act, nil
	}
	seats[at].Signed, seats[at].Veto = event.Act, event.Veto
	act := s.outcome(seats)
	state.Seats, state.Decided = seats, true
	return state, act, nil
}

// seat takes the seats of a step that has just opened, or opened again: what was signed before stands, and is part of them.
func seat(step Step, state State, event Event) (State, []Duty, error) {
	if state.Status != Open || event.Step != step.Name || !step.several() || len(event.Seats) == 0 || step.outcome(event.Seats) != "" {
		return state, nil, ErrNotAllowed
	}
	for i, taken := range event.Seats {
		before := slices.IndexFunc(state.Seats, func(s Seat) bool { return s.No == taken.No && s.Signed != "" })
		twice := slices.ContainsFunc(event.Seats[:i], func(s Seat) bool { return s.No == taken.No })
		if twice || taken.Weight < 1 || (before < 0) != (taken.Signed == "") || before >= 0 && state.Seats[before] != taken {
			return state, nil, ErrNotAllowed
		}
	}
	kept := func(s Seat) bool { return slices.Contains(event.Seats, s) }
	if slices.ContainsFunc(state.Seats, func(s Seat) bool { return s.Signed != "" && !kept(s) }) {
		return state, nil, ErrNotAllowed
	}
	state.Seats = slices.Clone(event.Seats)
	return state, nil, nil
}

// vacate takes a seat away whose holder has left, and that nobody else has. A seat without which the step would come to
// something stays: there is no outcome without somebody who signs.
func vacate(step Step, state State, event Event) (State, []Duty, error) {
	at := slices.IndexFunc(state.Seats, func(seat Seat) bool { return seat.No == event.Seat })
	if state.Status != Open || event.Step != step.Name || !step.several() || step.Mode == service.InOrder || at < 0 || state.Seats[at].Signed != "" {
		return state, nil, ErrNotAllowed
	}
	left := slices.Delete(slices.Clone(state.Seats), at, at+1)
	if len(left) == 0 || step.outcome(left) != "" {
		return state, nil, ErrNotAllowed
	}
	state.Seats = left
	return state, nil, nil
}

// unsigned takes the signatures away, where what was signed has changed.
func unsigned(step Step, state State) (State, []Duty, error) {
	if state.Status != Open || !step.several() {
		return state, nil, ErrNotAllowed
	}
	state.Seats = slices.Clone(state.Seats)
	for i := range state.Seats {
		state.Seats[i].Signed, state.Seats[i].Veto = "", false
	}
	return state, []Duty{{Kind: Ask, Step: step.Name, Days: step.Days}}, nil
}

// Signatures counts the seats that have signed, and all.
func (s State) Signatures() (signed, all int) {
	for _, seat := range s.Seats {
		all += seat.Weight
		if seat.Signed != "" {
			signed += seat.Weight
		}
	}
	return signed, all
}
