package broadcast

import (
	"context"
	"errors"
	"slices"
	"sort"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Upcoming lists what a member may steer that is said once and goes out before a time, or has not gone out to all, the next first.
func (d *Desk) Upcoming(ctx context.Context, member union.MemberID, until time.Time, limit int) ([]Broadcast, error) {
	list, err := d.Steered(ctx, member, limit)
	if errors.Is(err, union.ErrForbidden) {
		return nil, nil
	}
	list = slices.DeleteFunc(list, func(b Broadcast) bool {
		return b.State.Over() || b.State == Draft || b.Series != 0 || b.StartsAt.After(until)
	})
	sort.SliceStable(list, func(i, j int) bool { return list[i].StartsAt.Before(list[j].StartsAt) })
	for i := range list {
		if err == nil {
			err = d.quiet(ctx, &list[i])
		}
	}
	return list, err
}
