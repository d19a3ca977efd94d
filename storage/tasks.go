package storage

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Tasks keeps the officers' decisions, pending and past.
type Tasks struct{ db *DB }

// NewTasks returns the repository.
func NewTasks(db *DB) *Tasks { return &Tasks{db: db} }

const selectTask = `SELECT id, case_id, step, officer, state, due_ms, created_ms, ended_ms, grade, untold, seat, weight, act, added, in_place_of, in_turn, missed FROM tasks `

// Insert writes tasks.
func (r *Tasks) Insert(ctx context.Context, tasks ...cases.Task) error {
	if len(tasks) == 0 {
		return nil
	}
	args := make([]any, 0, 15*len(tasks))
	for _, t := range tasks {
		args = append(args, t.ID, t.Case, t.Step, t.Officer, t.State, t.DueAt.UnixMilli(), t.CreatedAt.UnixMilli(), t.Grade, oneIf(t.Untold), t.Seat, t.Weight, string(t.Added), t.For, oneIf(t.InTurn), oneIf(t.Missed))
	}
	return post(ctx, r.db, "insert tasks", `INSERT INTO tasks (id, case_id, step, officer, state, due_ms, created_ms, grade, untold, seat, weight, added, in_place_of, in_turn, missed)
		VALUES `+rows("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", len(tasks)), args...)
}

// End ends the open tasks of a case: done for officer, void for everybody else, and for those whose turn never came.
func (r *Tasks) End(ctx context.Context, id cases.ID, officer union.MemberID, at time.Time) error {
	return post(ctx, r.db, "end tasks", `UPDATE tasks
		SET state = CASE WHEN officer = ? AND state = 'open' THEN 'done' ELSE 'void' END, ended_ms = ? WHERE case_id = ? AND state IN ('open', 'waiting')`,
		officer, at.UnixMilli(), id)
}

// Sign implements cases.TaskStore.
func (r *Tasks) Sign(ctx context.Context, id cases.ID, act cases.Act, at time.Time) error {
	_, err := execute(ctx, r.db, "sign task", `UPDATE tasks SET state = 'signed', act = ?, ended_ms = ? WHERE id = ? AND state = 'open'`,
		act, at.UnixMilli(), id)
	return err
}

// CloseSigned implements cases.TaskStore.
func (r *Tasks) CloseSigned(ctx context.Context, id cases.ID, step string) error {
	_, err := execute(ctx, r.db, "close signed tasks", `UPDATE tasks SET state = 'done' WHERE case_id = ? AND (step = ? OR ? = '') AND state = 'signed'`, id, step, step)
	return err
}

// Wake implements cases.TaskStore.
func (r *Tasks) Wake(ctx context.Context, due time.Time, ids ...cases.ID) error {
	_, err := execute(ctx, r.db, "wake tasks", `UPDATE tasks SET state = 'open', due_ms = ? WHERE id IN ? AND state = 'waiting'`, due.UnixMilli(), ids)
	return err
}

// Void ends those of the tasks that are open, waiting or signed, undone.
func (r *Tasks) Void(ctx context.Context, at time.Time, ids ...cases.ID) error {
	_, err := execute(ctx, r.db, "void tasks", `UPDATE tasks SET state = 'void', ended_ms = ? WHERE id IN ? AND state IN ('open', 'waiting', 'signed')`, at.UnixMilli(), ids)
	return err
}

// Hand ends an open task that its officer gave to another.
func (r *Tasks) Hand(ctx context.Context, id cases.ID, at time.Time) error {
	_, err := execute(ctx, r.db, "hand over task", `UPDATE tasks SET state = 'handed', ended_ms = ? WHERE id = ? AND state = 'open'`, at.UnixMilli(), id)
	return err
}

// ByID returns a task, or union.ErrNotFound.
func (r *Tasks) ByID(ctx context.Context, id cases.ID) (cases.Task, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return cases.Task{}, err
	}
	t, err := scanTask(g.Raw(selectTask+`WHERE id = ?`, id).Row())
	if err != nil {
		return cases.Task{}, fmt.Errorf("read task: %w", notFound(err))
	}
	return t, nil
}

