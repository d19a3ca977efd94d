package storage

import (
	"context"
	"database/sql"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Alarms keeps who is rung for a case, and since when. What was said of the danger lies sealed in the case. It satisfies
// cases.AlarmStore.
type Alarms struct{ db *DB }

// NewAlarms returns the repository.
func NewAlarms(db *DB) *Alarms { return &Alarms{db: db} }

const selectAlarm = `SELECT case_id, unit, grade, state, rung, rings, raised_ms, due_ms, taker, ended_ms FROM alarms `

// Insert implements cases.AlarmStore.
func (r *Alarms) Insert(ctx context.Context, a cases.Alarm) error {
	return post(ctx, r.db, "raise alarm", `INSERT INTO alarms (case_id, unit, grade, state, rung, rings, raised_ms, due_ms)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, a.Case, a.Unit, a.Grade, a.State, a.Rung, a.Rings, a.RaisedAt.UnixMilli(), msOrNull(a.DueAt))
}

// ByCase implements cases.AlarmStore.
func (r *Alarms) ByCase(ctx context.Context, id cases.ID) (cases.Alarm, error) {
	return queryOne(ctx, r.db, "read alarm", scanAlarm, selectAlarm+`WHERE case_id = ?`, id)
}

// Ring implements cases.AlarmStore.
func (r *Alarms) Ring(ctx context.Context, a cases.Alarm, rung int, due time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "ring alarm", `UPDATE alarms SET state = ?, rung = ?, rings = rings + 1, due_ms = ?
		WHERE case_id = ? AND rings = ? AND state IN (?, ?)`, cases.AlarmRinging, rung, due.UnixMilli(), a.Case, a.Rings, cases.AlarmRinging, cases.AlarmStandby)
	return n > 0, err
}

// End implements cases.AlarmStore.
func (r *Alarms) End(ctx context.Context, id cases.ID, as cases.AlarmState, taker union.MemberID, at time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "end alarm", `UPDATE alarms SET state = ?, taker = ?, ended_ms = ?, due_ms = NULL
		WHERE case_id = ? AND state IN (?, ?)`, as, orNull(taker), at.UnixMilli(), id, cases.AlarmRinging, cases.AlarmStandby)
	return n > 0, err
}

// Due implements cases.AlarmStore.
func (r *Alarms) Due(ctx context.Context, now time.Time, limit int) ([]cases.Alarm, error) {
	return queryAll(ctx, r.db, "find alarms that are due", scanAlarm, selectAlarm+`WHERE due_ms <= ? ORDER BY due_ms, case_id LIMIT ?`,
		now.UnixMilli(), limit)
}

// Recent implements cases.AlarmStore.
func (r *Alarms) Recent(ctx context.Context, unit union.OrgID, since time.Time, limit int) ([]cases.Alarm, error) {
	return queryAll(ctx, r.db, "find alarms of a plant", scanAlarm, selectAlarm+`WHERE unit = ? AND raised_ms > ?
		ORDER BY raised_ms DESC, case_id DESC LIMIT ?`, unit, since.UnixMilli(), limit)
}

// Ringing implements cases.AlarmStore.
func (r *Alarms) Ringing(ctx context.Context, member union.MemberID, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "find alarms that ring for a member", scanCaseID, `SELECT a.case_id FROM alarms a JOIN alarm_people p ON p.case_id = a.case_id
		WHERE a.due_ms IS NOT NULL AND a.state IN (?, ?) AND p.member_id = ? AND p.part = ?
		ORDER BY a.raised_ms DESC, a.case_id DESC LIMIT ?`, cases.AlarmRinging, cases.AlarmStandby, member, cases.PartRung, limit)
}

// TakenBy implements cases.AlarmStore. Few alarms have ever been taken by one member.
func (r *Alarms) TakenBy(ctx context.Context, member union.MemberID, since time.Time, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "find alarms that a member took", scanCaseID, `SELECT case_id FROM alarms
		WHERE taker = ? AND state = ? AND ended_ms > ? ORDER BY ended_ms DESC, case_id DESC LIMIT ?`,
		member, cases.AlarmTaken, since.UnixMilli(), limit)
}

// Add implements cases.AlarmStore.
func (r *Alarms) Add(ctx context.Context, id cases.ID, part string, ring int, at time.Time, members ...union.MemberID) error {
	for i, m := range members {
		// A millisecond apart, so that their order is known.
		_, err := execute(ctx, r.db, "note who is rung", `INSERT INTO alarm_people (case_id, member_id, part, ring, at_ms)
			VALUES (?, ?, ?, ?, ?)`+r.passOver(), id, m, part, ring, at.UnixMilli()+int64(i))
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *Alarms) passOver() string {
	if r.db.dialect == SQLite {
		return ` ON CONFLICT DO NOTHING`
	}
	return r.db.passOver("part")
}

// People implements cases.AlarmStore.
func (r *Alarms) People(ctx context.Context, id cases.ID, part string) ([]union.MemberID, error) {
	return queryAll(ctx, r.db, "read who is rung", func(row scanner) (union.MemberID, error) {
		var m union.MemberID
		err := row.Scan(&m)
		return m, err
	}, `SELECT member_id FROM alarm_people WHERE case_id = ? AND part = ? ORDER BY at_ms, member_id`, id, part)
}

func scanAlarm(row scanner) (cases.Alarm, error) {
	var a cases.Alarm
	var raised int64
	var due, taker, ended sql.NullInt64
	err := row.Scan(&a.Case, &a.Unit, &a.Grade, &a.State, &a.Rung, &a.Rings, &raised, &due, &taker, &ended)
	a.RaisedAt, a.DueAt, a.EndedAt = time.UnixMilli(raised).UTC(), timeOf(due), timeOf(ended)
	a.Taker = union.MemberID(taker.Int64)
	return a, err
}
