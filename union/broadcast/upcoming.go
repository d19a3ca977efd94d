package broadcast

import (
	"context"
	"errors"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Upcoming lists what a member may steer that is said once and goes out before a time, or has not gone out to all, the next first, and
// says how many more there are.
func (d *Desk) Upcoming(ctx context.Context, member union.MemberID, until time.Time, limit int) (list []Broadcast, more int, err error) {
	lineages, err := d.steers(ctx, member)
	if errors.Is(err, union.ErrForbidden) {
		return nil, 0, nil
	}
	if err == nil {
		list, err = d.Store.Ahead(ctx, member, lineages, until)
	}
	if len(list) > limit {
		list, more = list[:limit], len(list)-limit
	}
	for i := range list {
		if err == nil {
			err = d.quiet(ctx, &list[i])
		}
	}
	return list, more, err
}
