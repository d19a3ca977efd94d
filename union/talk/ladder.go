package talk

import (
	"context"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
)

// rung is a group of people who are equally near to a member, in one office.
type rung struct {
	org    union.OrgID
	people []union.MemberID
}

// Load is what somebody has on their hands.
type Load struct {
	// Holds is how many talks; Asks says that they have begun one of their own.
	Holds int
	Asks  bool
}

// place is where a talk may go: to somebody, or into the queue for a rung.
type place struct {
	rung   int
	holder union.MemberID // 0 where it has to wait
	number int            // of the talk, with the holder
}

// choose finds whom a talk goes to, from a rung on: the least burdened of the lowest rung where somebody has not had it.
// Where all of that rung have their hands full, the talk waits for them; ok is false where nobody is left.
func choose(ladder []rung, from int, had []union.MemberID, load map[union.MemberID]Load, most int) (p place, ok bool) {
	for i := max(0, from); i < len(ladder); i++ {
		best, may := union.MemberID(0), false
		for _, who := range ladder[i].people {
			if slices.Contains(had, who) || load[who].Asks {
				continue
			}
			may = true
			if load[who].Holds < most && (best == 0 || load[who].Holds < load[best].Holds) {
				best = who
			}
		}
		if may {
			return place{rung: i, holder: best}, true
		}
	}
	return place{}, false
}

// ladder lists who may take a talk: role by role, each from the member's own organisation up. The member is nowhere on it.
func (d *Desk) ladder(ctx context.Context, t Talk) (ladder []rung, err error) {
	seen := []union.MemberID{t.Worker}
	for _, role := range d.book.Topic(t.Topic).Roles {
		holdings, err := d.members.Holders(ctx, role, t.Lineage)
		if err != nil {
			return nil, fmt.Errorf("find who may take a talk: %w", err)
		}
		at := union.OrgID(0)
		for _, h := range holdings {
			if slices.Contains(seen, h.Member) {
				continue
			}
			seen = append(seen, h.Member)
			if h.Org != at {
				ladder, at = append(ladder, rung{org: h.Org}), h.Org
			}
			last := &ladder[len(ladder)-1]
			last.people = append(last.people, h.Member)
		}
	}
	return ladder, nil
}

// rungOf finds the rung on which somebody is; -1 where they are on none.
func rungOf(ladder []rung, who union.MemberID) int {
	return slices.IndexFunc(ladder, func(r rung) bool { return slices.Contains(r.people, who) })
}

// find is choose with what stands in the store.
func (d *Desk) find(ctx context.Context, t Talk, ladder []rung, had []union.MemberID) (place, bool, error) {
	var all []union.MemberID
	for _, r := range ladder {
		all = append(all, r.people...)
	}
	load, err := d.store.Loads(ctx, all)
	if err != nil {
		return place{}, false, err
	}
	for {
		p, ok := choose(ladder, t.Rung, had, load, d.most)
		if !ok || p.holder == 0 {
			return p, ok, nil
		}
		var holds int
		if p.number, holds, err = d.store.Seat(ctx, p.holder); err != nil || holds < d.most {
			return p, ok, err
		}
		load[p.holder] = Load{Holds: holds} // somebody was quicker
	}
}

// findFree is find for a talk that somebody has and that is not to wait: it looks up as far as there is a place.
func (d *Desk) findFree(ctx context.Context, t Talk, ladder []rung, had []union.MemberID) (place, bool, error) {
	for {
		p, ok, err := d.find(ctx, t, ladder, had)
		if err != nil || !ok || p.holder != 0 {
			return p, ok, err
		}
		t.Rung = p.rung + 1
	}
}
