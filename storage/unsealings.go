package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Unsealings keeps the opening of names while it is under way: one row a case, whose id is that of the case. What was
// written, the first share and the opened name rest sealed.
type Unsealings struct{ db *DB }

// NewUnsealings returns the repository.
func NewUnsealings(db *DB) *Unsealings { return &Unsealings{db: db} }

// unsealingSaid is what rests sealed.
type unsealingSaid struct {
	Reason string        `json:"reason"`
	Share  string        `json:"share,omitempty"`
	Author *cases.Author `json:"author,omitempty"`
}

func (r *Unsealings) body(u cases.Unsealing) (string, error) {
	said := unsealingSaid{Reason: u.Reason, Share: u.Share}
	if u.Second != 0 {
		said.Author = &u.Author
	}
	plain, err := json.Marshal(said)
	if err != nil {
		return "", fmt.Errorf("encode opening of a name: %w", err)
	}
	return r.db.seal(unsealingBody, u.Case, plain)
}

// Get implements cases.UnsealingStore.
func (r *Unsealings) Get(ctx context.Context, id cases.ID) (cases.Unsealing, error) {
	return queryOne(ctx, r.db, "read opening of a name", r.scan,
		`SELECT id, first_custodian, second_custodian, body, until_ms FROM unsealings WHERE id = ?`, id)
}

func (r *Unsealings) scan(row scanner) (cases.Unsealing, error) {
	var u cases.Unsealing
	var second sql.NullInt64
	var body string
	var until int64
	if err := row.Scan(&u.Case, &u.First, &second, &body, &until); err != nil {
		return u, err
	}
	plain, err := r.db.open(unsealingBody, u.Case, body)
	if err != nil {
		return u, err
	}
	var said unsealingSaid
	if err := json.Unmarshal(plain, &said); err != nil {
		return u, fmt.Errorf("decode opening of a name: %w", err)
	}
	u.Second, u.Reason, u.Share, u.Until = union.MemberID(second.Int64), said.Reason, said.Share, time.UnixMilli(until).UTC()
	if said.Author != nil {
		u.Author = *said.Author
	}
	return u, nil
}

// Insert implements cases.UnsealingStore.
func (r *Unsealings) Insert(ctx context.Context, u cases.Unsealing) error {
	body, err := r.body(u)
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "keep opening of a name",
		`INSERT INTO unsealings (id, first_custodian, body, until_ms) VALUES (?, ?, ?, ?)`, u.Case, u.First, body, u.Until.UnixMilli())
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fmt.Errorf("keep opening of a name: %w", union.ErrStale)
	}
	return err
}

// Open implements cases.UnsealingStore.
func (r *Unsealings) Open(ctx context.Context, until time.Time, u cases.Unsealing) error {
	body, err := r.body(u)
	if err != nil {
		return err
	}
	return r.one(ctx, "open name", `UPDATE unsealings SET second_custodian = ?, body = ?, until_ms = ?
		WHERE id = ? AND first_custodian = ? AND until_ms = ? AND second_custodian IS NULL`,
		u.Second, body, u.Until.UnixMilli(), u.Case, u.First, until.UnixMilli())
}

// Remove implements cases.UnsealingStore.
func (r *Unsealings) Remove(ctx context.Context, u cases.Unsealing) error {
	return r.one(ctx, "remove opening of a name", `DELETE FROM unsealings
		WHERE id = ? AND first_custodian = ? AND until_ms = ? AND second_custodian IS NULL`, u.Case, u.First, u.Until.UnixMilli())
}

// one runs a statement that has to meet its row.
func (r *Unsealings) one(ctx context.Context, what, statement string, args ...any) error {
	n, err := execute(ctx, r.db, what, statement, args...)
	if err == nil && n == 0 {
		err = fmt.Errorf("%s: %w", what, union.ErrStale)
	}
	return err
}

// Clear implements cases.UnsealingStore. An opened one is another than the one that waited.
func (r *Unsealings) Clear(ctx context.Context, u cases.Unsealing) (bool, error) {
	state := ` AND second_custodian IS NULL`
	if u.Second != 0 {
		state = ` AND second_custodian IS NOT NULL`
	}
	n, err := execute(ctx, r.db, "clear opening of a name", `DELETE FROM unsealings WHERE id = ? AND until_ms = ?`+state, u.Case, u.Until.UnixMilli())
	return n > 0, err
}

// sharePlace ties the digests of a custodian to the count of wrong shares, which is kept beside that of staff numbers.
const sharePlace = "custody/share"

func (r *Unsealings) claimed(custodian union.MemberID) []string {
	return r.db.keys.Digests(fmt.Sprint(custodian), sharePlace)
}

// Wrong implements cases.UnsealingStore.
func (r *Unsealings) Wrong(ctx context.Context, custodian union.MemberID, now, since time.Time) error {
	_, err := NewBindings(r.db).Guess(ctx, r.claimed(custodian), now, since.Add(time.Millisecond))
	return err
}

// WrongSince implements cases.UnsealingStore.
func (r *Unsealings) WrongSince(ctx context.Context, custodian union.MemberID, since time.Time) (count int, from time.Time, err error) {
	count, ms, err := NewBindings(r.db).guessed(ctx, r.claimed(custodian), since.Add(time.Millisecond))
	if err != nil || count == 0 {
		return 0, time.Time{}, err
	}
	return count, time.UnixMilli(ms).UTC(), nil
}

// Over implements cases.UnsealingStore.
func (r *Unsealings) Over(ctx context.Context, now time.Time, limit int) ([]cases.Unsealing, error) {
	return queryAll(ctx, r.db, "find old openings of names", r.scan, `SELECT id, first_custodian, second_custodian, body, until_ms
		FROM unsealings WHERE until_ms <= ? ORDER BY until_ms, id LIMIT ?`, now.UnixMilli(), limit)
}

// Custodians counts the active members who hold the role.
func (r *Unsealings) Custodians(ctx context.Context) (int, error) {
	return queryOne(ctx, r.db, "count custodians", func(s scanner) (int, error) {
		var n int
		err := s.Scan(&n)
		return n, err
	}, `SELECT COUNT(DISTINCT h.member_id) FROM role_holdings h JOIN members m ON m.id = h.member_id WHERE h.role = ? AND m.status = ?`,
		union.Custodian, union.Active)
}
