package occasion

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/reference"
)

const (
	// planBatch is how many members are looked at, and planned, at a time.
	planBatch = 1000
	// planLease is longer than the planning of a batch takes, with which it begins anew; whoever died in between is followed after it.
	planLease = 3 * time.Minute
	// planAgain is after how long a day is planned again: for members who were imported meanwhile, and changed choices.
	planAgain = 20 * time.Minute
	// afterQuiet keeps what has waited for the end of the quiet hours from the full and the half hour, at which everybody sends.
	afterQuiet = 3 * time.Minute
	// parkedDays is for how many days a greeting waits for the next word of somebody who can be reached in no other way.
	parkedDays = 7
	// lookBack is how many days are made up for after an outage: longer than anything may be late.
	lookBack = 31
)

// today is the day on which people live now.
func (d *Desk) today() calendar.Date { return d.dateOf(d.Now()) }

func (d *Desk) dateOf(t time.Time) calendar.Date {
	t = t.In(d.Zone)
	return calendar.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}

// moment is a time of day on a day.
func (d *Desk) moment(day calendar.Date, at time.Duration) time.Time {
	return time.Date(day.Year, day.Month, day.Day, int(at/time.Hour), int(at%time.Hour/time.Minute), 0, 0, d.Zone)
}

// awake is the time itself, or the end of the quiet hours in which it lies, at the time at which greetings go out if that is near.
func (d *Desk) awake(t time.Time, g *reference.Greetings) time.Time {
	t = t.In(d.Zone)
	from, to := g.QuietHours()
	if to%(30*time.Minute) == 0 {
		to += afterQuiet
	}
	at := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	if !reference.Quiet(at, from, to) {
		return t
	}
	day := d.dateOf(t)
	if at >= to {
		day = day.AddDays(1)
	}
	return d.moment(day, max(to, g.At()))
}

// PlanDays plans today, and the days before that nobody planned, and says how many greetings were looked at. Several may do
// so at once, and however often it is done nobody is greeted twice.
func (d *Desk) PlanDays(ctx context.Context) error {
	today := d.today()
	day, err := d.firstDay(ctx, today)
	if err != nil {
		return fmt.Errorf("plan greetings: %w", err)
	}
	if err := d.Store.Lapse(ctx, today.AddDays(-parkedDays).String(), planBatch); err != nil {
		return fmt.Errorf("plan greetings: %w", err)
	}
	for ; !today.Before(day); day = day.AddDays(1) {
		mine, err := d.Store.ClaimDay(ctx, day.String(), d.Now(), planLease, planAgain)
		if err != nil {
			return fmt.Errorf("plan greetings: %w", err)
		}
		if !mine {
			continue
		}
		err = d.planDay(ctx, day, time.Time{}, func() error { return d.Store.HoldDay(ctx, day.String(), d.Now(), planLease) })
		if err != nil {
			return err
		}
		if err := d.Store.DoneDay(ctx, day.String(), d.Now()); err != nil {
			return fmt.Errorf("plan greetings: %w", err)
		}
	}
	return nil
}

// firstDay is the first day that is to be planned: the one after the last that was, or an earlier one that somebody began and did
// not finish, on whose lease the others do not wait.
func (d *Desk) firstDay(ctx context.Context, today calendar.Date) (calendar.Date, error) {
	day, oldest := today, today.AddDays(-lookBack)
	last, err := d.Store.LastDay(ctx)
	if err != nil {
		return day, err
	}
	if from, err := calendar.ParseDate(last); err == nil && from.AddDays(1).Before(day) {
		day = from.AddDays(1)
	}
	undone, err := d.Store.Undone(ctx, oldest.String())
	if err != nil {
		return day, err
	}
	if from, err := calendar.ParseDate(undone); err == nil && from.Before(day) {
		day = from
	}
	if day.Before(oldest) {
		day = oldest
	}
	return day, nil
}

// PlanDay writes what is to be said on a day, to go out at a time of that day; the zero time is the usual one.
func (d *Desk) PlanDay(ctx context.Context, day calendar.Date, at time.Time) error {
	return d.planDay(ctx, day, at, func() error { return nil })
}

