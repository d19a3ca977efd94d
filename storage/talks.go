package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

// Talks keeps talks between members and the union. What is said in them rests sealed. It satisfies talk.Store.
type Talks struct{ db *DB }

// NewTalks returns the repository.
func NewTalks(db *DB) *Talks { return &Talks{db: db} }

var _ talk.Store = (*Talks)(nil)

// Tx implements talk.Store.
func (r *Talks) Tx(ctx context.Context, fn func(ctx context.Context) error) error {
	return r.db.Tx(ctx, fn)
}

// Insert implements talk.Store. Of two that begin at once for one member the second finds the first when it runs again.
func (r *Talks) Insert(ctx context.Context, t talk.Talk) error {
	_, err := execute(ctx, r.db, "insert talk", `INSERT INTO talks (id, worker, open_worker, lineage, topic, state, rung, channel, person,
		opened_ms, answered, rating, asks, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)`,
		t.ID, t.Worker, t.Worker, t.Lineage, t.Topic, t.State, t.Rung, t.At.Channel, t.At.User, t.OpenedAt.UnixMilli(), t.Version)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fmt.Errorf("insert talk: %w: %w", bot.ErrConflict, union.ErrTaken)
	}
	return err
}

// Update implements talk.Store. Who lost to another runs again.
func (r *Talks) Update(ctx context.Context, t talk.Talk) error {
	open := union.MemberID(0)
	if t.Open() {
		open = t.Worker
	}
	n, err := execute(ctx, r.db, "update talk", `UPDATE talks SET open_worker = ?, topic = ?, state = ?, holder = ?, last_holder = ?, number = ?, rung = ?,
		queue_org = ?, channel = ?, person = ?, given_ms = ?, first_ms = ?, answered = ?, asked_ms = ?, due_ms = ?, ended_ms = ?, rating = ?,
		asks = ?, nexts = ?, nexts_in_time = ?, version = version + 1 WHERE id = ? AND version = ?`,
		orNull(open), t.Topic, t.State, orNull(t.Holder), orNull(t.Last), orNull(t.Number), t.Rung, orNull(t.Queue), t.At.Channel, t.At.User,
		msOrNull(t.GivenAt), msOrNull(t.FirstAt), oneIf(t.Answered), msOrNull(t.AskedAt), msOrNull(t.DueAt), msOrNull(t.EndedAt), int(t.Rating),
		oneIf(t.Asks), t.Nexts, t.NextsInTime, t.ID, t.Version)
	if err == nil && n == 0 || errors.Is(err, gorm.ErrDuplicatedKey) {
		return fmt.Errorf("update talk: %w: %w", bot.ErrConflict, union.ErrStale)
	}
	return err
}

const selectTalk = `SELECT id, worker, lineage, topic, state, holder, last_holder, number, rung, queue_org, channel, person, opened_ms, given_ms,
	first_ms, answered, asked_ms, due_ms, ended_ms, rating, asks, nexts, nexts_in_time, version FROM talks `

func scanTalk(row scanner) (t talk.Talk, err error) {
	var holder, last, number, queue, given, first, asked, due, ended sql.NullInt64
	var opened int64
	err = row.Scan(&t.ID, &t.Worker, &t.Lineage, &t.Topic, &t.State, &holder, &last, &number, &t.Rung, &queue, &t.At.Channel, &t.At.User, &opened,
		&given, &first, &t.Answered, &asked, &due, &ended, &t.Rating, &t.Asks, &t.Nexts, &t.NextsInTime, &t.Version)
	t.At.Member = t.Worker
	t.Holder, t.Last, t.Number, t.Queue = union.MemberID(holder.Int64), union.MemberID(last.Int64), int(number.Int64), union.OrgID(queue.Int64)
	t.OpenedAt, t.GivenAt, t.FirstAt = time.UnixMilli(opened).UTC(), timeOf(given), timeOf(first)
	t.AskedAt, t.DueAt, t.EndedAt = timeOf(asked), timeOf(due), timeOf(ended)
	return t, err
}

// ByID implements talk.Store.
func (r *Talks) ByID(ctx context.Context, id talk.ID) (talk.Talk, error) {
	return queryOne(ctx, r.db, "read talk", scanTalk, selectTalk+`WHERE id = ?`, id)
}

// OfWorker implements talk.Store.
func (r *Talks) OfWorker(ctx context.Context, worker union.MemberID) (talk.Talk, error) {
	return queryOne(ctx, r.db, "find open talk", scanTalk, selectTalk+`WHERE open_worker = ?`, worker)
}

// LastOf implements talk.Store.
func (r *Talks) LastOf(ctx context.Context, worker union.MemberID) (talk.Talk, error) {
	return queryOne(ctx, r.db, "find last talk", scanTalk, selectTalk+`WHERE worker = ? AND ended_ms IS NOT NULL ORDER BY ended_ms DESC, id DESC LIMIT 1`, worker)
}

