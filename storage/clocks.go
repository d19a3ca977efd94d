package storage

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Clocks keeps the promised times of cases. It satisfies cases.ClockStore.
type Clocks struct{ db *DB }

// NewClocks returns the repository.
func NewClocks(db *DB) *Clocks { return &Clocks{db: db} }

var clockColumns = []string{
	"amount", "unit", "started_ms", "due_ms", "paused_ms", "ended_ms", "late", "extended", "rung", "moves", "wake_ms",
}

// Put implements cases.ClockStore.
func (r *Clocks) Put(ctx context.Context, clocks ...cases.Clock) error {
	if len(clocks) == 0 {
		return nil
	}
	args := make([]any, 0, 13*len(clocks))
	for _, c := range clocks {
		args = append(args, c.Case, c.Kind, c.Amount, c.Unit, c.Started.UnixMilli(), c.Due.UnixMilli(), msOrNull(c.Paused), msOrNull(c.Ended),
			oneIf(c.Late), oneIf(c.Extended), c.Rung, c.Moves, msOrNull(c.Wake))
	}
	return post(ctx, r.db, "keep clocks", `INSERT INTO clocks (case_id, kind, amount, unit, started_ms, due_ms, paused_ms, ended_ms, late,
		extended, rung, moves, wake_ms) VALUES `+rows("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", len(clocks))+
		r.db.overwrite("case_id, kind", clockColumns...), args...)
}

const selectClock = `SELECT case_id, kind, amount, unit, started_ms, due_ms, paused_ms, ended_ms, late, extended, rung, moves, wake_ms FROM clocks `

// Of implements cases.ClockStore.
func (r *Clocks) Of(ctx context.Context, ids ...cases.ID) ([]cases.Clock, error) {
	return queryAll(ctx, r.db, "read clocks", scanClock, selectClock+`WHERE case_id IN ? ORDER BY case_id, kind`, ids)
}

// Due implements cases.ClockStore.
func (r *Clocks) Due(ctx context.Context, now time.Time, limit int) ([]cases.Clock, error) {
	return queryAll(ctx, r.db, "find clocks that are due", scanClock, selectClock+`WHERE wake_ms <= ? ORDER BY wake_ms, case_id LIMIT ?`,
		now.UnixMilli(), limit)
}

// Claim implements cases.ClockStore.
func (r *Clocks) Claim(ctx context.Context, read ...cases.Clock) (bool, error) {
	args := []any{cases.ClockStep}
	for _, c := range read {
		args = append(args, c.Case, c.Moves)
	}
	n, err := execute(ctx, r.db, "claim clocks", `UPDATE clocks SET moves = moves + 1 WHERE kind = ? AND (`+
		strings.TrimPrefix(strings.Repeat(` OR (case_id = ? AND moves = ?)`, len(read)), ` OR `)+`)`, args...)
	return n == int64(len(read)), err
}

// Hold implements cases.ClockStore. Whoever decides holds the row of the case first and its clock then, and so does whoever moves it on.
func (r *Clocks) Hold(ctx context.Context, ids []cases.ID) (bool, error) {
	if r.db.dialect == SQLite { // where nobody else writes
		return true, nil
	}
	query := `SELECT id FROM cases WHERE id IN ? ORDER BY id FOR UPDATE`
	if len(ids) > 1 {
		query += ` NOWAIT`
	}
	held, err := queryAll(ctx, r.db, "hold cases", scanCaseID, query, ids)
	if len(ids) > 1 && errors.Is(err, bot.ErrConflict) {
		return false, nil
	}
	return len(held) == len(ids), err
}

// Bare implements cases.ClockStore.
func (r *Clocks) Bare(ctx context.Context, after cases.ID, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "find cases without clocks", scanCaseID, `SELECT DISTINCT t.case_id FROM tasks t
		WHERE t.state = 'open' AND t.case_id > ? AND NOT EXISTS (SELECT 1 FROM clocks c WHERE c.case_id = t.case_id)
		ORDER BY t.case_id LIMIT ?`, after, limit)
}

// Running implements cases.ClockStore.
func (r *Clocks) Running(ctx context.Context, after cases.ID, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "find running clocks", scanCaseID,
		`SELECT case_id FROM clocks WHERE kind = ? AND wake_ms IS NOT NULL AND case_id > ? ORDER BY case_id LIMIT ?`, cases.ClockStep, after, limit)
}

