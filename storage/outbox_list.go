package storage

import (
	"context"
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

// purgeBatch is how many rows one statement of a purge removes, so that no lock is held for long.
const purgeBatch = 500

// Purge removes rows that were settled before a time, and the cards that could be updated until then at most, and says how many rows it removed.
func (o *Outbox) Purge(ctx context.Context, before time.Time) (removed int64, err error) {
	g, err := o.db.write(ctx)
	if err != nil {
		return 0, err
	}
	for {
		var ids []int64
		err := g.Raw(`SELECT id FROM outbox WHERE state IN ('sent', 'parked', 'failed', 'uncertain') AND due_ms < ? LIMIT ?`,
			before.UnixMilli(), purgeBatch).Scan(&ids).Error
		if err != nil {
			return removed, fmt.Errorf("find old rows: %w", classify(err))
		}
		if len(ids) == 0 {
			break
		}
		r := g.Exec(`DELETE FROM outbox WHERE id IN ?`, ids)
		if r.Error != nil {
			return removed, fmt.Errorf("remove old rows: %w", classify(r.Error))
		}
		removed += r.RowsAffected
	}
	if err := g.Exec(`DELETE FROM cards WHERE usable_until_ms < ?`, before.UnixMilli()).Error; err != nil {
		return removed, fmt.Errorf("remove old cards: %w", classify(err))
	}
	return removed, nil
}
