package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

// Groups is the named groups of people who decide together, as they are now.
type Groups interface {
	Group(name string) (reference.Group, bool)
	GroupNames() []string
}

// GroupMembers finds the people of groups.
type GroupMembers interface {
	ByStaffNo(ctx context.Context, no string) (union.Member, error)
	OrganisationByPath(ctx context.Context, path string) (union.Organisation, error)
	Holders(ctx context.Context, role union.Role, lineage string) ([]union.Holding, error)
}

// grouped are members of whom those in a group hold its role, over the whole union: a step that a group decides is then as that of
// any office. Who is in it is read whenever it is asked.
type grouped struct {
	Members
	groups Groups
}

// Holders implements Members, for groups as well.
func (g grouped) Holders(ctx context.Context, role union.Role, lineage string) ([]union.Holding, error) {
	name, ok := role.Group()
	if !ok {
		return g.Members.Holders(ctx, role, lineage)
	}
	group, ok := g.groups.Group(name)
	if !ok {
		return nil, nil
	}
	people, _, err := PeopleOf(ctx, g.Members, group, lineage)
	if err != nil {
		return nil, err
	}
	var list []union.Holding
	for _, p := range people {
		list = append(list, groupHolding(p, role, lineage))
	}
	return list, nil
}

// heldWith lists the roles of a member and, of the groups that are named, those that have them. A group's role is for what names the
// group, and is no office over anything else.
func (d *Desk) heldWith(ctx context.Context, member union.MemberID, names []string) ([]union.Holding, error) {
	own, err := d.members.Holdings(ctx, member)
	if err != nil || len(names) == 0 || d.groups == nil {
		return own, err
	}
	m, err := d.members.Get(ctx, member)
	if errors.Is(err, union.ErrNotFound) || err == nil && m.Status != union.Active {
		return own, nil
	}
	if err != nil {
		return nil, err
	}
	held := slices.Clone(own)
	for _, name := range names {
		group, known := d.groups.Group(name)
		if !known {
			continue
		}
		in := slices.ContainsFunc(group.Members, func(p reference.GroupPlace) bool { return p.Staff == m.StaffNo || holdsPlace(own, p) })
		if !in && group.Fallback == m.StaffNo {
			people, _, err := PeopleOf(ctx, d.members, group, m.Lineage)
			if err != nil {
				return nil, err
			}
			in = slices.Contains(people, member)
		}
		if in {
			held = append(held, groupHolding(member, union.GroupRole(name), m.Lineage))
		}
	}
	return held, nil
}

// heldIn lists the roles of a member in a case.
func (d *Desk) heldIn(ctx context.Context, m *matter, member union.MemberID) ([]union.Holding, error) {
	return d.heldWith(ctx, member, m.service.Groups())
}

// mayByOffice says whether a member may decide the open step by an office of their own. An office that stands in for a group where
// nobody is in it gives no right while somebody is: whoever was taken off the group may hold one.
func (d *Desk) mayByOffice(ctx context.Context, m *matter, officer union.MemberID, holdings []union.Holding, step service.Step) (bool, error) {
	if !m.mayDecide(officer, holdings, step) {
		return false, nil
	}
	_, byGroup := step.Who.Role.Group()
	if !byGroup || m.addedSelf(officer, step) || union.MayDecide(holdings, step.Who.Role, m.Lineage, m.parties(officer)) {
		return true, nil
	}
	away := m.away
	in, err := d.nearestOf(ctx, step, m, []union.Role{step.Who.Role}, nil)
	m.away = away
	if err != nil || len(in) == 0 {
		return err == nil, err
	}
	in = slices.DeleteFunc(in, func(p union.Member) bool { // who had it and let it lie keeps nobody from it who has it now
		return m.wasAsked(p.ID, step) && !slices.ContainsFunc(m.open(), func(t Task) bool { return t.Officer == p.ID })
	})
	if len(in) == 0 {
		return true, nil
	}
	return d.cameInstead(ctx, m, officer, step, in)
}

// cameInstead says whether an officer has the open step because all in its group were away when it opened, and none of those who
// are in it now was asked since: whoever comes back finds it in other hands, and leaves it there.
func (d *Desk) cameInstead(ctx context.Context, m *matter, officer union.MemberID, step service.Step, in []union.Member) (bool, error) {
	own := slices.IndexFunc(m.open(), func(t Task) bool { return t.Officer == officer && t.Step == step.Name && t.Added == "" })
	if own < 0 || slices.ContainsFunc(m.open(), func(t Task) bool {
		return t.Step == step.Name && slices.ContainsFunc(in, func(p union.Member) bool { return p.ID == t.Officer })
	}) {
		return false, nil
	}
	given := m.open()[own].CreatedAt
	events, err := d.store.Timeline.Of(ctx, m.ID)
	return slices.ContainsFunc(events, func(e Event) bool {
		return e.Kind == EventSentUp && !e.At.Before(given) && e.At.Sub(given) < time.Second
	}), err
}

func holdsPlace(held []union.Holding, p reference.GroupPlace) bool {
	return p.Role != "" && slices.ContainsFunc(held, func(h union.Holding) bool {
		return h.Role == p.Role && (p.At == "" && h.Top() || p.At != "" && h.Path == p.At)
	})
}

// groupHolding is the role of a group, over the root of a lineage.
func groupHolding(member union.MemberID, role union.Role, lineage string) union.Holding {
	root := rootOf(lineage)
	return union.Holding{Member: member, Role: role, Org: root, Lineage: fmt.Sprintf("/%d/", root)}
}

// PeopleOf finds who is in a group now, each once, and which of its places nobody has: those are the fallback's, while there is
// one. The lineage is any of the union's.
func PeopleOf(ctx context.Context, members GroupMembers, group reference.Group, lineage string) (people []union.MemberID, lost []reference.GroupPlace, err error) {
	for _, p := range group.Members {
		found, err := atPlace(ctx, members, p, lineage)
		if err != nil {
			return nil, nil, err
		}
		if len(found) == 0 {
			lost = append(lost, p)
		}
		people = append(people, found...)
	}
	if len(lost) > 0 && group.Fallback != "" {
		found, err := atPlace(ctx, members, reference.GroupPlace{Staff: group.Fallback}, lineage)
		if err != nil {
			return nil, nil, err
		}
		people = append(people, found...)
	}
	return distinct(people), lost, nil
}

func distinct(ids []union.MemberID) (each []union.MemberID) {
	for _, id := range ids {
		if !slices.Contains(each, id) {
			each = append(each, id)
		}
	}
	return each
}

// atPlace finds who has a place of a group now.
func atPlace(ctx context.Context, members GroupMembers, p reference.GroupPlace, lineage string) (found []union.MemberID, err error) {
	if p.Staff != "" {
		m, err := members.ByStaffNo(ctx, p.Staff)
		if errors.Is(err, union.ErrNotFound) || err == nil && m.Status != union.Active {
			return nil, nil
		}
		return []union.MemberID{m.ID}, err
	}
	if p.At != "" {
		org, err := members.OrganisationByPath(ctx, p.At)
		if errors.Is(err, union.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		lineage = org.Lineage
	}
	holdings, err := members.Holders(ctx, p.Role, lineage)
	for _, h := range holdings {
		if p.At == "" && h.Top() || p.At != "" && h.Lineage == lineage {
			found = append(found, h.Member)
		}
	}
	return found, err
}
