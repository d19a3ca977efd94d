package occasion

import (
	"cmp"
	"context"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

// Went is how the greetings of an occasion went that were to be said on a day: how many were handed over, and of those that are not
// known to have arrived how many are in which state of the outbox.
type Went struct {
	Day   calendar.Date
	Label string
	Given int
	Not   map[string]int
}

// Sent is how many the platform took.
func (w Went) Sent() int {
	n := w.Given
	for _, its := range w.Not {
		n -= its
	}
	return max(n, 0)
}

// Outcomes tells an officer how the greetings of the last week went, the latest first, and names whom they have not reached, and how
// many more.
func (d *Desk) Outcomes(ctx context.Context, officer union.MemberID) (list []Went, not []Unreached, more int, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return nil, nil, 0, err
	}
	since := d.today().AddDays(-weekDays).String()
	counts, err := d.Store.Counts(ctx, lineages(over), since, d.today().String())
	if err != nil {
		return nil, nil, 0, err
	}
	not, err = d.Store.Unreached(ctx, UnreachedQuery{Lineages: lineages(over), Since: since, Limit: countedMost, Undelivered: true})
	if err != nil {
		return nil, nil, 0, err
	}
	for i := range not {
		if not[i].State == "sending" { // nobody can tell the two apart for long
			not[i].State = "pending"
		}
	}
	for _, c := range counts {
		if c.State != Given {
			continue
		}
		day, err := calendar.ParseDate(c.SayOn)
		if err != nil {
			return nil, nil, 0, err
		}
		w := Went{Day: day, Label: d.Label(c.Occasion), Given: c.N, Not: map[string]int{}}
		for _, u := range not {
			if u.Occasion == c.Occasion && u.SayOn == c.SayOn {
				w.Not[u.State]++
			}
		}
		list = append(list, w)
	}
	slices.SortStableFunc(list, func(a, b Went) int { return cmp.Compare(b.Day.String(), a.Day.String()) })
	onWay := func(u Unreached) bool { return u.State == "pending" }
	not, more = shown(slices.DeleteFunc(not, onWay))
	return list, not, more, nil
}
