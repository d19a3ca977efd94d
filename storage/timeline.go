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
	row := r.db.NewID()
	note, err := r.db.seal(eventNote, row, []byte(e.Note))
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "append to timeline", `INSERT INTO case_events
		(id, case_id, version, at_ms, actor, name, kind, step, note, other) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		row, id, version, e.At.UnixMilli(), orNull(e.Actor), e.Name, e.Kind, e.Step, note, e.Other)
	return err
}

// Of lists the events of a case in order. Times of several replicas may differ by their clocks, versions do not.
func (r *Timeline) Of(ctx context.Context, id cases.ID) ([]cases.Event, error) {
	return queryAll(ctx, r.db, "read timeline", r.scan, `SELECT id, at_ms, actor, name, kind, step, note, other FROM case_events
		WHERE case_id = ? ORDER BY version, at_ms, id`, id)
}

func (r *Timeline) scan(row scanner) (cases.Event, error) {
	var e cases.Event
	var id, at int64
	var actor sql.NullInt64
	var note string
	if err := row.Scan(&id, &at, &actor, &e.Name, &e.Kind, &e.Step, &note, &e.Other); err != nil {
		return e, err
	}
	plain, err := r.db.open(eventNote, id, note)
	e.Note = string(plain)
	e.At, e.Actor = time.UnixMilli(at).UTC(), union.MemberID(actor.Int64)
	return e, err
}
