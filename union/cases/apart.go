package cases

import (
	"context"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// apart says whether a member is to be kept from a case that somebody chooses them for: a party to it, or who has said that a
// share of it is not theirs, whoever has decided what the step's deciders may not have, and whom the step or the author's own
// words keep away.
func (d *Desk) apart(ctx context.Context, m *matter, p union.Member, step service.Step) (bool, error) {
	if m.barred(p.ID, step) {
		return true, nil
	}
	return d.interested(ctx, m, p, step)
}

// interested is apart for somebody who decides nothing.
func (d *Desk) interested(ctx context.Context, m *matter, p union.Member, step service.Step) (bool, error) {
	if slices.Contains(m.parties(p.ID), p.ID) {
		return true, nil
	}
	if len(m.allowed(step.Who, []union.Member{p})) == 0 {
		return true, nil
	}
	if _, shared := m.service.ShareField(); !shared {
		return false, nil
	}
	events, err := d.store.Timeline.Of(ctx, m.ID)
	return slices.ContainsFunc(events, func(e Event) bool { return e.Kind == EventDisowned && e.Actor == p.ID }), err
}

// couldHold says whether a member may get a task of the step by hand: who holds one of its roles over the case, and is not
// apart from it.
func (d *Desk) couldHold(ctx context.Context, m *matter, p union.Member, step service.Step) (bool, error) {
	if p.Status != union.Active {
		return false, nil
	}
	holdings, err := d.heldIn(ctx, m, p.ID)
	if err != nil || !slices.ContainsFunc(step.Who.Roles(), func(role union.Role) bool { return m.holds(holdings, role, step) }) {
		return false, err
	}
	apart, err := d.apart(ctx, m, p, step)
	return !apart, err
}

// holds says whether a role of a step is among these holdings, over the case's organisation.
func (m *matter) holds(holdings []union.Holding, role union.Role, step service.Step) bool {
	return slices.ContainsFunc(holdings, func(h union.Holding) bool {
		return h.Role == role && h.Covers(m.Lineage) && m.placed(h, step)
	})
}

// hadTask is the latest task that a member had of a step since it was decided last; false where there is none. An open one
// is the latest, whatever the order: a sealed case tells no more of it than the hour.
func (m *matter) hadTask(member union.MemberID, step service.Step) (last Task, had bool) {
	since := m.roundOf(step)
	for _, t := range slices.Backward(m.tasks) {
		switch {
		case t.Officer != member || t.Step != step.Name || t.CreatedAt.Before(since):
		case t.State == TaskOpen:
			return t, true
		case !had:
			last, had = t, true
		}
	}
	return last, had
}

// gaveAway says whether the member had the step and gave it to somebody else for good.
func (m *matter) gaveAway(member union.MemberID, step service.Step) bool {
	t, had := m.hadTask(member, step)
	return had && t.State == TaskHanded
}
