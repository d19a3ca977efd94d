package broadcast

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// MissedOf is of whom a broadcast did not reach what one chair is told: how many, and some of them. Org is 0 where they are of several
// offices of the chair.
type MissedOf struct {
	Chair union.MemberID
	Org   union.OrgID
	Some  []union.MemberID
	Count int
}

// Named is how many members a notice to a branch names.
const Named = 5

// everybody is behind every member: a count that has come so far is over.
const everybody union.MemberID = math.MaxInt64

// countMissed counts for the branches whom a broadcast that is about to end did not reach. A page of receipts is a transaction, and
// the plan says how far it has come, so that whoever dies is followed from there; more says that there may be others.
func (d *Desk) countMissed(ctx context.Context, b *Broadcast) (more bool, err error) {
	if b.Audience.ByFamily() {
		return false, nil
	}
	heads := map[string][]union.Holding{}
	for range advanceSteps {
		if b.Plan.After == everybody {
			return false, nil
		}
		if err := d.countPage(ctx, b, heads); err != nil {
			return false, err
		}
	}
	return b.Plan.After != everybody, nil
}

// countPage counts a page of receipts. Behind the last nobody is counted any more.
func (d *Desk) countPage(ctx context.Context, b *Broadcast, heads map[string][]union.Holding) error {
	states := unheard
	if !b.Plan.Again.Anew() { // the branches know of those who are waited for, and for them nothing has changed
		states = slices.DeleteFunc(slices.Clone(unheard), func(s ReceiptState) bool { return s == Parked })
	}
	upTo := everybody
	err := d.Store.Tx(ctx, func(ctx context.Context) error {
		if err := d.Store.HoldCount(ctx, *b); err != nil {
			return err
		}
		list, err := d.Store.Receipts(ctx, b.ID, everywhere, states, b.Plan.After, pageSize)
		if err != nil {
			return err
		}
		if len(list) == pageSize {
			upTo = list[len(list)-1].Member.ID
		}
		if b.Plan.Again == Joined { // of the others the branches know
			list = slices.DeleteFunc(list, func(r Receipt) bool { return !r.Joined.Equal(b.StartsAt) })
		}
		branches, err := d.byBranch(ctx, list, heads)
		if err != nil {
			return err
		}
		return d.Store.CountMissed(ctx, *b, upTo, branches)
	})
	if err == nil {
		b.Plan.After = upTo
	}
	return err
}

// byBranch sorts receivers by who is told of them: the chairs of their nearest branch that has one, or else of the union; nobody is told
// of themselves. Heads are those that are known already.
func (d *Desk) byBranch(ctx context.Context, list []Receipt, heads map[string][]union.Holding) (branches []MissedOf, err error) {
	for _, r := range list {
		if _, known := heads[r.Member.Lineage]; !known {
			if heads[r.Member.Lineage], err = d.heads(ctx, r.Member.Lineage); err != nil {
				return nil, err
			}
		}
		for _, head := range nearest(heads[r.Member.Lineage], r.Member.ID) {
			i := slices.IndexFunc(branches, func(of MissedOf) bool { return of.Chair == head.Member })
			if i < 0 {
				i, branches = len(branches), append(branches, MissedOf{Chair: head.Member, Org: head.Org})
			}
			if branches[i].Org != head.Org {
				branches[i].Org = 0
			}
			if branches[i].Count++; len(branches[i].Some) < Named {
				branches[i].Some = append(branches[i].Some, r.Member.ID)
			}
		}
	}
	return branches, nil
}

// heads are the chairs above an organisation: of branches, the nearest first, and behind them of the union.
func (d *Desk) heads(ctx context.Context, lineage string) (heads []union.Holding, err error) {
	for _, role := range []union.Role{union.BranchChair, union.Chair} {
		holders, err := d.Members.Holders(ctx, role, lineage)
		if err != nil {
			return nil, err
		}
		heads = append(heads, holders...)
	}
	return heads, nil
}

// nearest are the first of the heads who are somebody else than a member, with all who hold the same office of the same organisation.
func nearest(heads []union.Holding, but union.MemberID) []union.Holding {
	heads = slices.DeleteFunc(slices.Clone(heads), func(h union.Holding) bool { return h.Member == but })
	if len(heads) == 0 {
		return nil
	}
	of := heads[0]
	return slices.DeleteFunc(heads, func(h union.Holding) bool { return h.Org != of.Org || h.Role != of.Role })
}

// tellBranches tells the nearest branches whom the broadcast did not reach, as that was counted, and forgets the count.
func (d *Desk) tellBranches(ctx context.Context, b Broadcast) error {
	list, err := d.Store.TakeMissed(ctx, b.ID)
	if err != nil || len(list) == 0 || b.State == Cancelled { // nobody is to be rung up about what was called off
		return err
	}
	return d.tell(ctx, b, "missed", list)
}

// tellLapsed tells the branches who has not asked for what a notice has told them of.
func (d *Desk) tellLapsed(ctx context.Context, number string, members []union.MemberID) error {
	b, err := d.Store.ByNumber(ctx, number)
	if err != nil || b.Audience.ByFamily() || b.State == Cancelled {
		return err
	}
	found, err := d.Members.GetMany(ctx, members)
	if err != nil {
		return err
	}
	var list []Receipt
	for _, id := range members {
		if m, ok := found[id]; ok {
			list = append(list, Receipt{Member: m})
		}
	}
	branches, err := d.byBranch(ctx, list, map[string][]union.Holding{})
	if err != nil {
		return err
	}
	return d.tell(ctx, b, fmt.Sprintf("lapsed/%d", members[0]), branches)
}

// tell tells branches whom a broadcast did not reach.
func (d *Desk) tell(ctx context.Context, b Broadcast, occasion string, list []MissedOf) error {
	orgs, err := d.Members.Organisations(ctx)
	if err != nil {
		return err
	}
	paths := make(map[union.OrgID]string, len(orgs))
	for _, o := range orgs {
		paths[o.ID] = o.Path
	}
	for some := range slices.Chunk(list, pageSize/Named) { // a large union has thousands of branches
		if err := d.tellSome(ctx, b, occasion, some, paths); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) tellSome(ctx context.Context, b Broadcast, occasion string, list []MissedOf, paths map[union.OrgID]string) error {
	var ids, chairs []union.MemberID
	said := make(map[union.MemberID]notice.Body, len(list))
	for _, of := range list {
		ids = append(ids, of.Some...)
	}
	found, err := d.Members.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	for _, of := range list {
		var some []union.Member
		for _, id := range of.Some {
			if m, ok := found[id]; ok {
				some = append(some, m)
			}
		}
		chairs = append(chairs, of.Chair)
		said[of.Chair] = d.Words.Unreached(b, paths[of.Org], some, of.Count)
	}
	return d.note(ctx, b, occasion, chairs, notice.KindAnswer, func(to union.MemberID) notice.Body { return said[to] })
}
