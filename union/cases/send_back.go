package cases

import (
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// earlier are the steps of officers that may be decided anew in place of the open one. What was paid is not decided anew by
// sending a case back: that has to be undone.
func (m *matter) earlier() (steps []service.Step) {
	open, _ := m.service.Step(m.Step)
	if m.State != Open || !open.SendsBack() {
		return nil
	}
	for _, step := range m.steps() {
		if step.Name == m.Step {
			break
		}
		if step.Pay {
			steps = nil
			continue
		}
		if !step.Who.Author {
			steps = append(steps, step)
		}
	}
	return steps
}

func (m *matter) mayGoBack(to string) bool {
	return slices.ContainsFunc(m.earlier(), func(s service.Step) bool { return s.Name == to })
}

// between are the steps of the case from one to another, both among them.
func (m *matter) between(from, to string) []service.Step {
	steps := m.steps()
	a := slices.IndexFunc(steps, func(s service.Step) bool { return s.Name == from })
	b := slices.IndexFunc(steps, func(s service.Step) bool { return s.Name == to })
	if a < 0 || b < a {
		return nil
	}
	return steps[a : b+1]
}

// reached is the step before which what was decided stands: the open one or, of a case that goes straight back, the one that it
// goes back to in the end.
func (m *matter) reached() string {
	if len(m.Leaps) > 0 {
		return m.Leaps[0].To
	}
	return m.Step
}

// voidsReserve says whether a case was sent back so that the decision is void by which its money was set aside.
func (m *matter) voidsReserve(v *verdict) bool {
	return v.step.SendBack != service.SendStraight && slices.ContainsFunc(m.between(v.To, v.step.Name), func(s service.Step) bool {
		return s.Reserve && s.Name != v.step.Name // what that one has set aside is kept for it, and decided anew by it
	})
}

// standsBy says whether a member has decided a later step of which the decision stands while this one is decided anew, and
// whose deciders may not decide this one.
func (m *matter) standsBy(member union.MemberID, step service.Step) bool {
	if len(m.Leaps) == 0 || step.Name != m.Step {
		return false
	}
	return slices.ContainsFunc(m.between(m.Step, m.Leaps[0].To), func(later service.Step) bool {
		return slices.Contains(later.NotBy, step.Name) && slices.ContainsFunc(append(slices.Clone(m.tasks), m.signed), func(t Task) bool {
			return t.by(member) && t.Step == later.Name && (t.State == TaskDone || t.State == TaskSigned)
		})
	})
}

// Voided says which events of a case's timeline are decisions that are void, because the case was sent back before them.
func Voided(s *service.Service, events []Event) []bool {
	void := make([]bool, len(events))
	place := func(name string) int {
		return slices.IndexFunc(s.Review, func(step service.Step) bool { return step.Name == name })
	}
	for i, e := range events {
		if e.Kind != EventSentBack {
			continue
		}
		step, _ := s.Step(e.Step)
		first, last := place(e.Other), place(e.Step)
		if step.SendBack == service.SendStraight {
			last = first
		}
		for j := range i {
			at := place(events[j].Step)
			void[j] = void[j] || at >= first && at <= last && slices.Contains(decisions, events[j].Kind)
		}
	}
	return void
}

// decisions are the kinds of events by which a step was decided, or signed.
var decisions = []string{EventPassed, EventSigned, EventSignedAgainst, EventSignedOnce, EventLapsed, EventWaived}
