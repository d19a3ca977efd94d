package broadcast

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
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

// digest puts together as many as one message holds.
func (d *Desk) digest(ctx context.Context, member union.MemberID, held []HeldReceipt, now time.Time) error {
	return d.Store.Tx(ctx, func(ctx context.Context) error {
		me, err := d.Members.Get(ctx, member)
		if err != nil {
			return err
		}
		for len(held) > 0 {
			var texts []string
			var ids []ID
			for size := 0; len(held) > 0; held = held[1:] {
				text := For(held[0].Broadcast.Frozen, me)
				if size += len(text); len(texts) > 0 && size > TextBytes {
					break
				}
				texts, ids = append(texts, text), append(ids, held[0].Broadcast.ID)
			}
			key := digestKey(member, ids[len(ids)-1])
			err := d.Outbox.Put(ctx, notice.Notice{Key: key, Kind: notice.KindBroadcast, Policy: notice.Hold, To: member, Body: d.Words.HeldBack(texts)})
			if err != nil {
				return err
			}
			if err := d.Store.Digested(ctx, member, ids, key, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// digests begins the keys of digests: cast/digest/ and the member, and the last broadcast that it names.
const digests = "cast/digest/"

// AnyDigest is the pattern of their keys.
const AnyDigest = digests + "%"

func digestKey(member union.MemberID, last ID) string {
	return fmt.Sprintf("%s%d/%d", digests, member, last)
}

// DigestOf says whose digest a notice with this key is; ok is false for any other notice.
func DigestOf(key string) (member union.MemberID, ok bool) {
	rest, ours := strings.CutPrefix(key, digests)
	who, _, cut := strings.Cut(rest, "/")
	id, err := strconv.ParseInt(who, 10, 64)
	return union.MemberID(id), ours && cut && err == nil
}

// Lapse gives up what has waited too long for its receivers' next word. It returns of how many. Of whom a notice had told so long that it
// waits the branches hear now; of the others they have heard when the broadcast ended.
func (d *Desk) Lapse(ctx context.Context, limit int) (n int64, err error) {
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		lapsed, announced, err := d.Store.Lapse(ctx, d.Now().Add(-ParkedFor), limit)
		n = lapsed
		for _, number := range slices.Sorted(maps.Keys(announced)) {
			if err == nil {
				err = d.tellLapsed(ctx, number, announced[number])
			}
		}
		return err
	})
	return n, err
}
