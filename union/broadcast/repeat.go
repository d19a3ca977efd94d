package broadcast

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
)

// Every is how often a broadcast is said again.
type Every string

// How often.
const (
	Once    Every = ""
	Monthly Every = "month"
	Yearly  Every = "year"
)

const (
	// PreparedAhead is how many days before its date a run is prepared.
	PreparedAhead = 7
	// LateFor is for how long after its date a run may still be released; later it is given up.
	LateFor = 3 * 24 * time.Hour
)

// Rule is on which days something is said again. A month without the Day has it on its last: the 31st is the 30th, and the 29th of
// February the 28th.
type Rule struct {
	Every Every
	// Month is that of a yearly one.
	Month time.Month
	Day   int
	// Minute is that of the day.
	Minute int
}

// RuleOf is the rule by which something is said again that goes out at a local time.
func RuleOf(every Every, at time.Time) Rule {
	return Rule{Every: every, Month: at.Month(), Day: at.Day(), Minute: at.Hour()*60 + at.Minute()}
}

// After is the first day of the rule after a day.
func (r Rule) After(day calendar.Date) calendar.Date {
	year, month := day.Year, day.Month
	if r.Every == Yearly {
		month = r.Month
	}
	for {
		if on := r.in(year, month); day.Before(on) {
			return on
		}
		if r.Every == Yearly {
			year++
			continue
		}
		if month++; month > time.December {
			year, month = year+1, time.January
		}
	}
}

func (r Rule) in(year int, month time.Month) calendar.Date {
	last := time.Date(year, month+1, 0, 12, 0, 0, 0, time.UTC).Day()
	return calendar.Date{Year: year, Month: month, Day: min(r.Day, last)}
}

// Same says whether two days are in the same period, of which each has one run.
func (r Rule) Same(a, b calendar.Date) bool {
	return a.Year == b.Year && (r.Every == Yearly || a.Month == b.Month)
}

// At is the moment of the rule on a day.
func (r Rule) At(day calendar.Date, zone *time.Location) time.Time {
	return time.Date(day.Year, day.Month, day.Day, 0, r.Minute, 0, 0, zone)
}

// late says whether nobody may release the run of a day any more.
func (r Rule) late(day calendar.Date, zone *time.Location, now time.Time) bool {
	return r.At(day, zone).Add(LateFor).Before(now)
}

// Repeat is a broadcast that is said again. Each run is a broadcast of its own, which nobody sends who has not released it.
type Repeat struct {
	ID int64
	// Number is that of its first run, by which people call it.
	Number  string
	Author  union.MemberID
	Org     union.OrgID
	Lineage string
	Rule
	// Last is the run that was released last: the next one says the same. Next is the day of the one that is prepared next.
	Last ID
	Next calendar.Date
	// On is false once it was stopped.
	On      bool
	Version int64
}

// Run says of what a broadcast is a run, whatever its writer makes of it; it is empty in one that is said once.
type Run struct {
	// Series is the Repeat.
	Series int64 `json:"series,omitempty"`
	// Day is which of its days it is for, whenever it goes out. One that was taken back with the others has none, so that another may be
	// prepared for its day.
	Day calendar.Date `json:"day,omitzero"`
}

