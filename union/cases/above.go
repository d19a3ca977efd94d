package cases

import (
	"context"
	"slices"
	"sort"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// haveLeft says whether none of those who have the open step may decide it any more.
func (d *Desk) haveLeft(ctx context.Context, m *matter, step service.Step) (bool, error) {
	for _, t := range bearers(m.open()) {
		if t.Officer == m.Author && m.author.Status != union.Active { // whose own step needs no role
			continue
		}
		holdings, err := d.holdings(ctx, m, t.Officer) // who is no active member holds none
		if err != nil {
			return false, err
		}
		if may, err := d.mayAct(ctx, m, t.Officer, holdings, step); err != nil || may {
			return false, err
		}
	}
	return true, nil
}

// holdings reads an officer's roles once a move.
func (d *Desk) holdings(ctx context.Context, m *matter, officer union.MemberID) ([]union.Holding, error) {
	if held, known := m.holdings[officer]; known {
		return held, nil
	}
	held, err := d.heldIn(ctx, m, officer)
	if err == nil {
		if m.holdings == nil {
			m.holdings = map[union.MemberID][]union.Holding{}
		}
		m.holdings[officer] = held
	}
	return held, err
}

// above finds who takes a step over that others let lie: by the order of the step's roles, the nearest first, or those
// nearest above all who have it now. Who was asked before, is party to the matter or is kept away is never among them. higher says that they are above those who
// have it now.
func (d *Desk) above(ctx context.Context, m *matter, step service.Step, up bool) (officers []union.Member, higher bool, err error) {
	level, err := d.level(ctx, m, step)
	if err != nil {
		return nil, false, err
	}
	m.kept = nil
	asked := func(id union.MemberID) bool { return m.wasAsked(id, step) }
	var groups [][]union.Holding
	for _, role := range m.rolesOf(step) {
		holdings, err := d.members.Holders(ctx, role, m.Lineage)
		if err != nil {
			return nil, false, err
		}
		own := byOrganisation(slices.DeleteFunc(holdings, func(h union.Holding) bool { return asked(h.Member) }))
		if groups = append(groups, own...); up {
			continue // all roles are compared
		}
		for _, group := range own {
			if officers, err := d.fit(ctx, m, step, group); err != nil || len(officers) > 0 {
				return officers, len(group[0].Lineage) < level, err
			}
		}
	}
	if up {
		nearestAbove(groups, level)
		for _, group := range groups {
			if officers, err := d.fit(ctx, m, step, group); err != nil || len(officers) > 0 {
				return officers, len(group[0].Lineage) < level, err
			}
		}
	}
	return nil, false, union.ErrNoOfficer
}

// wasAsked says whether a member had the step in this round, or whoever stood in for them. Who has it, or had it and gave it back, in the
// place of somebody by whom it can be decided no more has let nothing lie, and may come to have it otherwise.
func (m *matter) wasAsked(member union.MemberID, step service.Step) bool {
	since := m.roundOf(step)
	return slices.ContainsFunc(m.tasks, func(t Task) bool {
		fell := m.left && (t.State == TaskOpen || t.State == TaskVoid) && t.For != 0 && t.For != member
		fell = fell || m.follows && t.State == TaskVoid // has moved before, and back
		return t.by(member) && !fell && t.Step == step.Name && (!t.CreatedAt.Before(since) || t.State == TaskSigned)
	})
}

// rolesOf are all roles that may come to decide a step, each once.
func (m *matter) rolesOf(step service.Step) []union.Role {
	roles := slices.Clone(step.Who.Roles())
	for _, role := range m.fallback(step) {
		if !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	return roles
}

// byOrganisation parts holdings that are sorted by organisation.
func byOrganisation(holdings []union.Holding) (groups [][]union.Holding) {
	for len(holdings) > 0 {
		n := 1
		for n < len(holdings) && holdings[n].Org == holdings[0].Org {
			n++
		}
		groups, holdings = append(groups, holdings[:n]), holdings[n:]
	}
	return groups
}

// nearestAbove puts those above a level first, the nearest of them before the others; of the rest, the highest come first.
func nearestAbove(groups [][]union.Holding, level int) {
	sort.SliceStable(groups, func(i, j int) bool {
		a, b := len(groups[i][0].Lineage), len(groups[j][0].Lineage)
		switch above := a < level; {
		case above != (b < level):
			return above
		case above:
			return a > b
		}
		return a < b
	})
}

// fit are those of a group who may decide the step.
func (d *Desk) fit(ctx context.Context, m *matter, step service.Step, group []union.Holding) ([]union.Member, error) {
	ids, _ := nearest(group, m, step)
	m.keepOut(group, step)
	if len(ids) == 0 {
		return nil, nil
	}
	people, err := d.people(ctx, ids)
	if err != nil {
		return nil, err
	}
	people, err = d.present(ctx, m, step, m.allowed(step.Who, people))
	return slices.DeleteFunc(people, func(p union.Member) bool { return m.lent[p.ID].ID != 0 && m.wasAsked(p.ID, step) }), err
}

// roundOf is when the step was decided last or, if later, when others were asked to look at it again: who was asked
// before may be asked anew.
func (m *matter) roundOf(step service.Step) time.Time {
	since := m.SecondLook
	for _, t := range m.tasks {
		if t.Step == step.Name && t.State == TaskDone && t.EndedAt.After(since) {
			since = t.EndedAt
		}
	}
	return since
}

// level is the length of the highest lineage over which anybody holds a role who has the step, or decided it.
func (d *Desk) level(ctx context.Context, m *matter, step service.Step) (int, error) {
	level := len(m.Lineage) + 1
	have := bearers(m.open())
	if len(have) == 0 { // a second look: who decided
		have = slices.DeleteFunc(slices.Clone(m.tasks), func(t Task) bool { return t.Step != step.Name || t.State != TaskDone })
	}
	roles := m.rolesOf(step)
	for _, t := range have {
		holdings, err := d.holdings(ctx, m, t.Officer)
		if err != nil {
			return 0, err
		}
		for _, h := range holdings {
			if h.Covers(m.Lineage) && slices.Contains(roles, h.Role) {
				level = min(level, len(h.Lineage))
			}
		}
	}
	return level, nil
}

// fallback are the roles to which a step goes that nobody else is left for: those of the whole union. Whom a matter is
// kept from it does not go to, whatever happens.
func (m *matter) fallback(step service.Step) []union.Role {
	if m.service.Sensitive || step.Who.Apart || step.Who.Unless != "" || step.Who.Top {
		return nil
	}
	return []union.Role{union.Chair, union.Admin}
}
