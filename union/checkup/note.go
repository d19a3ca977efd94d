package checkup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

const (
	mostListed = 30
	// ahead is how many days before its day a check stands in the officers' list.
	ahead   = 60
	mostOwn = 5
	// mostUntold keeps the list within a message.
	mostUntold = 10
)

// List is what officers see of the checks below them.
type List struct {
	Today string
	Lines []Listed
	Total int
	// Untold are those who were there and of whom nobody has noted a written result.
	Untold []Listed
}

// lineages are the subtrees over which a member may see and note checks; none of them contains another.
func (d *Desk) lineages(ctx context.Context, officer union.MemberID) ([]string, error) {
	holdings, err := d.Members.Holdings(ctx, officer)
	if err != nil {
		return nil, err
	}
	holdings = slices.DeleteFunc(holdings, func(h union.Holding) bool { return !slices.Contains(officers, h.Role) })
	var lineages []string
	for i, h := range holdings {
		covered := slices.ContainsFunc(holdings, func(o union.Holding) bool { return o.Lineage != h.Lineage && o.Covers(h.Lineage) })
		again := slices.ContainsFunc(holdings[:i], func(o union.Holding) bool { return o.Lineage == h.Lineage })
		if !covered && !again {
			lineages = append(lineages, h.Lineage)
		}
	}
	return lineages, nil
}

// List lists who is due within sixty days, or late, below the officer. It returns union.ErrForbidden to everybody else.
func (d *Desk) List(ctx context.Context, officer union.MemberID) (none List, _ error) {
	lineages, err := d.lineages(ctx, officer)
	if err != nil {
		return none, fmt.Errorf("list checks: %w", err)
	}
	if len(lineages) == 0 {
		return none, union.ErrForbidden
	}
	l := List{Today: d.today()}
	until := d.Now().In(d.Zone).AddDate(0, 0, ahead).Format(time.DateOnly)
	for _, lineage := range lineages {
		lines, total, err := d.Store.Open(ctx, lineage, Due, until, mostListed)
		if err != nil {
			return none, fmt.Errorf("list checks: %w", err)
		}
		untold, _, err := d.Store.Open(ctx, lineage, Checked, until, mostListed)
		if err != nil {
			return none, fmt.Errorf("list checks without a result: %w", err)
		}
		l.Lines, l.Total, l.Untold = append(l.Lines, lines...), l.Total+total, append(l.Untold, untold...)
	}
	l.Untold = l.Untold[:min(len(l.Untold), mostUntold)]
	l.Lines = l.Lines[:min(len(l.Lines), mostListed)]
	return l, nil
}

// Own lists a member's latest checks.
func (d *Desk) Own(ctx context.Context, member union.MemberID) ([]Checkup, error) {
	return d.Store.OfMember(ctx, member, mostOwn)
}

// Noted is what an officer's word came to.
type Noted struct {
	Member union.Member
	Check  Checkup
	// Next is the check in post that follows; nil where none does.
	Next *Checkup
}

// Note notes that a member was checked or, with Told, that the written result is there, of which the member is told. It is
// about the check that has been due longest. It returns union.ErrNotFound for somebody whom the officer may not see,
// union.ErrForbidden for the officer's own check and to whoever is no officer, and ErrNone where no check is open.
func (d *Desk) Note(ctx context.Context, officer union.MemberID, staffNo string, to State, place string) (Noted, error) {
	var done Noted
	err := d.Store.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.note(ctx, officer, staffNo, to, place)
		return err
	})
	if err != nil {
		return Noted{}, fmt.Errorf("note check: %w", err)
	}
	return done, nil
}

func (d *Desk) note(ctx context.Context, officer union.MemberID, staffNo string, to State, place string) (none Noted, _ error) {
	lineages, err := d.lineages(ctx, officer)
	if err != nil {
		return none, err
	}
	if len(lineages) == 0 {
		return none, union.ErrForbidden
	}
	m, err := d.Members.ByStaffNo(ctx, staffNo)
	if err != nil {
		return none, err
	}
	covers := func(lineage string) bool { return (union.Holding{Lineage: lineage}).Covers(m.Lineage) }
	switch {
	case !slices.ContainsFunc(lineages, covers):
		return none, union.ErrNotFound
	case m.ID == officer:
		return none, union.ErrForbidden
	}
	all, err := d.Store.OfMember(ctx, m.ID, mostOwn)
	if err != nil {
		return none, err
	}
	var open *Checkup
	until := d.Now().In(d.Zone).AddDate(0, 0, ahead).Format(time.DateOnly) // next year's check is not meant
	for i, c := range all {                                                // the latest first
		if c.State == Due && c.Due <= until || to == Told && c.State == Checked {
			open = &all[i]
		}
	}
	if open == nil {
		return none, ErrNone
	}
	return d.move(ctx, m, *open, to, place)
}

// move takes a check on, and begins the next one in post.
func (d *Desk) move(ctx context.Context, m union.Member, c Checkup, to State, place string) (none Noted, _ error) {
	from, before := c.State, c.Place
	c.State, c.Next = to, d.resultBy(to)
	if place != "" {
		c.Place = place
	}
	mine, err := d.Store.Update(ctx, c, from, c.Stage)
	if err != nil {
		return none, err
	}
	if !mine {
		return none, union.ErrStale
	}
	done := Noted{Member: m, Check: c}
	if from == Due && c.Kind == InPost && c.Every > 0 {
		if done.Next, err = d.follow(ctx, c, before); err != nil {
			return none, err
		}
	}
	if to != Told || m.Status != union.Active {
		return done, nil
	}
	return done, d.Outbox.Put(ctx, notice.Notice{
		Key:  fmt.Sprintf("checkup/%d/result", c.ID),
		Kind: notice.KindCheckup, Policy: notice.Resend, To: m.ID, Body: d.Words.CheckupResult(m, c),
	})
}

// resultBy is when somebody is asked after the written result; never where there is one.
func (d *Desk) resultBy(s State) time.Time {
	if s != Checked {
		return time.Time{}
	}
	return d.Now().AddDate(0, 0, awaited)
}

// follow makes the next check in post, so many months after today, where this one was done and the list has none yet: an
// office that keeps its own list has the day from there.
func (d *Desk) follow(ctx context.Context, c Checkup, place string) (*Checkup, error) {
	next := Checkup{
		ID: d.NewID(), Member: c.Member, Kind: InPost, Every: c.Every, Place: place, State: Due,
		Due: monthsAfter(d.Now().In(d.Zone), c.Every).Format(time.DateOnly),
	}
	all, err := d.Store.OfMember(ctx, c.Member, mostOwn)
	listed := func(o Checkup) bool {
		return o.Kind == InPost && (o.Due > c.Due && o.State == Due || o.Due == next.Due)
	}
	if err != nil || slices.ContainsFunc(all, listed) {
		return nil, err
	}
	d.schedule(&next)
	return &next, d.Store.Insert(ctx, next)
}

// monthsAfter is the same day some months later, or the last of that month where there is none: a month after the 31st of
// January is the 28th of February.
func monthsAfter(t time.Time, months int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 12, 0, 0, 0, t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
