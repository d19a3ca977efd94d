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

// PutOff implements cases.ClockStore.
func (r *Clocks) PutOff(ctx context.Context, f cases.FailedMove) error {
	err := post(ctx, r.db, "keep failed move", `INSERT INTO failed_moves (case_id, moves, tries, since_ms, again_ms, cause) VALUES (?, ?, ?, ?, ?, ?)`+
		r.db.overwrite("case_id", "moves", "tries", "since_ms", "again_ms", "cause"), f.Case, f.Moves, f.Tries, f.Since.UnixMilli(), f.Again.UnixMilli(), f.Cause)
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

const selectFailing = `SELECT f.case_id, COALESCE(c.number, ''), f.moves, f.tries, f.since_ms, f.again_ms, f.cause` + stillFails + `JOIN cases c ON c.id = f.case_id `

// FailedBefore implements cases.ClockStore.
func (r *Clocks) FailedBefore(ctx context.Context, c cases.Clock) (cases.FailedMove, error) {
	found, err := queryAll(ctx, r.db, "read failed move", scanFailedMove, selectFailing+`WHERE f.case_id = ?`, c.Case)
	if err != nil || len(found) == 0 {
		return cases.FailedMove{}, err
	}
	return found[0], nil
}

// Failing lists moves that failed and were not made since, those first that have failed the longest.
func (r *Clocks) Failing(ctx context.Context, limit int) ([]cases.FailedMove, error) {
	return queryAll(ctx, r.db, "list failed moves", scanFailedMove, selectFailing+`ORDER BY f.since_ms, f.case_id LIMIT ?`, limit)
}

func scanFailedMove(row scanner) (f cases.FailedMove, err error) {
	var since, again int64
	err = row.Scan(&f.Case, &f.Number, &f.Moves, &f.Tries, &since, &again, &f.Cause)
	f.Since, f.Again = time.UnixMilli(since).UTC(), time.UnixMilli(again).UTC()
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