// OfCases lists the tasks of cases, oldest first; open leaves out those that have ended.
func (r *Tasks) OfCases(ctx context.Context, open bool, ids ...cases.ID) ([]cases.Task, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	where := `WHERE case_id IN ? `
	if open {
		where += `AND state = 'open' `
	}
	return queryAll(ctx, r.db, "list tasks", scanTask, selectTask+where+`ORDER BY created_ms, id`, ids)
}

// OfOfficer implements cases.TaskStore.
func (r *Tasks) OfOfficer(ctx context.Context, officer union.MemberID, after cases.Spot, limit int) ([]cases.Task, error) {
	query, args := deskQuery(officer, after, limit)
	list, err := queryAll(ctx, r.db, "list tasks", scanTask, query, args...)
	cases.SortTasks(list, after.At)
	return list[:min(len(list), limit)], err
}

// deskQuery finds the first tasks of each part of an officer's list behind a place. Each is a range of the index tasks_ranked, so
// that no more rows are read than are shown of any.
func deskQuery(officer union.MemberID, after cases.Spot, limit int) (query string, args []any) {
	var parts []string
	part := func(grade cases.Grade, missed bool, where string, of ...any) {
		parts = append(parts, `SELECT * FROM (`+selectTask+`WHERE officer = ? AND state = 'open' AND grade = ? AND missed = ? AND `+where+
			` ORDER BY due_ms, id LIMIT ?) AS part`)
		args = append(append(append(args, int64(officer), int(grade), oneIf(missed)), of...), limit)
	}
	now := after.At.UnixMilli()
	ranked := func(rank cases.Rank, grade cases.Grade, missed bool, bound string, of ...any) {
		switch due := after.Due.UnixMilli(); {
		case rank > after.Rank:
			part(grade, missed, bound, of...)
		case rank == after.Rank:
			part(grade, missed, `due_ms = ? AND id > ?`, due, int64(after.ID))
			part(grade, missed, bound+` AND due_ms > ?`, append(of, due)...)
		}
	}
	for _, missed := range []bool{false, true} { // a case may have been no danger when its time was over
		ranked(cases.RankDanger, cases.Danger, missed, `due_ms > 0`)
	}
	for _, grade := range []cases.Grade{cases.Urged, cases.Plain} {
		ranked(cases.RankOverdue, grade, false, `due_ms < ?`, now)
		ranked(cases.RankOverdue, grade, true, `due_ms > 0`)
	}
	ranked(cases.RankUrged, cases.Urged, false, `due_ms >= ?`, now)
	ranked(cases.RankPlain, cases.Plain, false, `due_ms >= ?`, now)
	return strings.Join(parts, ` UNION ALL `), args
}

// CountUpTo implements cases.TaskStore.
func (r *Tasks) CountUpTo(ctx context.Context, officer union.MemberID, most int) (int, error) {
	return queryOne(ctx, r.db, "count tasks", func(row scanner) (n int, err error) { return n, row.Scan(&n) },
		`SELECT COUNT(*) FROM (SELECT 1 FROM tasks WHERE officer = ? AND state = 'open' AND grade >= 0 LIMIT ?) AS part`, officer, most)
}

// Count implements cases.TaskStore.
func (r *Tasks) Count(ctx context.Context, officer union.MemberID, now time.Time) (all, overdue int, err error) {
	type count struct{ all, overdue int }
	c, err := queryOne(ctx, r.db, "count tasks", func(row scanner) (c count, err error) { return c, row.Scan(&c.all, &c.overdue) },
		`SELECT COUNT(*), COALESCE(SUM(CASE WHEN due_ms < ? OR missed = 1 THEN 1 ELSE 0 END), 0) FROM tasks WHERE officer = ? AND state = 'open' AND grade >= 0`,
		now.UnixMilli(), officer)
	return c.all, c.overdue, err
}

// Held implements cases.TaskStore.
func (r *Tasks) Held(ctx context.Context, officer union.MemberID, after cases.ID, limit int) ([]cases.Task, error) {
	return queryAll(ctx, r.db, "list tasks held", scanTask, selectTask+`WHERE officer = ? AND state = 'open' AND id > ? ORDER BY id LIMIT ?`, officer, after, limit)
}

