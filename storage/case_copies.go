package storage

import (
	"context"
	"database/sql"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// CaseCopies keeps who was given a case to read. It satisfies cases.CopyStore.
type CaseCopies struct{ db *DB }

// NewCaseCopies returns the repository.
func NewCaseCopies(db *DB) *CaseCopies { return &CaseCopies{db: db} }

var _ cases.CopyStore = (*CaseCopies)(nil)

// Send implements cases.CopyStore. Who sends has written the case in the same transaction, so that two at once wait for each
// other there.
func (r *CaseCopies) Send(ctx context.Context, c cases.Copy) error {
	has, err := queryAll(ctx, r.db, "find copy", scanCaseID, `SELECT case_id FROM case_copies WHERE case_id = ? AND member_id = ?`, c.Case, c.Member)
	if err != nil || len(has) > 0 {
		return err
	}
	return post(ctx, r.db, "send copy", `INSERT INTO case_copies (case_id, member_id, from_member, sent_ms) VALUES (?, ?, ?, ?)`,
		c.Case, c.Member, c.From, c.SentAt.UnixMilli())
}

// Of implements cases.CopyStore.
func (r *CaseCopies) Of(ctx context.Context, id cases.ID) ([]cases.Copy, error) {
	return queryAll(ctx, r.db, "list copies", func(row scanner) (c cases.Copy, err error) {
		var sent int64
		var read sql.NullInt64
		err = row.Scan(&c.Case, &c.Member, &c.From, &sent, &read)
		c.SentAt, c.ReadAt = time.UnixMilli(sent).UTC(), timeOf(read)
		return c, err
	}, `SELECT case_id, member_id, from_member, sent_ms, read_ms FROM case_copies WHERE case_id = ? ORDER BY sent_ms, member_id`, id)
}

// Read implements cases.CopyStore.
func (r *CaseCopies) Read(ctx context.Context, id cases.ID, member union.MemberID, at time.Time) error {
	_, err := execute(ctx, r.db, "mark copy as read", `UPDATE case_copies SET read_ms = ? WHERE case_id = ? AND member_id = ? AND read_ms IS NULL`,
		at.UnixMilli(), id, member)
	return err
}
