package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Subjects keeps by which members a case is found that its form names. It satisfies cases.SubjectStore.
type Subjects struct{ db *DB }

// NewSubjects returns the repository.
func NewSubjects(db *DB) *Subjects { return &Subjects{db} }

var _ cases.SubjectStore = (*Subjects)(nil)

// Note implements cases.SubjectStore.
func (r *Subjects) Note(ctx context.Context, id cases.ID, at time.Time, about bool, members ...union.MemberID) error {
	also := ` ON DUPLICATE KEY UPDATE about = GREATEST(about, VALUES(about))`
	if r.db.dialect == SQLite {
		also = ` ON CONFLICT (case_id, member_id) DO UPDATE SET about = MAX(about, excluded.about)`
	}
	for _, m := range members {
		_, err := execute(ctx, r.db, "note subject", `INSERT INTO case_subjects (case_id, member_id, at_ms, about) VALUES (?, ?, ?, ?)`+also,
			id, m, at.UnixMilli(), oneIf(about))
		if err != nil {
			return err
		}
	}
	return nil
}

// Forget implements cases.SubjectStore.
func (r *Subjects) Forget(ctx context.Context, id cases.ID) error {
	return post(ctx, r.db, "forget subjects", `DELETE FROM case_subjects WHERE case_id = ?`, id)
}

// Cases implements cases.SubjectStore.
func (r *Subjects) Cases(ctx context.Context, member union.MemberID, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "list cases for a member", scanCaseID,
		`SELECT case_id FROM case_subjects WHERE member_id = ? ORDER BY at_ms DESC, case_id DESC LIMIT ?`, member, limit)
}