// Lent implements cases.TaskStore.
func (r *Tasks) Lent(ctx context.Context, after cases.ID, limit int) ([]cases.Task, error) {
	return queryAll(ctx, r.db, "list lent tasks", scanTask, selectTask+`WHERE in_place_of > 0 AND state = 'open' AND id > ? ORDER BY id LIMIT ?`, after, limit)
}

// Untold implements cases.TaskStore.
func (r *Tasks) Untold(ctx context.Context, officer union.MemberID, limit int) ([]cases.Task, error) {
	return queryAll(ctx, r.db, "list tasks to tell of", scanTask,
		selectTask+`WHERE officer = ? AND state = 'open' AND untold = 1 AND grade >= 0 ORDER BY due_ms, id LIMIT ?`, officer, limit)
}

// Tell implements cases.TaskStore.
func (r *Tasks) Tell(ctx context.Context, ids ...cases.ID) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := execute(ctx, r.db, "tell of tasks", `UPDATE tasks SET untold = 0 WHERE id IN ?`, ids)
	return err
}

// Postpone implements cases.TaskStore.
func (r *Tasks) Postpone(ctx context.Context, id cases.ID, due time.Time) error {
	_, err := execute(ctx, r.db, "postpone tasks", `UPDATE tasks SET due_ms = ? WHERE case_id = ? AND state = 'open'`, due.UnixMilli(), id)
	return err
}

// Miss implements cases.TaskStore.
func (r *Tasks) Miss(ctx context.Context, id cases.ID, missed bool) error {
	_, err := execute(ctx, r.db, "mark tasks", `UPDATE tasks SET missed = ? WHERE case_id = ? AND state IN ('open', 'waiting')`, oneIf(missed), id)
	return err
}

// unmarked are tasks of a matter that is over a time promised for the whole of it, which do not say so.
const unmarked = `tasks.state IN ('open', 'waiting') AND tasks.missed = 0 AND tasks.grade <> ? AND EXISTS (SELECT 1 FROM clocks c WHERE c.case_id = tasks.case_id
	AND c.kind <> ? AND c.ended_ms IS NULL AND c.due_ms < COALESCE(c.paused_ms, ?))`

// MissUnmarked implements cases.TaskStore. What is read is asked of each row once more, for somebody may prolong its time meanwhile.
func (r *Tasks) MissUnmarked(ctx context.Context, now time.Time, limit int) (int64, error) {
	found, err := queryAll(ctx, r.db, "find tasks to mark", scanCaseID, `SELECT id FROM tasks WHERE `+unmarked+` LIMIT ?`,
		cases.Danger, cases.ClockStep, now.UnixMilli(), limit)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	_, err = execute(ctx, r.db, "mark tasks", `UPDATE tasks SET missed = 1 WHERE id IN ? AND `+unmarked, found, cases.Danger, cases.ClockStep, now.UnixMilli())
	return int64(len(found)), err
}

// Urge implements cases.TaskStore.
func (r *Tasks) Urge(ctx context.Context, id cases.ID) error {
	_, err := execute(ctx, r.db, "urge", `UPDATE tasks SET grade = ? WHERE case_id = ? AND state = 'open' AND grade = ?`, cases.Urged, id, cases.Plain)
	return err
}

// Withhold implements cases.TaskStore.
func (r *Tasks) Withhold(ctx context.Context, ids ...cases.ID) error {
	_, err := execute(ctx, r.db, "withhold tasks", `UPDATE tasks SET grade = ? WHERE id IN ? AND state = 'open'`, cases.Withheld, ids)
	return err
}

func scanTask(row scanner) (cases.Task, error) {
	var t cases.Task
	var due, created int64
	var ended sql.NullInt64
	err := row.Scan(&t.ID, &t.Case, &t.Step, &t.Officer, &t.State, &due, &created, &ended, &t.Grade, &t.Untold, &t.Seat, &t.Weight, &t.Act, &t.Added, &t.For, &t.InTurn, &t.Missed)
	t.DueAt, t.CreatedAt, t.EndedAt = time.UnixMilli(due).UTC(), time.UnixMilli(created).UTC(), timeOf(ended)
	return t, err
}

// rows repeats the placeholders of one row for an INSERT of n.
func rows(one string, n int) string {
	return strings.TrimSuffix(strings.Repeat(one+", ", n), ", ")
}
