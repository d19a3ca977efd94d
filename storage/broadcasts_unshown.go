package storage

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/broadcast"
)

// unshownKept is longer than a broadcast takes from its first receipt to its end.
const unshownKept = 30 * 24 * time.Hour

// Unshown notes on the receipt of a broadcast that its notice, which the platform had taken, was not shown: the text waits for the next
// word as if it had been refused at once. The platform may say so before the receipt is written down, so that it is kept first: either this
// finds the receipt, or the end of the broadcast finds what was kept.
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
	if err := r.nameUnnamed(ctx, member[0], notice); err != nil {
		return err
	}
	return r.notShown(ctx, member[0], notice)
}

// unshownWithin is how long after a notice went out the platform says what became of it.
const unshownWithin = 30 * time.Minute

// nameUnnamed gives the platform's id of a notice to the receipt of it where the platform told no id with its answer, as it does not for
// every subscription notice: to the one receipt of the member that was told by such a notice a moment ago. Of two nobody knows which it
// was, and neither has it.
func (r *Broadcasts) nameUnnamed(ctx context.Context, member int64, notice bot.Unshown) error {
	if notice.Kind == "" {
		return nil
	}
	known, err := queryOne(ctx, r.db, "look for a notice", scanInt, `SELECT COUNT(*) FROM broadcast_receipts WHERE member_id = ? AND notice_id = ?`, member, notice.ID)
	if err != nil || known > 0 {
		return err
	}
	since := r.now().Add(-unshownWithin).UnixMilli()
	told, err := queryAll(ctx, r.db, "find what a notice has told of", r.scan, selectBroadcast+`JOIN broadcast_receipts r ON r.broadcast_id = b.id
		WHERE r.member_id = ? AND r.state = 'announced' AND r.notice_id IS NULL AND r.changed_ms >= ?`, member, since)
	var of broadcast.ID
	for _, b := range told {
		switch {
		case string(b.Notice) != notice.Kind:
		case of != 0:
			return nil
		default:
			of = b.ID
		}
	}
	if err != nil || of == 0 {
		return err
	}
	_, err = execute(ctx, r.db, "name a notice", `UPDATE broadcast_receipts SET notice_id = ? WHERE broadcast_id = ? AND member_id = ? AND state = 'announced' AND notice_id IS NULL`,
		notice.ID, of, member)
	return err
}

// notShown has receipts wait for the next word. The cause says whether the branches were told of all others before: a broadcast that is
// being counted is waited for.
func (r *Broadcasts) notShown(ctx context.Context, member int64, notice bot.Unshown) error {
	of, err := queryAll(ctx, r.db, "find what was not shown", scanInt, `SELECT broadcast_id FROM broadcast_receipts WHERE member_id = ? AND notice_id = ? AND state = 'announced'`,
		member, notice.ID)
	if err != nil || len(of) == 0 {
		return err
	}
	return r.db.Tx(ctx, func(ctx context.Context) error {
		if _, err := execute(ctx, r.db, "hold its broadcast", `UPDATE broadcasts SET plan_after = plan_after WHERE id IN ?`, of); err != nil {
			return err
		}
		_, err := execute(ctx, r.db, "note what was not shown", `UPDATE broadcast_receipts SET state = 'parked', changed_ms = ?, cause = CASE WHEN EXISTS (SELECT 1 FROM broadcasts b
			WHERE b.id = broadcast_receipts.broadcast_id AND (b.state IN ('done', 'cancelled') OR b.plan_lane = ? AND b.plan_after >= ?)) THEN ? ELSE ? END
			WHERE broadcast_id IN ? AND member_id = ? AND notice_id = ? AND state = 'announced'`,
			r.now().UnixMilli(), broadcast.Planned, member, shortCause(broadcast.UnshownLate+notice.Cause), shortCause("notice: "+notice.Cause), of, member, notice.ID)
		return err
	})
}

// unshownAtOnce is how many receipts one transaction looks up.
const unshownAtOnce = 500

// NoteUnshown implements broadcast.Store.
func (r *Broadcasts) NoteUnshown(ctx context.Context, id broadcast.ID) (more bool, err error) {
	type unshown struct {
		bot.Unshown
		member int64
	}
	err = r.db.Tx(ctx, func(ctx context.Context) error {
		list, err := queryAll(ctx, r.db, "look for what was not shown", func(row scanner) (u unshown, err error) { return u, row.Scan(&u.member, &u.ID, &u.Cause) },
			`SELECT r.member_id, f.notice_id, f.cause FROM broadcast_receipts r JOIN identities i ON i.member_id = r.member_id
			JOIN notice_failures f ON f.channel = i.channel AND f.notice_id = r.notice_id WHERE r.broadcast_id = ? AND r.state = 'announced'
			ORDER BY r.member_id LIMIT ?`, id, unshownAtOnce)
		more = len(list) == unshownAtOnce
		for i := 0; i < len(list) && err == nil; i++ {
			err = r.notShown(ctx, list[i].member, list[i].Unshown)
		}
		return err
	})
	return more, err
}