// planDay calls hold before each batch: a festival that concerns a million takes minutes.
func (d *Desk) planDay(ctx context.Context, day calendar.Date, at time.Time, hold func() error) error {
	data := d.Data.Now()
	if at.IsZero() {
		at = d.moment(day, data.Greetings.At())
	}
	list, err := d.unplanned(ctx, day, data)
	if err != nil {
		return err
	}
	for _, o := range list {
		err := d.each(ctx, o, data, func(found []Greeting, _ []Candidate) error {
			for i := range found {
				found[i].SendAt = at
				if o.Say != day {
					found[i].SendAt = d.moment(o.Say, data.Greetings.At())
				}
			}
			if err := hold(); err != nil {
				return err
			}
			return d.Store.Plan(ctx, found)
		})
		if err != nil {
			return fmt.Errorf("plan %s of %s: %w", o.Name, day, err)
		}
	}
	if day != d.today() {
		return nil
	}
	return d.keepAheads(ctx, data)
}

// said is an occasion with the subtrees for which it is said on a day; none is all.
type said struct {
	Occasion
	lineages []string
	// moved is since when those alone are meant whose date was another.
	moved string
}

// spoken lists what is said on a day: what falls on it, and what was moved to it from later days.
func (d *Desk) spoken(ctx context.Context, day calendar.Date, data *reference.Data) (list []said, err error) {
	for _, o := range on(day, data) {
		list = append(list, said{Occasion: o})
	}
	orders, err := d.Store.Orders(ctx, day.String())
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	for _, order := range orders {
		if order.To != day.String() || order.From <= day.String() {
			continue
		}
		its, err := calendar.ParseDate(order.From)
		if err != nil {
			continue
		}
		if o, ok := called(order.Occasion, its, data); ok {
			o.Say = day
			list = append(list, said{Occasion: o, lineages: []string{order.Lineage}})
		}
	}
	return list, nil
}

// each hands over, a batch at a time, whom an occasion concerns and who has it not yet.
func (d *Desk) each(ctx context.Context, o said, data *reference.Data, do func([]Greeting, []Candidate) error) error {
	q := o.query()
	q.Lineages, q.Moved = o.lineages, o.moved
	for _, one := range q.parts() {
		for after := union.MemberID(0); ; {
			batch, err := d.Store.Candidates(ctx, one, after, planBatch)
			if err != nil {
				return err
			}
			var found []Greeting
			var to []Candidate
			for _, c := range batch {
				after = c.ID
				year, ok := o.concerns(c, data)
				if !ok {
					continue
				}
				found = append(found, d.greeting(o.Occasion, c, year, data))
				to = append(to, c)
			}
			if len(found) > 0 {
				if err := do(found, to); err != nil {
					return err
				}
			}
			if len(batch) < planBatch || ctx.Err() != nil {
				break
			}
		}
	}
	return ctx.Err()
}

// parts are the looks of which a query is made: each goes by one index.
func (q Query) parts() []Query {
	if len(q.Days) == 0 || len(q.Lunar) == 0 {
		return []Query{q}
	}
	solar, lunar := q, q
	solar.Lunar, lunar.Days = nil, nil
	return []Query{solar, lunar}
}

func (d *Desk) greeting(o Occasion, c Candidate, year int, data *reference.Data) Greeting {
	g := Greeting{ID: d.NewID(), Member: c.ID, Occasion: o.Name, Year: year, Day: o.Day.String(), SayOn: o.Say.String(), State: Planned}
	if gift, ok := data.Greetings.GiftFor(who(c.Member, o.Day), o.names()...); ok {
		g.Gift, g.GiftUntil = gift.Key, o.Day.AddDays(gift.Days).String()
	}
	return g
}

func who(m union.Member, day calendar.Date) reference.Who {
	return reference.Who{Unit: m.OrgPath, Post: m.Post, Years: yearsSince(m.Joined, day)}
}

// find is the occasion of a greeting that was written, as the data have it now.
func find(g Greeting, data *reference.Data) (Occasion, error) {
	day, err := calendar.ParseDate(g.Day)
	if err != nil {
		return Occasion{}, err
	}
	say, err := calendar.ParseDate(g.SayOn)
	if err != nil {
		return Occasion{}, err
	}
	if o, ok := called(g.Occasion, day, data); ok {
		o.Say = say
		return o, nil
	}
	return Occasion{}, fmt.Errorf("%w: %s on %s", errGone, g.Occasion, g.Day)
}

// errGone means that the data do not know such an occasion, any more or yet.
var errGone = errors.New("no such occasion")
