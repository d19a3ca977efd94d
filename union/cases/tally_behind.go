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
)

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

// Behind is the cases behind a number of Tally's.
type Behind struct {
	Unit union.Organisation
	// All is how many there are, Hidden how many of those looked at the officer may not know of. Views are the others; what is
	// beyond both was not looked at.
	All, Hidden int
	Views       []View
}

// Behind lists cases that Tally counts: the longest overdue first, or those that were filed last.
func (d *Desk) Behind(ctx context.Context, officer union.MemberID, unit string, what Counted) (Behind, error) {
	list, err := d.listBehind(ctx, officer, unit, what)
	if err != nil {
		return Behind{}, fmt.Errorf("list what is counted: %w", err)
	}
	return list, nil
}

func (d *Desk) listBehind(ctx context.Context, officer union.MemberID, unit string, what Counted) (list Behind, err error) {
	t, err := d.tally(ctx, officer, unit)
	if err != nil {
		return list, err
	}
	list.Unit, list.All = t.Unit, t.Sum.Of(what)
	ids, err := d.store.Tallies.Counted(ctx, what, t.TallyScope, maxTasks)
	if err != nil {
		return list, err
	}
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return list, err
	}
	matters, err := d.loadAll(ctx, ids)
	if err != nil {
		return list, err
	}
	for _, m := range matters {
		v := View{Case: m.outline(), Service: m.service, Clocks: slices.Collect(maps.Values(m.clocks)), Now: d.now()}
		may, err := d.mayKnow(ctx, m, officer, holdings)
		if err != nil {
			return list, err
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
			return list, err
		}
		for _, p := range people {
			v.Officers = append(v.Officers, p.Name)
		}
		list.Views = append(list.Views, v)
	}
	return list, nil
}
