package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// A silence holds nothing of a broadcast before the turn of a receiver comes: one that begins later than it ends is not held at all.
// broadcast_holds says of which broadcasts a silence holds something, and what is to become of that.

// freedAtOnce is how many receipts one transaction frees.
const freedAtOnce = 2000

// hushed are those of some members to whom nothing cheerful is said on a day: by which silence, 0 where it would hurt them. In a silent
// unit nobody reads who they are. Silences that are over count no more, though they were not when this transaction began.
func (r *Broadcasts) hushed(ctx context.Context, members map[union.MemberID]string, today time.Time, over map[int64]bool) (map[union.MemberID]int64, error) {
	found, err := r.shielded(ctx, members, today)
	if err != nil {
		return nil, err
	}
	silences, err := NewGreetings(r.db).Silences(ctx)
	for _, s := range silences {
		for m, lineage := range members {
			if !over[s.ID] && strings.HasPrefix(lineage, s.Lineage) {
				found[m] = s.ID
			}
		}
	}
	return found, err
}

// shielded are those of some members whom something cheerful would hurt, by no silence.
func (r *Broadcasts) shielded(ctx context.Context, members map[union.MemberID]string, today time.Time) (map[union.MemberID]int64, error) {
	found := map[union.MemberID]int64{}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(members)), idsAtOnce) {
		shields, err := NewGreetings(r.db).ShieldsOf(ctx, ids, today.Format(time.DateOnly))
		if err != nil {
			return nil, err
		}
		for m := range shields {
			found[m] = 0
		}
	}
	return found, nil
}

// hush keeps a broadcast from those of its receivers in a state who are hushed, and returns who they are: of a silence that has ended since
// it was looked at, those whom something else keeps from it.
func (r *Broadcasts) hush(ctx context.Context, id broadcast.ID, members map[union.MemberID]string, hushed map[union.MemberID]int64, today time.Time,
	from broadcast.ReceiptState,
) (map[union.MemberID]int64, error) {
	over := map[int64]bool{}
	for {
		known := len(over)
		err := r.keepFrom(ctx, id, hushed, over, from)
		if err != nil || len(over) == known {
			return hushed, err
		}
		if hushed, err = r.hushed(ctx, members, today, over); err != nil {
			return nil, err
		}
	}
}

