package storage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A copy of the database bears a row in copies that the original never has: whoever opens the copy knows that it is one,
// and that others were told things meanwhile of which it knows nothing.

// UnsettledCopyError says that the database is a copy which nobody has made fit to go on from.
type UnsettledCopyError struct {
	// Made is when the copy was made.
	Made time.Time
}

// Error implements error.
func (e *UnsettledCopyError) Error() string {
	return fmt.Sprintf("the database was put back from a copy of %s: run unionbot restored first, as docs/backup.md says",
		e.Made.Format(time.RFC3339))
}

// CheckSettled returns an *UnsettledCopyError for a copy from which Restore was not run.
func (db *DB) CheckSettled(ctx context.Context) error {
	made, err := db.unsettledCopies(ctx)
	if err != nil || len(made) == 0 {
		return err
	}
	return &UnsettledCopyError{Made: made[0]}
}

func (db *DB) unsettledCopies(ctx context.Context) ([]time.Time, error) {
	return queryAll(ctx, db, "look whether this is a copy", func(row scanner) (time.Time, error) {
		var ms int64
		err := row.Scan(&ms)
		return time.UnixMilli(ms).UTC(), err
	}, `SELECT made_ms FROM copies WHERE settled_ms IS NULL ORDER BY made_ms`)
}

// settleCopies says that the database is fit to go on from.
func (db *DB) settleCopies(ctx context.Context, now time.Time) error {
	_, err := execute(ctx, db, "settle copy", `UPDATE copies SET settled_ms = ? WHERE settled_ms IS NULL`, now.UnixMilli())
	return err
}

// markCopy marks the SQLite file as a copy.
func markCopy(ctx context.Context, file string, made time.Time) (err error) {
	copied, err := Open(ctx, "sqlite:"+file)
	if err != nil {
		return err
	}
	_, err = execute(ctx, copied, "mark copy", `INSERT INTO copies (made_ms) VALUES (?)`, made.UnixMilli())
	return errors.Join(err, copied.Close())
}