// RepeatStore keeps what is said again.
type RepeatStore interface {
	InsertRepeat(ctx context.Context, r Repeat) error
	// UpdateRepeat writes all but the author, and raises the version. It returns union.ErrStale if that is not r.Version any more.
	UpdateRepeat(ctx context.Context, r Repeat) error
	RepeatByID(ctx context.Context, id int64) (Repeat, error)
	ByID(ctx context.Context, id ID) (Broadcast, error)
	// DueRepeats lists those that go on, and have a next day before or on a day.
	DueRepeats(ctx context.Context, until calendar.Date, limit int) ([]Repeat, error)
	// RepeatsUnder lists those of a writer, and those of the organisations below the lineages: those that go on by their next day, and
	// then those that were stopped, the newest first.
	RepeatsUnder(ctx context.Context, writer union.MemberID, lineages []string, limit int) ([]Repeat, error)
	// OpenRuns lists the runs of a Repeat that nobody has released.
	OpenRuns(ctx context.Context, repeat int64, limit int) ([]Broadcast, error)
	// LateRuns lists runs that nobody has released and that should have begun before a time; those that have none, for they go out with
	// their release, where their day is before one.
	LateRuns(ctx context.Context, before time.Time, day calendar.Date, limit int) ([]Broadcast, error)
	// HasRun says whether a day of a Repeat has a run, whatever became of it.
	HasRun(ctx context.Context, repeat int64, day calendar.Date) (bool, error)
}

// runRef is the Ref of the next run for a day: another than that of each that was taken back.
func (d *Desk) runRef(ctx context.Context, repeat int64, day calendar.Date) (string, error) {
	first := fmt.Sprintf("repeat/%d/%s", repeat, day)
	ref := first
	for n := 2; ; n++ {
		_, err := d.Store.ByRef(ctx, ref)
		if errors.Is(err, union.ErrNotFound) {
			return ref, nil
		}
		if err != nil {
			return "", err
		}
		ref = fmt.Sprintf("%s/%d", first, n)
	}
}

// dayOf is the union's day of a moment.
func (d *Desk) dayOf(t time.Time) calendar.Date {
	y, m, day := t.In(d.Zone).Date()
	return calendar.Date{Year: y, Month: m, Day: day}
}

// keepRepeating notes with the release of a run what is said again and when: of the first all of it, of another that the next one says
// the same. The rule is by the time that was asked for, which those who released it have read: it may go out later.
func (d *Desk) keepRepeating(ctx context.Context, b *Broadcast, asked time.Time) (r Repeat, err error) {
	switch {
	case b.Series == 0 && b.Repeat == Once:
		return r, nil
	case b.Series == 0:
		rule, day := RuleOf(b.Repeat, asked.In(d.Zone)), d.dayOf(asked)
		r = Repeat{
			ID: d.NewID(), Number: b.Number, Author: b.Author, Org: b.Org, Lineage: b.Lineage, Rule: rule, Last: b.ID, Next: rule.After(day), On: true, Version: 1,
		}
		for r.Next.Before(d.dayOf(d.Now())) {
			r.Next = rule.After(r.Next)
		}
		b.Run = Run{Series: r.ID, Day: day}
		return r, d.Store.InsertRepeat(ctx, r)
	}
	if r, err = d.Store.RepeatByID(ctx, b.Series); err != nil {
		return r, err
	}
	r.Last, r.Org = b.ID, b.Org
	return r, d.Store.UpdateRepeat(ctx, r)
}

// Repeat prepares the runs whose days come near, and gives up those that nobody has released in time. Replicas may do it at the same
// time. It returns how many it has dealt with.
func (d *Desk) Repeat(ctx context.Context, limit int) (done int64, err error) {
	now := d.Now()
	if !d.Hours.InDutyHours(now) { // whoever has to look at them is asleep
		return 0, nil
	}
	due, err := d.Store.DueRepeats(ctx, d.dayOf(now).AddDays(PreparedAhead), limit)
	if err != nil {
		return 0, err
	}
	late, err := d.Store.LateRuns(ctx, now.Add(-LateFor), d.dayOf(now.Add(-LateFor)), limit)
	if err != nil {
		return 0, err
	}
	var failed []error
	each := func(err error, of string) {
		switch {
		case err == nil:
			done++
		case !stale(err) && !errors.Is(err, union.ErrTaken):
			failed = append(failed, fmt.Errorf("repeat %s: %w", of, err))
		}
	}
	for _, r := range due {
		each(d.Store.Tx(ctx, func(ctx context.Context) error { return d.prepare(ctx, r) }), r.Number)
	}
	for _, b := range late {
		each(d.Store.Tx(ctx, func(ctx context.Context) error { return d.giveUp(ctx, b, b.Author, d.Words.RunLapsed) }), b.Number)
	}
	return done, errors.Join(failed...)
}

