package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
)

// InsertRepeat implements broadcast.Store.
func (r *Broadcasts) InsertRepeat(ctx context.Context, b broadcast.Repeat) error {
	_, err := execute(ctx, r.db, "insert what is said again", `INSERT INTO broadcast_repeats (id, number, author, org_id, every, in_month, on_day, at_minute, last_id,
		next_day, goes_on, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		b.ID, b.Number, b.Author, b.Org, b.Every, b.Month, b.Day, b.Minute, b.Last, b.Next.String(), oneIf(b.On), b.Version)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fmt.Errorf("insert what is said again: %w", union.ErrTaken)
	}
	return err
}

// UpdateRepeat implements broadcast.Store.
func (r *Broadcasts) UpdateRepeat(ctx context.Context, b broadcast.Repeat) error {
	n, err := execute(ctx, r.db, "update what is said again", `UPDATE broadcast_repeats SET org_id = ?, every = ?, in_month = ?, on_day = ?, at_minute = ?, last_id = ?,
		next_day = ?, goes_on = ?, version = version + 1 WHERE id = ? AND version = ?`,
		b.Org, b.Every, b.Month, b.Day, b.Minute, b.Last, b.Next.String(), oneIf(b.On), b.ID, b.Version)
	if err == nil && n == 0 {
		return fmt.Errorf("update what is said again: %w", union.ErrStale)
	}
	return err
}

const selectRepeat = `SELECT p.id, p.number, p.author, p.org_id, o.lineage, p.every, p.in_month, p.on_day, p.at_minute, p.last_id, p.next_day, p.goes_on, p.version
	FROM broadcast_repeats p JOIN organisations o ON o.id = p.org_id `

func scanRepeat(row scanner) (b broadcast.Repeat, err error) {
	var next string
	if err := row.Scan(&b.ID, &b.Number, &b.Author, &b.Org, &b.Lineage, &b.Every, &b.Month, &b.Day, &b.Minute, &b.Last, &next, &b.On, &b.Version); err != nil {
		return b, err
	}
	b.Next, err = calendar.ParseDate(next)
	return b, err
}

// RepeatByID implements broadcast.Store.
func (r *Broadcasts) RepeatByID(ctx context.Context, id int64) (broadcast.Repeat, error) {
	return queryOne(ctx, r.db, "read what is said again", scanRepeat, selectRepeat+`WHERE p.id = ?`, id)
}

// ByID implements broadcast.Store.
func (r *Broadcasts) ByID(ctx context.Context, id broadcast.ID) (broadcast.Broadcast, error) {
	return r.byID(ctx, id)
}

// DueRepeats implements broadcast.Store.
func (r *Broadcasts) DueRepeats(ctx context.Context, until calendar.Date, limit int) ([]broadcast.Repeat, error) {
	return queryAll(ctx, r.db, "find what is said again soon", scanRepeat, selectRepeat+`WHERE p.goes_on = 1 AND p.next_day <= ? ORDER BY p.next_day, p.id LIMIT ?`,
		until.String(), limit)
}

// RepeatsUnder implements broadcast.Store.
func (r *Broadcasts) RepeatsUnder(ctx context.Context, writer union.MemberID, lineages []string, limit int) ([]broadcast.Repeat, error) {
	where, args := `(p.author = ?`, []any{writer}
	for _, l := range lineages {
		where, args = where+` OR o.lineage LIKE ?`, append(args, l+"%")
	}
	return queryAll(ctx, r.db, "list what is said again", scanRepeat, selectRepeat+`WHERE `+where+`)
		ORDER BY p.goes_on DESC, CASE WHEN p.goes_on = 1 THEN p.next_day ELSE '' END, p.id DESC LIMIT ?`, append(args, limit)...)
}

// OpenRuns implements broadcast.Store.
func (r *Broadcasts) OpenRuns(ctx context.Context, repeat int64, limit int) ([]broadcast.Broadcast, error) {
	return queryAll(ctx, r.db, "find open runs", r.scan, selectBroadcast+`WHERE b.series = ? AND b.state IN ('draft', 'submitted') ORDER BY b.id LIMIT ?`, repeat, limit)
}

// HasRun implements broadcast.Store.
func (r *Broadcasts) HasRun(ctx context.Context, repeat int64, day calendar.Date) (bool, error) {
	n, err := queryOne(ctx, r.db, "find the run of a day", scanInt, `SELECT COUNT(*) FROM broadcasts WHERE series = ? AND run_day = ?`, repeat, day.String())
	return n > 0, err
}

// LateRuns implements broadcast.Store.
func (r *Broadcasts) LateRuns(ctx context.Context, before time.Time, day calendar.Date, limit int) ([]broadcast.Broadcast, error) {
	return queryAll(ctx, r.db, "find runs that nobody has released", r.scan, selectBroadcast+`WHERE b.series > 0 AND b.state IN ('draft', 'submitted')
		AND (b.starts_ms > 0 AND b.starts_ms < ? OR b.starts_ms <= 0 AND b.run_day < ?) ORDER BY b.id LIMIT ?`, before.UnixMilli(), day.String(), limit)
}
