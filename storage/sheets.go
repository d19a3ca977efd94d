package storage

import (
	"context"
	"errors"
	"time"
)

// Sheets keeps which files were made only to be sent: papers, charts and workbooks. They go again.
type Sheets struct{ db *DB }

// NewSheets returns the repository.
func NewSheets(db *DB) *Sheets { return &Sheets{db: db} }

// Made notes that a file was made, or made again.
func (r *Sheets) Made(ctx context.Context, hash string, at time.Time) error {
	return post(ctx, r.db, "note sheet", `INSERT INTO sheets (hash, made_ms) VALUES (?, ?)`+r.db.overwrite("hash", "made_ms"), hash, at.UnixMilli())
}

// Purge removes the files that were made last before a time, at most limit, and returns how many went. One that a member has
// sent back stays, for it is an attachment now. The row goes last: whoever is killed in between leaves it for the next call.
func (r *Sheets) Purge(ctx context.Context, before time.Time, limit int, remove RemoveMedia) (int64, error) {
	old, err := queryAll(ctx, r.db, "find old sheets", func(s scanner) (hash string, err error) { return hash, s.Scan(&hash) },
		`SELECT hash FROM sheets WHERE made_ms < ? ORDER BY made_ms LIMIT ?`, before.UnixMilli(), limit)
	if err != nil {
		return 0, err
	}
	var gone int64
	var faults []error
	for _, hash := range old {
		done, err := r.purge(ctx, hash, before, remove)
		if err != nil {
			faults = append(faults, err) // a file that cannot be removed holds up no other
		}
		if done {
			gone++
		}
	}
	return gone, errors.Join(faults...)
}

func (r *Sheets) purge(ctx context.Context, hash string, before time.Time, remove RemoveMedia) (bool, error) {
	kept, err := queryAll(ctx, r.db, "find sheet among attachments", scanID, `SELECT id FROM attachments WHERE hash = ? LIMIT 1`, hash)
	if err != nil {
		return false, err
	}
	if len(kept) == 0 {
		if gone, err := remove(ctx, hash); err != nil || !gone {
			return false, err
		}
	}
	n, err := execute(ctx, r.db, "remove sheet", `DELETE FROM sheets WHERE hash = ? AND made_ms < ?`, hash, before.UnixMilli())
	return n > 0, err
}
