package broadcast

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Answered takes 收到 for an urgent broadcast: the one with the number, or the latest that waits for the member. It returns
// union.ErrNotFound where none does.
func (d *Desk) Answered(ctx context.Context, member union.MemberID, number string) (Broadcast, error) {
	var b Broadcast
	err := d.Store.Tx(ctx, func(ctx context.Context) (err error) {
		if b, err = d.Store.Asking(ctx, member, number); err != nil {
			return err
		}
		_, err = d.Store.Answer(ctx, b.ID, member, d.Now())
		return err
	})
	if err != nil && !errors.Is(err, union.ErrNotFound) {
		err = fmt.Errorf("note answer: %w", err)
	}
	return b, err
}

// heldFor is how long what a week's ceiling held back waits to be named in a digest.
const heldFor = 24 * time.Hour

// Digest names to members in one message what a week's ceiling has held back. It goes out within the hours in which people
// may be reminded. It returns how many members it wrote to.
func (d *Desk) Digest(ctx context.Context, limit int) (written int64, err error) {
	now := d.Now()
	if !d.Hours.OnDuty(now) {
		return 0, nil
	}
	held, err := d.Store.HeldFor(ctx, now.Add(-heldFor), limit)
	if err != nil {
		return 0, err
	}
	for len(held) > 0 {
		member, n := held[0].Member, 1
		for n < len(held) && held[n].Member == member {
			n++
		}
		if err := d.digest(ctx, member, held[:n], now); err != nil {
			return written, err
		}
		held = held[n:]
		written++
	}
	return written, nil
}

func (d *Desk) digest(ctx context.Context, member union.MemberID, held []HeldReceipt, now time.Time) error {
	return d.Store.Tx(ctx, func(ctx context.Context) error {
		me, err := d.Members.Get(ctx, member)
		if err != nil {
			return err
		}
		var texts []string
		var ids []ID
		for _, h := range held {
			texts = append(texts, For(h.Broadcast.Frozen, me))
			ids = append(ids, h.Broadcast.ID)
		}
		err = d.Outbox.Put(ctx, notice.Notice{
			Key: fmt.Sprintf("cast/digest/%d/%d", member, ids[len(ids)-1]), Kind: notice.KindBroadcast, Policy: notice.Hold, To: member,
			Body: d.Words.HeldBack(texts),
		})
		if err != nil {
			return err
		}
		return d.Store.Digested(ctx, member, ids, now)
	})
}
