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

// waitingAtOnce is how many receivers one transaction takes back who wait for something else than their chunk.
const waitingAtOnce = 500

// withdrawWaiting takes back what waits for its receivers' next word, and what was held back, for it is not to be told of in a digest
// either. A digest that waits, of which parked receipts have the key, names others too and stays. left says that there may be more.
func (r *Broadcasts) withdrawWaiting(ctx context.Context, id broadcast.ID) (left bool, err error) {
	var members []union.MemberID
	keys, err := queryAll(ctx, r.db, "find what waits", func(row scanner) (key string, err error) {
		var number string
		var member union.MemberID
		err = row.Scan(&number, &member)
		members = append(members, member)
		return outboxKey(bot.CastKey(number, int64(member))), err
	}, `SELECT b.number, r.member_id FROM broadcasts b JOIN broadcast_receipts r ON r.broadcast_id = b.id AND r.state IN ('held', 'parked')
		WHERE b.id = ? AND (r.state = 'held' OR r.cause IS NULL) LIMIT ?`, id, waitingAtOnce)
	if err != nil || len(keys) == 0 {
		return false, err
	}
	if _, err := execute(ctx, r.db, "take parked back", `DELETE FROM parked WHERE park_key IN ? AND told_ms IS NULL`, keys); err != nil {
		return false, err
	}
	_, err = execute(ctx, r.db, "withdraw what waited", `UPDATE broadcast_receipts SET state = 'withdrawn', counts_ms = NULL, changed_ms = ?
		WHERE broadcast_id = ? AND member_id IN ? AND state IN ('held', 'parked')`, r.now().UnixMilli(), id, members)
	return len(keys) == waitingAtOnce, err
}
