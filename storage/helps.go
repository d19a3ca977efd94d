package storage

import (
	"context"
	"database/sql"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Helps keeps who helps whom with a task. It satisfies cases.HelpStore.
type Helps struct{ db *DB }

// NewHelps returns the repository.
func NewHelps(db *DB) *Helps { return &Helps{db: db} }

var _ cases.HelpStore = (*Helps)(nil)

// Ask implements cases.HelpStore.
func (r *Helps) Ask(ctx context.Context, h cases.Help) error {
	return post(ctx, r.db, "ask for help", `INSERT INTO helps (id, case_id, task_id, officer, helper, state, asked_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		h.ID, h.Case, h.Task, h.Officer, h.Helper, string(h.State), h.AskedAt.UnixMilli())
}

// End implements cases.HelpStore.
func (r *Helps) End(ctx context.Context, state cases.HelpState, at time.Time, ids ...cases.ID) error {
	_, err := execute(ctx, r.db, "end help", `UPDATE helps SET state = ?, ended_ms = ? WHERE id IN ? AND state = 'open'`, string(state), at.UnixMilli(), ids)
	return err
}

var selectHelp = selectHelpWith("")

// selectHelpWith reads also what is more of each.
func selectHelpWith(more string) string {
	return `SELECT h.id, h.case_id, h.task_id, h.officer, h.helper, h.state, h.asked_ms, h.ended_ms` + more + ` FROM helps h `
}

func scanHelp(row scanner, more ...any) (h cases.Help, err error) {
	var asked int64
	var ended sql.NullInt64
	err = row.Scan(append([]any{&h.ID, &h.Case, &h.Task, &h.Officer, &h.Helper, &h.State, &asked, &ended}, more...)...)
	h.AskedAt, h.EndedAt = time.UnixMilli(asked).UTC(), timeOf(ended)
	return h, err
}

func scanOneHelp(row scanner) (cases.Help, error) { return scanHelp(row) }

// OfCases implements cases.HelpStore.
func (r *Helps) OfCases(ctx context.Context, ids ...cases.ID) ([]cases.Help, error) {
	return queryAll(ctx, r.db, "list helps", scanOneHelp, selectHelp+`WHERE h.case_id IN ? ORDER BY h.asked_ms, h.id`, ids)
}

// OfTasks implements cases.HelpStore.
func (r *Helps) OfTasks(ctx context.Context, ids ...cases.ID) ([]cases.Help, error) {
	return queryAll(ctx, r.db, "list helps", scanOneHelp, selectHelp+`WHERE h.task_id IN ? ORDER BY h.asked_ms, h.id`, ids)
}

// Wanted implements cases.HelpStore.
func (r *Helps) Wanted(ctx context.Context, helper union.MemberID, limit int) ([]cases.Wanted, error) {
	scan := func(row scanner) (w cases.Wanted, err error) {
		var due int64
		w.Help, err = scanHelp(row, &w.Grade, &w.Missed, &due)
		w.DueAt = time.UnixMilli(due).UTC()
		return w, err
	}
	return queryAll(ctx, r.db, "list helps", scan, selectHelpWith(`, t.grade, t.missed, t.due_ms`)+`JOIN tasks t ON t.id = h.task_id AND t.state = 'open'
		WHERE h.helper = ? AND h.state = 'open' ORDER BY h.asked_ms, h.id LIMIT ?`, helper, limit)
}
