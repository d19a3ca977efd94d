package cases

import (
	"context"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// placed says whether a holding is where in the tree the step wants its role: over the whole union, at a level, or above whoever decided
// another step. The other roles of a step that wants a level are for want of it, and may be held anywhere.
func (m *matter) placed(h union.Holding, step service.Step) bool {
	who := step.Who
	switch {
	case who.Top:
		return h.Top()
	case h.Role != who.Role:
		return true
	case who.Level > 0:
		return h.Level() == who.Level
	case who.Above != "":
		if at, known := m.decidedAt[who.Above]; known {
			return len(h.Lineage) < at
		}
		return len(m.deciders(who.Above)) == 0 // whoever decided it holds no office any more: who stands above it is not known
	}
	return true
}

// readLevels reads at which place in the tree those stand who decided the steps above whose deciders others are: by the office nearest
// to the case by which they could. Of several it is the highest.
func (d *Desk) readLevels(ctx context.Context, m *matter) error {
	if !m.service.LooksAbove() {
		return nil
	}
	m.decidedAt = map[string]int{}
	for _, above := range m.service.Review {
		step, found := m.service.Step(above.Who.Above)
		if !found || above.Who.Above == "" {
			continue
		}
		roles := m.rolesOf(step)
		for _, officer := range m.deciders(step.Name) {
			held, err := d.heldIn(ctx, m, officer)
			if err != nil {
				return err
			}
			own := 0
			for _, h := range held {
				if h.Covers(m.Lineage) && slices.Contains(roles, h.Role) {
					own = max(own, len(h.Lineage))
				}
			}
			if at, known := m.decidedAt[step.Name]; own > 0 && (!known || own < at) {
				m.decidedAt[step.Name] = own
			}
		}
	}
	return nil
}

// deciders are those who decided a step last, the one that decides just now among them.
func (m *matter) deciders(step string) (who []union.MemberID) {
	for _, t := range slices.Concat(m.tasks, m.once, []Task{m.signed}) {
		if t.Step == step && (t.State == TaskDone || t.State == TaskSigned) && !slices.Contains(who, t.owner()) {
			who = append(who, t.owner())
		}
	}
	return who
}
