package storage

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// Tally implements broadcast.Store. The counts are read from an index.
func (r *Broadcasts) Tally(ctx context.Context, id broadcast.ID) (map[broadcast.ReceiptState]int, error) {
	return r.tally(ctx, id, ``)
}

// TallyJoined implements broadcast.Store.
func (r *Broadcasts) TallyJoined(ctx context.Context, id broadcast.ID) (map[broadcast.ReceiptState]int, error) {
	return r.tally(ctx, id, ` AND joined_ms IS NOT NULL`)
}

func (r *Broadcasts) tally(ctx context.Context, id broadcast.ID, and string) (map[broadcast.ReceiptState]int, error) {
	counts := map[broadcast.ReceiptState]int{}
	_, err := queryAll(ctx, r.db, "count receipts", func(row scanner) (none struct{}, err error) {
		var state broadcast.ReceiptState
		var n int
		err = row.Scan(&state, &n)
		counts[state] = n
		return none, err
	}, `SELECT state, COUNT(*) FROM broadcast_receipts WHERE broadcast_id = ?`+and+` GROUP BY state`, id)
	return counts, err
}

// WithoutFile implements broadcast.Store.
func (r *Broadcasts) WithoutFile(ctx context.Context, id broadcast.ID) (int, error) {
	return queryOne(ctx, r.db, "count who has no file", scanInt, `SELECT COUNT(*) FROM broadcast_receipts WHERE broadcast_id = ? AND state = 'sent' AND cause LIKE ?`,
		id, bot.WithoutFile+"%")
}

// causesOf is of how many receipts in a state the causes are read: those whose turn came first.
const causesOf = 2000

// Causes implements broadcast.Store.
func (r *Broadcasts) Causes(ctx context.Context, id broadcast.ID) (map[string]int, error) {
	causes := map[string]int{}
	for _, state := range []broadcast.ReceiptState{broadcast.Waits, broadcast.Parked, broadcast.Failed} {
		_, err := queryAll(ctx, r.db, "read why they wait", func(row scanner) (none struct{}, err error) {
			var cause string
			var n int
			err = row.Scan(&cause, &n)
			causes[cause] += n
			return none, err
		}, `SELECT cause, COUNT(*) FROM (SELECT cause FROM broadcast_receipts WHERE broadcast_id = ? AND state = ? ORDER BY member_id LIMIT ?) AS few
			WHERE cause IS NOT NULL GROUP BY cause`, id, state, causesOf)
		if err != nil {
			return nil, err
		}
	}
	return causes, nil
}

// Waiting counts receivers of broadcasts that are going out who have not got theirs, up to a number at which it stops.
func (r *Broadcasts) Waiting(ctx context.Context, most int) (int64, error) {
	return queryOne(ctx, r.db, "count waiting receipts", func(row scanner) (n int64, err error) { return n, row.Scan(&n) },
		`SELECT COUNT(*) FROM (SELECT r.member_id FROM broadcasts b JOIN broadcast_receipts r ON r.broadcast_id = b.id AND r.state = 'planned'
		WHERE b.state = 'sending' LIMIT ?) AS counted`, most)
}

// Purge removes the receipts of broadcasts that ended before a time, at most limit, and says how many it removed.
func (r *Broadcasts) Purge(ctx context.Context, before time.Time, limit int) (int64, error) {
	type key struct {
		id     broadcast.ID
		member union.MemberID
	}
	old, err := queryAll(ctx, r.db, "find old receipts", func(row scanner) (k key, err error) { return k, row.Scan(&k.id, &k.member) },
		`SELECT r.broadcast_id, r.member_id FROM broadcasts b JOIN broadcast_receipts r ON r.broadcast_id = b.id
		WHERE b.state IN ('done', 'cancelled') AND b.ended_ms < ? LIMIT ?`, before.UnixMilli(), limit)
	if err != nil {
		return 0, err
	}
	return inBites(ctx, r.db, old, func(ctx context.Context, k key) (int64, error) {
		return execute(ctx, r.db, "remove receipt", `DELETE FROM broadcast_receipts WHERE broadcast_id = ? AND member_id = ?`, k.id, k.member)
	})
}

