package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// CoAuthors keeps by whom a case is found besides its author; the shares lie sealed in the case. It satisfies
// cases.CoAuthorStore.
type CoAuthors struct{ db *DB }

// NewCoAuthors returns the repository.
func NewCoAuthors(db *DB) *CoAuthors { return &CoAuthors{db: db} }

// Add implements cases.CoAuthorStore.
func (r *CoAuthors) Add(ctx context.Context, id cases.ID, at time.Time, members ...union.MemberID) error {
	pass := r.db.passOver("at_ms")
	if r.db.dialect == SQLite {
		pass = ` ON CONFLICT DO NOTHING`
	}
	for _, m := range members {
		if _, err := execute(ctx, r.db, "note co-author", `INSERT INTO co_authors (case_id, member_id, at_ms) VALUES (?, ?, ?)`+pass,
			id, m, at.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

// Remove implements cases.CoAuthorStore.
func (r *CoAuthors) Remove(ctx context.Context, id cases.ID, member union.MemberID) error {
	_, err := execute(ctx, r.db, "take off co-author", `DELETE FROM co_authors WHERE case_id = ? AND member_id = ?`, id, member)
	return err
}

// Cases implements cases.CoAuthorStore.
func (r *CoAuthors) Cases(ctx context.Context, member union.MemberID, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "list shared cases", func(s scanner) (id cases.ID, err error) { return id, s.Scan(&id) },
		`SELECT case_id FROM co_authors WHERE member_id = ? ORDER BY at_ms DESC, case_id DESC LIMIT ?`, member, limit)
}
