package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Printings keeps which papers there are. It satisfies cases.PrintingStore.
type Printings struct{ db *DB }

// NewPrintings returns the repository.
func NewPrintings(db *DB) *Printings { return &Printings{db: db} }

var _ cases.PrintingStore = (*Printings)(nil)

// Put implements cases.PrintingStore.
func (r *Printings) Put(ctx context.Context, p cases.Printing) error {
	return post(ctx, r.db, "keep printing", `INSERT INTO printings (id, case_id, printed_by, at_ms, entries) VALUES (?, ?, ?, ?, ?)`+r.db.passOver("id"),
		p.ID, p.Case, p.By, p.At.UnixMilli(), p.Entries)
}

// ByID implements cases.PrintingStore.
func (r *Printings) ByID(ctx context.Context, id string) (cases.Printing, error) {
	found, err := queryAll(ctx, r.db, "read printing", func(row scanner) (p cases.Printing, err error) {
		var at int64
		err = row.Scan(&p.ID, &p.Case, &p.By, &at, &p.Entries)
		p.At = time.UnixMilli(at).UTC()
		return p, err
	}, `SELECT id, case_id, printed_by, at_ms, entries FROM printings WHERE id = ?`, id)
	if err == nil && len(found) == 0 {
		err = union.ErrNotFound
	}
	if err != nil {
		return cases.Printing{}, err
	}
	return found[0], nil
}
