package talk

import (
	"context"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/standin"
)

// rung is a group of people who are equally near to a member, in one office.
type rung struct {
	org    union.OrgID
	people []union.MemberID
	// staff are the numbers by which rosters know those people; whoever stands in has the other's turn.
	staff []string
	// absent are away: they begin no talk, and may go on with one that they have.
	absent []union.MemberID
	// turn are those of them whose turn it is by a roster.
	turn []union.MemberID
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

// choose finds whom a talk goes to, from a rung on: whose turn it is by a roster, if they have a place left, and else the least
// burdened of the lowest rung where somebody has not had it. Where all of that rung have their hands full, the talk waits for them; ok
// is false where nobody is left. A turn takes nobody off the ladder: the talk stands where it stood.
func choose(ladder []rung, from int, had []union.MemberID, load map[union.MemberID]Load, most int) (p place, ok bool) {
	from = max(0, from)
	for _, r := range ladder[min(from, len(ladder)):] {
		best := union.MemberID(0)
		for _, who := range r.turn {
			if !slices.Contains(had, who) && !load[who].Asks && load[who].Holds < most && (best == 0 || load[who].Holds < load[best].Holds) {
				best = who
			}
		}
		if best != 0 {
			return place{rung: from, holder: best}, true
		}
	}
	for i := from; i < len(ladder); i++ {
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

// ladder lists who may take a talk: role by role, each from the member's own organisation up. The member is nowhere on it,
// and whoever is away leaves their place to somebody who stands in, unless the topic is not to be lent.
func (d *Desk) ladder(ctx context.Context, t Talk) (ladder []rung, err error) {
	away, err := d.standIns.Accepted(ctx)
	if err != nil {
		return nil, fmt.Errorf("find who is away: %w", err)
	}
	topic := d.book.Topic(t.Topic)
	turns, err := d.turns(ctx, t, topic.Roles)
	if err != nil {
		return nil, err
	}
	seen := []union.MemberID{t.Worker}
	for _, role := range topic.Roles {
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
			by, err := d.present(ctx, topic, away, h.Member)
			if err != nil {
				return nil, err
			}
			near, err := d.near(ctx, t, topic, h.Member, by)
			if err != nil {
				return nil, err
			}
			if near {
				continue
			}
			if h.Org != at {
				ladder, at = append(ladder, rung{org: h.Org}), h.Org
			}
			last := &ladder[len(ladder)-1]
			if by != h.Member {
				last.absent = append(last.absent, h.Member)
			}
			if by != 0 && (by == h.Member || !slices.Contains(seen, by)) {
				no, on, err := turns.of(ctx, h.Member)
				if err != nil {
					return nil, err
				}
				seen, last.people, last.staff = append(seen, by), append(last.people, by), append(last.staff, no)
				if on {
					last.turn = append(last.turn, by)
				}
			}
		}
	}
	return ladder, nil
}

// near says whether an officer, or who stands in, is to be kept from a talk as one who works in the member's own branch.
func (d *Desk) near(ctx context.Context, t Talk, topic reference.Topic, who ...union.MemberID) (bool, error) {
	own := union.Branch(t.Lineage)
	if !topic.Apart || own == "" {
		return false, nil
	}
	for _, id := range who {
		m, err := d.members.Get(ctx, id)
		if none(err) != nil || err == nil && union.Branch(m.Lineage) == own {
			return err == nil, none(err)
		}
	}
	return false, nil
}

// present is an officer, or whoever stands in for one who is away; 0 where nobody may.
func (d *Desk) present(ctx context.Context, topic reference.Topic, away []standin.Standin, officer union.MemberID) (union.MemberID, error) {
	chain, gone := standin.Chain(away, officer, d.calendar.Date(d.now()))
	switch {
	case !gone:
		return officer, nil
	case topic.Personal || len(chain) == 0:
		return 0, nil
	}
	by, err := d.members.Get(ctx, chain[len(chain)-1])
	if err != nil || by.Status != union.Active {
		return 0, none(err)
	}
	return by.ID, nil
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