// prepare makes the next run of what is said again, for its writer to look at. A day that is over, because nothing ran, is passed over and
// told of.
func (d *Desk) prepare(ctx context.Context, r Repeat) error {
	last, err := d.Store.ByID(ctx, r.Last)
	if err != nil {
		return err
	}
	day := r.Next
	r.Next = r.After(day)
	ref, err := d.runRef(ctx, r.ID, day)
	if err != nil {
		return err
	}
	b := Broadcast{
		Ref: ref, Run: Run{Series: r.ID, Day: day}, State: Draft, Author: r.Author, Speed: fullSpeed, StartsAt: r.At(day, d.Zone).UTC(), Lineage: last.Audience.Common(),
		Details: Details{Text: last.Text, Audience: last.Audience.onDay(day), File: last.File, Alone: last.Alone, Notice: last.Notice, Chosen: true, Repeat: r.Every},
	}
	say := func(b Broadcast, r Repeat) notice.Body { return d.Words.RunPrepared(b, r, d.Now()) }
	switch err := d.stillWrites(ctx, r, last); {
	case errors.Is(err, ErrWriter):
		return d.orphaned(ctx, r, last)
	case err != nil:
		return err
	case r.late(day, d.Zone, d.Now()):
		b.State, say = Cancelled, d.Words.RunLapsed
	}
	if b.Head, err = d.count(ctx, b.Audience); err != nil && !errors.Is(err, ErrFew) && !errors.Is(err, ErrCrowd) {
		return err
	}
	if err := d.place(ctx, &b); err != nil {
		return err
	}
	if err := d.insert(ctx, &b); err != nil {
		return err
	}
	if err := d.Store.UpdateRepeat(ctx, r); err != nil {
		return err
	}
	return d.note(ctx, b, "run", []union.MemberID{r.Author}, notice.KindAnswer, func(union.MemberID) notice.Body { return say(b, r) })
}

// stillWrites returns ErrWriter where the writer of what is said again may not write it any more.
func (d *Desk) stillWrites(ctx context.Context, r Repeat, last Broadcast) error {
	err := d.mayWrite(ctx, r.Author, Broadcast{Details: Details{Audience: last.Audience}})
	if errors.Is(err, union.ErrForbidden) || errors.Is(err, ErrOutside) {
		return ErrWriter
	}
	return err
}

// orphaned ends what is said again where its writer is not responsible any more, and tells who may release it.
func (d *Desk) orphaned(ctx context.Context, r Repeat, last Broadcast) error {
	r.On = false
	if err := d.Store.UpdateRepeat(ctx, r); err != nil {
		return err
	}
	asked, err := d.askedToRelease(ctx, last)
	if err != nil && !errors.Is(err, union.ErrNoOfficer) {
		return err
	}
	return d.note(ctx, last, fmt.Sprintf("orphaned/%d", r.Version), append(asked, r.Author), notice.KindAnswer, func(union.MemberID) notice.Body { return d.Words.Orphaned(last, r) })
}

// giveUp ends a run that nobody has released, which the cards of those who were asked show as done by somebody.
func (d *Desk) giveUp(ctx context.Context, b Broadcast, by union.MemberID, say func(Broadcast, Repeat) notice.Body) error {
	r, err := d.Store.RepeatByID(ctx, b.Series)
	if err != nil {
		return err
	}
	if err := d.settleCards(ctx, b, Cancelled, by); err != nil {
		return err
	}
	b.State = Cancelled
	if err := d.Store.Update(ctx, b); err != nil || say == nil {
		return err
	}
	return d.note(ctx, b, "lapsed", []union.MemberID{b.Author}, notice.KindAnswer, func(union.MemberID) notice.Body { return say(b, r) })
}
