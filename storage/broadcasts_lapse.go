package storage

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// Digested implements broadcast.Store. The cause names the digest until it is known what came of it.
func (r *Broadcasts) Digested(ctx context.Context, member union.MemberID, ids []broadcast.ID, key string, at time.Time) error {
	_, err := execute(ctx, r.db, "note digest", `UPDATE broadcast_receipts SET state = 'digested', cause = ?, changed_ms = ?
		WHERE member_id = ? AND broadcast_id IN ? AND state = 'held'`, key, at.UnixMilli(), member, ids)
	return err
}

// digestsCameTo notes what became of digests on the receipts that they name; of any other key nothing. Whoever reads a parked one is
// found by its key.
func (db *DB) digestsCameTo(ctx context.Context, keys []string, state bot.ParcelState, cause string, at time.Time) error {
	if state == bot.ParcelFailed && strings.HasPrefix(cause, "unreachable") {
		state = bot.ParcelUnreachable
	}
	for _, key := range keys {
		member, ok := broadcast.DigestOf(key)
		if !ok {
			continue
		}
		kept := cause
		switch state {
		case bot.ParcelSent:
			kept = "in a digest"
		case bot.ParcelParked:
			kept = key
		}
		_, err := execute(ctx, db, "note what became of a digest", `UPDATE broadcast_receipts SET state = ?, cause = ?, changed_ms = ?
			WHERE member_id = ? AND state IN ('digested', 'parked') AND cause = ?`, string(state), shortCause(kept), at.UnixMilli(), member, key)
		if err != nil {
			return err
		}
	}
	return nil
}

// leftDigests finds digests that are settled, or gone, and on their way by the receipts: an older replica settled them, or they could
// not be read.
func (db *DB) leftDigests() string {
	key := `r.cause`
	if db.dialect != SQLite {
		key = `CONVERT(r.cause USING ascii) COLLATE ascii_bin` // else the index of row_key is of no use
	}
	return `SELECT r.cause, COALESCE(o.state, ''), COALESCE(o.cause, '') FROM broadcasts b JOIN broadcast_receipts r ON r.broadcast_id = b.id AND r.state = 'digested'
		LEFT JOIN outbox o ON o.row_key = ` + key + `
		WHERE b.state IN ('sending', 'done', 'cancelled') AND (o.state IS NULL OR o.state NOT IN ('pending', 'sending')) LIMIT ?`
}

// noteDigests notes on receipts what became of digests that nobody noted.
func (r *Broadcasts) noteDigests(ctx context.Context, limit int) error {
	type left struct{ key, state, cause string }
	list, err := queryAll(ctx, r.db, "find digests that nobody noted", func(row scanner) (l left, err error) { return l, row.Scan(&l.key, &l.state, &l.cause) }, r.db.leftDigests(), limit)
	for i := 0; i < len(list) && err == nil; i++ {
		l := list[i]
		if l.state == "" {
			l.state, l.cause = string(bot.ParcelUncertain), "its digest is not on record any more"
		}
		err = r.db.Tx(ctx, func(ctx context.Context) error {
			keys := []string{l.key}
			if err := r.db.digestsCameTo(ctx, keys, bot.ParcelState(l.state), l.cause, r.now()); err != nil || l.state != string(bot.ParcelParked) {
				return err
			}
			return r.readDigests(ctx, keys)
		})
	}
	return err
}

// readDigests notes digests as sent that were read.
func (r *Broadcasts) readDigests(ctx context.Context, keys []string) error {
	read, err := queryAll(ctx, r.db, "find digests that were read", func(row scanner) (key string, err error) { return key, row.Scan(&key) },
		`SELECT park_key FROM parked WHERE park_key IN ? AND told_ms IS NOT NULL`, keys)
	if err != nil {
		return err
	}
	return r.db.digestsCameTo(ctx, read, bot.ParcelSent, "", r.now())
}

// Lapse implements broadcast.Store.
func (r *Broadcasts) Lapse(ctx context.Context, before time.Time, limit int) (n int64, announced map[string][]union.MemberID, err error) {
	if err := r.noteDigests(ctx, limit); err != nil {
		return 0, nil, err
	}
	err = r.db.Tx(ctx, func(ctx context.Context) error {
		n, announced = 0, map[string][]union.MemberID{}
		byCast, digests := map[broadcast.ID][]union.MemberID{}, map[string]union.MemberID{}
		keys, err := queryAll(ctx, r.db, "find what waits too long", func(row scanner) (key string, err error) {
			var id broadcast.ID
			var member union.MemberID
			var number, cause string
			var state broadcast.ReceiptState
			if err := row.Scan(&id, &number, &member, &state, &cause); err != nil {
				return "", err
			}
			if _, ok := broadcast.DigestOf(cause); ok { // with all that it names
				digests[cause] = member
				return cause, nil
			}
			byCast[id] = append(byCast[id], member)
			if state == broadcast.Announced || strings.HasPrefix(cause, broadcast.UnshownLate) {
				announced[number] = append(announced[number], member)
			}
			return outboxKey(bot.CastKey(number, int64(member))), nil
		}, `SELECT b.id, b.number, r.member_id, r.state, COALESCE(r.cause, '') FROM broadcasts b JOIN broadcast_receipts r ON r.broadcast_id = b.id AND r.state IN ('parked', 'announced')
			WHERE b.state IN ('done', 'cancelled') AND b.ended_ms <= ? AND r.changed_ms <= ? LIMIT ?`, before.UnixMilli(), before.UnixMilli(), limit)
		if err != nil || len(keys) == 0 {
			return err
		}
		if err := r.readDigests(ctx, slices.Collect(maps.Keys(digests))); err != nil {
			return err
		}
		if _, err := execute(ctx, r.db, "take parked back", `DELETE FROM parked WHERE park_key IN ? AND told_ms IS NULL`, keys); err != nil {
			return err
		}
		for id, members := range byCast {
			lapsed, err := execute(ctx, r.db, "note what lapsed", `UPDATE broadcast_receipts SET state = 'lapsed', cause = NULL, changed_ms = ?
				WHERE broadcast_id = ? AND member_id IN ? AND state IN ('parked', 'announced')`, r.now().UnixMilli(), id, members)
			if n += lapsed; err != nil {
				return err
			}
		}
		for key, member := range digests {
			lapsed, err := execute(ctx, r.db, "note what lapsed of a digest", `UPDATE broadcast_receipts SET state = 'lapsed', cause = NULL, changed_ms = ?
				WHERE member_id = ? AND cause = ? AND state = 'parked'`, r.now().UnixMilli(), member, key)
			if n += lapsed; err != nil {
				return err
			}
		}
		return nil
	})
	return n, announced, err
}
