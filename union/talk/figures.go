package talk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
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
	// Nexts is how many further answers there were, NextsInTime how many of them within the topic's time for those.
	Nexts, NextsInTime int
	// Asked is how many were asked how it was.
	Asked, Content, SoSo, Discontent int
	// Units are those of the organisations right below that had any. Talks that few may know of count for none of them: of how few
	// somebody is would tell who it was.
	Units []Figures
}

// counted is the talks of a part of the union.
type counted struct {
	over  union.Organisation
	since time.Time
	talks []Talk
}

// Figures counts this year's talks of the officer's subtree, or of an organisation below by its name. It returns union.ErrForbidden to
// who has none, and *union.UnitError.
func (d *Desk) Figures(ctx context.Context, officer union.MemberID, unit string) (Figures, error) {
	c, err := d.counted(ctx, officer, unit)
	if err != nil {
		return Figures{}, fmt.Errorf("count talks: %w", err)
	}
	f, err := d.figures(ctx, c.over.Name, c.since, c.talks)
	if err != nil {
		return Figures{}, fmt.Errorf("count talks: %w", err)
	}
	units, err := d.store.Units(ctx, c.over.Lineage)
	for i := 0; i < len(units) && err == nil; i++ {
		own := slices.DeleteFunc(slices.Clone(c.talks), func(t Talk) bool { return d.guarded(t) || !strings.HasPrefix(t.Lineage, units[i].Lineage) })
		if len(own) == 0 {
			continue
		}
		var one Figures
		one, err = d.figures(ctx, units[i].Name, c.since, own)
		f.Units = append(f.Units, one)
	}
	if err != nil {
		return Figures{}, fmt.Errorf("count talks: %w", err)
	}
	return f, nil
}

// guarded says whether only few may know of a talk.
func (d *Desk) guarded(t Talk) bool {
	topic := d.book.Topic(t.Topic)
	return topic.Personal || topic.Apart
}

// counted reads the talks of which an officer reads figures; those that few may know of only of all that the officer reads.
func (d *Desk) counted(ctx context.Context, officer union.MemberID, unit string) (c counted, err error) {
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return c, err
	}
	holdings = slices.DeleteFunc(slices.Clone(holdings), func(h union.Holding) bool { return !slices.Contains(counting, h.Role) })
	if len(holdings) == 0 {
		return c, union.ErrForbidden
	}
	h := slices.MinFunc(holdings, func(a, b union.Holding) int { return cmp.Compare(len(a.Lineage), len(b.Lineage)) })
	over, whole, err := h.Under(ctx, d.store, unit)
	if err != nil {
		return c, err
	}
	c.over, c.since = over, d.calendar.NewYear(d.now())
	c.talks, err = d.store.Since(ctx, over.Lineage, c.since, mostCounted)
	if !whole {
		c.talks = slices.DeleteFunc(c.talks, d.guarded)
	}
	return c, err
}

func (d *Desk) figures(ctx context.Context, unit string, since time.Time, talks []Talk) (Figures, error) {
	f := Figures{Unit: unit, Since: since}
	var waits []time.Duration
	for _, t := range talks {
		f.add(t)
		if t.FirstAt.IsZero() {
			continue
		}
		wait, err := d.waited(ctx, t, t.OpenedAt)
		if err != nil {
			return f, err
		}
		waits = append(waits, wait)
		if wait <= d.book.Topic(t.Topic).First() {
			f.InTime++
		}
	}
	f.Median = median(waits)
	return f, nil
}

// waited is how much working time passed from a time on until a talk was answered.
func (d *Desk) waited(ctx context.Context, t Talk, from time.Time) (time.Duration, error) {
	shifts, err := d.anyShift(ctx, t)
	return d.calendar.ShiftTimeLeft(from, t.FirstAt, shifts), err
}

func median(waits []time.Duration) time.Duration {
	if len(waits) == 0 {
		return 0
	}
	slices.Sort(waits)
	return waits[len(waits)/2]
}

// The latest talks of an officer say how long a first answer takes them, if there are enough.
const (
	usualOf    = 20
	usualLeast = 5
)

// usual is within how much working time an officer mostly answers first a talk that they were given; 0 where that is not known. What
// others let lie before, or have answered first, says nothing of it.
func (d *Desk) usual(ctx context.Context, officer union.MemberID) (time.Duration, error) {
	talks, err := d.store.AnsweredBy(ctx, officer, usualOf)
	if err != nil || len(talks) < usualLeast {
		return 0, err
	}
	var waits []time.Duration
	for _, t := range talks {
		if t.FirstAt.Before(t.GivenAt) {
			continue
		}
		wait, err := d.waited(ctx, t, t.GivenAt)
		if err != nil {
			return 0, err
		}
		waits = append(waits, wait)
	}
	if len(waits) < usualLeast {
		return 0, nil
	}
	return max(time.Minute, median(waits)), nil
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
	f.Nexts, f.NextsInTime = f.Nexts+t.Nexts, f.NextsInTime+t.NextsInTime
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
	case Unrated:
	}
}
