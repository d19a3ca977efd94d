package occasion

import (
	"context"
	"sort"

	"github.com/unionbot/unionbot/union"
)

// MissedOut lists what was left out of the last seven days for an officer's members, by name, the latest first, and how many more.
func (d *Desk) MissedOut(ctx context.Context, officer union.MemberID) (list []Due, more int, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return nil, 0, err
	}
	for _, state := range []State{Missed, Unworded} {
		its, err := d.Store.InState(ctx, lineages(over), state, d.today().AddDays(-weekDays).String(), countedMost)
		if err != nil {
			return nil, 0, err
		}
		list = append(list, its...)
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].SayOn > list[j].SayOn })
	list, more = shown(list)
	return list, more, nil
}
