package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union/broadcast"
)

// LookAt implements broadcast.Store.
func (r *Broadcasts) LookAt(ctx context.Context, id broadcast.ID, at time.Time) error {
	_, err := execute(ctx, r.db, "note when to look for who came later", `UPDATE broadcasts SET joins_ms = ? WHERE id = ?`, msOrNull(at), id)
	return err
}

// Looking implements broadcast.Store.
func (r *Broadcasts) Looking(ctx context.Context, now time.Time, limit int) ([]broadcast.Broadcast, error) {
	return queryAll(ctx, r.db, "find broadcasts for who came later", r.scan, selectBroadcast+`WHERE b.joins_ms <= ? AND b.state = 'done' ORDER BY b.joins_ms, b.id LIMIT ?`,
		now.UnixMilli(), limit)
}

// Joined implements broadcast.Store.
func (r *Broadcasts) Joined(ctx context.Context, b broadcast.Broadcast, today time.Time) (bool, error) {
	b.Plan = broadcast.Plan{Again: broadcast.Joined, Until: 1<<63 - 1}
	from, args := r.candidates(b, broadcast.Rules{Today: today}, broadcast.Nowhere)
	n, err := queryOne(ctx, r.db, "look for who came later", scanInt, `SELECT COUNT(*) FROM (SELECT m.id `+from+` LIMIT 1) AS one`, args...)
	return n > 0, err
}
