package occasion

import (
	"context"
	"slices"
	"sort"

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
	q := UnreachedQuery{Lineages: lineages(over), Since: since, Limit: countedMost, Undelivered: true}
	if not, err = d.Store.Unreached(ctx, q); err != nil {
		return nil, nil, 0, err
	}
	all, err := d.Store.NotCounts(ctx, q)
	if err != nil {
		return nil, nil, 0, err
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
		for _, n := range all {
			if n.Occasion == c.Occasion && n.SayOn == c.SayOn {
				w.Not[onWay(n.State)] += n.N
			}
		}
		list = append(list, w)
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Day.String() > list[j].Day.String() })
	not, _ = shown(slices.DeleteFunc(not, func(u Unreached) bool { return onWay(u.State) == "pending" }))
	for _, w := range list {
		for state, n := range w.Not {
			if state != "pending" {
				more += n
			}
		}
	}
	return list, not, max(0, more-len(not)), nil
}

// onWay calls what is being sent pending too: nobody can tell the two apart for long.
func onWay(state string) string {
	if state == "sending" {
		return "pending"
	}
	return state
}
