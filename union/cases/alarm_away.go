package cases

import (
	"context"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/standin"
)

// withStandIns adds to those who are rung whoever stands in today for those of them who are away. Who is away is rung all the same:
// they may be nearer than their own word of it, and nobody is rung less for having asked somebody.
func (d *Desk) withStandIns(ctx context.Context, m *matter, called []Called) ([]Called, error) {
	all, err := d.store.StandIns.Accepted(ctx)
	if err != nil || len(all) == 0 {
		return called, err
	}
	for i := range called { // not over those who are added
		chain, away := standin.Chain(all, called[i].ID, d.today())
		if !away {
			continue
		}
		called[i].Away = true
		by, may, err := d.mayBeRung(ctx, m, chain)
		if err != nil {
			return nil, err
		}
		if !may {
			continue
		}
		called[i].By = by.Name
		if !slices.ContainsFunc(called, func(c Called) bool { return c.ID == by.ID }) {
			called = append(called, Called{Member: by, Role: called[i].Role, InPlaceOf: called[i].Name})
		}
	}
	return called, nil
}

// mayBeRung finds who is rung for somebody who is away: the last of the chain, who is there. Of what is sensitive only they hear
// whom the service could ring by an office of their own; and whoever reported it is nobody to ring.
func (d *Desk) mayBeRung(ctx context.Context, m *matter, chain []union.MemberID) (by union.Member, may bool, err error) {
	if len(chain) == 0 {
		return union.Member{}, false, nil
	}
	people, err := d.people(ctx, chain[len(chain)-1:])
	if err != nil || len(people) == 0 || people[0].Status != union.Active || people[0].ID == m.Author {
		return union.Member{}, false, err
	}
	by = people[0]
	if !m.service.Sensitive {
		return by, true, nil
	}
	holdings, err := d.members.Holdings(ctx, by.ID)
	if err != nil {
		return union.Member{}, false, err
	}
	return by, slices.ContainsFunc(holdings, func(h union.Holding) bool { return h.Covers(m.Lineage) && m.rings(h.Role) }), nil
}

// rings says whether any rung of the case's ladder has the role.
func (m *matter) rings(role union.Role) bool {
	for _, r := range m.ladder() {
		for _, who := range r.Who {
			if who.Role == role {
				return true
			}
		}
	}
	return false
}

// withAbsent adds those who are away and in whose place the ones who decide the case have it, where no rung has anybody and
// these are rung.
func (m *matter) withAbsent(officers []union.Member) (called []Called) {
	for _, o := range officers {
		absent, lent := m.lent[o.ID]
		if !lent || absent.ID == 0 {
			called = append(called, Called{Member: o})
			continue
		}
		called = append(called, Called{Member: o}, Called{Member: absent, Away: true}) // o bears both names
	}
	return called
}
