package storage

import (
	"context"
	"database/sql"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/checkup"
)

// Checkups keeps when members are due for a health check, and no result. It satisfies checkup.Store.
type Checkups struct{ db *DB }

// NewCheckups returns the repository.
func NewCheckups(db *DB) *Checkups { return &Checkups{db: db} }

var _ checkup.Store = (*Checkups)(nil)

// Tx implements checkup.Store.
func (r *Checkups) Tx(ctx context.Context, fn func(ctx context.Context) error) error {
	return r.db.Tx(ctx, fn)
}

const selectCheckup = `SELECT c.id, c.member_id, c.kind, c.due_on, c.every_months, c.place, c.state, c.stage, c.next_ms FROM checkups c `

func (r *Checkups) scan(row scanner, more ...any) (c checkup.Checkup, err error) {
	var place string
	var next sql.NullInt64
	into := append([]any{&c.ID, &c.Member, &c.Kind, &c.Due, &c.Every, &place, &c.State, &c.Stage, &next}, more...)
	if err := row.Scan(into...); err != nil {
		return c, err
	}
	plain, err := r.db.open(checkupPlace, c.ID, place)
	c.Place, c.Next = string(plain), timeOf(next)
	return c, err
}

func (r *Checkups) one(row scanner) (checkup.Checkup, error) { return r.scan(row) }

// Find implements checkup.Store.
func (r *Checkups) Find(ctx context.Context, member union.MemberID, kind checkup.Kind, due string) (checkup.Checkup, error) {
	return queryOne(ctx, r.db, "find check", r.one, selectCheckup+`WHERE c.member_id = ? AND c.kind = ? AND c.due_on = ?`, member, string(kind), due)
}

// Insert implements checkup.Store.
func (r *Checkups) Insert(ctx context.Context, c checkup.Checkup) error {
	place, err := r.db.seal(checkupPlace, c.ID, []byte(c.Place))
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "note check", `INSERT INTO checkups (id, member_id, kind, due_on, every_months, place, state, stage, next_ms)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.ID, c.Member, string(c.Kind), c.Due, c.Every, place, string(c.State), c.Stage, msOrNull(c.Next))
	return err
}

// Update implements checkup.Store.
func (r *Checkups) Update(ctx context.Context, c checkup.Checkup, state checkup.State, stage int) (bool, error) {
	place, err := r.db.seal(checkupPlace, c.ID, []byte(c.Place))
	if err != nil {
		return false, err
	}
	n, err := execute(ctx, r.db, "move check", `UPDATE checkups SET state = ?, stage = ?, next_ms = ?, every_months = ?, place = ?
		WHERE id = ? AND state = ? AND stage = ?`, string(c.State), c.Stage, msOrNull(c.Next), c.Every, place, c.ID, string(state), stage)
	return n > 0, err
}

// Waiting implements checkup.Store.
func (r *Checkups) Waiting(ctx context.Context, now time.Time, limit int) ([]checkup.Checkup, error) {
	return queryAll(ctx, r.db, "find checks to tell of", r.one, selectCheckup+`WHERE c.next_ms <= ? ORDER BY c.next_ms, c.id LIMIT ?`, now.UnixMilli(), limit)
}

// OfMember implements checkup.Store.
func (r *Checkups) OfMember(ctx context.Context, member union.MemberID, limit int) ([]checkup.Checkup, error) {
	return queryAll(ctx, r.db, "list own checks", r.one, selectCheckup+`WHERE c.member_id = ? ORDER BY c.due_on DESC, c.id DESC LIMIT ?`, member, limit)
}

const openCheckups = `JOIN members m ON m.id = c.member_id JOIN organisations o ON o.id = m.org_id
	WHERE c.state = ? AND c.due_on <= ? AND m.status = ? AND o.lineage LIKE ? `

// Open implements checkup.Store.
func (r *Checkups) Open(ctx context.Context, lineage string, state checkup.State, until string, limit int) ([]checkup.Listed, int, error) {
	args := []any{string(state), until, string(union.Active), lineage + "%"}
	total, err := queryOne(ctx, r.db, "count open checks", func(s scanner) (n int, err error) { return n, s.Scan(&n) },
		`SELECT COUNT(*) FROM checkups c `+openCheckups, args...)
	if err != nil {
		return nil, 0, err
	}
	list, err := queryAll(ctx, r.db, "list open checks", func(row scanner) (l checkup.Listed, err error) {
		var path string
		l.Checkup, err = r.scan(row, &l.StaffNo, &l.Name, &path)
		l.Unit = union.Member{OrgPath: path}.Unit()
		return l, err
	}, `SELECT c.id, c.member_id, c.kind, c.due_on, c.every_months, c.place, c.state, c.stage, c.next_ms, m.staff_no, m.name, o.path
		FROM checkups c `+openCheckups+`ORDER BY c.due_on, m.staff_no LIMIT ?`, append(args, limit)...)
	return list, total, err
}
