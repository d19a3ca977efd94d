package storage

import (
	"context"
	"database/sql"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/standin"
)

// StandIns keeps who acts for whom. It satisfies cases.StandInStore.
type StandIns struct{ db *DB }

// NewStandIns returns the repository.
func NewStandIns(db *DB) *StandIns { return &StandIns{db: db} }

var _ cases.StandInStore = (*StandIns)(nil)

// Insert implements cases.StandInStore.
func (r *StandIns) Insert(ctx context.Context, s standin.Standin) error {
	_, err := execute(ctx, r.db, "keep stand-in", `INSERT INTO stand_ins
		(id, absent, stands_in, from_day, to_day, state, moved, given_back, asked_ms, answered_ms, ended_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.ID, s.Absent, s.By, s.From.String(), s.To.String(), s.State, oneIf(s.Moved), oneIf(s.GivenBack), s.AskedAt.UnixMilli(), msOrNull(s.AnsweredAt), msOrNull(s.EndedAt))
	return err
}

const selectStandIn = `SELECT s.id, s.absent, s.stands_in, s.from_day, s.to_day, s.state, s.moved, s.given_back, s.asked_ms, s.answered_ms, s.ended_ms FROM stand_ins s `

// ByID implements cases.StandInStore.
func (r *StandIns) ByID(ctx context.Context, id standin.ID) (standin.Standin, error) {
	return queryOne(ctx, r.db, "read stand-in", scanStandIn, selectStandIn+`WHERE s.id = ?`, id)
}

// Update implements cases.StandInStore.
func (r *StandIns) Update(ctx context.Context, was, is standin.Standin) (bool, error) {
	n, err := execute(ctx, r.db, "change stand-in", `UPDATE stand_ins SET state = ?, moved = ?, given_back = ?, answered_ms = ?, ended_ms = ?
		WHERE id = ? AND state = ? AND moved = ? AND given_back = ?`,
		is.State, oneIf(is.Moved), oneIf(is.GivenBack), msOrNull(is.AnsweredAt), msOrNull(is.EndedAt),
		was.ID, was.State, oneIf(was.Moved), oneIf(was.GivenBack))
	return n > 0, err
}

// Hold implements cases.StandInStore.
func (r *StandIns) Hold(ctx context.Context, absent union.MemberID) error {
	_, err := execute(ctx, r.db, "hold stand-ins", `UPDATE stand_ins SET moved = moved WHERE absent = ? AND state IN ('asked', 'accepted')`, absent)
	return err
}

// standInsKey remembers those that were accepted.
type standInsKey struct{}

// Accepted implements cases.StandInStore. Every step that asks somebody reads it; with few exceptions a turn finds it
// remembered.
func (r *StandIns) Accepted(ctx context.Context) ([]standin.Standin, error) {
	return remembered(ctx, r.db, standInsKey{}, func() ([]standin.Standin, error) {
		return queryAll(ctx, r.db, "list accepted stand-ins", scanStandIn, selectStandIn+`WHERE s.state = 'accepted' ORDER BY s.id`)
	})
}

// Of implements cases.StandInStore.
func (r *StandIns) Of(ctx context.Context, member union.MemberID) ([]standin.Standin, error) {
	return queryAll(ctx, r.db, "list own stand-ins", scanStandIn,
		selectStandIn+`WHERE (s.absent = ? OR s.stands_in = ?) AND s.state IN ('asked', 'accepted') ORDER BY s.from_day, s.id`, member, member)
}

// Due implements cases.StandInStore.
func (r *StandIns) Due(ctx context.Context, day calendar.Date, limit int) ([]standin.Standin, error) {
	today := day.String()
	return queryAll(ctx, r.db, "find stand-ins to move", scanStandIn, selectStandIn+`JOIN members a ON a.id = s.absent JOIN members b ON b.id = s.stands_in
		WHERE (s.state IN ('asked', 'accepted') AND (s.from_day <= ? AND s.moved = 0 OR s.to_day < ? OR a.status <> ? OR b.status <> ?))
		OR (s.state IN ('ended', 'over') AND s.given_back = 0) ORDER BY s.id LIMIT ?`, today, today, union.Active, union.Active, limit)
}

// Purge removes up to limit of those of which nothing has come any more since a time.
func (r *StandIns) Purge(ctx context.Context, before time.Time, limit int) (int64, error) {
	ids, err := queryAll(ctx, r.db, "find old stand-ins", scanID, `SELECT id FROM stand_ins
		WHERE state NOT IN ('asked', 'accepted') AND asked_ms < ? AND to_day < ? ORDER BY id LIMIT ?`,
		before.UnixMilli(), before.UTC().Format(time.DateOnly), limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return execute(ctx, r.db, "remove old stand-ins", `DELETE FROM stand_ins WHERE id IN ?`, ids)
}

func scanStandIn(row scanner) (standin.Standin, error) {
	var s standin.Standin
	var from, to string
	var asked int64
	var answered, ended sql.NullInt64
	err := row.Scan(&s.ID, &s.Absent, &s.By, &from, &to, &s.State, &s.Moved, &s.GivenBack, &asked, &answered, &ended)
	if err != nil {
		return s, err
	}
	s.AskedAt, s.AnsweredAt, s.EndedAt = time.UnixMilli(asked).UTC(), timeOf(answered), timeOf(ended)
	if s.From, err = calendar.ParseDate(from); err != nil {
		return s, err
	}
	s.To, err = calendar.ParseDate(to)
	return s, err
}