// AllOf implements talk.Store.
func (r *Talks) AllOf(ctx context.Context, worker union.MemberID, limit int) ([]talk.Talk, error) {
	return queryAll(ctx, r.db, "list talks of a member", scanTalk, selectTalk+`WHERE worker = ? ORDER BY opened_ms DESC, id DESC LIMIT ?`, worker, limit)
}

// AskedLast implements talk.Store.
func (r *Talks) AskedLast(ctx context.Context, worker union.MemberID) (talk.Talk, error) {
	return queryOne(ctx, r.db, "find talk that was asked about", scanTalk,
		selectTalk+`WHERE worker = ? AND ended_ms IS NOT NULL AND asks = 1 ORDER BY ended_ms DESC, id DESC LIMIT 1`, worker)
}

// HeldBy implements talk.Store.
func (r *Talks) HeldBy(ctx context.Context, officer union.MemberID) ([]talk.Talk, error) {
	return queryAll(ctx, r.db, "list talks", scanTalk, selectTalk+`WHERE holder = ? ORDER BY number`, officer)
}

// Loads implements talk.Store.
func (r *Talks) Loads(ctx context.Context, people []union.MemberID) (map[union.MemberID]talk.Load, error) {
	loads := map[union.MemberID]talk.Load{}
	scan := func(row scanner) (n [2]int64, err error) { return n, row.Scan(&n[0], &n[1]) }
	held, err := queryAll(ctx, r.db, "count talks", scan, `SELECT holder, COUNT(*) FROM talks WHERE holder IN ? GROUP BY holder`, people)
	if err != nil {
		return nil, err
	}
	asking, err := queryAll(ctx, r.db, "find who talks", scan, `SELECT open_worker, 1 FROM talks WHERE open_worker IN ?`, people)
	for _, n := range held {
		loads[union.MemberID(n[0])] = talk.Load{Holds: int(n[1])}
	}
	for _, n := range asking {
		l := loads[union.MemberID(n[0])]
		l.Asks = true
		loads[union.MemberID(n[0])] = l
	}
	return loads, err
}

// mostNumber is the largest number of a talk; then they begin again. One comes back after that many others, so that no
// word for a talk that is over goes to a new one.
const mostNumber = 99

// Seat implements talk.Store. The row that counts an officer's numbers is locked until the end of the transaction.
func (r *Talks) Seat(ctx context.Context, officer union.MemberID) (number, holds int, err error) {
	n, err := execute(ctx, r.db, "count numbers", `UPDATE talk_desks SET numbers = numbers + 1 WHERE member_id = ?`, officer)
	if err == nil && n == 0 {
		_, err = execute(ctx, r.db, "count first number", `INSERT INTO talk_desks (member_id, numbers) VALUES (?, 1)`, officer)
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			err = fmt.Errorf("count numbers: %w", bot.ErrConflict)
		}
	}
	if err != nil {
		return 0, 0, err
	}
	scan := func(row scanner) (n int, err error) { return n, row.Scan(&n) }
	count, err := queryOne(ctx, r.db, "read number", scan, `SELECT numbers FROM talk_desks WHERE member_id = ?`, officer)
	if err != nil {
		return 0, 0, err
	}
	used, err := queryAll(ctx, r.db, "read numbers", scan, `SELECT number FROM talks WHERE holder = ?`, officer)
	for number = (count-1)%mostNumber + 1; slices.Contains(used, number); {
		number = number%mostNumber + 1
	}
	return number, len(used), err
}

func scanTalkID(row scanner) (id talk.ID, err error) { return id, row.Scan(&id) }

// Due implements talk.Store.
func (r *Talks) Due(ctx context.Context, now time.Time, limit int) ([]talk.ID, error) {
	due, err := queryAll(ctx, r.db, "find talks that are due", scanTalkID, `SELECT id FROM talks WHERE due_ms <= ? ORDER BY due_ms, id LIMIT ?`,
		now.UnixMilli(), limit)
	if err != nil {
		return nil, err
	}
	left, err := queryAll(ctx, r.db, "find talks of leavers", scanTalkID, `SELECT t.id FROM talks t JOIN members m ON m.id = t.holder
		WHERE t.holder IS NOT NULL AND m.status <> ? UNION SELECT t.id FROM talks t JOIN members m ON m.id = t.open_worker
		WHERE t.open_worker IS NOT NULL AND m.status = ? LIMIT ?`, union.Active, union.Left, limit)
	for _, id := range left {
		if !slices.Contains(due, id) {
			due = append(due, id)
		}
	}
	return due, err
}

// Queues implements talk.Store.
func (r *Talks) Queues(ctx context.Context) ([]talk.Queue, error) {
	return queryAll(ctx, r.db, "find queues of talks", func(row scanner) (q talk.Queue, err error) { return q, row.Scan(&q.Org, &q.Topic) },
		`SELECT DISTINCT queue_org, topic FROM talks WHERE state = ?`, talk.Waiting)
}

