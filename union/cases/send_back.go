package cases

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
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

// mayComeStraight says whether whoever sends a case back from a step chooses which way it goes afterwards: where the step's file leaves that
// open, and something comes in between that is no signature for money, which nobody but the file spares.
func (m *matter) mayComeStraight(to string, step service.Step) bool {
	way := m.between(to, step.Name)
	return step.SendBack == "" && len(way) > 2 && !slices.ContainsFunc(way[1:len(way)-1], func(s service.Step) bool { return s.Reserve || s.Pay })
}

// sight stands for what a case says, and with that for what it is worth and which steps it has. Who has no ties, or stays out of it, whether
// its pack was opened, and the pictures that were sent with decisions are none of it.
func (m *matter) sight() string {
	said := maps.Clone(m.Values)
	delete(said, service.FieldDeclared)
	delete(said, service.FieldRecused)
	delete(said, service.FieldChallenged)
	delete(said, service.FieldPack)
	pictures := 0
	for _, id := range m.Pictures {
		if m.Taken[id].Act == "" {
			pictures++
		}
	}
	body, err := json.Marshal(said)
	if err != nil { // of what came from JSON
		return err.Error()
	}
	sum := sha256.Sum256(fmt.Appendf(body, "%d", pictures))
	return hex.EncodeToString(sum[:8])
}

// leaps are those that are yet to come: past others only as long as the case is what they have decided.
func (m *matter) leaps() []review.Leap {
	if len(m.Leaps) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(m.Leaps), func(l review.Leap) bool { return l.Seen != "" && l.Seen != m.sight() })
}

// spares notes what those have decided past whom an officer has the case come back.
func (m *matter) spares(v *verdict) {
	if last := len(m.Leaps) - 1; v.Act == SendBack && v.Straight && v.step.SendBack == "" && last >= 0 {
		m.Leaps[last].Seen = m.sight()
	}
}

// reached is the step before which what was decided stands: the open one or, of a case that goes straight back, the one that it
// goes back to in the end.
func (m *matter) reached() string {
	if leaps := m.leaps(); len(leaps) > 0 {
		return leaps[0].To
	}
	return m.Step
}

// leapsReserve says whether a step that is accepted leads straight back past the one that sets the grant aside.
func (m *matter) leapsReserve(step service.Step) bool {
	leaps := m.leaps()
	last := len(leaps) - 1
	if last < 0 || leaps[last].From != step.Name {
		return false
	}
	place := func(name string) int {
		return slices.IndexFunc(m.service.Review, func(s service.Step) bool { return s.Name == name })
	}
	from, to := place(step.Name), place(leaps[last].To)
	return from >= 0 && from < to && slices.ContainsFunc(m.service.Review[from+1:to], func(s service.Step) bool { return s.Reserve })
}

// regrade works out what the case is worth by what an officer has just said, and whether that is set aside in place of another sum.
func (d *Desk) regrade(ctx context.Context, m *matter, in Decision, step service.Step, option service.ActOption) (bool, error) {
	if step.Undoes() { // what it was worth stands on record, also where it is to come back
		return false, nil
	}
	if err := d.grade(ctx, m, option, in.Act); err != nil {
		return false, err
	}
	if before, _ := m.Values[service.FieldGranted].fen(); in.Act == Accept && option.Ceiling > 0 && in.Grant != int64(before) {
		m.Leaps = slices.DeleteFunc(slices.Clone(m.Leaps), func(l review.Leap) bool { return l.Seen != "" })
	}
	return d.regrants(ctx, m, in, step, option)
}

// regrants says whether a decision changes the grant past the step that has set it aside. Where nothing was set aside, what is
// granted now was never approved: then it goes on through that step.
func (d *Desk) regrants(ctx context.Context, m *matter, in Decision, step service.Step, option service.ActOption) (bool, error) {
	if in.Act != Accept || m.service.Fund == "" || !m.leapsReserve(step) {
		return false, nil
	}
	held, err := d.funds.Held(ctx, int64(m.ID))
	fen, _ := m.Values[m.service.GrantedBy()].fen()
	if option.Ceiling > 0 {
		fen = int(in.Grant)
	}
	if err == nil && held == nil && fen > 0 {
		leaps := m.leaps()
		m.Leaps = leaps[:len(leaps)-1]
	}
	return held != nil && held.Fen != int64(fen), err
}

// voidsReserve says whether a case was sent back so that the decision is void by which its money was set aside.
func (m *matter) voidsReserve(v *verdict) bool {
	return !v.ComesStraight(v.step) && slices.ContainsFunc(m.between(v.To, v.step.Name), func(s service.Step) bool {
		return s.Reserve && s.Name != v.step.Name // what that one has set aside is kept for it, and decided anew by it
	})
}

// standsBy says whether a member has decided a later step of which the decision stands while this one is decided anew, and
// whose deciders may not decide this one.
func (m *matter) standsBy(member union.MemberID, step service.Step) bool {
	leaps := m.leaps()
	if len(leaps) == 0 || step.Name != m.Step {
		return false
	}
	return slices.ContainsFunc(m.between(m.Step, leaps[0].To), func(later service.Step) bool {
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
		if !e.SentBack() {
			continue
		}
		step, _ := s.Step(e.Step)
		first, last := place(e.Other), place(e.Step)
		if step.SendBack == service.SendStraight || e.Kind == EventSentStraight && !stopped(events[i+1:], place, first, last) {
			last = first
		}
		for j := range i {
			at := place(events[j].Step)
			void[j] = void[j] || at >= first && at <= last && slices.Contains(decisions, events[j].Kind)
		}
	}
	return void
}

// stopped says whether a case that was to come straight back to a step came to one in between all the same, as it had changed.
func stopped(later []Event, place func(string) int, first, last int) bool {
	for _, e := range later {
		at := place(e.Step)
		if at < 0 || !slices.Contains(decisions, e.Kind) {
			continue
		}
		if at > first {
			return at < last
		}
	}
	return false
}

// decisions are the kinds of events by which a step was decided, or signed.
var decisions = []string{EventPassed, EventSigned, EventSignedAgainst, EventSignedOnce, EventLapsed, EventWaived}

// straightFrom names the earlier steps from which the case may come straight back.
func (m *matter) straightFrom(v TaskView) (names []string) {
	for _, earlier := range v.Earlier {
		if step, _ := m.service.Step(m.Step); m.mayComeStraight(earlier.Name, step) {
			names = append(names, earlier.Name)
		}
	}
	return names
}

// ReturnsTo says to whom an officer may return a case that is before them, by a task or by its number: Service, Review and
// Earlier of the view. Nothing of the case is shown, so that it counts as no look at it.
func (d *Desk) ReturnsTo(ctx context.Context, officer union.MemberID, task ID, number string) (TaskView, error) {
	m, _, err := d.askedOf(ctx, officer, task, number)
	if err != nil {
		return TaskView{}, fmt.Errorf("find steps before: %w", err)
	}
	mine := Task{Case: m.ID, Step: m.Step, Officer: officer}
	for _, t := range m.open() {
		if t.Officer == officer {
			mine = t
		}
	}
	v := m.taskView(mine)
	return TaskView{Service: v.Service, Review: v.Review, Earlier: v.Earlier, Mendable: m.mendableNow(), Straight: m.straightFrom(v)}, nil
}
