package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Likeness finds cases whose texts meet in the same bands.
type Likeness struct{ db *DB }

// NewLikeness returns the repository.
func NewLikeness(db *DB) *Likeness { return &Likeness{db: db} }

// Add keeps the place of a case.
func (r *Likeness) Add(ctx context.Context, l cases.Likeness) error {
	if len(l.Bands) == 0 {
		return nil
	}
	args := make([]any, 0, 5*len(l.Bands))
	for _, band := range l.Bands {
		args = append(args, l.Service, l.Root, band, l.Case, l.FiledAt.UnixMilli())
	}
	return post(ctx, r.db, "keep likeness", `INSERT INTO likeness (service, root, band, case_id, filed_ms)
		VALUES `+rows("(?, ?, ?, ?, ?)", len(l.Bands)), args...)
}

// Find lists the cases filed since then that share the most bands, best first.
func (r *Likeness) Find(ctx context.Context, l cases.Likeness, since time.Time, limit int) ([]cases.ID, error) {
	if len(l.Bands) == 0 {
		return nil, nil
	}
	return queryAll(ctx, r.db, "find like cases", func(row scanner) (cases.ID, error) {
		var id cases.ID
		err := row.Scan(&id)
		return id, err
	}, `SELECT case_id FROM likeness WHERE service = ? AND root = ? AND band IN ? AND filed_ms > ?
		GROUP BY case_id ORDER BY COUNT(*) DESC, MAX(filed_ms) DESC LIMIT ?`, l.Service, l.Root, l.Bands, since.UnixMilli(), limit)
}

// Purge forgets the places of cases filed before a time, at most limit rows. It returns how many went.
func (r *Likeness) Purge(ctx context.Context, before time.Time, limit int) (int64, error) {
	type place struct {
		service string
		root    union.OrgID
		band    int64
		id      cases.ID
	}
	old, err := queryAll(ctx, r.db, "find old likeness", func(row scanner) (p place, err error) {
		return p, row.Scan(&p.service, &p.root, &p.band, &p.id)
	}, `SELECT service, root, band, case_id FROM likeness WHERE filed_ms < ? ORDER BY filed_ms LIMIT ?`, before.UnixMilli(), limit)
	if err != nil {
		return 0, err
	}
	return inBites(ctx, r.db, old, func(ctx context.Context, p place) (int64, error) {
		return execute(ctx, r.db, "purge likeness", `DELETE FROM likeness
			WHERE service = ? AND root = ? AND band = ? AND case_id = ?`, p.service, p.root, p.band, p.id)
	})
}
