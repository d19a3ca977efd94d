package cases

import (
	"context"
	"fmt"
	"strings"
)

// takeFromGroups looks at what waits for groups, once whenever who is in them was written anew: whoever was taken off one may hold
// an office elsewhere, and nothing else tells that the step is theirs no more.
func (d *Desk) takeFromGroups(ctx context.Context, limit int) (looked int64, err error) {
	if d.groups == nil {
		return 0, nil
	}
	now := groupsAsWritten(d.groups)
	if seen := d.grouped.Load(); seen != nil && *seen == now {
		return 0, nil
	}
	hashes, err := d.groupVersions(ctx)
	if err != nil {
		return 0, fmt.Errorf("find what waits for groups: %w", err)
	}
	if len(hashes) > 0 {
		looked, err = d.takeEach(ctx, limit, func(ctx context.Context, after ID, limit int) ([]ID, error) {
			return d.store.Clocks.Waiting(ctx, hashes, after, limit)
		}, (*matter).stands, d.takeOpen)
	}
	if err == nil && ctx.Err() == nil {
		d.grouped.Store(&now)
	}
	return looked, err
}

// groupVersions lists the versions of services, some case of which waits, that name a group.
func (d *Desk) groupVersions(ctx context.Context) (hashes []string, err error) {
	all, err := d.store.Clocks.Versions(ctx)
	if err != nil {
		return nil, err
	}
	for _, hash := range all {
		s, err := d.services.ByHash(ctx, hash)
		if err != nil {
			return nil, err
		}
		if len(s.Groups()) > 0 {
			hashes = append(hashes, hash)
		}
	}
	return hashes, nil
}

func groupsAsWritten(groups Groups) string {
	var b strings.Builder
	for _, name := range groups.GroupNames() {
		g, _ := groups.Group(name)
		fmt.Fprintf(&b, "%+v\n", g)
	}
	return b.String()
}
