package storage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/occasion"
)

// Begin freezes the call and its address, counts the try and renews the lease. It returns bot.ErrStopped for a greeting that a silence
// keeps back or that is to be taken back, bot.ErrAside for a digest that one keeps back, and bot.ErrRead for one whose words were told from where they were parked.
func (o *Outbox) Begin(ctx context.Context, item bot.Parcel, to bot.Address, call []byte, life time.Duration) error {
	if kept, err := o.keptBack(ctx, item.Kind, item.Key); err != nil || kept {
		if item.Kind == notice.KindBroadcast { // no sweep takes it back, as it does greetings
			return cmp.Or(err, bot.ErrAside)
		}
		return cmp.Or(err, bot.ErrStopped)
	}
	if item.Kind == notice.KindGreeting {
		if told, _, err := o.parked(ctx, item.Key); err != nil || told {
			return cmp.Or(err, bot.ErrRead)
		}
	}
	now := o.now()
	if item.Unnamed {
		to, call = bot.Address{}, nil // composed anew for another try
	}
	sealed, err := o.db.seal(outboxCall, item.ID, call)
	if err != nil {
		return err
	}
	frozen := now
	if !item.FrozenAt.IsZero() && item.To == to && bytes.Equal(item.Frozen, call) {
		frozen = item.FrozenAt
	}
	err = o.change(ctx, `UPDATE outbox SET state = 'sending', channel = ?, to_user = ?, sent_call = ?, frozen_ms = ?,
		attempts = attempts + 1, begun_ms = ?, due_ms = ? WHERE id = ? AND lease_owner = ? AND COALESCE(cause, '') <> '`+recalled+`'`,
		orNull(string(to.Channel)), orNull(string(to.User)), orNull(sealed), frozen.UnixMilli(), now.UnixMilli(), now.Add(life).UnixMilli(), item.ID, item.Lease)
	if errors.Is(err, bot.ErrLeaseLost) {
		if back, asked := o.isRecalled(ctx, item.ID); asked != nil || back {
			return cmp.Or(asked, bot.ErrStopped)
		}
	}
	return err
}

func (o *Outbox) isRecalled(ctx context.Context, id int64) (bool, error) {
	n, err := queryOne(ctx, o.db, "look whether it is recalled", scanInt, `SELECT COUNT(*) FROM outbox WHERE id = ? AND cause = ?`, id, recalled)
	return n > 0, err
}

// parked says whether the words of a row are parked, and were told already.
func (o *Outbox) parked(ctx context.Context, key string) (told, waits bool, err error) {
	list, err := queryAll(ctx, o.db, "look for parked words", scanInt, `SELECT CASE WHEN told_ms IS NULL THEN 0 ELSE 1 END FROM parked WHERE park_key = ?`, outboxKey(key))
	return len(list) > 0 && list[0] == 1, len(list) > 0 && list[0] == 0, err
}

// Settle ends the lease of a row.
func (o *Outbox) Settle(ctx context.Context, item bot.Parcel, s bot.Settlement) error {
	failed := s.State == bot.ParcelFailed || s.State == bot.ParcelUncertain
	greets := item.Kind == notice.KindGreeting && s.State != bot.ParcelSent
	if _, digest := broadcast.DigestOf(item.Key); !failed && !digest && !greets && s.State != bot.ParcelParked { // nothing else is to be written: this is most of them
		return o.settle(ctx, item, s)
	}
	return o.db.Tx(ctx, func(ctx context.Context) error {
		s := s
		if failed || greets {
			told, waits, err := o.parked(ctx, item.Key)
			if err != nil {
				return err
			}
			if told && s.State != bot.ParcelParked {
				s = bot.Settlement{State: bot.ParcelSent, Cause: "read with a word"}
			} else if waits && failed { // only what was to announce them has failed
				s.State = bot.ParcelParked
			}
		}
		err := o.settle(ctx, item, s)
		if err == nil && s.State != bot.ParcelAgain {
			err = o.db.digestsCameTo(ctx, []string{item.Key}, s.State, s.Cause, o.now())
		}
		if err == nil && s.State == bot.ParcelParked { // a sweep may have passed it over while it was in hand
			_, err = o.keptBack(ctx, item.Kind, item.Key)
		}
		if err == nil && (s.State == bot.ParcelFailed || s.State == bot.ParcelUncertain) {
			err = o.leaveOut(ctx, []string{item.Key}, o.now())
		}
		if err != nil || !greets {
			return err
		}
		return o.bringBack(ctx, item.ID)
	})
}

// bringBack takes back what was recalled while it was in hand.
func (o *Outbox) bringBack(ctx context.Context, id int64) error {
	back, err := o.isRecalled(ctx, id)
	if err != nil || !back {
		return err
	}
	// A picture whose words have gone out, or were taken back, would come alone.
	_, err = execute(ctx, o.db, "give recalled picture up", `DELETE FROM outbox WHERE id = ? AND row_key LIKE '%`+occasion.PictureSuffix+`' AND `+inNoHand, id)
	if err != nil {
		return err
	}
	return NewGreetings(o.db).takeBack(ctx, occasion.Planned, 0, untold+` AND b.id = ?`, id)
}

// leaveOut gives up the pictures of words that did not arrive, or of which nobody knows: alone they would come out of nowhere.
func (o *Outbox) leaveOut(ctx context.Context, words []string, now time.Time) error {
	keys := make([]string, len(words))
	for i, key := range words {
		keys[i] = key + occasion.PictureSuffix
	}
	_, err := execute(ctx, o.db, "leave pictures out", `UPDATE outbox SET state = 'failed', cause = 'its words did not arrive', lease_owner = NULL,
		settled_ms = ?, due_ms = ? WHERE row_key IN ? AND state = 'pending'`, now.UnixMilli(), now.UnixMilli(), keys)
	return err
}

func (o *Outbox) settle(ctx context.Context, item bot.Parcel, s bot.Settlement) error {
	var owner, settled any
	state := string(s.State)
	if s.State == bot.ParcelAgain {
		if owner = putBack; s.Aside {
			owner = nil
		}
		if s.Doubt || item.Doubtful {
			state = "sending"
		}
	} else {
		s.RetryAt = o.now()
		settled = s.RetryAt.UnixMilli()
	}
	return o.change(ctx, `UPDATE outbox SET state = ?, cause = CASE WHEN cause = '`+recalled+`' AND ? = 1 THEN cause ELSE ? END, lease_owner = ?, due_ms = ?, settled_ms = ?,
		attempts = attempts - ?, platform_id = ?, sent_call = CASE WHEN ? = 1 THEN NULL ELSE sent_call END,
		body = CASE WHEN ? = 1 THEN '' ELSE body END WHERE id = ? AND lease_owner = ?`,
		state, oneIf(s.State == bot.ParcelAgain || s.State == bot.ParcelParked), orNull(shortCause(s.Cause)), owner, s.RetryAt.UnixMilli(), settled,
		oneIf(s.Untried), orNull(s.PlatformID), oneIf(s.Thaw), oneIf(item.Unnamed && s.State != bot.ParcelAgain), item.ID, item.Lease)
}

// change runs an update that only the holder of the lease may make.
func (o *Outbox) change(ctx context.Context, update string, args ...any) error {
	changed, err := execute(ctx, o.db, "change row of the outbox", update, args...)
	if err == nil && changed == 0 {
		return bot.ErrLeaseLost
	}
	return err
}

// causeRunes is the width of the column.
const causeRunes = 190

func shortCause(cause string) string {
	if r := []rune(cause); len(r) > causeRunes {
		return string(r[:causeRunes])
	}
	return cause
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}