// Orphans implements cases.ClockStore.
func (r *Clocks) Orphans(ctx context.Context, after cases.ID, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "find cases whose officer left", scanCaseID, `SELECT case_id FROM (
		SELECT t.case_id FROM members m JOIN tasks t ON t.officer = m.id AND t.state = 'open' WHERE m.status <> ? AND t.case_id > ?
		UNION SELECT t.case_id FROM tasks t JOIN cases c ON c.id = t.case_id AND c.author <> t.officer
		WHERE t.state = 'open' AND t.case_id > ? AND NOT EXISTS (SELECT 1 FROM role_holdings h JOIN members m ON m.id = h.member_id
			WHERE h.member_id = CASE WHEN t.in_place_of = 0 THEN t.officer ELSE t.in_place_of END AND m.status = ?)
		UNION SELECT t.case_id FROM ties x JOIN cases c ON c.author = x.member_id AND c.anonymous = 0
			JOIN tasks t ON t.case_id = c.id AND t.state = 'open' AND x.other IN (t.officer, t.in_place_of) WHERE t.case_id > ?
		UNION SELECT t.case_id FROM ties x JOIN case_subjects s ON s.member_id = x.member_id JOIN cases c ON c.id = s.case_id AND c.anonymous = 0
			JOIN tasks t ON t.case_id = s.case_id AND t.state = 'open' AND x.other IN (t.officer, t.in_place_of) WHERE t.case_id > ?
		UNION SELECT t.case_id FROM ties x JOIN co_authors a ON a.member_id = x.member_id JOIN cases c ON c.id = a.case_id AND c.anonymous = 0
			JOIN tasks t ON t.case_id = a.case_id AND t.state = 'open' AND x.other IN (t.officer, t.in_place_of) WHERE t.case_id > ?
		) AS left_alone ORDER BY case_id LIMIT ?`, union.Active, after, after, union.Active, after, after, after, limit)
}

// moved are open cases that are not where their authors are.
const moved = ` FROM clocks k JOIN cases c ON c.id = k.case_id JOIN members m ON m.id = c.author JOIN organisations o ON o.id = m.org_id
	WHERE k.kind = 'step' AND k.wake_ms IS NOT NULL AND c.anonymous = 0 AND c.author <> 0 AND c.lineage <> o.lineage AND c.state IN ('open', 'returned') AND m.status = ?`

// Moved implements cases.ClockStore.
func (r *Clocks) Moved(ctx context.Context, hashes []string, after cases.ID, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "find cases whose author has moved", scanCaseID, `SELECT c.id`+moved+` AND c.hash IN ? AND c.id > ? ORDER BY c.id LIMIT ?`,
		union.Active, hashes, after, limit)
}

// MovedVersions implements cases.ClockStore.
func (r *Clocks) MovedVersions(ctx context.Context) ([]string, error) {
	return queryAll(ctx, r.db, "list versions of cases whose author has moved", func(row scanner) (hash string, err error) { return hash, row.Scan(&hash) },
		`SELECT DISTINCT c.hash`+moved+` ORDER BY c.hash`, union.Active)
}

// Versions implements cases.ClockStore.
func (r *Clocks) Versions(ctx context.Context) ([]string, error) {
	return queryAll(ctx, r.db, "list versions of open cases", func(row scanner) (hash string, err error) { return hash, row.Scan(&hash) },
		`SELECT DISTINCT c.hash FROM tasks t JOIN cases c ON c.id = t.case_id WHERE t.state = 'open' ORDER BY c.hash`)
}

// Waiting implements cases.ClockStore.
func (r *Clocks) Waiting(ctx context.Context, hashes []string, after cases.ID, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "find open cases of versions", scanCaseID, `SELECT DISTINCT t.case_id FROM tasks t JOIN cases c ON c.id = t.case_id
		WHERE t.state = 'open' AND c.hash IN ? AND t.case_id > ? ORDER BY t.case_id LIMIT ?`, hashes, after, limit)
}

// Backlog implements cases.ClockStore.
func (r *Clocks) Backlog(ctx context.Context, now time.Time, most int) (b cases.Backlog, err error) {
	number := func(row scanner) (n sql.NullInt64, err error) { return n, row.Scan(&n) }
	overdue, err := queryOne(ctx, r.db, "count clocks", number,
		`SELECT COUNT(*) FROM (SELECT case_id FROM clocks WHERE wake_ms IS NOT NULL AND due_ms < ? AND paused_ms IS NULL LIMIT ?) AS late`,
		now.UnixMilli(), most)
	if err != nil {
		return b, err
	}
	failing, err := queryOne(ctx, r.db, "count failed moves", number,
		`SELECT COUNT(*) FROM (SELECT f.case_id`+stillFails+`WHERE f.tries >= ? LIMIT ?) AS failing`, cases.FailsOften, most)
	if err != nil {
		return b, err
	}
	oldest, err := queryOne(ctx, r.db, "find oldest clock", number, `SELECT MIN(wake_ms) FROM clocks WHERE wake_ms <= ?`, now.UnixMilli())
	return cases.Backlog{Overdue: overdue.Int64, Failing: failing.Int64, Oldest: timeOf(oldest)}, err
}

func scanCaseID(row scanner) (id cases.ID, err error) { return id, row.Scan(&id) }

func scanClock(row scanner) (cases.Clock, error) {
	var c cases.Clock
	var started, due int64
	var paused, ended, wake sql.NullInt64
	err := row.Scan(&c.Case, &c.Kind, &c.Amount, &c.Unit, &started, &due, &paused, &ended, &c.Late, &c.Extended, &c.Rung, &c.Moves, &wake)
	c.Started, c.Due = time.UnixMilli(started).UTC(), time.UnixMilli(due).UTC()
	c.Paused, c.Ended, c.Wake = timeOf(paused), timeOf(ended), timeOf(wake)
	return c, err
}
