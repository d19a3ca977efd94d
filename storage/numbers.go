package storage

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// Numbers counts the cases of a year by their prefix. Its row is the one for which all filings wait, from Next to the
// end of their transaction, so Next comes as late in it as can be. A transaction that is rolled back leaves a gap.
type Numbers struct{ db *DB }

// NewNumbers returns the repository.
func NewNumbers(db *DB) *Numbers { return &Numbers{db: db} }

// Next counts one more.
func (r *Numbers) Next(ctx context.Context, prefix string, year int) (int64, error) {
	counted, err := r.count(ctx, prefix, year)
	if err != nil {
		return 0, err
	}
	if !counted {
		_, err := execute(ctx, r.db, "begin numbers", `INSERT INTO numbers (prefix, year, last) VALUES (?, ?, 1)`, prefix, year)
		if err == nil {
			return 1, nil
		}
		if !errors.Is(err, gorm.ErrDuplicatedKey) {
			return 0, err
		}
		// Another began the year in this moment. Should several such wait for each other, the database lets one run again.
		if _, err := r.count(ctx, prefix, year); err != nil {
			return 0, err
		}
	}
	g, err := r.db.read(ctx)
	if err != nil {
		return 0, err
	}
	var last int64
	if err := g.Raw(`SELECT last FROM numbers WHERE prefix = ? AND year = ?`, prefix, year).Row().Scan(&last); err != nil {
		return 0, fmt.Errorf("read number: %w", classify(err))
	}
	return last, nil
}

func (r *Numbers) count(ctx context.Context, prefix string, year int) (bool, error) {
	n, err := execute(ctx, r.db, "count number", `UPDATE numbers SET last = last + 1 WHERE prefix = ? AND year = ?`, prefix, year)
	return n == 1, err
}
