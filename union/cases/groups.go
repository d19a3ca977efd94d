package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
)

// Groups is the named groups of people who decide together, as they are now.
type Groups interface {
	Group(name string) (reference.Group, bool)
	Groups() []reference.Group
}

// GroupMembers finds the people of groups.
type GroupMembers interface {
	ByStaffNo(ctx context.Context, no string) (union.Member, error)
	OrganisationByPath(ctx context.Context, path string) (union.Organisation, error)
	Holders(ctx context.Context, role union.Role, lineage string) ([]union.Holding, error)
}

// grouped are members of whom those in a group hold its role, over the whole union: a group is then as any office to all who ask
// who may do what, and is read whenever they do.
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

// Holdings implements Members, for groups as well.
func (g grouped) Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error) {
	held, err := g.Members.Holdings(ctx, member)
	all := g.groups.Groups()
	if err != nil || len(all) == 0 {
		return held, err
	}
	m, err := g.Get(ctx, member)
	if errors.Is(err, union.ErrNotFound) || err == nil && m.Status != union.Active {
		return held, nil
	}
	if err != nil {
		return nil, err
	}
	own := held
	held = slices.Clone(held)
	for _, group := range all {
		in := slices.ContainsFunc(group.Members, func(p reference.GroupPlace) bool { return p.Staff == m.StaffNo || holdsPlace(own, p) })
		if !in && group.Fallback == m.StaffNo {
			people, _, err := PeopleOf(ctx, g.Members, group, m.Lineage)
			if err != nil {
				return nil, err
			}
			in = slices.Contains(people, member)
		}
		if in {
			held = append(held, groupHolding(member, union.GroupRole(group.Name), m.Lineage))
		}
	}
	return held, nil
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
