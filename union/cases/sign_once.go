package cases

import (
	"context"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// signOnce accepts, where the service's file says so, the steps that follow an acceptance and that come to whoever has just
// accepted: one signature is for all of them. It goes no further than that member's own steps, and never past one about money.
// Whoever accepted in another's place signs on in that place only.
func (d *Desk) signOnce(ctx context.Context, m *matter, v *verdict, asked []union.Member) ([]union.Member, error) {
	now := d.moment(m)
	for v.Act == Accept && v.own.Added == "" && m.State == Open && !m.service.AboutMoney(v.step) {
		step, ok := m.service.Step(m.Step)
		same := slices.ContainsFunc(asked, func(o union.Member) bool { return o.ID == v.Officer && m.lent[o.ID].ID == v.absent })
		if !ok || !same || len(m.vacant) > 0 || !m.service.SignsOnce(step) {
			return asked, nil
		}
		next, duties, err := review.Next(m.plan(), m.review(), review.Event{Kind: review.Decided, Step: step.Name, Act: Accept})
		if err != nil {
			return nil, err
		}
		m.once = append(m.once, Task{Officer: v.Officer, For: v.absent, Step: step.Name, State: TaskDone, EndedAt: now})
		m.become(next, now)
		if asked, err = d.nextOfficers(ctx, m, duties); err != nil {
			return nil, err
		}
	}
	return asked, nil
}

// signedOnce are the steps that were accepted with the one before them.
func (m *matter) signedOnce() []service.Step {
	var steps []service.Step
	for _, t := range m.once {
		step, _ := m.service.Step(t.Step)
		steps = append(steps, step)
	}
	return steps
}

// keepOnce writes the tasks of those steps, as they are ended with that of the step that was decided.
func (d *Desk) keepOnce(ctx context.Context, m *matter) error {
	for _, t := range m.once {
		var err error
		if t.ID, err = d.idFor(m); err != nil {
			return err
		}
		t.Case, t.State, t.DueAt, t.CreatedAt = m.ID, TaskOpen, t.EndedAt, t.EndedAt
		if err := d.store.Tasks.Insert(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// noteOnce puts them into the timeline.
func (d *Desk) noteOnce(ctx context.Context, m *matter, name string) error {
	for _, t := range m.once {
		event := Event{At: t.EndedAt, Actor: t.Officer, Name: name, Kind: EventSignedOnce, Step: t.Step, Sealed: m.service.Sealed}
		if err := d.store.Timeline.Append(ctx, m.ID, m.Version, event); err != nil {
			return err
		}
	}
	return nil
}
