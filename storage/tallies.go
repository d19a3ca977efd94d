package storage

import (
	"context"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Tallies counts cases. It satisfies cases.TallyStore.
type Tallies struct{ db *DB }

// NewTallies returns the repository.
func NewTallies(db *DB) *Tallies { return &Tallies{db: db} }

// counted leaves out sealed cases, which have no author.
const counted = ` FROM cases c WHERE (c.filed_ms >= ? OR ` + goesOn + `) AND c.lineage LIKE ? AND c.anonymous <= ? AND c.author <> 0 AND c.state <> 'withdrawn'`

func countedArgs(s cases.TallyScope) []any {
	anonymous := 0
	if s.Unnamed {
		anonymous = 1
	}
	return []any{s.Since.UnixMilli(), s.Lineage + "%", anonymous}
}

// isOverdue and wasLate say what a case is at a time, which stands for each ?. What is overdue is late as well. A case is overdue where
// whoever has it is over the time, and where a time that was promised for the whole of it has passed, however long the step still has
// and though the matter stands still since. The latter is what cases.Clock.Missed says.
const (
	isOverdue = `(c.state = 'open' AND c.due_ms < ? OR ` + goesOn + ` AND EXISTS (SELECT 1 FROM clocks r WHERE r.case_id = c.id AND r.kind <> 'step'
		AND r.ended_ms IS NULL AND r.due_ms < COALESCE(r.paused_ms, ?)))`
	longest = `COALESCE((SELECT MIN(r.due_ms) FROM clocks r WHERE r.case_id = c.id AND r.ended_ms IS NULL
		AND (r.paused_ms IS NULL OR r.kind <> 'step' AND r.due_ms < r.paused_ms)), c.due_ms)`
	wasLate = `(` + isOverdue + ` OR EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id AND k.late = 1))`
	goesOn  = `c.state IN ('open', 'returned')`
)

// Tally implements cases.TallyStore.
func (r *Tallies) Tally(ctx context.Context, s cases.TallyScope) ([]cases.TallyRow, error) {
	return queryAll(ctx, r.db, "count cases", func(row scanner) (t cases.TallyRow, err error) {
		return t, row.Scan(&t.Lineage, &t.Unnamed, &t.In, &t.Open, &t.Overdue, &t.Late)
	}, `SELECT c.lineage, c.anonymous, COUNT(*), SUM(CASE WHEN `+goesOn+` THEN 1 ELSE 0 END), SUM(CASE WHEN `+isOverdue+` THEN 1 ELSE 0 END),
		SUM(CASE WHEN `+wasLate+` THEN 1 ELSE 0 END)`+counted+` GROUP BY c.lineage, c.anonymous ORDER BY c.lineage, c.anonymous`,
		append(nows(s, 4), countedArgs(s)...)...)
}

// Counted implements cases.TallyStore.
func (r *Tallies) Counted(ctx context.Context, what cases.Counted, s cases.TallyScope, limit int) ([]cases.ID, error) {
	where, order := "", "c.filed_ms DESC, c.id DESC"
	args := countedArgs(s)
	switch what {
	case cases.CountedOpen:
		where = " AND " + goesOn
	case cases.CountedOnTime:
		where = " AND NOT " + wasLate
		args = append(args, nows(s, 2)...)
	case cases.CountedLate:
		where = " AND " + wasLate + " AND NOT " + isOverdue
		args = append(args, nows(s, 4)...)
	case cases.CountedOverdue:
		where, order = " AND "+isOverdue, longest+", c.id"
		args = append(args, nows(s, 2)...)
	}
	return queryAll(ctx, r.db, "list what is counted", scanCaseID, "SELECT c.id"+counted+where+" ORDER BY "+order+" LIMIT ?", append(args, limit)...)
}

// nows is the time of the count, for so many ?.
func nows(s cases.TallyScope, n int) []any {
	args := make([]any, n)
	for i := range args {
		args[i] = s.Now.UnixMilli()
	}
	return args
}

// Units implements cases.TallyStore.
func (r *Tallies) Units(ctx context.Context, lineage string) ([]union.Organisation, error) {
	return queryAll(ctx, r.db, "list units", func(row scanner) (o union.Organisation, err error) {
		return o, row.Scan(&o.ID, &o.Name, &o.Lineage)
	}, `SELECT o.id, o.name, o.lineage FROM organisations o JOIN organisations p ON o.parent = p.id WHERE p.lineage = ? ORDER BY o.path`, lineage)
}
