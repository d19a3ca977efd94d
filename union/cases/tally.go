package cases

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/paper"
)

// TallyRow counts the cases of one organisation: those that were filed unnamed, or the others.
type TallyRow struct {
	Lineage string
	Unnamed bool
	// In were filed, Open go on, Overdue are open and over their time, Late were once over it.
	In, Open, Overdue, Late int
}

// TallyScope is which cases are counted: below an organisation, those that were filed since then or go on Now; those that were filed
// unnamed only where Unnamed says so.
type TallyScope struct {
	Lineage    string
	Since, Now time.Time
	Unnamed    bool
}

// TallyStore counts cases. Sealed ones are never counted: in a small group a number tells who.
type TallyStore interface {
	// Tally counts cases by the organisation of their authors.
	Tally(ctx context.Context, s TallyScope) ([]TallyRow, error)
	// Counted lists the cases behind a place that Tally counts as this, or RatingStore: overdue ones the longest first, others the latest
	// first.
	Counted(ctx context.Context, what Counted, s TallyScope, after CountedSpot, limit int) ([]CountedSpot, error)
	union.Units
}

// Tally is the counts of a subtree.
type Tally struct {
	TallyScope
	Unit union.Organisation
	Sum  TallyRow
	// Units are the organisations right below that had any case that was not filed unnamed.
	Units []TallyUnit
	// Charted says that a chart of it is sent.
	Charted bool
}

// Rest is how many cases are counted in the sum and in none of the units: of the organisation itself, or filed unnamed. Which of
// both would tell too much.
func (t Tally) Rest() int {
	rest := t.Sum.In
	for _, u := range t.Units {
		rest -= u.In
	}
	return rest
}

// TallyWords draws counts, in words.
type TallyWords interface {
	TallyChart(t Tally) paper.Chart
	// NoChart is said in place of a chart that could not be sent.
	NoChart() string
}

// TallyUnit is the counts of one organisation and all below.
type TallyUnit struct {
	Name string
	TallyRow
}

// tallied are the roles that read the counts of their subtree.
var tallied = []union.Role{union.BranchChair, union.Chair, union.Department, union.Auditor, union.Admin}

// over finds the widest subtree over which an officer reads counts.
func (d *Desk) over(ctx context.Context, officer union.MemberID) (none union.Holding, _ error) {
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return none, err
	}
	holdings = slices.DeleteFunc(holdings, func(h union.Holding) bool { return !slices.Contains(tallied, h.Role) })
	if len(holdings) == 0 {
		return none, union.ErrForbidden
	}
	return slices.MinFunc(holdings, func(a, b union.Holding) int { return cmp.Compare(len(a.Lineage), len(b.Lineage)) }), nil
}

// TallyRequest asks for counts. An empty Unit is all that the officer reads; otherwise one of the organisations below, by name.
type TallyRequest struct {
	Officer union.MemberID
	Unit    string
	// Occasion names the request: the chart is sent once.
	Occasion string
}

// Tally counts the cases of the officer's subtree that are of this year or go on, or returns union.ErrForbidden to who has none, and *union.UnitError for a unit that
// is none of its own. Where there is something to draw, a chart is sent, too.
func (d *Desk) Tally(ctx context.Context, r TallyRequest) (Tally, error) {
	var t Tally
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		if t, err = d.tally(ctx, r.Officer, r.Unit); err != nil || t.Sum.In == 0 || d.press.Ready() != nil {
			return err
		}
		t.Charted = true
		return d.sendChart(ctx, t, r)
	})
	if err != nil {
		return Tally{}, fmt.Errorf("count cases: %w", err)
	}
	return t, nil
}

func (d *Desk) tally(ctx context.Context, officer union.MemberID, unit string) (none Tally, _ error) {
	over, whole, err := d.within(ctx, officer, unit)
	if err != nil {
		return none, err
	}
	scope := TallyScope{Lineage: over.Lineage, Since: d.newYear(), Now: d.now()}
	if whole { // from which unit it came, or of how few, would tell who
		crowd, err := d.members.Crowd(ctx, over.Lineage, smallGroup)
		if err != nil {
			return none, err
		}
		scope.Unnamed = crowd.Lineage == over.Lineage
	}
	rows, err := d.store.Tallies.Tally(ctx, scope)
	if err != nil {
		return none, err
	}
	units, err := d.store.Tallies.Units(ctx, over.Lineage)
	if err != nil {
		return none, err
	}
	t := Tally{TallyScope: scope, Unit: over}
	for _, row := range rows {
		t.Sum.add(row)
	}
	for _, u := range units {
		one := TallyUnit{Name: u.Name}
		for _, row := range rows {
			if !row.Unnamed && strings.HasPrefix(row.Lineage, u.Lineage) {
				one.add(row)
			}
		}
		if one.In > 0 {
			t.Units = append(t.Units, one)
		}
	}
	return t, nil
}

// within is the subtree that an officer asks for, out of what the officer reads; whole says that it is all of that.
func (d *Desk) within(ctx context.Context, officer union.MemberID, unit string) (over union.Organisation, whole bool, err error) {
	h, err := d.over(ctx, officer)
	if err != nil {
		return union.Organisation{}, false, err
	}
	return h.Under(ctx, d.store.Tallies, unit)
}

// sendChart has the counts sent as a picture.
func (d *Desk) sendChart(ctx context.Context, t Tally, r TallyRequest) error {
	picture, err := d.press.PNG(d.words.TallyChart(t))
	if err != nil {
		return err
	}
	hash, err := d.keep(ctx, bytes.NewReader(picture))
	if err != nil {
		return fmt.Errorf("keep chart: %w", err)
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("chart/%d/%s", r.Officer, r.Occasion), Kind: notice.KindChart, Policy: notice.Resend, To: r.Officer,
		Body: notice.Body{Text: d.words.NoChart(), File: &notice.File{Hash: hash, Type: "image/png", Name: t.Unit.Name}},
	})
}

// nameOver names what a holding is over, without the root.
func nameOver(h union.Holding) string { return union.BelowRoot(h.Path) }

func (r *TallyRow) add(other TallyRow) {
	r.In, r.Open, r.Overdue, r.Late = r.In+other.In, r.Open+other.Open, r.Overdue+other.Overdue, r.Late+other.Late
}

func (d *Desk) newYear() time.Time {
	return time.Date(d.now().In(d.zone).Year(), 1, 1, 0, 0, 0, 0, d.zone)
}
