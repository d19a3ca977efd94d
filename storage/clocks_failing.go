package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union/cases"
)

// stillFails joins moves that failed to the clocks that wait for them: whatever else has happened to a case since has moved its
// clock on, and ends that without having to know of it.
const stillFails = ` FROM failed_moves f JOIN clocks k ON k.case_id = f.case_id AND k.kind = 'step' AND k.moves = f.moves AND k.wake_ms IS NOT NULL `

// PutOff implements cases.ClockStore.
func (r *Clocks) PutOff(ctx context.Context, f cases.FailedMove) error {
	err := post(ctx, r.db, "keep failed move", `INSERT INTO failed_moves (case_id, moves, tries, since_ms, again_ms) VALUES (?, ?, ?, ?, ?)`+
		r.db.overwrite("case_id", "moves", "tries", "since_ms", "again_ms"), f.Case, f.Moves, f.Tries, f.Since.UnixMilli(), f.Again.UnixMilli())
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "put clock off", `UPDATE clocks SET wake_ms = ? WHERE case_id = ? AND kind = ? AND moves = ? AND wake_ms IS NOT NULL`,
		f.Again.UnixMilli(), f.Case, cases.ClockStep, f.Moves)
	return err
}

const selectFailing = `SELECT f.case_id, COALESCE(c.number, ''), f.moves, f.tries, f.since_ms, f.again_ms` + stillFails + `JOIN cases c ON c.id = f.case_id `

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
	err = row.Scan(&f.Case, &f.Number, &f.Moves, &f.Tries, &since, &again)
	f.Since, f.Again = time.UnixMilli(since).UTC(), time.UnixMilli(again).UTC()
	return f, err
}
