package review_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// countered is a plan of four steps, and of three by which what they have approved is undone.
var countered = func() review.Plan {
	acts := []service.Act{service.Accept, service.Refuse, service.Return, service.SendBack}
	var plan review.Plan
	for _, name := range []string{"a", "b", "c", "d"} {
		plan.Steps = append(plan.Steps, review.Step{Name: name, Days: 3, Acts: acts})
	}
	return review.Plan{Steps: append(plan.Steps,
		review.Step{Name: "undo", Days: 2, Acts: []service.Act{service.Accept, service.Refuse}, Undoes: true},
		review.Step{Name: "money", Days: 2, Acts: []service.Act{service.Accept, service.Waive}, Undoes: true},
		review.Step{Name: "loss", Days: 2, Acts: []service.Act{service.Accept, service.Refuse}, Undoes: true, OnceWaived: true})}
}()

func TestNextUndoesAndSendsBack(t *testing.T) {
	decided := func(step string, act service.Act) review.Event {
		return review.Event{Kind: review.Decided, Step: step, Act: act}
	}
	back := func(step, to string, straight bool) review.Event {
		return review.Event{Kind: review.Decided, Step: step, Act: service.SendBack, To: to, Straight: straight}
	}
	ask := review.Event{Kind: review.UndoAsked, Step: "undo"}
	open := func(step string) review.State { return review.State{Status: review.Open, Step: step, Decided: true} }
	leaping := func(step string, leaps ...review.Leap) review.State {
		s := open(step)
		s.Leaps = leaps
		return s
	}
	returned := review.State{Status: review.Returned, Step: "c", Decided: true}
	ended := review.State{Status: review.Accepted, Decided: true}
	undoing := func(step string, was review.State) review.State {
		s := open(step)
		s.Undo, s.Leaps = review.Origin{Status: was.Status, Step: was.Step}, was.Leaps
		return s
	}
	for _, c := range []struct {
		name  string
		state review.State
		event review.Event
		want  review.State
		err   error
	}{
		{"what has ended well is asked to be undone", ended, ask, undoing("undo", ended), nil},
		{"and what goes on", open("c"), ask, undoing("undo", open("c")), nil},
		{"not before anything was decided", review.State{Status: review.Open, Step: "a"}, ask, review.State{Status: review.Open, Step: "a"}, review.ErrNotAllowed},
		{"nor twice", undoing("undo", ended), ask, undoing("undo", ended), review.ErrNotAllowed},
		{"nor what was refused", review.State{Status: review.Refused, Decided: true}, ask, review.State{Status: review.Refused, Decided: true}, review.ErrNotAllowed},
		{"granted, it goes on to the money", undoing("undo", ended), decided("undo", service.Accept), undoing("money", ended), nil},
		{"and ends there", undoing("money", ended), decided("money", service.Accept), review.State{Status: review.Undone, Decided: true}, nil},
		{"money that does not come back is others' to write off", undoing("money", ended), decided("money", service.Waive), undoing("loss", ended), nil},
		{"who may", undoing("loss", ended), decided("loss", service.Accept), review.State{Status: review.Undone, Decided: true}, nil},
		{"or not, and it is claimed again", undoing("loss", open("c")), decided("loss", service.Refuse), undoing("money", open("c")), nil},
		{"what waits for its author is asked to be undone", returned, ask, undoing("undo", returned), nil},
		{"and waits again", undoing("undo", returned), decided("undo", service.Refuse), returned, nil},
		{"refused, it stands as it did", undoing("undo", leaping("c", review.Leap{From: "c", To: "d"})), decided("undo", service.Refuse),
			leaping("c", review.Leap{From: "c", To: "d"}), nil},
		{"also where it had ended", undoing("undo", ended), decided("undo", service.Refuse), ended, nil},
		{"the last step does not go on to the counter-flow", open("d"), decided("d", service.Accept), ended, nil},
		{"an earlier step is decided anew", open("d"), back("d", "b", false), open("b"), nil},
		{"and straight back", open("d"), back("d", "b", true), leaping("b", review.Leap{From: "b", To: "d"}), nil},
		{"past those in between", leaping("b", review.Leap{From: "b", To: "d"}), decided("b", service.Accept), open("d"), nil},
		{"not to itself", open("d"), back("d", "d", true), open("d"), review.ErrNotAllowed},
		{"nor forward", open("b"), back("b", "c", true), open("b"), review.ErrNotAllowed},
		{"nor out of the counter-flow", undoing("undo", ended), back("undo", "a", false), undoing("undo", ended), review.ErrNotAllowed},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := review.Next(countered, c.state, c.event)
			if diff := cmp.Diff(c.want, got); diff != "" || !errors.Is(err, c.err) {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// Whatever is decided, sent back and undone: what is asked to be undone is undone or stands as it did, every leap is made or
// falls away with the end, no step is left out but by a leap, and a replay comes to the same.
func TestUndoingAndSendingBackKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var state review.State
		var events []review.Event
		before := state // the one that was asked to be undone
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			event := review.Event{
				Kind: rapid.SampledFrom([]review.EventKind{review.Filed, review.Decided, review.Decided, review.Decided, review.Supplemented, review.UndoAsked}).Draw(t, "kind"),
				Step: rapid.SampledFrom(countered.Steps).Draw(t, "step").Name, Straight: rapid.Bool().Draw(t, "straight"),
				To:  rapid.SampledFrom(countered.Steps).Draw(t, "to").Name,
				Act: rapid.SampledFrom([]service.Act{service.Accept, service.Accept, service.Accept, service.SendBack, service.Return, service.Refuse, service.Waive}).Draw(t, "act"),
			}
			if event.Kind == review.Decided && rapid.IntRange(0, 4).Draw(t, "the open one") > 0 && state.Step != "" {
				event.Step = state.Step
			}
			next, duties, err := review.Next(countered, state, event)
			if err != nil {
				if !cmp.Equal(next, state) || duties != nil {
					t.Fatalf("a refused %v changed %v to %v", event, state, next)
				}
				continue
			}
			counters(t, state, next, before, event)
			checkStep(t, countered, state, next, event, duties)
			if event.Kind == review.UndoAsked {
				before = state
			}
			state, events = next, append(events, event)
		}
		var again review.State
		for _, event := range events {
			again, _, _ = review.Next(countered, again, event)
		}
		if !cmp.Equal(again, state) {
			t.Fatalf("a replay comes to %v, not %v", again, state)
		}
	})
}

