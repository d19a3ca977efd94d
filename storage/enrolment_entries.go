package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

// Entries keeps who has signed up. Each person of an entry has a row in activity_people, whose active_key is unique as
// long as the entry has not ended: nobody takes part twice.
type Entries struct{ db *DB }

// NewEntries returns the repository.
func NewEntries(db *DB) *Entries { return &Entries{db: db} }

func (r *Entries) body(e enrolment.Entry) (string, error) {
	body, err := json.Marshal(e.Said)
	if err != nil {
		return "", fmt.Errorf("encode entry: %w", err)
	}
	return r.db.seal(entryBody, e.ID, body)
}

// Insert implements enrolment.EntryStore.
func (r *Entries) Insert(ctx context.Context, e enrolment.Entry) error {
	body, err := r.body(e)
	if err != nil {
		return err
	}
	people := e.People()
	args := make([]any, 0, 3*len(people))
	for _, member := range people {
		args = append(args, e.ID, member, pairKey(int64(e.Activity), int64(member)))
	}
	_, err = execute(ctx, r.db, "insert people of entry", `INSERT INTO activity_people (entry_id, member_id, active_key)
		VALUES `+rows("(?, ?, ?)", len(people)), args...)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fmt.Errorf("insert entry: %w", union.ErrTaken)
	}
	if err != nil {
		return err
	}
	return post(ctx, r.db, "insert entry", `INSERT INTO activity_entries
		(id, number, activity_id, member_id, unit_id, state, place, answer_by_ms, tell_ms, due_ms, body, created_ms, ended_ms, version)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.ID, e.Number, e.Activity, e.Member, e.Unit, e.State, e.Order,
		msOrNull(e.AnswerBy), msOrNull(e.TellAt), msOrNull(e.Due()), body, e.CreatedAt.UnixMilli(), msOrNull(e.EndedAt), e.Version)
}

// Update implements enrolment.EntryStore.
func (r *Entries) Update(ctx context.Context, e enrolment.Entry) error {
	body, err := r.body(e)
	if err != nil {
		return err
	}
	n, err := execute(ctx, r.db, "update entry", `UPDATE activity_entries SET state = ?, answer_by_ms = ?, tell_ms = ?, due_ms = ?,
		body = ?, ended_ms = ?, version = version + 1 WHERE id = ? AND version = ?`, e.State, msOrNull(e.AnswerBy), msOrNull(e.TellAt),
		msOrNull(e.Due()), body, msOrNull(e.EndedAt), e.ID, e.Version)
	if err == nil && n == 0 {
		err = fmt.Errorf("update entry: %w", union.ErrStale)
	}
	if err != nil || !e.State.Ended() {
		return err
	}
	_, err = execute(ctx, r.db, "release people of entry", `UPDATE activity_people SET active_key = NULL WHERE entry_id = ?`, e.ID)
	return err
}

const selectEntry = `SELECT e.id, e.number, e.activity_id, e.member_id, e.unit_id, e.state, e.place, e.answer_by_ms, e.tell_ms, e.due_ms, e.body,
	e.created_ms, e.ended_ms, e.version FROM activity_entries e `

func (r *Entries) scan(row scanner) (e enrolment.Entry, err error) {
	var answerBy, tell, due, ended sql.NullInt64
	var created int64
	var body string
	if err := row.Scan(&e.ID, &e.Number, &e.Activity, &e.Member, &e.Unit, &e.State, &e.Order, &answerBy, &tell, &due, &body,
		&created, &ended, &e.Version); err != nil {
		return e, err
	}
	plain, err := r.db.open(entryBody, e.ID, body)
	if err != nil {
		return e, err
	}
	e.AnswerBy, e.TellAt, e.CreatedAt, e.EndedAt = timeOf(answerBy), timeOf(tell), time.UnixMilli(created).UTC(), timeOf(ended)
	if e.State == enrolment.Waiting {
		e.WaitsUntil = timeOf(due)
	}
	if err := json.Unmarshal(plain, &e.Said); err != nil {
		return e, fmt.Errorf("decode entry %d: %w", e.ID, err)
	}
	return e, nil
}

// list reads entries with their people.
func (r *Entries) list(ctx context.Context, where string, args ...any) ([]enrolment.Entry, error) {
	list, err := queryAll(ctx, r.db, "read entries", r.scan, selectEntry+where, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	at := make(map[enrolment.ID]int, len(list))
	ids := make([]enrolment.ID, len(list))
	for i, e := range list {
		ids[i], at[e.ID] = e.ID, i
	}
	_, err = queryAll(ctx, r.db, "read people of entries", func(row scanner) (none struct{}, err error) {
		var entry enrolment.ID
		var member union.MemberID
		if err := row.Scan(&entry, &member); err != nil {
			return none, err
		}
		if e := &list[at[entry]]; e.Member != member {
			e.Mates = append(e.Mates, member)
		}
		return none, nil
	}, `SELECT entry_id, member_id FROM activity_people WHERE entry_id IN ? ORDER BY entry_id, member_id`, ids)
	return list, err
}

func (r *Entries) one(ctx context.Context, where string, args ...any) (enrolment.Entry, error) {
	list, err := r.list(ctx, where, args...)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("read entry: %w", union.ErrNotFound)
	}
	if err != nil {
		return enrolment.Entry{}, err
	}
	return list[0], nil
}

// ByNumber implements enrolment.EntryStore.
func (r *Entries) ByNumber(ctx context.Context, number string) (enrolment.Entry, error) {
	return r.one(ctx, `WHERE e.number = ?`, number)
}

// ByID implements enrolment.EntryStore.
func (r *Entries) ByID(ctx context.Context, id enrolment.ID) (enrolment.Entry, error) {
	return r.one(ctx, `WHERE e.id = ?`, id)
}

// OfMembers implements enrolment.EntryStore.
func (r *Entries) OfMembers(ctx context.Context, activities []enrolment.ID, members []union.MemberID) ([]enrolment.Entry, error) {
	var keys []string
	for _, activity := range activities {
		for _, member := range members {
			keys = append(keys, pairKey(int64(activity), int64(member)))
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	return r.list(ctx, `WHERE e.id IN (SELECT p.entry_id FROM activity_people p WHERE p.active_key IN ?) ORDER BY e.place, e.id`, keys)
}

// OfMember implements enrolment.EntryStore.
func (r *Entries) OfMember(ctx context.Context, member union.MemberID, limit int) ([]enrolment.Entry, error) {
	return r.list(ctx, `JOIN activity_people p ON p.entry_id = e.id WHERE p.member_id = ? ORDER BY e.created_ms DESC, e.id DESC LIMIT ?`,
		member, limit)
}

// OfActivity implements enrolment.EntryStore.
func (r *Entries) OfActivity(ctx context.Context, activity enrolment.ID, states ...enrolment.EntryState) ([]enrolment.Entry, error) {
	return r.list(ctx, `WHERE e.activity_id = ? AND e.state IN ? ORDER BY e.place`, activity, states)
}

// FirstWaiting implements enrolment.EntryStore.
func (r *Entries) FirstWaiting(ctx context.Context, activity enrolment.ID, notOf []union.OrgID) (enrolment.Entry, error) {
	if len(notOf) == 0 {
		return r.one(ctx, `WHERE e.activity_id = ? AND e.state = 'waiting' ORDER BY e.place LIMIT 1`, activity)
	}
	return r.one(ctx, `WHERE e.activity_id = ? AND e.state = 'waiting' AND e.unit_id NOT IN ? ORDER BY e.place LIMIT 1`, activity, notOf)
}

// Ahead implements enrolment.EntryStore.
func (r *Entries) Ahead(ctx context.Context, activity enrolment.ID, order int64) (int, error) {
	return queryOne(ctx, r.db, "count who waits", func(row scanner) (n int, err error) { return n, row.Scan(&n) },
		`SELECT COUNT(*) FROM activity_entries WHERE activity_id = ? AND state = 'waiting' AND (? = 0 OR place < ?)`, activity, order, order)
}

// Due implements enrolment.EntryStore.
func (r *Entries) Due(ctx context.Context, now time.Time, limit int) ([]enrolment.Entry, error) {
	return r.list(ctx, `WHERE e.due_ms <= ? ORDER BY e.due_ms, e.place, e.id LIMIT ?`, now.UnixMilli(), limit)
}

// OfLeavers implements enrolment.EntryStore. What was received is not given back.
func (r *Entries) OfLeavers(ctx context.Context, now time.Time, limit int) ([]enrolment.Entry, error) {
	return r.list(ctx, `JOIN activities a ON a.id = e.activity_id JOIN members m ON m.id = e.member_id
		WHERE a.starts_ms > ? AND e.state IN (?, ?, ?) AND m.status = ? ORDER BY e.created_ms LIMIT ?`,
		now.UnixMilli(), enrolment.SignedUp, enrolment.Waiting, enrolment.Offered, union.Left, limit)
}
