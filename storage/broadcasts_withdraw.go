package storage

import (
	"context"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// withdrawnAtOnce is how many chunks one transaction takes back.
const withdrawnAtOnce = 20

// Withdraw implements broadcast.Store. A chunk whose lease has run out in the middle of a call is left to whoever settles
// what may have gone out.
func (r *Broadcasts) Withdraw(ctx context.Context, id broadcast.ID) (left bool, err error) {
	err = r.db.Tx(ctx, func(ctx context.Context) error {
		chunks, err := queryAll(ctx, r.db, "find chunks to withdraw", scanChunk, selectChunk+`WHERE c.broadcast_id = ? AND c.state = 'pending'
			AND c.sent_calls IS NULL AND (c.lease_owner IS NULL OR c.due_ms <= ?) ORDER BY c.due_ms LIMIT ?`, id, r.now().UnixMilli(), withdrawnAtOnce)
		if err != nil {
			return err
		}
		left = len(chunks) == withdrawnAtOnce
		if !left {
			if left, err = r.withdrawWaiting(ctx, id); err != nil {
				return err
			}
		}
		for _, c := range chunks {
			n, err := execute(ctx, r.db, "withdraw chunk", `UPDATE broadcast_chunks SET state = 'done', lease_owner = NULL WHERE id = ? AND state = 'pending'
				AND sent_calls IS NULL AND (lease_owner IS NULL OR due_ms <= ?)`, c.id, r.now().UnixMilli())
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			if err := r.unpark(ctx, id, c); err != nil {
				return err
			}
			_, err = execute(ctx, r.db, "withdraw receipts", `UPDATE broadcast_receipts SET state = 'withdrawn', counts_ms = NULL, changed_ms = ?
				WHERE broadcast_id = ? AND member_id BETWEEN ? AND ? AND lane = ? AND state = 'planned'`,
				r.now().UnixMilli(), id, c.from, c.to, c.lane)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return left, err
}

// unpark takes back what waits for the next word of receivers of a chunk whose receipts do not say so: whoever parked it has died, or
// was to try a notice once more.
func (r *Broadcasts) unpark(ctx context.Context, id broadcast.ID, c chunk) error {
	if c.lane != broadcast.Bound {
		return nil
	}
	keys, err := queryAll(ctx, r.db, "find what a chunk has parked", func(row scanner) (key string, err error) {
		var number string
		var member int64
		err = row.Scan(&number, &member)
		return outboxKey(bot.CastKey(number, member)), err
	}, `SELECT b.number, r.member_id FROM broadcasts b JOIN broadcast_receipts r ON r.broadcast_id = b.id AND r.member_id BETWEEN ? AND ? AND r.state = 'planned'
		WHERE b.id = ?`, c.from, c.to, id)
	if err == nil && len(keys) > 0 {
		_, err = execute(ctx, r.db, "take parked back", `DELETE FROM parked WHERE park_key IN ? AND told_ms IS NULL`, keys)
	}
	return err
}

// waitingAtOnce is how many receivers one transaction takes back who wait for something else than their chunk.
const waitingAtOnce = 500

// withdrawWaiting takes back what waits for its receivers' next word, and what was held back, for it is not to be told of in a digest
// either. left says that there may be more.
func (r *Broadcasts) withdrawWaiting(ctx context.Context, id broadcast.ID) (left bool, err error) {
	var members []union.MemberID
	keys, err := queryAll(ctx, r.db, "find what waits", func(row scanner) (key string, err error) {
		var number string
		var member union.MemberID
		err = row.Scan(&number, &member)
		members = append(members, member)
		return outboxKey(bot.CastKey(number, int64(member))), err
	}, `SELECT b.number, r.member_id FROM broadcasts b JOIN broadcast_receipts r ON r.broadcast_id = b.id AND r.state IN ('held', 'silenced', 'freed', 'parked', 'announced')
		WHERE b.id = ? AND (r.state <> 'parked' OR COALESCE(r.cause, '') NOT LIKE ?) LIMIT ?`, id, broadcast.AnyDigest, waitingAtOnce)
	if err == nil && len(keys) == 0 {
		return r.withdrawDigests(ctx, id)
	}
	if err != nil {
		return false, err
	}
	if _, err := execute(ctx, r.db, "take parked back", `DELETE FROM parked WHERE park_key IN ? AND told_ms IS NULL`, keys); err != nil {
		return false, err
	}
	_, err = execute(ctx, r.db, "withdraw what waited", `UPDATE broadcast_receipts SET state = 'withdrawn', counts_ms = NULL, changed_ms = ?
		WHERE broadcast_id = ? AND member_id IN ? AND state IN ('held', 'silenced', 'freed', 'parked', 'announced')`, r.now().UnixMilli(), id, members)
	if err == nil && len(keys) < waitingAtOnce {
		return r.withdrawDigests(ctx, id)
	}
	return len(keys) == waitingAtOnce, err
}

// withdrawDigests takes back the digests that wait for a next word and name nothing that still goes. One that names others stays.
func (r *Broadcasts) withdrawDigests(ctx context.Context, id broadcast.ID) (left bool, err error) {
	var members []union.MemberID
	keys, err := queryAll(ctx, r.db, "find digests that wait", func(row scanner) (key string, err error) {
		var member union.MemberID
		err = row.Scan(&member, &key)
		members = append(members, member)
		return key, err
	}, `SELECT r.member_id, r.cause FROM broadcast_receipts r WHERE r.broadcast_id = ? AND r.state = 'parked' AND r.cause LIKE ?
		AND NOT EXISTS (SELECT 1 FROM broadcast_receipts o JOIN broadcasts b ON b.id = o.broadcast_id AND b.state <> 'cancelled'
			WHERE o.member_id = r.member_id AND o.cause = r.cause AND o.state = 'parked') LIMIT ?`, id, broadcast.AnyDigest, waitingAtOnce)
	if err != nil || len(keys) == 0 {
		return false, err
	}
	if _, err := execute(ctx, r.db, "take digests back", `DELETE FROM parked WHERE park_key IN ? AND told_ms IS NULL`, keys); err != nil {
		return false, err
	}
	_, err = execute(ctx, r.db, "withdraw what digests named", `UPDATE broadcast_receipts SET state = 'withdrawn', cause = NULL, counts_ms = NULL, changed_ms = ?
		WHERE member_id IN ? AND cause IN ? AND state = 'parked'`, r.now().UnixMilli(), members, keys)
	return len(keys) == waitingAtOnce, err
}

// missed says whether a broadcast has not reached somebody, as far as anybody knows.
func missed(r bot.Receipt) bool {
	return r.State == bot.ParcelFailed || r.State == bot.ParcelUnreachable
}

// unparkMissed takes back what waits for the next word of those whom a broadcast, or a notice of it, has not reached: they may be sent
// it again. It comes before their receipts, as in all that locks both.
func (q *BroadcastQueue) unparkMissed(ctx context.Context, batch bot.Batch, receipts map[int64]bot.Receipt) error {
	var keys []string
	for _, to := range batch.To {
		if string(to.At.Channel) != q.wecom && missed(receipts[to.Member]) {
			keys = append(keys, outboxKey(bot.CastKey(batch.Number, to.Member)))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return post(ctx, q.db, "take parked back", `DELETE FROM parked WHERE park_key IN ? AND told_ms IS NULL AND EXISTS
		(SELECT 1 FROM broadcast_chunks c WHERE c.id = ? AND c.lease_owner = ?)`, keys, batch.ID, batch.Lease)
}
