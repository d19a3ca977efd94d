package cases

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/unionbot/unionbot/union"
)

// Counted is which cases of a tally are meant.
type Counted string

// What is counted. Overdue ones are open as well; every case is either on time, late or overdue.
const (
	CountedAll     Counted = ""
	CountedOpen    Counted = "open"
	CountedOnTime  Counted = "on_time"
	CountedLate    Counted = "late"
	CountedOverdue Counted = "overdue"
	// What the authors of this year's cases said who were asked how it was.
	CountedContent    Counted = "content"
	CountedSoSo       Counted = "so_so"
	CountedDiscontent Counted = "discontent"
	CountedUnrated    Counted = "unrated"
)

// Rating is what the authors of these cases said; false where they are counted by something else.
func (c Counted) Rating() (said Rating, ok bool) {
	said, ok = map[Counted]Rating{CountedContent: Content, CountedSoSo: SoSo, CountedDiscontent: Discontent, CountedUnrated: Unrated}[c]
	return said, ok
}

// Of is how many of a row's cases are meant.
func (r TallyRow) Of(what Counted) int {
	switch what {
	case CountedOpen:
		return r.Open
	case CountedOnTime:
		return r.In - r.Late
	case CountedLate:
		return r.Late - r.Overdue
	case CountedOverdue:
		return r.Overdue
	}
	return r.In
}

// CountedSpot is where a case stands in a list of those that are counted. The zero one stands before all.
type CountedSpot struct {
	At   int64 `json:"at"`
	Case ID    `json:"case"`
}

// BehindRequest asks for the cases behind a number of Tally's or Ratings', up to Most behind a place.
type BehindRequest struct {
	Officer union.MemberID
	Unit    string
	What    Counted
	After   CountedSpot
	Most    int
}

// Behind is a part of the cases behind a number.
type Behind struct {
	Unit union.Organisation
	// All is how many there are altogether, Hidden how many of this part the officer may not know of. Views are the others.
	All, Hidden int
	Views       []View
	// Next is where the part behind this one begins; nil where none is.
	Next *CountedSpot
}

// Behind lists cases that are counted: the longest overdue first, or those that were filed last.
func (d *Desk) Behind(ctx context.Context, r BehindRequest) (Behind, error) {
	list, err := d.listBehind(ctx, r)
	if err != nil {
		return Behind{}, fmt.Errorf("list what is counted: %w", err)
	}
	return list, nil
}

func (d *Desk) listBehind(ctx context.Context, r BehindRequest) (list Behind, err error) {
	t, err := d.tally(ctx, r.Officer, r.Unit)
	if err != nil {
		return list, err
	}
	list.Unit, list.All = t.Unit, t.Sum.Of(r.What)
	if said, ok := r.What.Rating(); ok {
		rows, err := d.store.Ratings.Ratings(ctx, t.Lineage, t.Since)
		if err != nil {
			return list, err
		}
		var sum RatingRow
		for _, row := range rows {
			sum.add(row)
		}
		list.All = sum.of(said)
	}
	spots, err := d.store.Tallies.Counted(ctx, r.What, t.TallyScope, r.After, r.Most+1)
	if err != nil {
		return list, err
	}
	if len(spots) > r.Most {
		spots = spots[:r.Most]
		list.Next = &spots[r.Most-1]
	}
	ids := make([]ID, len(spots))
	for i, spot := range spots {
		ids[i] = spot.Case
	}
	return list, d.showBehind(ctx, r.Officer, ids, &list)
}

// showBehind adds cases to a list, as far as the officer may know of them.
func (d *Desk) showBehind(ctx context.Context, officer union.MemberID, ids []ID, list *Behind) error {
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return err
	}
	matters, err := d.loadAll(ctx, ids)
	if err != nil {
		return err
	}
	for _, m := range matters {
		v := View{Case: m.outline(), Service: m.service, Clocks: slices.Collect(maps.Values(m.clocks)), Now: d.now()}
		may, err := d.mayKnow(ctx, m, officer, holdings)
		if err != nil {
			return err
		}
		if !may {
			list.Hidden++
			continue
		}
		if m.service.Sensitive {
			v.Title = ""
		}
		people, err := d.havers(ctx, m.shownTasks())
		if err != nil {
			return err
		}
		for _, p := range people {
			v.Officers = append(v.Officers, p.Name)
		}
		list.Views = append(list.Views, v)
	}
	return nil
}