// Receipts implements broadcast.Store.
func (r *Broadcasts) Receipts(ctx context.Context, id broadcast.ID, lineages []string, states []broadcast.ReceiptState, after union.MemberID, limit int) ([]broadcast.Receipt, error) {
	where, args := `WHERE r.broadcast_id = ? AND r.member_id > ?`, []any{id, after}
	if len(states) > 0 {
		where, args = where+` AND r.state IN ?`, append(args, states)
	}
	where += ` AND (` + strings.TrimSuffix(strings.Repeat(`o.lineage LIKE ? OR `, len(lineages)), ` OR `) + `)`
	for _, l := range lineages {
		args = append(args, l+"%")
	}
	return queryAll(ctx, r.db, "list receipts", func(row scanner) (rec broadcast.Receipt, err error) {
		var cause sql.NullString
		var changed int64
		var answered, joined sql.NullInt64
		rec.Member, err = scanMemberAnd(row, &rec.State, &cause, &changed, &answered, &joined)
		rec.Cause, rec.ChangedAt = cause.String, time.UnixMilli(changed).UTC()
		if answered.Valid {
			rec.AnsweredAt = time.UnixMilli(answered.Int64).UTC()
		}
		if joined.Valid {
			rec.Joined = time.UnixMilli(joined.Int64).UTC()
		}
		return rec, err
	}, `SELECT `+r.db.straight()+memberColumns+`, r.state, r.cause, r.changed_ms, r.answered_ms, r.joined_ms FROM broadcast_receipts r JOIN members m ON m.id = r.member_id
		JOIN organisations o ON o.id = m.org_id `+where+` ORDER BY r.member_id LIMIT ?`, append(args, limit)...)
}

// Asking implements broadcast.Store. What may not have arrived, but did, is answered too; what nobody has begun to send is
// not: who says the word about something else would never get it.
func (r *Broadcasts) Asking(ctx context.Context, member union.MemberID, number string) (broadcast.Broadcast, error) {
	where, args := `WHERE r.member_id = ? AND b.urgent = 1 AND (r.state IN ('sent', 'parked', 'announced', 'uncertain', 'by_person') OR r.state = 'planned' AND EXISTS
		(SELECT 1 FROM broadcast_chunks c WHERE c.broadcast_id = r.broadcast_id AND c.state = 'sending' AND c.lane = r.lane
		AND r.member_id BETWEEN c.from_member AND c.to_member))`, []any{member}
	if number != "" {
		where, args = `WHERE r.member_id = ? AND b.number = ? AND b.urgent = 1 AND r.state NOT IN ('withdrawn', 'held')`, append(args, number)
	}
	return queryOne(ctx, r.db, "find who asks", r.scan, strings.Replace(selectBroadcast, `FROM broadcasts b`,
		`FROM broadcast_receipts r JOIN broadcasts b ON b.id = r.broadcast_id`, 1)+where+` ORDER BY b.id DESC LIMIT 1`, args...)
}

// Answer implements broadcast.Store.
func (r *Broadcasts) Answer(ctx context.Context, id broadcast.ID, member union.MemberID, at time.Time) (done bool, err error) {
	n, err := execute(ctx, r.db, "note answer", `UPDATE broadcast_receipts SET state = 'answered', answered_ms = ?, changed_ms = ?, cause = NULL
		WHERE broadcast_id = ? AND member_id = ? AND answered_ms IS NULL`, at.UnixMilli(), at.UnixMilli(), id, member)
	return n > 0, err
}

// Leave implements broadcast.Store.
func (r *Broadcasts) Leave(ctx context.Context, id broadcast.ID, cause string, at time.Time) (int64, error) {
	return execute(ctx, r.db, "leave uncertain receipts", `UPDATE broadcast_receipts SET state = ?, cause = ?, changed_ms = ?
		WHERE broadcast_id = ? AND state = ?`, broadcast.ByPerson, cause, at.UnixMilli(), id, broadcast.Uncertain)
}

// HeldFor implements broadcast.Store.
func (r *Broadcasts) HeldFor(ctx context.Context, before time.Time, limit int) ([]broadcast.HeldReceipt, error) {
	type pair struct {
		member union.MemberID
		id     broadcast.ID
	}
	pairs, err := queryAll(ctx, r.db, "find what was held", func(row scanner) (p pair, err error) {
		return p, row.Scan(&p.member, &p.id)
	}, `SELECT r.member_id, r.broadcast_id FROM broadcast_receipts r JOIN (SELECT DISTINCT `+r.db.straight()+`e.member_id AS member_id FROM broadcasts g
		JOIN broadcast_receipts e ON e.broadcast_id = g.id WHERE e.state = 'held' AND e.changed_ms <= ? AND g.state IN ('sending', 'done') LIMIT ?) AS who ON who.member_id = r.member_id
		JOIN broadcasts b ON b.id = r.broadcast_id
		WHERE r.state = 'held' AND b.state IN ('sending', 'done') ORDER BY r.member_id, r.broadcast_id`, before.UnixMilli(), limit)
	if err != nil {
		return nil, err
	}
	known := map[broadcast.ID]broadcast.Broadcast{}
	list := make([]broadcast.HeldReceipt, len(pairs))
	for i, p := range pairs {
		b, ok := known[p.id]
		if !ok {
			if b, err = r.byID(ctx, p.id); err != nil {
				return nil, err
			}
			known[p.id] = b
		}
		list[i] = broadcast.HeldReceipt{Member: p.member, Broadcast: b}
	}
	return r.withoutHushed(ctx, list, before)
}
