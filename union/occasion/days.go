package occasion

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/reference"
)

// kindsOf are the occasions whose dates own days are reckoned from.
var kindsOf = map[string]string{reference.OfBirthday: Birthday, reference.OfJoined: Anniversary, reference.OfRetireOn: Retirement, reference.OfContractUntil: Contract}

// occasions are all of which something is said, each without its day.
func occasions(data *reference.Data) []Occasion {
	g := &data.Greetings
	list := []Occasion{
		{Name: Birthday, Late: g.BirthdayLate},
		{Name: Anniversary, Late: g.AnniversaryLate, years: g.AnniversaryYears},
		{Name: Retirement, Late: g.RetirementLate, ahead: g.RetirementBefore},
	}
	if g.AskBornBefore > 0 {
		list = append(list, Occasion{Name: Ask, Late: g.AskBefore / 2, ahead: g.AskBefore})
	}
	for i := range list {
		list[i].Label, list[i].Cheerful = reference.Labels[list[i].Name], true
	}
	for _, own := range g.OwnDays {
		list = append(list, Occasion{
			Name: own.Name, Label: own.Label, Late: own.Late, Cheerful: own.Of != reference.OfContractUntil, kind: kindsOf[own.Of], ahead: own.Ahead(), years: own.Years,
			yearly: len(own.Years) == 0, officer: own.Tells(reference.ToOfficer), officerOnly: !own.Tells(reference.ToMember),
		})
	}
	for i := range list {
		list[i].chosen = g.BirthdayChosen && slices.Contains([]string{Birthday, Ask}, list[i].Kind())
	}
	for i := range data.Festivals.Festivals {
		if f := &data.Festivals.Festivals[i]; f.Says() {
			list = append(list, Occasion{Name: f.Name, Label: f.Label, Late: f.Before, Cheerful: f.Wish != "", Festival: f, ahead: f.Before})
		}
	}
	return list
}

// of is the occasion whose day this is; ok is false of a festival that falls on another.
func (o *Occasion) of(day calendar.Date, data *reference.Data) (its Occasion, ok bool) {
	if o.Festival != nil && !o.Festival.Falls(day) {
		return Occasion{}, false
	}
	its = *o
	its.Day, its.Say = day, o.from(day.AddDays(-o.ahead), data)
	return its, true
}

// from is the first day from one on at which it may be said.
func (o *Occasion) from(day calendar.Date, data *reference.Data) calendar.Date {
	for o.Cheerful && data.Somber(day) {
		day = day.AddDays(1)
	}
	return day
}

// on lists what is said on a day. Everything is computed from the day, so that it does not matter who asks and when.
func on(day calendar.Date, data *reference.Data) (list []Occasion) {
	for _, o := range occasions(data) {
		if its, ok := o.of(day.AddDays(o.ahead), data); ok {
			list = append(list, its)
		}
	}
	return list
}

// called is an occasion by its name, on its own day.
func called(name string, day calendar.Date, data *reference.Data) (Occasion, bool) {
	for _, o := range occasions(data) {
		if o.Name == name {
			return o.of(day, data)
		}
	}
	return Occasion{}, false
}

// unplanned lists what is to be planned on a day: what it says, and what no day would say any more.
func (d *Desk) unplanned(ctx context.Context, day calendar.Date, data *reference.Data) ([]said, error) {
	list, err := d.spoken(ctx, day, data)
	if err != nil || d.today().Before(day) {
		return list, err
	}
	more, err := d.between(ctx, day, data)
	if err != nil || day != d.today() {
		return append(list, more...), err
	}
	moved, err := d.movedNear(ctx, day, data)
	return slices.Concat(list, more, moved), err
}

// movedSince is for how many days a date is remembered that was moved.
const movedSince = 400

// movedNear lists what no day would say of dates that were moved: to one that is nearer than it is said before it. It is said as soon as
// people are awake.
func (d *Desk) movedNear(ctx context.Context, day calendar.Date, data *reference.Data) (list []said, err error) {
	say := d.soonest(data)
	for _, o := range occasions(data) {
		if kind := o.Kind(); kind != Retirement && kind != Contract {
			continue
		}
		dates, err := d.Store.MovedTo(ctx, MovedQuery{
			Occasion: o.Name, Retires: o.Kind() == Retirement, From: say.String(), Until: day.AddDays(o.ahead - 1).String(), Since: day.AddDays(-movedSince).String(),
		})
		if err != nil {
			return nil, fmt.Errorf("find dates that were moved: %w", err)
		}
		for _, date := range dates {
			its, err := calendar.ParseDate(date)
			if err != nil {
				continue
			}
			if o, ok := o.of(its, data); ok {
				o.Say = o.from(say, data)
				list = append(list, said{Occasion: o, moved: day.AddDays(-movedSince).String()})
			}
		}
	}
	return list, nil
}

// soonest is the next day on which something may be said.
func (d *Desk) soonest(data *reference.Data) calendar.Date {
	at := d.moment(d.today(), data.Greetings.At())
	if now := d.Now(); at.Before(now) {
		at = now
	}
	return d.dateOf(d.awake(at, &data.Greetings))
}

// between lists what no day would say because the data say it earlier than they did. When thirty days before the retirement come to be
// sixty, whoever is ninety days from it has their day still to come, and whoever is forty days from it is found by this alone. It is said
// as soon as people are awake where its own day is not over by then, and else it is late.
func (d *Desk) between(ctx context.Context, day calendar.Date, data *reference.Data) (list []said, err error) {
	was, err := d.Store.Aheads(ctx)
	if err != nil {
		return nil, fmt.Errorf("read how early is planned: %w", err)
	}
	next := d.soonest(data)
	for _, o := range occasions(data) {
		say := o.from(next, data)
		from, known := was[o.Name]
		for n := from; known && n < o.ahead; n++ {
			its, ok := o.of(day.AddDays(n), data)
			if !ok {
				continue
			}
			if its.Say.Before(say) && !its.Day.Before(say) {
				its.Say = say
			}
			list = append(list, said{Occasion: its})
		}
	}
	return list, nil
}

// keepAheads notes how early everything was planned, once that is so of all days until today: whoever plans a day before it, here or
// elsewhere, makes up for what held until then.
func (d *Desk) keepAheads(ctx context.Context, data *reference.Data) error {
	if first, err := d.firstDay(ctx, d.today()); err != nil || first.Before(d.today()) {
		return err
	}
	now := map[string]int{}
	for _, o := range occasions(data) {
		now[o.Name] = o.ahead
	}
	was, err := d.Store.Aheads(ctx)
	if err == nil && !maps.Equal(was, now) {
		err = d.Store.KeepAheads(ctx, now)
	}
	if err != nil {
		return fmt.Errorf("note how early is planned: %w", err)
	}
	return nil
}
