package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Publicities keeps public notices and what is said against them. It satisfies cases.PublicityStore.
type Publicities struct{ db *DB }

// NewPublicities returns the repository.
func NewPublicities(db *DB) *Publicities { return &Publicities{db: db} }

// Open implements cases.PublicityStore.
func (r *Publicities) Open(ctx context.Context, p cases.Publicity) error {
	body, err := r.db.seal(publicityBody, p.Case, []byte(p.Text))
	if err != nil {
		return err
	}
	if _, err := execute(ctx, r.db, "take down notice", `DELETE FROM publicities WHERE case_id = ?`, p.Case); err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "post notice", `INSERT INTO publicities (case_id, number, root, body, from_ms, until_ms) VALUES (?, ?, ?, ?, ?, ?)`,
		p.Case, p.Number, p.Root, body, p.From.UnixMilli(), p.Until.UnixMilli())
	return err
}

// Close implements cases.PublicityStore.
func (r *Publicities) Close(ctx context.Context, id cases.ID, at time.Time) error {
	_, err := execute(ctx, r.db, "close notice", `UPDATE publicities SET closed_ms = ? WHERE case_id = ? AND closed_ms IS NULL`, at.UnixMilli(), id)
	return err
}

const selectPublicity = `SELECT case_id, number, root, body, from_ms, until_ms FROM publicities `

func (r *Publicities) scan(row scanner) (p cases.Publicity, err error) {
	var body string
	var from, until int64
	if err := row.Scan(&p.Case, &p.Number, &p.Root, &body, &from, &until); err != nil {
		return p, err
	}
	plain, err := r.db.open(publicityBody, p.Case, body)
	p.Text, p.From, p.Until = string(plain), time.UnixMilli(from).UTC(), time.UnixMilli(until).UTC()
	return p, err
}

// Running implements cases.PublicityStore.
func (r *Publicities) Running(ctx context.Context, root union.OrgID, now time.Time, limit int) ([]cases.Publicity, error) {
	return queryAll(ctx, r.db, "list notices", r.scan, selectPublicity+`WHERE root = ? AND closed_ms IS NULL AND until_ms > ?
		ORDER BY until_ms, case_id LIMIT ?`, root, now.UnixMilli(), limit)
}

// Of implements cases.PublicityStore.
func (r *Publicities) Of(ctx context.Context, id cases.ID, now time.Time) (cases.Publicity, error) {
	return queryOne(ctx, r.db, "read notice", r.scan, selectPublicity+`WHERE case_id = ? AND closed_ms IS NULL AND until_ms > ?`, id, now.UnixMilli())
}

// Object implements cases.PublicityStore.
func (r *Publicities) Object(ctx context.Context, o cases.Objection) error {
	body, err := r.db.seal(objectionBody, o.ID, []byte(o.Text))
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "keep objection", `INSERT INTO objections (id, case_id, member_id, body, at_ms) VALUES (?, ?, ?, ?, ?)`,
		o.ID, o.Case, o.Member, body, o.At.UnixMilli())
	return err
}

// Objections implements cases.PublicityStore.
func (r *Publicities) Objections(ctx context.Context, id cases.ID) ([]cases.Objection, error) {
	return queryAll(ctx, r.db, "list objections", func(row scanner) (o cases.Objection, err error) {
		var body, path string
		var at int64
		if err := row.Scan(&o.ID, &o.Case, &o.Member, &body, &at, &o.Name, &path); err != nil {
			return o, err
		}
		plain, err := r.db.open(objectionBody, o.ID, body)
		o.Text, o.At, o.Unit = string(plain), time.UnixMilli(at).UTC(), union.Member{OrgPath: path}.Unit()
		return o, err
	}, `SELECT b.id, b.case_id, b.member_id, b.body, b.at_ms, m.name, o.path FROM objections b JOIN members m ON m.id = b.member_id
		JOIN organisations o ON o.id = m.org_id WHERE b.case_id = ? ORDER BY b.at_ms, b.id`, id)
}
