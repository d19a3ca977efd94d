package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
)

// Timeline keeps what happened to cases.
type Timeline struct{ db *DB }

// NewTimeline returns the repository.
func NewTimeline(db *DB) *Timeline { return &Timeline{db: db} }

// Append adds an event that led to, or was seen at, this version of the case, signed along with the one before it. Who
// appends has written the case in the same transaction, so that two at once wait for each other there.
func (r *Timeline) Append(ctx context.Context, id cases.ID, version int64, e cases.Event) error {
	place, before, err := r.last(ctx, id, version)
	if err != nil {
		return err
	}
	place++
	row, salt := r.db.NewID(), newSalt()
	if e.Sealed {
		row = randomID()
	}
	note, err := r.db.seal(eventNote, row, []byte(e.Note))
	if err != nil {
		return err
	}
	sealedSalt, err := r.db.seal(eventSalt, row, salt)
	if err != nil {
		return err
	}
	digest := plainEvent(id, version, e).Digest(salt)
	return post(ctx, r.db, "append to timeline", `INSERT INTO case_events
		(id, case_id, version, at_ms, actor, name, kind, step, note, other, place, salt, digest, signature, listed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		row, id, version, e.At.UnixMilli(), orNull(e.Actor), e.Name, e.Kind, e.Step, note, e.Other, place, sealedSalt, digest,
		audit.SignEvent(r.db.keys, int64(id), place, before, digest))
}

// last finds the place and the signature of the newest event. A case's first version has none yet, and filing asks
// nothing.
func (r *Timeline) last(ctx context.Context, id cases.ID, version int64) (place int64, signature string, err error) {
	if version == 1 {
		return 0, "", nil
	}
	g, err := r.db.read(ctx)
	if err != nil {
		return 0, "", err
	}
	err = g.Raw(`SELECT place, signature FROM case_events WHERE case_id = ? AND place > 0 ORDER BY place DESC LIMIT 1`, id).
		Row().Scan(&place, &signature)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, "", fmt.Errorf("read end of timeline: %w", classify(err))
	}
	return place, signature, nil
}

// newSalt is what keeps a digest from being guessed when its content was deleted. It rests sealed: beside a digest and
// in plain, it would let short notes be guessed while they are there.
func newSalt() []byte {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	return salt
}

func plainEvent(id cases.ID, version int64, e cases.Event) audit.Event {
	return audit.Event{
		Case: int64(id), Version: version, At: e.At, Actor: e.Actor, Name: e.Name, Kind: e.Kind, Step: e.Step, Note: e.Note, Other: e.Other,
	}
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
