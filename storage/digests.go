package storage

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
)

// Digests keeps when officers read what waits for them. It satisfies cases.DigestStore.
type Digests struct{ db *DB }

// NewDigests returns the repository.
func NewDigests(db *DB) *Digests { return &Digests{db: db} }

// Newcomers implements cases.DigestStore.
func (r *Digests) Newcomers(ctx context.Context, limit int) ([]union.MemberID, error) {
	return queryAll(ctx, r.db, "find new officers", func(row scanner) (m union.MemberID, err error) { return m, row.Scan(&m) },
		`SELECT DISTINCT t.officer FROM tasks t JOIN cases c ON c.id = t.case_id AND c.author <> t.officer
		WHERE t.state = 'open' AND NOT EXISTS (SELECT 1 FROM digests d WHERE d.member_id = t.officer)
		ORDER BY t.officer LIMIT ?`, limit)
}

// Put implements cases.DigestStore.
func (r *Digests) Put(ctx context.Context, d cases.Digest) error {
	clocks := make([]string, len(d.Clocks))
	for i, c := range d.Clocks {
		clocks[i] = calendar.ClockText(c)
	}
	_, err := execute(ctx, r.db, "keep digest", `INSERT INTO digests (member_id, clocks, off, last_ms, next_ms, turns) VALUES (?, ?, ?, ?, ?, ?)`+
		r.db.overwrite("member_id", "clocks", "off", "last_ms", "next_ms", "turns"),
		d.Officer, strings.Join(clocks, ","), oneIf(d.Off), d.Last.UnixMilli(), msOrNull(d.Next), d.Turns)
	return err
}

const selectDigest = `SELECT member_id, clocks, off, last_ms, next_ms, turns FROM digests `

// Of implements cases.DigestStore.
func (r *Digests) Of(ctx context.Context, officer union.MemberID) (cases.Digest, error) {
	return queryOne(ctx, r.db, "read digest", scanDigest, selectDigest+`WHERE member_id = ?`, officer)
}

// Due implements cases.DigestStore.
func (r *Digests) Due(ctx context.Context, now time.Time, limit int) ([]cases.Digest, error) {
	return queryAll(ctx, r.db, "find digests that are due", scanDigest, selectDigest+`WHERE next_ms <= ? ORDER BY next_ms, member_id LIMIT ?`,
		now.UnixMilli(), limit)
}

// Claim implements cases.DigestStore.
func (r *Digests) Claim(ctx context.Context, d cases.Digest, next, at time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "claim digest", `UPDATE digests SET next_ms = ?, last_ms = ?, turns = turns + 1 WHERE member_id = ? AND turns = ?`,
		msOrNull(next), at.UnixMilli(), d.Officer, d.Turns)
	return n > 0, err
}

// Said implements cases.DigestStore.
func (r *Digests) Said(ctx context.Context, officer union.MemberID, at time.Time) error {
	_, err := execute(ctx, r.db, "note digest", `UPDATE digests SET last_ms = ? WHERE member_id = ?`, at.UnixMilli(), officer)
	return err
}

// Hurry implements cases.DigestStore.
func (r *Digests) Hurry(ctx context.Context, officer union.MemberID, last, at time.Time) error {
	earlier := ` ON CONFLICT (member_id) DO UPDATE SET next_ms = MIN(COALESCE(next_ms, excluded.next_ms), excluded.next_ms)`
	if r.db.dialect != SQLite {
		earlier = ` ON DUPLICATE KEY UPDATE next_ms = LEAST(COALESCE(next_ms, VALUES(next_ms)), VALUES(next_ms))`
	}
	_, err := execute(ctx, r.db, "hurry digest", `INSERT INTO digests (member_id, clocks, off, last_ms, next_ms, turns) VALUES (?, '', 0, ?, ?, 0)`+
		earlier, officer, last.UnixMilli(), at.UnixMilli())
	return err
}

func scanDigest(row scanner) (cases.Digest, error) {
	var d cases.Digest
	var clocks string
	var last int64
	var next sql.NullInt64
	err := row.Scan(&d.Officer, &clocks, &d.Off, &last, &next, &d.Turns)
	if err != nil {
		return d, err
	}
	if clocks != "" {
		d.Clocks, err = calendar.ParseClocks(clocks)
	}
	d.Last, d.Next = time.UnixMilli(last).UTC(), timeOf(next)
	return d, err
}
