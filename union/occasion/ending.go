package occasion

import (
	"context"
	"sort"

	"github.com/unionbot/unionbot/union"
)

// Ending is a contract that ends, or a retirement.
type Ending struct {
	To      union.Member
	Day     string
	Retires bool
}

const (
	// endingDays is how far ahead officers see.
	endingDays = 90
	// endingMost is how many are named.
	endingMost = 100
)

// Ending lists to an officer whose contract ends, and who retires, from today on, the nearest first, and how many more there are.
func (d *Desk) Ending(ctx context.Context, officer union.MemberID) (list []Ending, more int, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return nil, 0, err
	}
	from, until := d.today().String(), d.today().AddDays(endingDays).String()
	found, n, err := d.Store.Ending(ctx, lineages(over), from, until, endingMost)
	if err != nil {
		return nil, 0, err
	}
	within := func(day string) bool { return from <= day && day <= until }
	for _, m := range found {
		if within(m.ContractUntil) {
			list = append(list, Ending{To: m, Day: m.ContractUntil})
		}
		if within(m.RetireOn) {
			list = append(list, Ending{To: m, Day: m.RetireOn, Retires: true})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Day < list[j].Day })
	return list, n - len(found), nil
}
