package review_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

var twoSteps = review.Plan{Steps: []review.Step{
	{Name: "first", Days: 3, Acts: service.Acts()},
	{Name: "department", Days: 10, Acts: []service.Act{service.Accept, service.Refuse, service.Reopen}},
}}

func TestNextLeadsFromStepToStep(t *testing.T) {
	open := review.State{Status: review.Open, Step: "first"}
	second := review.State{Status: review.Open, Step: "department", Decided: true}
	ended := func(s review.Status) review.State { return review.State{Status: s, Decided: true} }
	done := func(step string) []review.Duty {
		return []review.Duty{{Kind: review.Drop, Step: step}, {Kind: review.Tell, Step: step}}
	}
	decided := func(step string, act service.Act) review.Event {
		return review.Event{Kind: review.Decided, Step: step, Act: act}
	}
	for _, c := range []struct {
		name   string
		state  review.State
		event  review.Event
		want   review.State
		duties []review.Duty
		err    error
	}{
		{"filing asks the first step", review.State{}, review.Event{Kind: review.Filed}, open,
			[]review.Duty{{Kind: review.Ask, Step: "first", Days: 3}}, nil},
		{"filing twice is refused", open, review.Event{Kind: review.Filed}, open, nil, review.ErrNotAllowed},
		{"nothing happens before filing", review.State{}, decided("first", service.Accept), review.State{}, nil, review.ErrNotAllowed},
		{"acceptance goes on", open, decided("first", service.Accept), second,
			append(done("first"), review.Duty{Kind: review.Ask, Step: "department", Days: 10}), nil},
		{"the last acceptance ends", second, decided("department", service.Accept), ended(review.Accepted), done("department"), nil},
		{"refusal ends at any step", open, decided("first", service.Refuse), ended(review.Refused), done("first"), nil},
		{"merging ends", open, decided("first", service.Merge), ended(review.Merged), done("first"), nil},
		{"return waits for the author", open, decided("first", service.Return),
			review.State{Status: review.Returned, Step: "first", Decided: true}, done("first"), nil},
		{"a supplement goes back to whoever returned", review.State{Status: review.Returned, Step: "first", Decided: true},
			review.Event{Kind: review.Supplemented}, review.State{Status: review.Open, Step: "first", Decided: true},
			[]review.Duty{{Kind: review.Recur, Step: "first", Days: 3}}, nil},
		{"a supplement that nobody asked for is refused", open, review.Event{Kind: review.Supplemented}, open, nil, review.ErrNotAllowed},
		{"a returned case is not decided meanwhile", review.State{Status: review.Returned, Step: "first", Decided: true},
			decided("first", service.Accept), review.State{Status: review.Returned, Step: "first", Decided: true}, nil, review.ErrSettled},
		{"what was not done right goes back to whoever did it", second, decided("department", service.Reopen),
			review.State{Status: review.Open, Step: "first", Decided: true},
			append(done("department"), review.Duty{Kind: review.Recur, Step: "first", Days: 3}), nil},
		{"nothing is before the first step", open, decided("first", service.Reopen), open, nil, review.ErrNotAllowed},
		{"an old card's step is settled", second, decided("first", service.Refuse), second, nil, review.ErrSettled},
		{"a step allows its own acts only", second, decided("department", service.Merge), second, nil, review.ErrNotAllowed},
		{"an ended review is settled", ended(review.Refused), decided("first", service.Accept), ended(review.Refused), nil, review.ErrSettled},
		{"the author withdraws before a decision", open, review.Event{Kind: review.TakenBack},
			review.State{Status: review.Withdrawn}, []review.Duty{{Kind: review.Drop, Step: "first"}}, nil},
		{"not after one", second, review.Event{Kind: review.TakenBack}, second, nil, review.ErrNotAllowed},
		{"but while it waits for the author", review.State{Status: review.Returned, Step: "first", Decided: true},
			review.Event{Kind: review.TakenBack}, ended(review.Withdrawn), nil, nil},
		{"who was refused is looked at again", ended(review.Refused), review.Event{Kind: review.Reconsidered, Step: "department"}, second,
			[]review.Duty{{Kind: review.Ask, Step: "department", Days: 10}}, nil},
		{"what was taken up is not", ended(review.Accepted), review.Event{Kind: review.Reconsidered, Step: "first"}, ended(review.Accepted), nil, review.ErrNotAllowed},
		{"unless that is allowed", ended(review.Accepted), review.Event{Kind: review.Reconsidered, Step: "department", Answered: true}, second,
			[]review.Duty{{Kind: review.Ask, Step: "department", Days: 10}}, nil},
		{"what a step needs is asked of the author before its officers", second, decided("department", service.Accept),
			review.State{Status: review.Returned, Step: "pay", Decided: true}, done("department"), nil},
		{"and they are asked once it is there", review.State{Status: review.Returned, Step: "pay", Decided: true},
			review.Event{Kind: review.Supplemented}, review.State{Status: review.Open, Step: "pay", Decided: true},
			[]review.Duty{{Kind: review.Recur, Step: "pay", Days: 2}}, nil},
		{"a step that the plan lost is named", review.State{Status: review.Open, Step: "gone"}, decided("gone", service.Accept),
			review.State{Status: review.Open, Step: "gone"}, nil, review.ErrUnknownStep},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := twoSteps
			if c.want.Step == "pay" {
				plan.Steps = append(slices.Clone(plan.Steps), review.Step{Name: "pay", Days: 2, Acts: []service.Act{service.Accept}, Later: true})
			}
			state, duties, err := review.Next(plan, c.state, c.event)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if diff := cmp.Diff(c.want, state); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.duties, duties); diff != "" {
				t.Errorf("duties (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever plan and whatever order of events, also senseless ones.
func TestNextKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := drawPlan(t)
		var state review.State
		accepted := 0
		for range rapid.IntRange(1, 30).Draw(t, "events") {
			event := drawEvent(t, plan)
			next, duties, err := review.Next(plan, state, event)
			if err != nil {
				if !cmp.Equal(next, state) || duties != nil {
					t.Fatalf("a refused %v changed %v to %v with %v", event, state, next, duties)
				}
				continue
			}
			checkStep(t, plan, state, next, event, duties)
			if event.Kind == review.Decided && event.Act == service.Accept {
				accepted++
			}
			if event.Kind == review.Decided && event.Act == service.Reopen {
				accepted--
			}
			state = next
		}
		if accepted > len(plan.Steps) {
			t.Fatalf("%d acceptances in %d steps", accepted, len(plan.Steps))
		}
	})
}

