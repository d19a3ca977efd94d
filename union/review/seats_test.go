package review_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// signing is a plan of one step that so many seats sign, and the state in which it is open.
func signing(mode service.Mode, share, seats int) (review.Plan, review.State) {
	plan := review.Plan{Steps: []review.Step{{
		Name: "sign", Days: 3, Acts: []service.Act{service.Accept, service.Refuse, service.Return}, Mode: mode, Share: share,
	}}}
	state := review.State{Status: review.Open, Step: "sign"}
	for no := range seats {
		state.Seats = append(state.Seats, review.Seat{No: no + 1, Weight: 1})
	}
	return plan, state
}

func TestSeveralSignAStep(t *testing.T) {
	type act struct {
		seat int
		act  service.Act
		veto bool
	}
	yes := func(seat int) act { return act{seat: seat, act: service.Accept} }
	no := func(seat int) act { return act{seat: seat, act: service.Refuse} }
	for _, c := range []struct {
		name         string
		mode         service.Mode
		share, seats int
		acts         []act
		want         review.Status
		err          error // of the last act
	}{
		{"two of three are not all", service.All, 0, 3, []act{yes(1), yes(3)}, review.Open, nil},
		{"three of three are", service.All, 0, 3, []act{yes(1), yes(3), yes(2)}, review.Accepted, nil},
		{"one of all refuses for all", service.All, 0, 3, []act{yes(1), no(3)}, review.Refused, nil},
		{"one returns for all", service.Share, 60, 5, []act{yes(1), {seat: 2, act: service.Return}}, review.Returned, nil},
		{"nobody signs twice", service.All, 0, 3, []act{yes(1), yes(1)}, review.Open, review.ErrSettled},
		{"who has no seat does not sign", service.All, 0, 3, []act{yes(4)}, review.Open, review.ErrNoSeat},
		{"nobody signs out of turn", service.InOrder, 0, 3, []act{yes(2)}, review.Open, review.ErrNoSeat},
		{"nor refuses", service.InOrder, 0, 3, []act{yes(1), no(3)}, review.Open, review.ErrNoSeat},
		{"in order they do", service.InOrder, 0, 2, []act{yes(1), yes(2)}, review.Accepted, nil},
		{"three fifths are enough", service.Share, 60, 5, []act{yes(1), no(2), yes(3), no(4), yes(5)}, review.Accepted, nil},
		{"and end it before the rest has spoken", service.Share, 60, 5, []act{yes(1), yes(3), yes(5)}, review.Accepted, nil},
		{"so do three refusals", service.Share, 60, 5, []act{no(1), no(3), no(5)}, review.Refused, nil},
		{"two thirds of two are both", service.Share, 67, 2, []act{yes(1)}, review.Open, nil},
		{"a veto ends it", service.Share, 60, 5, []act{yes(1), yes(2), {seat: 3, act: service.Refuse, veto: true}}, review.Refused, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, state := signing(c.mode, c.share, c.seats)
			var err error
			for _, a := range c.acts {
				state, _, err = review.Next(plan, state, review.Event{Kind: review.Decided, Step: "sign", Act: a.act, Seat: a.seat, Veto: a.veto})
			}
			if state.Status != c.want || !errors.Is(err, c.err) {
				t.Errorf("it is %s, %v; want %s, %v", state.Status, err, c.want, c.err)
			}
		})
	}
}

func TestNoSeatIsTakenAwaySoThatAStepEnds(t *testing.T) {
	for _, c := range []struct {
		name        string
		mode        service.Mode
		seats, sign int
		err         error
	}{
		{"of three, one has signed", service.All, 3, 1, nil},
		{"the last that has not signed", service.All, 2, 1, review.ErrNotAllowed},
		{"the only one", service.All, 1, 0, review.ErrNotAllowed},
		{"an office in its order", service.InOrder, 3, 1, review.ErrNotAllowed},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, state := signing(c.mode, 0, c.seats)
			for no := range c.sign {
				state.Seats[no].Signed = service.Accept
			}
			next, duties, err := review.Next(plan, state, review.Event{Kind: review.Vacated, Step: "sign", Seat: c.seats})
			if !errors.Is(err, c.err) || duties != nil || next.Status != review.Open {
				t.Errorf("%+v, %v, %v", next, duties, err)
			}
			if want := c.seats; err == nil && len(next.Seats) != want-1 {
				t.Errorf("%d seats are left of %d", len(next.Seats), want)
			}
		})
	}
}

