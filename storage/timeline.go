package storage

import (
	"context"
	"database/sql"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Timeline keeps what happened to cases.
type Timeline struct{ db *DB }

// NewTimeline returns the repository.
func NewTimeline(db *DB) *Timeline { return &Timeline{db: db} }

// Append adds an event that led to, or was seen at, this version of the case.
func (r *Timeline) Append(ctx context.Context, id cases.ID, version int64, e cases.Event) error {
	_, err := execute(ctx, r.db, "append to timeline", `INSERT INTO case_events
		(id, case_id, version, at_ms, actor, name, kind, step, note, other) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.db.NewID(), id, version, e.At.UnixMilli(), orNull(e.Actor), e.Name, e.Kind, e.Step, e.Note, e.Other)
	return err
}

// Of lists the events of a case in order. Times of several replicas may differ by their clocks, versions do not.
func (r *Timeline) Of(ctx context.Context, id cases.ID) ([]cases.Event, error) {
	return queryAll(ctx, r.db, "read timeline", scanEvent, `SELECT at_ms, actor, name, kind, step, note, other FROM case_events
		WHERE case_id = ? ORDER BY version, at_ms, id`, id)
}

func scanEvent(row scanner) (cases.Event, error) {
	var e cases.Event
	var at int64
	var actor sql.NullInt64
	err := row.Scan(&at, &actor, &e.Name, &e.Kind, &e.Step, &e.Note, &e.Other)
	e.At, e.Actor = time.UnixMilli(at).UTC(), union.MemberID(actor.Int64)
	return e, err
}
