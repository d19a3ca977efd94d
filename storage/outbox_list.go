package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// Backlog is how the outbox stands, for metrics. The numbers end at backlogMost: a broadcast to a million must not make
// everybody who looks count a million rows.
type Backlog struct {
	// Waiting is the number of rows that are due and in nobody's hand.
	Waiting int
	// Oldest is when the oldest of them was due; zero if none waits.
	Oldest time.Time
	// Claimed is the number of rows that a lease holds.
	Claimed int
	// Uncertain and Failed count the rows that wait for a person.
	Uncertain, Failed int
}

const backlogMost = 10_000

// Backlog counts. Every statement is answered from the index of state and time; the leases are looked up in the rows.
func (o *Outbox) Backlog(ctx context.Context) (b Backlog, err error) {
	now := o.now().UnixMilli()
	for _, c := range []struct {
		what, where string
		args        []any
		to          *int
	}{
		{"count waiting rows", "state IN ('pending', 'sending') AND due_ms <= ?", []any{now}, &b.Waiting},
		{"count uncertain rows", "state = 'uncertain'", nil, &b.Uncertain},
		{"count failed rows", "state = 'failed'", nil, &b.Failed},
	} {
		if *c.to, err = o.countRows(ctx, c.what, "SELECT COUNT(*) FROM (SELECT due_ms FROM outbox WHERE "+c.where+" LIMIT ?) AS counted", append(c.args, backlogMost)...); err != nil {
			return Backlog{}, err
		}
	}
	b.Claimed, err = o.countRows(ctx, "count claimed rows", `SELECT COALESCE(SUM(CASE WHEN lease_owner <> '`+putBack+`' THEN 1 ELSE 0 END), 0) FROM
		(SELECT lease_owner FROM outbox WHERE state IN ('pending', 'sending') AND due_ms > ? LIMIT ?) AS counted`, now, backlogMost)
	if err != nil || b.Waiting == 0 {
		return b, err
	}
	oldest, err := o.countRows(ctx, "find oldest row", `SELECT COALESCE(MIN(earliest), 0) FROM (SELECT MIN(due_ms) AS earliest FROM outbox WHERE state = 'pending'
		UNION ALL SELECT MIN(due_ms) FROM outbox WHERE state = 'sending') AS firsts WHERE earliest <= ?`, now)
	if oldest > 0 {
		b.Oldest = time.UnixMilli(int64(oldest))
	}
	return b, err
}

// countRows reads one number.
func (o *Outbox) countRows(ctx context.Context, what, query string, args ...any) (n int, err error) {
	g, err := o.db.read(ctx)
	if err != nil {
		return 0, err
	}
	if err := g.Raw(query, args...).Row().Scan(&n); err != nil {
		return 0, fmt.Errorf("%s: %w", what, classify(err))
	}
	return n, nil
}

// Undelivered is a row that needs a person's eye: it failed, or nobody knows whether it went out.
type Undelivered struct {
	ID     int64
	Key    string
	Kind   string
	Member int64 // 0 where it went to an address
	Case   int64 // 0 if about none
	State  bot.ParcelState
	Cause  string
	At     time.Time
}

// Undelivered lists the rows in a state, the latest first.
func (o *Outbox) Undelivered(ctx context.Context, state bot.ParcelState, limit int) ([]Undelivered, error) {
	g, err := o.db.read(ctx)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ID               int64
		RowKey, Kind     string
		MemberID, CaseID int64
		Cause            string
		DueMs            int64
	}
	err = g.Raw(`SELECT id, row_key, kind, COALESCE(member_id, 0) AS member_id, COALESCE(case_id, 0) AS case_id,
		COALESCE(cause, '') AS cause, due_ms FROM outbox WHERE state = ? ORDER BY due_ms DESC, id DESC LIMIT ?`,
		string(state), limit).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list rows: %w", classify(err))
	}
	list := make([]Undelivered, 0, len(rows))
	for _, r := range rows {
		list = append(list, Undelivered{ID: r.ID, Key: r.RowKey, Kind: r.Kind, Member: r.MemberID, Case: r.CaseID,
			State: state, Cause: r.Cause, At: time.UnixMilli(r.DueMs)})
	}
	return list, nil
}

// Purge removes rows that were settled before a time, at most limit, with the state of their cards, and says how many
// rows it removed. A card that a tap made usable again just now is left.
func (o *Outbox) Purge(ctx context.Context, before time.Time, limit int) (int64, error) {
	var tasks []string
	old, err := queryAll(ctx, o.db, "find old rows", func(s scanner) (id int64, err error) {
		var task sql.NullString
		err = s.Scan(&id, &task)
		if task.Valid {
			tasks = append(tasks, task.String)
		}
		return id, err
	}, `SELECT id, task_id FROM outbox WHERE state IN ('sent', 'parked', 'failed', 'uncertain') AND due_ms < ? LIMIT ?`,
		before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	// The cards go first: killed in between, the rows lead to them again.
	_, err = removeEach(ctx, o.db, "remove old cards", `DELETE FROM cards WHERE task_id = ? AND usable_until_ms < ?`, tasks, o.now().UnixMilli())
	if err != nil {
		return 0, err
	}
	return removeEach(ctx, o.db, "remove old rows", `DELETE FROM outbox WHERE id = ?`, old)
}
