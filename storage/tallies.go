package storage

import (
	"context"
	"slices"
	"strings"

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
func (r *Tallies) Counted(ctx context.Context, what cases.Counted, s cases.TallyScope, after cases.CountedSpot, limit int) ([]cases.CountedSpot, error) {
	where, key, order, behind := counted, "c.filed_ms", " DESC", "<"
	args := countedArgs(s)
	switch what {
	case cases.CountedOpen:
		where += " AND " + goesOn
	case cases.CountedOnTime:
		where += " AND NOT " + wasLate
		args = append(args, nows(s, 2)...)
	case cases.CountedLate:
		where += " AND " + wasLate + " AND NOT " + isOverdue
		args = append(args, nows(s, 4)...)
	case cases.CountedOverdue:
		key, order, behind = longest, "", ">"
		where += " AND " + isOverdue
		args = append(args, nows(s, 2)...)
	}
	if said, rated := what.Rating(); rated {
		where, args = saidOf, []any{said, s.Since.UnixMilli(), s.Lineage + "%"}
	}
	if after.Case != 0 {
		where += " AND (" + key + " " + behind + " ? OR " + key + " = ? AND c.id " + behind + " ?)"
		args = append(args, after.At, after.At, after.Case)
	}
	return queryAll(ctx, r.db, "list what is counted", func(row scanner) (spot cases.CountedSpot, err error) {
		return spot, row.Scan(&spot.Case, &spot.At)
	}, "SELECT c.id, "+key+" AS spot"+where+" ORDER BY spot"+order+", c.id"+order+" LIMIT ?", append(args, limit)...)
}

// saidOf are the cases that Ratings.Ratings counts of which authors said something.
const saidOf = ` FROM cases c JOIN ratings q ON q.case_id = c.id AND q.rating = ? WHERE c.filed_ms >= ? AND c.lineage LIKE ?`

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

// Named implements cases.TallyStore.
func (r *Tallies) Named(ctx context.Context, lineage, name string) ([]union.Organisation, error) {
	last := name[strings.LastIndex(name, "/")+1:]
	found, err := queryAll(ctx, r.db, "find units", func(row scanner) (o union.Organisation, err error) {
		return o, row.Scan(&o.ID, &o.Name, &o.Path, &o.Lineage)
	}, `SELECT id, name, path, lineage FROM organisations WHERE name = ? AND lineage LIKE ? AND lineage <> ? ORDER BY path`, last, lineage+"%", lineage)
	return slices.DeleteFunc(found, func(o union.Organisation) bool { return !strings.HasSuffix("/"+o.Path, "/"+name) }), err
}
