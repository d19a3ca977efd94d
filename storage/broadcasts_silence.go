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

// hushed are those of some members to whom nothing cheerful is said on a day: by which silence, 0 where it would hurt them.
func (r *Broadcasts) hushed(ctx context.Context, members map[union.MemberID]string, today time.Time) (map[union.MemberID]int64, error) {
	found := map[union.MemberID]int64{}
	greetings := NewGreetings(r.db)
	silences, err := greetings.Silences(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range silences {
		for m, lineage := range members {
			if strings.HasPrefix(lineage, s.Lineage) {
				found[m] = s.ID
			}
		}
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(members)), idsAtOnce) {
		shields, err := greetings.ShieldsOf(ctx, ids, today.Format(time.DateOnly))
		if err != nil {
			return nil, err
		}
		for m := range shields {
			found[m] = 0
		}
	}
	return found, nil
}

// hush keeps a broadcast from those of its receivers in a state who are hushed.
func (r *Broadcasts) hush(ctx context.Context, id broadcast.ID, hushed map[union.MemberID]int64, from broadcast.ReceiptState) error {
	by := map[int64][]union.MemberID{}
	for _, m := range slices.Sorted(maps.Keys(hushed)) {
		by[hushed[m]] = append(by[hushed[m]], m)
	}
	return r.db.Tx(ctx, func(ctx context.Context) error {
		for _, silence := range slices.Sorted(maps.Keys(by)) {
			state, cause := broadcast.Spared, any(nil)
			if silence != 0 {
				state, cause = broadcast.Silenced, silenceCause(silence)
				_, err := execute(ctx, r.db, "note that a silence holds a broadcast", `INSERT INTO broadcast_holds (silence_id, broadcast_id, becomes) VALUES (?, ?, '')`+
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

// hushChunk keeps a cheerful broadcast from those of a chunk whose turn has come to whom nothing cheerful is said.
func (q *BroadcastQueue) hushChunk(ctx context.Context, c chunk, today time.Time) error {
	members, err := q.lineagesOf(ctx, c.broadcast, c.memberRange, c.lane, broadcast.Waits)
	if err != nil || len(members) == 0 {
		return err
	}
	hushed, err := q.hushed(ctx, members, today)
	if err != nil || len(hushed) == 0 {
		return err
	}
	return q.hush(ctx, c.broadcast, hushed, broadcast.Waits)
}

// spareUnreachable keeps the branches from ringing up with good wishes whom they would hurt.
func (r *Broadcasts) spareUnreachable(ctx context.Context, id broadcast.ID, in memberRange, today time.Time) error {
	members, err := r.lineagesOf(ctx, id, in, broadcast.Nowhere, broadcast.Unreachable)
	if err != nil || len(members) == 0 {
		return err
	}
	hushed, err := r.hushed(ctx, members, today)
	if err != nil {
		return err
	}
	maps.DeleteFunc(hushed, func(_ union.MemberID, silence int64) bool { return silence != 0 })
	return r.hush(ctx, id, hushed, broadcast.Unreachable)
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
		hushed, err := r.hushed(ctx, members[id], today)
		if err == nil {
			err = r.hush(ctx, id, hushed, broadcast.Held)
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
func (p *Parked) withoutHushed(ctx context.Context, list []parkedText) ([]parkedText, error) {
	casts := &Broadcasts{db: p.db, now: p.now}
	var failed error
	list = slices.DeleteFunc(list, func(w parkedText) bool {
		number, member, ours := bot.ParseCastKey(w.key)
		if !ours || failed != nil {
			return false
		}
		b, err := casts.ByNumber(ctx, number)
		if err != nil || !b.Cheers() {
			return false // one that is gone is said as it was
		}
		who := map[union.MemberID]string{union.MemberID(member): ""}
		if failed = casts.putLineages(ctx, who); failed != nil {
			return false
		}
		hushed, err := casts.hushed(ctx, who, p.now())
		failed = err
		return len(hushed) > 0
	})
	return list, failed
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
		}, `SELECT h.silence_id, h.broadcast_id, h.becomes FROM broadcast_holds h WHERE h.becomes <> '' AND (h.becomes = 'spared' OR EXISTS
			(SELECT 1 FROM broadcast_receipts r WHERE r.broadcast_id = h.broadcast_id AND r.state = 'silenced' AND r.cause = CONCAT('silence ', h.silence_id)))
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
		(SELECT h.broadcast_id FROM broadcast_holds h WHERE h.becomes = 'freed' AND NOT EXISTS (SELECT 1 FROM broadcast_receipts r
			WHERE r.broadcast_id = h.broadcast_id AND r.state = 'silenced' AND r.cause = CONCAT('silence ', h.silence_id))) ORDER BY b.id`)
}

// ForgetFreed implements broadcast.Store.
func (r *Broadcasts) ForgetFreed(ctx context.Context, id broadcast.ID) error {
	_, err := execute(ctx, r.db, "forget what a silence held", `DELETE FROM broadcast_holds WHERE broadcast_id = ? AND becomes = 'freed'`, id)
	return err
}
