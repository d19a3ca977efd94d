package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// OtherWay implements broadcast.Store. The version of the broadcast is raised first: of two who do the same the second finds that it was
// done, and no receiver is in two chunks. Who was refused in an earlier round, and is not meant in this one, is left alone. Those who are
// written to count for the week's ceiling now, which nobody does whom a broadcast has not reached.
func (r *Broadcasts) OtherWay(ctx context.Context, b broadcast.Broadcast, now time.Time) (bool, error) {
	found, err := queryAll(ctx, r.db, "find who is bound elsewhere", func(row scanner) (id union.MemberID, err error) { return id, row.Scan(&id) },
		`SELECT r.member_id FROM broadcast_receipts r JOIN members m ON m.id = r.member_id WHERE r.broadcast_id = ? AND r.state = 'unreachable' AND r.lane = ? AND r.changed_ms >= ?
		AND m.status <> ? AND EXISTS (SELECT 1 FROM identities i WHERE i.member_id = m.id AND i.channel <> ?) ORDER BY r.member_id LIMIT ?`,
		b.ID, broadcast.Directory, b.StartsAt.UnixMilli(), union.Left, r.wecom, plannedAtOnce)
	if err != nil || len(found) == 0 {
		return false, err
	}
	return true, r.db.Tx(ctx, func(ctx context.Context) error {
		if err := r.Update(ctx, b); err != nil {
			return err
		}
		for size := b.ChunkSize(broadcast.Bound); len(found) > 0; {
			some := found[:min(size, len(found))]
			found = found[len(some):]
			_, err := execute(ctx, r.db, "plan another way", `UPDATE broadcast_receipts SET state = 'planned', cause = NULL, lane = ?, changed_ms = ?, counts_ms = ?
				WHERE broadcast_id = ? AND member_id IN ? AND state = 'unreachable'`, broadcast.Bound, now.UnixMilli(), countsAt(b, now), b.ID, some)
			if err != nil {
				return err
			}
			if err := r.insertChunk(ctx, b.ID, broadcast.Bound, memberRange{some[0], some[len(some)-1]}); err != nil {
				return err
			}
		}
		return nil
	})
}

// countsAt is when what goes out at a time counts for a week's ceiling: what is urgent never does.
func countsAt(b broadcast.Broadcast, sends time.Time) any {
	if b.Urgent {
		return nil
	}
	return sends.UnixMilli()
}
