package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Seconds keeps who seconds which case. It satisfies cases.SecondStore.
type Seconds struct{ db *DB }

// NewSeconds returns the repository.
func NewSeconds(db *DB) *Seconds { return &Seconds{db: db} }

// Add lets members second a case, each once, and says how many of them did not before.
func (r *Seconds) Add(ctx context.Context, id cases.ID, at time.Time, members ...union.MemberID) (added int, err error) {
	before, err := r.Of(ctx, id)
	if err != nil {
		return 0, err
	}
	known := make(map[union.MemberID]bool, len(before))
	for _, m := range before {
		known[m] = true
	}
	for _, m := range members {
		if known[m] {
			continue
		}
		known[m] = true
		if _, err := execute(ctx, r.db, "second case", `INSERT INTO seconds (case_id, member_id, at_ms) VALUES (?, ?, ?)`+r.passOver(),
			id, m, at.UnixMilli()); err != nil {
			return added, err
		}
		added++
	}
	return added, nil
}

func (r *Seconds) passOver() string {
	if r.db.dialect == SQLite {
		return ` ON CONFLICT DO NOTHING`
	}
	return r.db.passOver("at_ms")
}

// Cases lists what a member seconds, newest first.
func (r *Seconds) Cases(ctx context.Context, member union.MemberID, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "list seconded cases", func(s scanner) (id cases.ID, err error) { return id, s.Scan(&id) },
		`SELECT case_id FROM seconds WHERE member_id = ? ORDER BY at_ms DESC, case_id DESC LIMIT ?`, member, limit)
}

// Of lists who seconds a case, in the order in which they did.
func (r *Seconds) Of(ctx context.Context, id cases.ID) ([]union.MemberID, error) {
	return queryAll(ctx, r.db, "read who seconds", func(s scanner) (m union.MemberID, err error) { return m, s.Scan(&m) },
		`SELECT member_id FROM seconds WHERE case_id = ? ORDER BY at_ms, member_id`, id)
}