// keepFrom keeps a broadcast from members in a state by a shield, or by silences that are not over; it says of those that are.
func (r *Broadcasts) keepFrom(ctx context.Context, id broadcast.ID, hushed map[union.MemberID]int64, over map[int64]bool, from broadcast.ReceiptState) error {
	by := map[int64][]union.MemberID{}
	for _, m := range slices.Sorted(maps.Keys(hushed)) {
		by[hushed[m]] = append(by[hushed[m]], m)
	}
	return r.db.Tx(ctx, func(ctx context.Context) error {
		for _, silence := range slices.Sorted(maps.Keys(by)) {
			state, cause := broadcast.Spared, any(nil)
			if silence != 0 {
				state, cause = broadcast.Silenced, silenceCause(silence)
				// Whoever ends it asks what it holds, behind this lock: one that has ended meanwhile holds nothing more, for nobody would be asked.
				lasts, err := execute(ctx, r.db, "look whether a silence lasts", `UPDATE greeting_silences SET ended = 0 WHERE id = ? AND ended = 0`, silence)
				if err != nil {
					return err
				}
				if lasts == 0 {
					over[silence] = true
					continue
				}
				_, err = execute(ctx, r.db, "note that a silence holds a broadcast", `INSERT INTO broadcast_holds (silence_id, broadcast_id, becomes) VALUES (?, ?, '')`+
					r.db.passOver("silence_id, broadcast_id"), silence, id)
				if err != nil {
					return err
				}
			}
			_, err := execute(ctx, r.db, "keep a broadcast from members", `UPDATE broadcast_receipts SET state = ?, cause = ?, counts_ms = NULL, changed_ms = ?
				WHERE broadcast_id = ? AND member_id IN ? AND state = ?`, state, cause, r.now().UnixMilli(), id, by[silence], from)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func silenceCause(silence int64) string { return fmt.Sprintf("silence %d", silence) }

// lineagesOf reads the lineages of those receivers in a range who stand in a state.
func (r *Broadcasts) lineagesOf(ctx context.Context, id broadcast.ID, in memberRange, lane broadcast.Lane, state broadcast.ReceiptState) (map[union.MemberID]string, error) {
	lineages := map[union.MemberID]string{}
	_, err := queryAll(ctx, r.db, "read where receivers are", func(row scanner) (none struct{}, err error) {
		var member union.MemberID
		var lineage string
		err = row.Scan(&member, &lineage)
		lineages[member] = lineage
		return none, err
	}, `SELECT `+r.db.straight()+`r.member_id, o.lineage FROM broadcast_receipts r JOIN members m ON m.id = r.member_id JOIN organisations o ON o.id = m.org_id
		WHERE r.broadcast_id = ? AND r.member_id BETWEEN ? AND ? AND r.lane = ? AND r.state = ?`, id, in.from, in.to, lane, state)
	return lineages, err
}

// hushChunk keeps a cheerful broadcast from those of a chunk whose turn has come to whom nothing cheerful is said. Of calls of which nobody
// knows what came it is kept from nobody, for they may have it: silent are those who fell silent since.
func (q *BroadcastQueue) hushChunk(ctx context.Context, c chunk, doubtful bool, today time.Time) (silent []int64, err error) {
	members, err := q.lineagesOf(ctx, c.broadcast, c.memberRange, c.lane, broadcast.Waits)
	if err != nil || len(members) == 0 {
		return nil, err
	}
	hushed, err := q.hushed(ctx, members, today, nil)
	if err != nil || len(hushed) == 0 {
		return nil, err
	}
	if !doubtful {
		_, err = q.hush(ctx, c.broadcast, members, hushed, today, broadcast.Waits)
		return nil, err
	}
	for m, silence := range hushed {
		if silence != 0 {
			silent = append(silent, int64(m))
		}
	}
	return silent, nil
}

// spareUnreachable keeps the branches from ringing up with good wishes whom they would hurt.
func (r *Broadcasts) spareUnreachable(ctx context.Context, id broadcast.ID, in memberRange, today time.Time) error {
	members, err := r.lineagesOf(ctx, id, in, broadcast.Nowhere, broadcast.Unreachable)
	if err != nil || len(members) == 0 {
		return err
	}
	shielded, err := r.shielded(ctx, members, today)
	if err != nil {
		return err
	}
	_, err = r.hush(ctx, id, members, shielded, today, broadcast.Unreachable)
	return err
}

// fallenQuiet says whether a silence has begun since a batch was claimed: whoever sends stops, and claims it anew.
func (q *BroadcastQueue) fallenQuiet(ctx context.Context, batch bot.Batch) (bool, error) {
	if !batch.Cheers || len(batch.Doubtful) > 0 {
		return false, nil
	}
	silences, err := NewGreetings(q.db).Silences(ctx)
	if err != nil || len(silences) == 0 {
		return false, err
	}
	var lineages []string
	for _, s := range silences {
		lineages = append(lineages, s.Lineage)
	}
	ids := make([]int64, len(batch.To))
	for i, to := range batch.To {
		ids[i] = to.Member
	}
	below, args := underAny("o.lineage", lineages)
	n, err := queryOne(ctx, q.db, "look for a silence", scanInt, `SELECT COUNT(*) FROM broadcast_receipts r JOIN members m ON m.id = r.member_id
		JOIN organisations o ON o.id = m.org_id WHERE r.broadcast_id = ? AND r.member_id IN ? AND r.state = 'planned' AND `+below,
		append([]any{batch.Broadcast, ids}, args...)...)
	return n > 0, err
}

// withoutHushed leaves out of digests what is not to be said to a member now.
func (r *Broadcasts) withoutHushed(ctx context.Context, list []broadcast.HeldReceipt, today time.Time) (kept []broadcast.HeldReceipt, err error) {
	members := map[broadcast.ID]map[union.MemberID]string{}
	for _, h := range list {
		if h.Broadcast.Cheers() && members[h.Broadcast.ID] == nil {
			members[h.Broadcast.ID] = map[union.MemberID]string{}
		}
		if h.Broadcast.Cheers() {
			members[h.Broadcast.ID][h.Member] = ""
		}
	}
	for _, id := range slices.Sorted(maps.Keys(members)) {
		if err := r.putLineages(ctx, members[id]); err != nil {
			return nil, err
		}
		hushed, err := r.hushed(ctx, members[id], today, nil)
		if err == nil {
			hushed, err = r.hush(ctx, id, members[id], hushed, today, broadcast.Held)
		}
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(h broadcast.HeldReceipt) bool {
			_, not := hushed[h.Member]
			return not && h.Broadcast.ID == id
		})
	}
	return list, nil
}

// putLineages reads where members are.
func (r *Broadcasts) putLineages(ctx context.Context, members map[union.MemberID]string) error {
	_, err := queryAll(ctx, r.db, "read where members are", func(row scanner) (none struct{}, err error) {
		var member union.MemberID
		var lineage string
		err = row.Scan(&member, &lineage)
		members[member] = lineage
		return none, err
	}, `SELECT m.id, o.lineage FROM members m JOIN organisations o ON o.id = m.org_id WHERE m.id IN ?`, slices.Collect(maps.Keys(members)))
	return err
}

// withoutHushed leaves what cheers waiting as long as it is not to be said to the person: it is told with a later word, or lapses.
func (p *Parked) withoutHushed(ctx context.Context, list []parkedText) (kept []parkedText, err error) {
	casts := &Broadcasts{db: p.db, now: p.now}
	for _, w := range list {
		waits, err := casts.keptWaiting(ctx, w.key)
		if err != nil {
			return nil, err
		}
		if !waits {
			kept = append(kept, w)
		}
	}
	return kept, nil
}

// keptWaiting says of the key of what is parked, or goes out, whether it is not to be said now. A digest that was made before a silence
// waits for its end if anything in it cheers; what else it tells would be lost with it where somebody is never to be greeted, so that it
// is said to them. Of a broadcast that is on record no more nobody knows that it cheers.
func (r *Broadcasts) keptWaiting(ctx context.Context, key string) (bool, error) {
	number, id, ours := bot.ParseCastKey(key)
	member, digest := broadcast.DigestOf(key)
	var named []broadcast.Broadcast
	var err error
	switch {
	case digest:
		named, err = queryAll(ctx, r.db, "read what a digest names", r.scan, selectBroadcast+`JOIN broadcast_receipts r ON r.broadcast_id = b.id
			WHERE r.member_id = ? AND r.state IN ('digested', 'parked') AND r.cause = ?`, member, key)
	case ours:
		member = union.MemberID(id)
		named, err = queryAll(ctx, r.db, "read what waits", r.scan, selectBroadcast+`WHERE b.number = ?`, number)
	}
	cheers := false
	for i := range named {
		cheers = cheers || named[i].Cheers()
	}
	if err != nil || !cheers {
		return false, err
	}
	who := map[union.MemberID]string{member: ""}
	if err := r.putLineages(ctx, who); err != nil {
		return false, err
	}
	hushed, err := r.hushed(ctx, who, r.now(), nil)
	silence, is := hushed[member]
	return is && (silence != 0 || !digest), err
}

// Silent implements broadcast.Store.
func (r *Broadcasts) Silent(ctx context.Context, at time.Time) (map[string]string, error) {
	silences, err := NewGreetings(r.db).Silences(ctx)
	names := map[string]string{}
	for _, s := range silences {
		if s.Until.After(at) {
			names[s.Lineage] = s.Name
		}
	}
	return names, err
}

// hold is what a silence holds of a broadcast.
type hold struct {
	silence   int64
	broadcast broadcast.ID
	becomes   broadcast.ReceiptState
}

// FreeNext implements broadcast.Store. What has become of a receipt meanwhile stays.
func (r *Broadcasts) FreeNext(ctx context.Context) (n int64, err error) {
	err = r.db.Tx(ctx, func(ctx context.Context) error {
		n = 0
		next, err := queryAll(ctx, r.db, "find what was decided of a silence", func(row scanner) (h hold, err error) {
			return h, row.Scan(&h.silence, &h.broadcast, &h.becomes)
		}, `SELECT h.silence_id, h.broadcast_id, h.becomes FROM broadcast_holds h WHERE h.becomes <> '' AND (h.becomes <> 'freed' OR NOT `+nothingHeld("h")+`)
			ORDER BY h.broadcast_id LIMIT 1`)
		if err != nil || len(next) == 0 {
			return err
		}
		h := next[0]
		members, err := queryAll(ctx, r.db, "find whom a silence kept it from", scanID, `SELECT member_id FROM broadcast_receipts WHERE broadcast_id = ? AND state = 'silenced'
			AND cause = ? ORDER BY member_id LIMIT ?`, h.broadcast, silenceCause(h.silence), freedAtOnce)
		if err != nil {
			return err
		}
		if len(members) == 0 && h.becomes == broadcast.Freed { // another replica has freed them meanwhile: the hold says that they go out
			return nil
		}
		if len(members) == 0 {
			n, err = execute(ctx, r.db, "forget what a silence held", `DELETE FROM broadcast_holds WHERE silence_id = ? AND broadcast_id = ?`, h.silence, h.broadcast)
			return err
		}
		n, err = execute(ctx, r.db, "free what a silence held", `UPDATE broadcast_receipts SET state = ?, cause = NULL, changed_ms = ?
			WHERE broadcast_id = ? AND member_id IN ? AND state = 'silenced'`, h.becomes, r.now().UnixMilli(), h.broadcast, members)
		return err
	})
	return n, err
}

// Freed implements broadcast.Store.
func (r *Broadcasts) Freed(ctx context.Context) ([]broadcast.Broadcast, error) {
	return queryAll(ctx, r.db, "find what goes out late", r.scan, selectBroadcast+`WHERE b.state IN ('done', 'cancelled') AND b.id IN
		(SELECT h.broadcast_id FROM broadcast_holds h WHERE h.becomes = 'freed' AND `+nothingHeld("h")+`) ORDER BY b.id`)
}

// ForgetFreed implements broadcast.Store. Of what another silence still holds of it nothing is forgotten.
func (r *Broadcasts) ForgetFreed(ctx context.Context, id broadcast.ID) error {
	_, err := execute(ctx, r.db, "forget what a silence held", `DELETE FROM broadcast_holds WHERE broadcast_id = ? AND becomes = 'freed' AND `+nothingHeld("broadcast_holds"), id)
	return err
}

// nothingHeld is the condition that no receiver is left whom a hold keeps from a broadcast.
func nothingHeld(hold string) string {
	return `NOT EXISTS (SELECT 1 FROM broadcast_receipts r WHERE r.broadcast_id = ` + hold + `.broadcast_id AND r.state = 'silenced'
		AND r.cause = CONCAT('silence ', ` + hold + `.silence_id))`
}
