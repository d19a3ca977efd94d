package review

import (
	"slices"

	"github.com/unionbot/unionbot/union/service"
)

// Plan is the steps that a case goes through, in order.
type Plan struct{ Steps []Step }

// Step is one decision: the acts it allows, the working days it may take and how many have to sign it.
type Step struct {
	Name  string
	Days  int
	Acts  []service.Act
	Mode  service.Mode
	Share int // percent, of the mode of that name
	// Undoes is a step of the counter-flow, by which what the others have approved is taken back.
	Undoes bool
	// OnceWaived says that it comes only where the step before was waived.
	OnceWaived bool
	// Later says that the author is asked something before its officers are.
	Later bool
}

// PlanOf takes the plan from the steps that a case goes through.
func PlanOf(steps []service.Step) Plan {
	var plan Plan
	for _, step := range steps {
		one := Step{
			Name: step.Name, Days: step.Days, Mode: step.Mode, Share: step.Share, Undoes: step.Undoes(), OnceWaived: step.WritesOff(),
			Later: len(step.Later) > 0,
		}
		for _, option := range step.Acts {
			one.Acts = append(one.Acts, option.Act)
		}
		if len(plan.Steps) > 0 && step.SendsBack() {
			one.Acts = append(one.Acts, service.SendBack)
		}
		plan.Steps = append(plan.Steps, one)
	}
	return plan
}

// Ahead names the steps that come after the open one, where each is accepted.
func (p Plan) Ahead(state State) (names []string) {
	for range p.Steps { // none comes twice on the way to the end
		at := p.index(state.Step)
		if at < 0 || state.Status.Ended() {
			break
		}
		if state, _ = goOn(p, at, service.Accept, state, nil); state.Status.Ended() {
			break
		}
		names = append(names, state.Step)
	}
	return names
}

// index finds a step by name, -1 if the plan has none.
func (p Plan) index(name string) int {
	return slices.IndexFunc(p.Steps, func(s Step) bool { return s.Name == name })
}
