package storage

import (
	"context"
	"errors"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
)

// stillFails joins moves that failed to the clocks that wait for them: whatever else has happened to a case since has moved its
// clock on, and ends that without having to know of it.
const stillFails = ` FROM failed_moves f JOIN clocks k ON k.case_id = f.case_id AND k.kind = 'step' AND k.moves = f.moves AND k.wake_ms IS NOT NULL `

// PutOff implements cases.ClockStore. What a replica says late of a move that was made since takes nothing from the next one.
func (r *Clocks) PutOff(ctx context.Context, f cases.FailedMove) error {
	err := post(ctx, r.db, "keep failed move", `INSERT INTO failed_moves
		(case_id, moves, tries, passed, since_ms, again_ms, cause) SELECT case_id, moves, ?, ?, ?, ?, ? FROM clocks
		WHERE case_id = ? AND kind = ? AND moves = ?`+r.db.overwrite("case_id", "moves", "tries", "passed", "since_ms", "again_ms", "cause"),
		f.Tries, f.Passed, f.Since.UnixMilli(), f.Again.UnixMilli(), f.Cause, f.Case, cases.ClockStep, f.Moves)
	if err != nil {
		return err
	}
	return r.WakeAt(ctx, f)
}

// WakeAt implements cases.ClockStore.
func (r *Clocks) WakeAt(ctx context.Context, f cases.FailedMove) error {
	_, err := execute(ctx, r.db, "put clock off", `UPDATE clocks SET wake_ms = ? WHERE case_id = ? AND kind = ? AND moves = ? AND wake_ms IS NOT NULL`,
		f.Again.UnixMilli(), f.Case, cases.ClockStep, f.Moves)
	return err
}

const failedColumns = `SELECT k.case_id, COALESCE(c.number, ''), k.moves, COALESCE(f.tries, 0), COALESCE(f.passed, 0), COALESCE(f.since_ms, 0),
	COALESCE(k.wake_ms, 0), COALESCE(f.cause, '')`

// selectFailing has each tried again when its clock is looked at: a worker that starts has that earlier than it was put off to.
const selectFailing = failedColumns + stillFails + `JOIN cases c ON c.id = f.case_id `

// FailedBefore implements cases.ClockStore. It reads no form: that may be what fails.
func (r *Clocks) FailedBefore(ctx context.Context, c cases.Clock) (cases.FailedMove, error) {
	found, err := queryAll(ctx, r.db, "read failed move", scanFailedMove, failedColumns+` FROM clocks k JOIN cases c ON c.id = k.case_id
		LEFT JOIN failed_moves f ON f.case_id = k.case_id AND f.moves = k.moves WHERE k.case_id = ? AND k.kind = ?`, c.Case, cases.ClockStep)
	if err != nil || len(found) == 0 {
		return cases.FailedMove{Case: c.Case, Moves: c.Moves}, err
	}
	if found[0].Moves != c.Moves { // it was moved on meanwhile
		return cases.FailedMove{Case: c.Case, Number: found[0].Number, Moves: c.Moves}, nil
	}
	return found[0], nil
}

// Failing lists moves that have failed so often and were not made since, those first that have failed the longest.
func (r *Clocks) Failing(ctx context.Context, often, limit int) ([]cases.FailedMove, error) {
	return queryAll(ctx, r.db, "list failed moves", scanFailedMove, selectFailing+`WHERE f.tries >= ? ORDER BY f.since_ms, f.case_id LIMIT ?`,
		often, limit)
}

func scanFailedMove(row scanner) (f cases.FailedMove, err error) {
	var since, again int64
	err = row.Scan(&f.Case, &f.Number, &f.Moves, &f.Tries, &f.Passed, &since, &again, &f.Cause)
	if f.Again = time.UnixMilli(again).UTC(); since > 0 {
		f.Since = time.UnixMilli(since).UTC()
	}
	return f, err
}

// PutOffYet implements cases.ClockStore.
func (r *Clocks) PutOffYet(ctx context.Context, now time.Time, after cases.ID, limit int) ([]cases.FailedMove, error) {
	return queryAll(ctx, r.db, "list moves that are put off", scanFailedMove,
		selectFailing+`WHERE k.wake_ms > ? AND f.case_id > ? ORDER BY f.case_id LIMIT ?`, now.UnixMilli(), after, limit)
}

// ForgetMoved implements cases.ClockStore.
func (r *Clocks) ForgetMoved(ctx context.Context) (int64, error) {
	return execute(ctx, r.db, "forget failed moves", `DELETE FROM failed_moves WHERE NOT EXISTS (SELECT 1 FROM clocks k
		WHERE k.case_id = failed_moves.case_id AND k.kind = 'step' AND k.moves = failed_moves.moves AND k.wake_ms IS NOT NULL)`)
}

// Passing implements cases.ClockStore.
func (r *Clocks) Passing(err error) bool {
	return errors.Is(err, bot.ErrConflict) || errors.Is(err, bot.ErrUnavailable)
}