func counters(t *rapid.T, from, to, before review.State, event review.Event) {
	inFlow := func(s review.State) bool { return s.Step == "undo" || s.Step == "money" || s.Step == "loss" }
	switch {
	case inFlow(to) != (to.Undo != review.Origin{}):
		t.Fatalf("%v led to %v", event, to)
	case to.Status == review.Undone && !inFlow(from):
		t.Fatalf("%v undid %v", event, from)
	case from.Step == "loss" && event.Act == service.Refuse && to.Step != "money":
		t.Fatalf("%v led to %v", event, to)
	case from.Step == "money" && (to.Step == "loss") != (event.Act == service.Waive):
		t.Fatalf("%v led to %v", event, to)
	case from.Step == "undo" && event.Act == service.Refuse && (to.Status != before.Status || to.Step != before.Step || !cmp.Equal(to.Leaps, before.Leaps)):
		t.Fatalf("it stood at %v, and stands at %v", before, to)
	case to.Status.Ended() && len(to.Leaps) > 0:
		t.Fatalf("it has ended with %v to come", to.Leaps)
	case event.Kind == review.Decided && event.Act == service.Accept && to.Status == review.Open && !inFlow(from):
		leap := len(from.Leaps) > 0 && from.Leaps[len(from.Leaps)-1] == review.Leap{From: from.Step, To: to.Step}
		if !leap && position(countered, to.Step) != position(countered, from.Step)+1 {
			t.Fatalf("%v led from %v to %v", event, from, to)
		}
	}
}
