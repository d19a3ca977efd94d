package talk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
)

// counting are the offices that read figures, of their subtree.
var counting = []union.Role{union.BranchChair, union.Chair, union.Department}

// mostCounted is how many talks figures are made of at most, the latest.
const mostCounted = 5000

// Figures is how talks of a year went, in one part of the union. Waiting is counted from the wish on.
type Figures struct {
	// Unit is the organisation's name.
	Unit  string
	Since time.Time
	// Begun is how many there were, Held and Waiting how many are open, Left how many ended without an answer.
	Begun, Held, Waiting, Left int
	// Answered is how many were answered, InTime how many of them within the topic's first time; Median is the working time
	// to the first answer.
	Answered, InTime int
	Median           time.Duration
	// Asked is how many were asked how it was.
	Asked, Content, SoSo, Discontent int
}

// Figures counts this year's talks of the officer's subtree, or returns union.ErrForbidden to who has none.
func (d *Desk) Figures(ctx context.Context, officer union.MemberID) (Figures, error) {
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return Figures{}, fmt.Errorf("count talks: %w", err)
	}
	holdings = slices.DeleteFunc(slices.Clone(holdings), func(h union.Holding) bool { return !slices.Contains(counting, h.Role) })
	if len(holdings) == 0 {
		return Figures{}, union.ErrForbidden
	}
	h := slices.MinFunc(holdings, func(a, b union.Holding) int { return cmp.Compare(len(a.Lineage), len(b.Lineage)) })
	f := Figures{Unit: union.Member{OrgPath: h.Path}.OrgName(), Since: d.calendar.NewYear(d.now())}
	talks, err := d.store.Since(ctx, h.Lineage, f.Since, mostCounted)
	if err != nil {
		return Figures{}, fmt.Errorf("count talks: %w", err)
	}
	var waits []time.Duration
	for _, t := range talks {
		f.add(t)
		if !t.FirstAt.IsZero() {
			shifts, err := d.anyShift(ctx, t)
			if err != nil {
				return Figures{}, fmt.Errorf("count talks: %w", err)
			}
			wait := d.calendar.ShiftTimeLeft(t.OpenedAt, t.FirstAt, shifts)
			waits = append(waits, wait)
			if wait <= d.book.Topic(t.Topic).First() {
				f.InTime++
			}
		}
	}
	if slices.Sort(waits); len(waits) > 0 {
		f.Median = waits[len(waits)/2]
	}
	return f, nil
}

func (f *Figures) add(t Talk) {
	f.Begun++
	switch {
	case t.State == Held:
		f.Held++
	case t.State == Waiting:
		f.Waiting++
	case t.FirstAt.IsZero():
		f.Left++
	}
	if !t.FirstAt.IsZero() {
		f.Answered++
	}
	if t.Asks {
		f.Asked++
	}
	switch t.Rating {
	case Content:
		f.Content++
	case SoSo:
		f.SoSo++
	case Discontent:
		f.Discontent++
	}
}