// Waiting implements talk.Store.
func (r *Talks) Waiting(ctx context.Context, q talk.Queue, limit int) ([]talk.ID, error) {
	return queryAll(ctx, r.db, "find talks that wait", scanTalkID,
		`SELECT id FROM talks WHERE state = ? AND queue_org = ? AND topic = ? ORDER BY opened_ms, id LIMIT ?`, talk.Waiting, q.Org, q.Topic, limit)
}

// Since implements talk.Store.
func (r *Talks) Since(ctx context.Context, lineage string, since time.Time, limit int) ([]talk.Talk, error) {
	return queryAll(ctx, r.db, "list talks", scanTalk, selectTalk+`WHERE opened_ms >= ? AND lineage LIKE ? ORDER BY opened_ms DESC, id DESC LIMIT ?`,
		since.UnixMilli(), lineage+"%", limit)
}

// AnsweredBy implements talk.Store.
func (r *Talks) AnsweredBy(ctx context.Context, officer union.MemberID, limit int) ([]talk.Talk, error) {
	return queryAll(ctx, r.db, "list answered talks", scanTalk, selectTalk+`WHERE last_holder = ? AND first_ms IS NOT NULL ORDER BY first_ms DESC LIMIT ?`, officer, limit)
}

// Units implements talk.Store.
func (r *Talks) Units(ctx context.Context, lineage string) ([]union.Organisation, error) {
	return NewTallies(r.db).Units(ctx, lineage)
}

// Named implements talk.Store.
func (r *Talks) Named(ctx context.Context, lineage, name string) ([]union.Organisation, error) {
	return NewTallies(r.db).Named(ctx, lineage, name)
}

// Ahead implements talk.Store.
func (r *Talks) Ahead(ctx context.Context, t talk.Talk) (int, error) {
	return queryOne(ctx, r.db, "count who waits longer", func(row scanner) (n int, err error) { return n, row.Scan(&n) },
		`SELECT COUNT(*) FROM talks WHERE state = ? AND queue_org = ? AND topic = ? AND (opened_ms < ? OR opened_ms = ? AND id < ?)`,
		talk.Waiting, t.Queue, t.Topic, t.OpenedAt.UnixMilli(), t.OpenedAt.UnixMilli(), t.ID)
}

// Backlog counts the open talks and those that wait for a holder, and tells since when the oldest waits for an answer.
func (r *Talks) Backlog(ctx context.Context) (b talk.Backlog, err error) {
	var asked sql.NullInt64
	err = errors.Join(err, r.count(ctx, &b.Held, `SELECT COUNT(*) FROM talks WHERE state = ?`, talk.Held),
		r.count(ctx, &b.Waiting, `SELECT COUNT(*) FROM talks WHERE state = ?`, talk.Waiting))
	if err != nil {
		return b, err
	}
	asked, err = queryOne(ctx, r.db, "find who waits longest", func(row scanner) (at sql.NullInt64, err error) { return at, row.Scan(&at) },
		`SELECT MIN(asked_ms) FROM talks WHERE state IN (?, ?)`, talk.Held, talk.Waiting)
	b.Oldest = timeOf(asked)
	return b, err
}

func (r *Talks) count(ctx context.Context, into *int64, query string, args ...any) (err error) {
	*into, err = queryOne(ctx, r.db, "count talks", func(row scanner) (n int64, err error) { return n, row.Scan(&n) }, query, args...)
	return err
}

// Pause implements talk.Store.
func (r *Talks) Pause(ctx context.Context) (p talk.Pause, err error) {
	_, err = queryAll(ctx, r.db, "read when talks were looked at", func(row scanner) (none talk.ID, err error) {
		var swept, since, back int64
		err = row.Scan(&swept, &since, &back)
		p = talk.Pause{Swept: time.UnixMilli(swept).UTC(), Since: time.UnixMilli(since).UTC(), Back: time.UnixMilli(back).UTC()}
		return none, err
	}, `SELECT swept_ms, since_ms, back_ms FROM talk_sweeps WHERE id = 1`)
	return p, err
}

// KeepPause implements talk.Store.
func (r *Talks) KeepPause(ctx context.Context, p talk.Pause, whole bool) error {
	columns := []string{"swept_ms"}
	if whole {
		columns = append(columns, "since_ms", "back_ms")
	}
	return post(ctx, r.db, "keep when talks were looked at", `INSERT INTO talk_sweeps (id, swept_ms, since_ms, back_ms) VALUES (1, ?, ?, ?)`+
		r.db.overwrite("id", columns...), p.Swept.UnixMilli(), p.Since.UnixMilli(), p.Back.UnixMilli())
}
