package storage

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/broadcast"
)

// unshownKept is longer than a receipt takes to be written down, whose notice the platform may have failed to show before that.
const unshownKept = time.Hour

// Unshown notes on the receipt of a broadcast that its notice, which the platform had taken, was not shown: the text waits for the next
// word as if it had been refused at once. The platform may say so before the receipt is written down, so that it is kept first: either this
// finds the receipt, or the settlement, once it is written down, finds what was kept.
func (r *Broadcasts) Unshown(ctx context.Context, who bot.Address, notice bot.Unshown) error {
	now := r.now()
	_, err := execute(ctx, r.db, "keep what was not shown", `INSERT INTO notice_failures (channel, notice_id, cause, at_ms) VALUES (?, ?, ?, ?)`,
		string(who.Channel), notice.ID, shortCause(notice.Cause), now.UnixMilli())
	if err != nil && !errors.Is(err, gorm.ErrDuplicatedKey) {
		return err
	}
	if _, err := execute(ctx, r.db, "forget what was not shown", `DELETE FROM notice_failures WHERE at_ms < ?`, now.Add(-unshownKept).UnixMilli()); err != nil {
		return err
	}
	member, err := queryAll(ctx, r.db, "find who was not shown it", func(row scanner) (id int64, err error) { return id, row.Scan(&id) },
		`SELECT member_id FROM identities WHERE channel = ? AND user_id = ?`, string(who.Channel), string(who.User))
	if err != nil || len(member) == 0 {
		return err
	}
	return r.notShown(ctx, member[0], notice)
}

// notShown has a receipt wait for the next word. The cause says whether the branches were told of all others before.
func (r *Broadcasts) notShown(ctx context.Context, member int64, notice bot.Unshown) error {
	_, err := execute(ctx, r.db, "note what was not shown", `UPDATE broadcast_receipts SET state = 'parked', changed_ms = ?, cause = CASE WHEN EXISTS (SELECT 1 FROM broadcasts b
		WHERE b.id = broadcast_receipts.broadcast_id AND (b.state IN ('done', 'cancelled') OR b.plan_lane = ? AND b.plan_after >= ?)) THEN ? ELSE ? END
		WHERE member_id = ? AND notice_id = ? AND state = 'announced'`,
		r.now().UnixMilli(), broadcast.Planned, member, shortCause(broadcast.UnshownLate+notice.Cause), shortCause("notice: "+notice.Cause), member, notice.ID)
	return err
}

// unshown notes it on receipts that were written down a moment after the platform has said so, in no transaction with them.
func (q *BroadcastQueue) unshown(ctx context.Context, batch bot.Batch, receipts map[int64]bot.Receipt) error {
	for _, to := range batch.To {
		id := receipts[to.Member].Notice
		if id == "" {
			continue
		}
		causes, err := queryAll(ctx, q.db, "look for what was not shown", func(row scanner) (cause string, err error) { return cause, row.Scan(&cause) },
			`SELECT cause FROM notice_failures WHERE channel = ? AND notice_id = ?`, string(to.At.Channel), id)
		if err == nil && len(causes) > 0 {
			err = q.notShown(ctx, to.Member, bot.Unshown{ID: id, Cause: causes[0]})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