func checkStep(t *rapid.T, plan review.Plan, before, after review.State, event review.Event, duties []review.Duty) {
	again := event.Kind == review.Reconsidered && (before.Status == review.Refused || before.Status == review.Merged) ||
		event.Kind == review.UndoAsked && before.Status == review.Accepted
	if before.Status.Ended() && !again {
		t.Fatalf("%v reopened %v", event, before)
	}
	if before.Decided && !after.Decided {
		t.Fatalf("%v forgot that %v was decided", event, before)
	}
	asked := slices.DeleteFunc(slices.Clone(duties), func(d review.Duty) bool { return d.Kind != review.Ask && d.Kind != review.Recur })
	dropped := slices.ContainsFunc(duties, func(d review.Duty) bool { return d.Kind == review.Drop && d.Step == before.Step })
	switch {
	case after.Status == review.Open && (len(asked) != 1 || asked[0].Step != after.Step || asked[0].Days < 1):
		t.Fatalf("%v opened %v and asked %v", event, after, asked)
	case after.Status != review.Open && len(asked) != 0:
		t.Fatalf("%v led to %v and asked %v", event, after, asked)
	case before.Status == review.Open && !dropped:
		t.Fatalf("%v left the tasks of %v", event, before)
	case after.Status.Ended() != (after.Step == ""):
		t.Fatalf("%v led to %v", event, after)
	case event.Kind == review.Decided && event.Act != service.Reopen && event.Act != service.SendBack && (before.Undo == review.Origin{}) && !after.Status.Ended() &&
		position(plan, after.Step) < position(plan, before.Step):
		t.Fatalf("%v went back from %v to %v", event, before, after)
	}
}

func position(plan review.Plan, step string) int {
	return slices.IndexFunc(plan.Steps, func(s review.Step) bool { return s.Name == step })
}

func drawPlan(t *rapid.T) review.Plan {
	names := []string{"a", "b", "c", "d"}[:rapid.IntRange(1, 4).Draw(t, "steps")]
	var plan review.Plan
	for _, name := range names {
		acts := append([]service.Act{service.Accept}, rapid.SliceOfDistinct(
			rapid.SampledFrom([]service.Act{service.Refuse, service.Return, service.Merge, service.Reopen}), rapid.ID[service.Act]).Draw(t, "acts")...)
		plan.Steps = append(plan.Steps, review.Step{Name: name, Days: rapid.IntRange(1, 9).Draw(t, "days"), Acts: acts})
	}
	return plan
}

func drawEvent(t *rapid.T, plan review.Plan) review.Event {
	return review.Event{
		Kind: rapid.SampledFrom([]review.EventKind{review.Filed, review.Decided, review.Decided, review.Supplemented, review.TakenBack, review.Reconsidered}).Draw(t, "kind"),
		Step: rapid.SampledFrom(plan.Steps).Draw(t, "step").Name,
		Act:  rapid.SampledFrom(service.Acts()).Draw(t, "act"),
	}
}

func TestPlanOfLeavesOutStepsThatAreSwitchedOff(t *testing.T) {
	s := &service.Service{Review: []service.Step{
		{Name: "first", Days: 3, Acts: []service.ActOption{{Act: service.Accept}, {Act: service.Refuse}}},
		{Name: "department", Disabled: true, Days: 10, Acts: []service.ActOption{{Act: service.Accept}}},
	}}
	want := review.Plan{Steps: []review.Step{{Name: "first", Days: 3, Acts: []service.Act{service.Accept, service.Refuse}}}}
	if diff := cmp.Diff(want, review.PlanOf(s.Steps())); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
}

func TestTheWayAheadIsThatOfAcceptances(t *testing.T) {
	plan := review.Plan{Steps: []review.Step{{Name: "check"}, {Name: "review"}, {Name: "pay"}}}
	open := func(step string, leaps ...review.Leap) review.State {
		return review.State{Status: review.Open, Step: step, Leaps: leaps}
	}
	for name, c := range map[string]struct {
		state review.State
		want  []string
	}{
		"first":    {open("check"), []string{"review", "pay"}},
		"last":     {open("pay"), nil},
		"straight": {open("check", review.Leap{From: "check", To: "pay"}), []string{"pay"}},
		"ended":    {review.State{Status: review.Accepted}, nil},
	} {
		if got := plan.Ahead(c.state); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
