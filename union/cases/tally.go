package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
)

// TallyRow counts the cases of one organisation.
type TallyRow struct {
	Lineage string
	// In were filed, Open go on, Overdue are open and over their time, Late were once over it.
	In, Open, Overdue, Late int
}

// TallyStore counts cases. Sealed ones are never counted: in a small group a number tells who.
type TallyStore interface {
	// Tally counts the cases below an organisation that were filed since then, by the organisation of their authors.
	Tally(ctx context.Context, lineage string, since, now time.Time) ([]TallyRow, error)
	// Overdue lists open cases below an organisation that are over their time, the longest first.
	Overdue(ctx context.Context, lineage string, since, now time.Time, limit int) ([]ID, error)
	// Units lists the organisations right below one.
	Units(ctx context.Context, lineage string) ([]union.Organisation, error)
}

// Tally is the counts of a subtree.
type Tally struct {
	Unit  union.Organisation
	Since time.Time
	Sum   TallyRow
	// Units are the organisations right below that had any case.
	Units []TallyUnit
}

// TallyUnit is the counts of one organisation and all below.
type TallyUnit struct {
	Name string
	TallyRow
}

// tallied are the roles that read the counts of their subtree.
var tallied = []union.Role{union.BranchChair, union.Chair, union.Department, union.Auditor, union.Admin}

// over finds the widest subtree over which an officer reads counts.
func (d *Desk) over(ctx context.Context, officer union.MemberID) (union.Holding, error) {
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return union.Holding{}, err
	}
	holdings = slices.DeleteFunc(holdings, func(h union.Holding) bool { return !slices.Contains(tallied, h.Role) })
	if len(holdings) == 0 {
		return union.Holding{}, union.ErrForbidden
	}
	return slices.MinFunc(holdings, func(a, b union.Holding) int { return cmp.Compare(len(a.Lineage), len(b.Lineage)) }), nil
}

// Tally counts this year's cases of the officer's subtree, or returns union.ErrForbidden to who has none.
func (d *Desk) Tally(ctx context.Context, officer union.MemberID) (Tally, error) {
	h, err := d.over(ctx, officer)
	if err != nil {
		return Tally{}, fmt.Errorf("count cases: %w", err)
	}
	since := d.newYear()
	rows, err := d.store.Tallies.Tally(ctx, h.Lineage, since, d.now())
	if err != nil {
		return Tally{}, fmt.Errorf("count cases: %w", err)
	}
	units, err := d.store.Tallies.Units(ctx, h.Lineage)
	if err != nil {
		return Tally{}, fmt.Errorf("count cases: %w", err)
	}
	t := Tally{Unit: union.Organisation{ID: h.Org, Name: nameOver(h), Lineage: h.Lineage}, Since: since}
	for _, row := range rows {
		t.Sum.add(row)
	}
	for _, u := range units {
		one := TallyUnit{Name: u.Name}
		for _, row := range rows {
			if strings.HasPrefix(row.Lineage, u.Lineage) {
				one.add(row)
			}
		}
		if one.In > 0 {
			t.Units = append(t.Units, one)
		}
	}
	return t, nil
}

// nameOver names what a holding is over, without the root.
func nameOver(h union.Holding) string {
	_, name, _ := strings.Cut(h.Path, "/")
	return cmp.Or(name, h.Path)
}

func (r *TallyRow) add(other TallyRow) {
	r.In, r.Open, r.Overdue, r.Late = r.In+other.In, r.Open+other.Open, r.Overdue+other.Overdue, r.Late+other.Late
}

func (d *Desk) newYear() time.Time {
	return time.Date(d.now().In(d.zone).Year(), 1, 1, 0, 0, 0, 0, d.zone)
}

// Overdue is the cases behind Tally's number that are over their time.
type Overdue struct {
	// All is how many there are, Hidden how many of those looked at the officer may not know of. Views are the others; what
	// is beyond both was not looked at.
	All, Hidden int
	Views       []View
}

// OverdueCases lists the longest overdue cases of those that Tally counts.
func (d *Desk) OverdueCases(ctx context.Context, officer union.MemberID) (Overdue, error) {
	h, err := d.over(ctx, officer)
	if err != nil {
		return Overdue{}, fmt.Errorf("list overdue: %w", err)
	}
	ids, err := d.store.Tallies.Overdue(ctx, h.Lineage, d.newYear(), d.now(), maxTasks)
	if err != nil {
		return Overdue{}, fmt.Errorf("list overdue: %w", err)
	}
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return Overdue{}, fmt.Errorf("list overdue: %w", err)
	}
	rows, err := d.store.Tallies.Tally(ctx, h.Lineage, d.newYear(), d.now())
	if err != nil {
		return Overdue{}, fmt.Errorf("list overdue: %w", err)
	}
	var list Overdue
	for _, row := range rows {
		list.All += row.Overdue
	}
	for _, id := range ids {
		m, err := d.load(ctx, id, "")
		if err != nil {
			return Overdue{}, fmt.Errorf("list overdue: %w", err)
		}
		v := View{Case: m.outline(), Service: m.service}
		if may, err := d.mayKnow(ctx, m, officer, holdings); err != nil {
			return Overdue{}, fmt.Errorf("list overdue: %w", err)
		} else if !may {
			list.Hidden++
			continue
		}
		if m.service.Sensitive {
			v.Title = ""
		}
		people, err := d.havers(ctx, m.shownTasks())
		if err != nil {
			return Overdue{}, fmt.Errorf("list overdue: %w", err)
		}
		for _, p := range people {
			v.Officers = append(v.Officers, p.Name)
		}
		list.Views = append(list.Views, v)
	}
	return list, nil
}
