package cases

import (
	"context"
	"slices"
	"strings"

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
			return h.Level() < at.Deep
		}
		return len(m.deciders(who.Above, true)) == 0 // whoever decided it holds no office any more: who stands above it is not known
	}
	return true
}

// Level is where in the tree a step was decided: how deep below its root, and in which unit.
type Level struct {
	Deep int    `json:"deep"`
	Unit string `json:"unit"`
}

// readLevels reads at which place in the tree those stood who decided the steps above whose deciders others are. It was kept with the
// decision; of one that is made just now, or was made before that was kept, it is the office nearest to the case by which they could.
// Of several it is the highest, and a step that is decided anew lower down does not bring it down.
func (d *Desk) readLevels(ctx context.Context, m *matter) error {
	if !m.service.LooksAbove() {
		return nil
	}
	m.decidedAt = map[string]Level{}
	for _, above := range m.service.Review {
		step, found := m.service.Step(above.Who.Above)
		if !found || above.Who.Above == "" {
			continue
		}
		at, known := m.Levels[step.Name]
		who := m.deciders(step.Name, !known)
		for _, officer := range who {
			own, holds, err := d.levelOf(ctx, m, step, officer)
			if err != nil {
				return err
			}
			if holds && (!known || own.Deep < at.Deep) {
				at, known = own, true
			}
		}
		if known {
			m.decidedAt[step.Name] = at
		}
	}
	return nil
}

// levelOf is the office nearest to the case by which an officer could decide a step; holds is false where there is none any more.
func (d *Desk) levelOf(ctx context.Context, m *matter, step service.Step, officer union.MemberID) (at Level, holds bool, err error) {
	held, err := d.heldIn(ctx, m, officer)
	roles := m.rolesOf(step)
	for _, h := range held {
		if h.Covers(m.Lineage) && slices.Contains(roles, h.Role) && (!holds || h.Level() > at.Deep) {
			at, holds = Level{Deep: h.Level(), Unit: h.Path[strings.LastIndexByte(h.Path, '/')+1:]}, true
		}
	}
	return at, holds, err
}

// keepLevels keeps with the decision that is made just now where in the tree it was made: whoever made it may stand elsewhere later.
func (d *Desk) keepLevels(ctx context.Context, m *matter) error {
	if err := d.readLevels(ctx, m); err != nil || len(m.decidedAt) == 0 {
		return err
	}
	m.Levels = m.decidedAt
	return nil
}

// deciders are those who decide a step just now; ever has those who decided it before among them.
func (m *matter) deciders(step string, ever bool) (who []union.MemberID) {
	tasks := append(slices.Clip(m.once), m.signed)
	if ever {
		tasks = append(tasks, m.tasks...)
	}
	for _, t := range tasks {
		if t.Step == step && (t.State == TaskDone || t.State == TaskSigned) && !slices.Contains(who, t.owner()) {
			who = append(who, t.owner())
		}
	}
	return who
}
