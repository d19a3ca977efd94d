package cases

import (
	"context"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// questions are those that the author may be asked now: the form's, and what is asked before the open step.
func (m *matter) questions() []service.Field {
	step, _ := m.service.Step(m.Step)
	return slices.Concat(m.service.Form, step.Later)
}

// answered finds the answers of a case as its service sees them.
func answered(values map[string]Value) func(string) (service.Answer, bool) {
	return func(name string) (service.Answer, bool) {
		v, ok := values[name]
		return service.Answer{Text: v.Text, Raw: v.Raw}, ok
	}
}

// missingLater are the questions that the author is asked before the open step's officers are.
func (m *matter) missingLater() []string {
	step, _ := m.service.Step(m.Step)
	return step.Missing(answered(m.Values))
}

// waitsForLater says whether the case waits for what its author is asked before the open step.
func (m *matter) waitsForLater() bool { return m.State == Returned && len(m.missingLater()) > 0 }

// AskedLater says whether the case waits for what its author is asked before the open step.
func (v *View) AskedLater() bool { return (&matter{Case: v.Case, service: v.Service}).waitsForLater() }

// AsksProof says whether what the author is to answer is for the author's alone to say: what is asked before money is paid, and cards.
func (v *View) AsksProof() bool { return (&matter{Case: v.Case, service: v.Service}).asksProof() }

func (m *matter) asksProof() bool {
	return m.waitsForLater() || slices.ContainsFunc(m.Asked, func(name string) bool {
		f, ok := m.service.Question(name)
		return ok && service.AsksBank([]service.Field{f})
	})
}

// askedAfter are the questions that the author has to answer after an act: those that a return names, or those before the step that
// has come.
func (m *matter) askedAfter(act Act, note string) []string {
	switch {
	case act == Return:
		return m.namedFields(note)
	case m.State == Returned && len(m.wish.Asked) > 0: // it waits as it did
		return m.wish.Asked
	case m.State == Returned:
		return m.missingLater()
	}
	return nil
}

// taken is seen for an officer who wants to decide: a case that waits for what its author is asked before a step counts as open
// there, for the author may have come to the counter.
func (d *Desk) taken(ctx context.Context, officer union.MemberID, id ID, number string) (*matter, []union.Holding, error) {
	m, holdings, err := d.seen(ctx, officer, id, number)
	if err != nil {
		return nil, nil, d.toKeepReady(ctx, officer, id, number, err)
	}
	if step, _ := m.service.Step(m.Step); m.State == Returned && len(step.Later) > 0 {
		m.State, m.Asked = Open, nil
	}
	return m, holdings, nil
}

// saidOf are the questions of which it goes on record what was answered: those that were asked, and what belongs to the open step
// by their answers.
func (m *matter) saidOf(values map[string]Value) []string {
	names := slices.Clone(m.Asked)
	step, _ := m.service.Step(m.Step)
	for _, f := range step.Later {
		if v := values[f.Name]; v.Text != "" && !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}

// takeLater looks at what was answered before the open step, and drops what belongs to another answer.
func (m *matter) takeLater(values map[string]Value) error {
	step, _ := m.service.Step(m.Step)
	if len(step.Later) == 0 {
		return nil
	}
	before := step.Before()
	if err := complete(before, Draft{Values: values}); err != nil {
		return err
	}
	shown := before.Shown(before.Facts(answered(values)))
	for _, f := range step.Later {
		if !slices.ContainsFunc(shown, func(s *service.Field) bool { return s.Name == f.Name }) {
			delete(values, f.Name)
		}
	}
	m.told = !slices.ContainsFunc(m.Asked, func(name string) bool { _, ofForm := m.service.Field(name); return ofForm })
	return nil
}
