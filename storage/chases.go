package storage

import (
	"context"
	"database/sql"
	"time"

	"github.com/unionbot/unionbot/union/cases"
)

// Chases keeps for which cases papers are lacking, and what is told of it when. It satisfies cases.ChaseStore.
type Chases struct{ db *DB }

// NewChases returns the repository.
func NewChases(db *DB) *Chases { return &Chases{db: db} }

// Insert implements cases.ChaseStore.
func (r *Chases) Insert(ctx context.Context, c cases.Chase) error {
	_, err := execute(ctx, r.db, "ask for papers", `INSERT INTO paper_chases (case_id, stage, due_ms, next_ms) VALUES (?, ?, ?, ?)`+r.db.passOver("case_id"),
		c.Case, c.Stage, c.Due.UnixMilli(), msOrNull(c.Next))
	return err
}

const selectChase = `SELECT case_id, stage, due_ms, next_ms, done_ms FROM paper_chases `

// Of implements cases.ChaseStore.
func (r *Chases) Of(ctx context.Context, id cases.ID) (cases.Chase, error) {
	return queryOne(ctx, r.db, "read chase", scanChase, selectChase+`WHERE case_id = ?`, id)
}

// Waiting implements cases.ChaseStore.
func (r *Chases) Waiting(ctx context.Context, now time.Time, limit int) ([]cases.Chase, error) {
	return queryAll(ctx, r.db, "find papers to chase", scanChase, selectChase+`WHERE next_ms <= ? ORDER BY next_ms, case_id LIMIT ?`, now.UnixMilli(), limit)
}

// Move implements cases.ChaseStore.
func (r *Chases) Move(ctx context.Context, c cases.Chase, from int) (bool, error) {
	n, err := execute(ctx, r.db, "chase papers", `UPDATE paper_chases SET stage = ?, next_ms = ? WHERE case_id = ? AND stage = ? AND done_ms IS NULL`,
		c.Stage, msOrNull(c.Next), c.Case, from)
	return n > 0, err
}

// End implements cases.ChaseStore.
func (r *Chases) End(ctx context.Context, id cases.ID, at time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "end chase", `UPDATE paper_chases SET done_ms = ?, next_ms = NULL WHERE case_id = ? AND done_ms IS NULL`, at.UnixMilli(), id)
	return n > 0, err
}

func scanChase(row scanner) (c cases.Chase, err error) {
	var due int64
	var next, done sql.NullInt64
	err = row.Scan(&c.Case, &c.Stage, &due, &next, &done)
	c.Due, c.Next, c.Done = time.UnixMilli(due).UTC(), timeOf(next), timeOf(done)
	return c, err
}
