package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Tallies counts cases. It satisfies cases.TallyStore.
type Tallies struct{ db *DB }

// NewTallies returns the repository.
func NewTallies(db *DB) *Tallies { return &Tallies{db: db} }

// counted leaves out sealed cases, which have no author.
const counted = ` FROM cases c WHERE c.filed_ms >= ? AND c.lineage LIKE ? AND c.author <> 0 AND c.state <> 'withdrawn'`

// Tally implements cases.TallyStore.
func (r *Tallies) Tally(ctx context.Context, lineage string, since, now time.Time) ([]cases.TallyRow, error) {
	return queryAll(ctx, r.db, "count cases", func(row scanner) (t cases.TallyRow, err error) {
		return t, row.Scan(&t.Lineage, &t.In, &t.Open, &t.Overdue, &t.Late)
	}, `SELECT c.lineage, COUNT(*), SUM(CASE WHEN c.state IN ('open', 'returned') THEN 1 ELSE 0 END),
		SUM(CASE WHEN c.state = 'open' AND c.due_ms < ? THEN 1 ELSE 0 END),
		SUM(CASE WHEN c.state = 'open' AND c.due_ms < ? OR EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id AND k.late = 1) THEN 1 ELSE 0 END)`+
		counted+` GROUP BY c.lineage ORDER BY c.lineage`, now.UnixMilli(), now.UnixMilli(), since.UnixMilli(), lineage+"%")
}

// Overdue implements cases.TallyStore.
func (r *Tallies) Overdue(ctx context.Context, lineage string, since, now time.Time, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "list overdue cases", scanCaseID, `SELECT c.id`+counted+` AND c.state = 'open' AND c.due_ms < ?
		ORDER BY c.due_ms, c.id LIMIT ?`, since.UnixMilli(), lineage+"%", now.UnixMilli(), limit)
}

// Units implements cases.TallyStore.
func (r *Tallies) Units(ctx context.Context, lineage string) ([]union.Organisation, error) {
	return queryAll(ctx, r.db, "list units", func(row scanner) (o union.Organisation, err error) {
		return o, row.Scan(&o.ID, &o.Name, &o.Lineage)
	}, `SELECT o.id, o.name, o.lineage FROM organisations o JOIN organisations p ON o.parent = p.id WHERE p.lineage = ? ORDER BY o.path`, lineage)
}
