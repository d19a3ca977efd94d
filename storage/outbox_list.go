package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// Backlog is how the outbox stands, for metrics.
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

// Backlog counts.
func (o *Outbox) Backlog(ctx context.Context) (Backlog, error) {
	g, err := o.db.read(ctx)
	if err != nil {
		return Backlog{}, err
	}
	var open struct {
		Waiting, Claimed int
		Oldest           *int64
	}
	now := o.now().UnixMilli()
	err = g.Raw(`SELECT COALESCE(SUM(CASE WHEN due_ms <= ? THEN 1 ELSE 0 END), 0) AS waiting,
		COALESCE(SUM(CASE WHEN due_ms > ? AND lease_owner <> '`+putBack+`' THEN 1 ELSE 0 END), 0) AS claimed,
		MIN(CASE WHEN due_ms <= ? THEN due_ms END) AS oldest
		FROM outbox WHERE state IN ('pending', 'sending')`, now, now, now).Scan(&open).Error
	if err != nil {
		return Backlog{}, fmt.Errorf("count open rows: %w", classify(err))
	}
	b := Backlog{Waiting: open.Waiting, Claimed: open.Claimed}
	if open.Oldest != nil {
		b.Oldest = time.UnixMilli(*open.Oldest)
	}
	var settled []struct {
		State string
		N     int
	}
	err = g.Raw(`SELECT state, COUNT(*) AS n FROM outbox WHERE state IN ('uncertain', 'failed') GROUP BY state`).Scan(&settled).Error
	if err != nil {
		return Backlog{}, fmt.Errorf("count unsettled rows: %w", classify(err))
	}
	for _, s := range settled {
		if s.State == string(bot.ParcelUncertain) {
			b.Uncertain = s.N
		} else {
			b.Failed = s.N
		}
	}
	return b, nil
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
