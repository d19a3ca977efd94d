package storage

import (
	"context"
	"errors"

	"gorm.io/gorm"
)

// Numbers counts the cases of a year by their prefix. Its row is the one for which all filings wait, from Next to the
// end of their transaction, so Next comes as late in it as can be. A transaction that is rolled back leaves a gap.
type Numbers struct{ db *DB }

// NewNumbers returns the repository.
func NewNumbers(db *DB) *Numbers { return &Numbers{db: db} }

// Next counts one more.
func (r *Numbers) Next(ctx context.Context, prefix string, year int) (int64, error) {
	n, err := r.count(ctx, prefix, year)
	if err != nil || n > 0 {
		return n, err
	}
	_, err = execute(ctx, r.db, "begin numbers", `INSERT INTO numbers (prefix, year, last) VALUES (?, ?, 1)`, prefix, year)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		// Another began the year in this moment. Should several such wait for each other, the database lets one run again.
		return r.count(ctx, prefix, year)
	}
	return 1, err
}

// count is 0 where the year has no row yet.
func (r *Numbers) count(ctx context.Context, prefix string, year int) (int64, error) {
	const what = "count number"
	if r.db.dialect != SQLite {
		// The value that LAST_INSERT_ID is given comes back with the statement's outcome.
		result, err := executeFor(ctx, r.db, what, `UPDATE numbers SET last = LAST_INSERT_ID(last + 1) WHERE prefix = ? AND year = ?`, prefix, year)
		if err != nil {
			return 0, err
		}
		changed, err := result.RowsAffected()
		if err != nil || changed == 0 {
			return 0, err
		}
		return result.LastInsertId()
	}
	_, err := execute(ctx, r.db, what, `UPDATE numbers SET last = last + 1 WHERE prefix = ? AND year = ?`, prefix, year)
	if err != nil {
		return 0, err
	}
	last, err := queryAll(ctx, r.db, what, func(row scanner) (n int64, err error) { return n, row.Scan(&n) },
		`SELECT last FROM numbers WHERE prefix = ? AND year = ?`, prefix, year)
	if err != nil || len(last) == 0 {
		return 0, err
	}
	return last[0], nil
}
