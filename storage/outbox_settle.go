package storage

import (
	"bytes"
	"cmp"
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/occasion"
)

// Begin freezes the call and its address, counts the try and renews the lease. It returns bot.ErrStopped for a greeting that a silence
// keeps back.
func (o *Outbox) Begin(ctx context.Context, item bot.Parcel, to bot.Address, call []byte, life time.Duration) error {
	if kept, err := o.keptBack(ctx, item.Kind, item.Key); err != nil || kept {
		return cmp.Or(err, bot.ErrStopped)
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
	return o.change(ctx, `UPDATE outbox SET state = 'sending', channel = ?, to_user = ?, sent_call = ?, frozen_ms = ?,
		attempts = attempts + 1, begun_ms = ?, due_ms = ? WHERE id = ? AND lease_owner = ?`,
		orNull(string(to.Channel)), orNull(string(to.User)), orNull(sealed), frozen.UnixMilli(), now.UnixMilli(), now.Add(life).UnixMilli(), item.ID, item.Lease)
}

// Settle ends the lease of a row.
func (o *Outbox) Settle(ctx context.Context, item bot.Parcel, s bot.Settlement) error {
	var owner, settled any
	state := string(s.State)
	if s.State == bot.ParcelAgain {
		owner = putBack
		if s.Doubt || item.Doubtful {
			state = "sending"
		}
	} else {
		s.RetryAt = o.now()
		settled = s.RetryAt.UnixMilli()
	}
	failed := s.State == bot.ParcelFailed || s.State == bot.ParcelUncertain
	if _, digest := broadcast.DigestOf(item.Key); !failed && !digest && s.State != bot.ParcelParked { // nothing else is to be written: this is most of them
		return o.settle(ctx, item, s, state, owner, settled)
	}
	return o.db.Tx(ctx, func(ctx context.Context) error {
		err := o.settle(ctx, item, s, state, owner, settled)
		if err == nil && s.State != bot.ParcelAgain {
			err = o.db.digestsCameTo(ctx, []string{item.Key}, s.State, s.Cause, s.RetryAt)
		}
		if err == nil && s.State == bot.ParcelParked { // a sweep may have passed it over while it was in hand
			_, err = o.keptBack(ctx, item.Kind, item.Key)
		}
		if err == nil && failed {
			err = o.leaveOut(ctx, []string{item.Key}, s.RetryAt)
		}
		return err
	})
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

func (o *Outbox) settle(ctx context.Context, item bot.Parcel, s bot.Settlement, state string, owner, settled any) error {
	untried := 0
	if s.Untried {
		untried = 1
	}
	return o.change(ctx, `UPDATE outbox SET state = ?, cause = ?, lease_owner = ?, due_ms = ?, settled_ms = ?,
		attempts = attempts - ?, platform_id = ?, sent_call = CASE WHEN ? = 1 THEN NULL ELSE sent_call END,
		body = CASE WHEN ? = 1 THEN '' ELSE body END WHERE id = ? AND lease_owner = ?`,
		state, orNull(shortCause(s.Cause)), owner, s.RetryAt.UnixMilli(), settled,
		untried, orNull(s.PlatformID), oneIf(s.Thaw), oneIf(item.Unnamed && s.State != bot.ParcelAgain), item.ID, item.Lease)
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
