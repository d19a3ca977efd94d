package storage

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union"
)

// DirectoryEntry is a member whom the directory's platform knows.
type DirectoryEntry struct{ StaffNo, User string }

// DirectorySample returns at most n members who have a user id in the directory, any of them, and how many have one.
func (r *Members) DirectorySample(ctx context.Context, n int) (sample []DirectoryEntry, of int, err error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return nil, 0, err
	}
	const known = ` FROM members WHERE wecom_userid IS NOT NULL AND status <> ?`
	if err := g.Raw(`SELECT COUNT(*)`+known, union.Left).Row().Scan(&of); err != nil {
		return nil, 0, fmt.Errorf("count directory: %w", classify(err))
	}
	chance := "RAND()"
	if r.db.dialect == SQLite {
		chance = "RANDOM()"
	}
	sample, err = queryAll(ctx, r.db, "sample directory", func(row scanner) (e DirectoryEntry, err error) {
		return e, row.Scan(&e.StaffNo, &e.User)
	}, `SELECT staff_no, wecom_userid`+known+` ORDER BY `+chance+` LIMIT ?`, union.Left, n)
	return sample, of, err
}
