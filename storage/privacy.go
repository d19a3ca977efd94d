package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/privacy"
)

// Privacy tells what is kept about a member. It satisfies privacy.Store.
type Privacy struct{ db *DB }

// NewPrivacy returns the repository.
func NewPrivacy(db *DB) *Privacy { return &Privacy{db: db} }

// Kept implements privacy.Store.
func (r *Privacy) Kept(ctx context.Context, member union.MemberID) (privacy.Counts, error) {
	return queryOne(ctx, r.db, "count what is kept", func(row scanner) (c privacy.Counts, err error) {
		return c, row.Scan(&c.Cases, &c.Drafts, &c.Entries, &c.StandIns, &c.Talks, &c.Greetings, &c.Ties, &c.GreetedIn)
	}, `SELECT (SELECT COUNT(*) FROM cases WHERE author = ?), (SELECT COUNT(*) FROM drafts WHERE owner = ? AND state = ?),
		(SELECT COUNT(*) FROM activity_people WHERE member_id = ?),
		(SELECT COUNT(*) FROM stand_ins WHERE absent = ? OR stands_in = ?), (SELECT COUNT(*) FROM talks WHERE worker = ?),
		(SELECT COUNT(*) FROM greetings WHERE member_id = ?), (SELECT COUNT(*) FROM ties WHERE member_id = ? AND declared_by = ?),
		COALESCE((SELECT language FROM greeting_choices WHERE member_id = ?), '')`,
		member, member, cases.DraftOpen, member, member, member, member, member, member, member, member)
}

// Looks implements privacy.Store: at the member's cases, and at the member, each found by its own index.
func (r *Privacy) Looks(ctx context.Context, member union.MemberID, before privacy.Look, limit int) ([]privacy.Look, error) {
	at, id := int64(math.MaxInt64), int64(math.MaxInt64)
	if before.ID != 0 {
		at, id = before.At.UnixMilli(), before.ID
	}
	return queryAll(ctx, r.db, "read looks", r.scanLook, `SELECT id, at_ms, number, content FROM (
		SELECT a.id, a.at_ms, c.number, a.content FROM audit_entries a JOIN cases c ON c.id = a.case_id WHERE c.author = ? AND a.kind = ?
		UNION ALL SELECT id, at_ms, '', content FROM audit_entries WHERE member_id = ? AND case_id IS NULL AND kind = ?
		) AS looks WHERE at_ms < ? OR at_ms = ? AND id < ? ORDER BY at_ms DESC, id DESC LIMIT ?`,
		member, audit.Look, member, audit.Look, at, at, id, limit)
}

func (r *Privacy) scanLook(row scanner) (l privacy.Look, err error) {
	var at int64
	var content string
	if err := row.Scan(&l.ID, &at, &l.Number, &content); err != nil {
		return l, err
	}
	body, err := r.db.open(auditContent, l.ID, content)
	if err != nil {
		return l, err
	}
	var s said
	if err := json.Unmarshal(body, &s); err != nil {
		return l, fmt.Errorf("decode audit entry %d: %w", l.ID, err)
	}
	l.At, l.Name, l.Role = time.UnixMilli(at).UTC(), s.Name, s.Role
	return l, nil
}