// signed is what a test knows of a step that several sign, by no rule of the machine's.
type signed struct {
	weight map[int]int
	said   map[int]service.Act
	veto   bool
}

func (s signed) count(act service.Act) (with, all int) {
	for no, w := range s.weight {
		all += w
		if s.said[no] == act {
			with += w
		}
	}
	return with, all
}

// Whatever order of signatures, vacancies, returns and changes, also senseless ones: there is no outcome without the
// signatures that it needs and none is missing with them, one only, the order is kept, and a replay comes to the same.
func TestSignaturesKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mode := rapid.SampledFrom([]service.Mode{service.All, service.InOrder, service.Share}).Draw(t, "mode")
		share := 0
		if mode == service.Share {
			share = rapid.IntRange(1, 100).Draw(t, "share")
		}
		plan, start := signing(mode, share, rapid.IntRange(1, 6).Draw(t, "seats"))
		known := signed{weight: map[int]int{}, said: map[int]service.Act{}}
		for i := range start.Seats {
			start.Seats[i].Weight = rapid.IntRange(1, 3).Draw(t, "weight")
			known.weight[start.Seats[i].No] = start.Seats[i].Weight
		}
		state, events := start, []review.Event{}
		for range rapid.IntRange(1, 25).Draw(t, "events") {
			event := review.Event{
				Kind: rapid.SampledFrom([]review.EventKind{
					review.Decided, review.Decided, review.Decided, review.Vacated, review.Changed, review.Supplemented,
				}).Draw(t, "kind"),
				Step: "sign", Seat: rapid.IntRange(0, 7).Draw(t, "seat"), Veto: rapid.Bool().Draw(t, "veto"),
				Act: rapid.SampledFrom([]service.Act{service.Accept, service.Accept, service.Refuse, service.Return, service.Merge}).Draw(t, "act"),
			}
			next, _, err := review.Next(plan, state, event)
			if err != nil {
				if !cmp.Equal(next, state) {
					t.Fatalf("a refused %v changed %v to %v", event, state, next)
				}
				continue
			}
			events = append(events, event)
			known.take(t, state, event, mode)
			known.agrees(t, next, mode, share)
			state = next
		}
		again := start
		for _, event := range events {
			var err error
			if again, _, err = review.Next(plan, again, event); err != nil {
				t.Fatalf("replayed, %v is refused: %v", event, err)
			}
		}
		if diff := cmp.Diff(state, again); diff != "" {
			t.Fatalf("replayed (-want +got):\n%s", diff)
		}
	})
}

// take notes an event that was not refused, and that it should not have been.
func (s *signed) take(t *rapid.T, before review.State, event review.Event, mode service.Mode) {
	if before.Status.Ended() {
		t.Fatalf("%v after the end", event)
	}
	_, seat := s.weight[event.Seat]
	switch event.Kind {
	case review.Decided:
		if !seat || s.said[event.Seat] != "" {
			t.Fatalf("%v from no seat, or a second time", event)
		}
		if event.Act == service.Return {
			return
		}
		for no := range s.weight {
			if mode == service.InOrder && no < event.Seat && s.said[no] != service.Accept {
				t.Fatalf("%v came before %d", event, no)
			}
		}
		s.said[event.Seat] = event.Act
		s.veto = s.veto || event.Veto && event.Act == service.Refuse
	case review.Vacated:
		if !seat || s.said[event.Seat] != "" {
			t.Fatalf("%v took a seat that was signed, or is none", event)
		}
		delete(s.weight, event.Seat)
	case review.Changed:
		clear(s.said)
		s.veto = false
	case review.Filed, review.Seated, review.Supplemented, review.TakenBack, review.Reconsidered:
	}
}

// agrees compares the state with what was signed.
func (s *signed) agrees(t *rapid.T, state review.State, mode service.Mode, share int) {
	yes, all := s.count(service.Accept)
	no, _ := s.count(service.Refuse)
	want := review.Open
	switch {
	case mode != service.Share && no > 0, s.veto && no > 0, mode == service.Share && (all-no)*100 < share*all:
		want = review.Refused
	case mode != service.Share && yes == all, mode == service.Share && yes*100 >= share*all:
		want = review.Accepted
	}
	if state.Status != want && (state.Status != review.Returned || want != review.Open) {
		t.Fatalf("with %d for and %d against of %d it is %s, not %s", yes, no, all, state.Status, want)
	}
	if signed, of := state.Signatures(); state.Status == review.Open && (signed != yes+no || of != all) {
		t.Fatalf("it counts %d of %d signatures, not %d of %d", signed, of, yes+no, all)
	}
}
