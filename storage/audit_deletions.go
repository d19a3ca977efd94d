package storage

import (
	"context"
	"slices"

	"github.com/unionbot/unionbot/union/audit"
)

// deletions is what the deletions on record say that a checker lets vouch.
func (r *Audit) deletions(ctx context.Context, c *audit.Checker, where string, args ...any) (audit.Deletions, error) {
	list, err := r.deletionEntries(ctx, where, args...)
	return c.NewDeletions(list), err
}

func (r *Audit) deletionEntries(ctx context.Context, where string, args ...any) ([]audit.StoredEntry, error) {
	return queryAll(ctx, r.db, "read deletions", r.scanEntry, selectRecorded+`WHERE a.kind = ?`+where, append([]any{audit.Erase}, args...)...)
}

// before is what deletions on record say of some entries, those among them first, and a checker that knows what vouches.
func (r *Audit) before(ctx context.Context, list []audit.StoredEntry) (*audit.Checker, audit.Deletions, error) {
	c, err := r.judge(ctx, list)
	gone := c.NewDeletions(list)
	untold := func(e audit.StoredEntry) bool {
		gone.Entry(&e)
		return e.Salt == nil && !e.Told()
	}
	if err != nil || !slices.ContainsFunc(list, untold) {
		return c, gone, err
	}
	all, err := r.deletionEntries(ctx, ``) // an entry may be about one member, and of another's case
	if err == nil {
		c, err = r.judge(ctx, all)
	}
	return c, c.NewDeletions(all), err
}

// judge is a checker that lets vouch what does. It looks at the whole chain only where the entries have a deletion whose key is
// not held any more.
func (r *Audit) judge(ctx context.Context, list []audit.StoredEntry) (*audit.Checker, error) {
	c := audit.NewChecker(r.db.keys, audit.Link{})
	if !slices.ContainsFunc(list, c.NeedsChain) {
		return c, nil
	}
	return c, r.checkChain(ctx, c, audit.Link{}, nil, func() {})
}
