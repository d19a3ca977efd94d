package storage

import (
	"context"

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
