package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// A replica may stand still at any moment, with the locks that its transaction holds. So no lock of a chunk is held from one
// round trip to the next: a claim and a beginning are a statement each, a settlement goes out in one packet with its end.

// A chunk is pending until a call for it begins, sending while nobody knows what came of one, and then done. due_ms says
// when it may be claimed: from the start, again after a failure, or once the lease of its claim has run out.

// BroadcastQueue is the chunks of broadcasts as delivery sees them. The rows are the queue; nothing else has to be asked.
type BroadcastQueue struct {
	*Broadcasts
	hours broadcast.Hours
	zone  *time.Location
	clock func() time.Time
}

// NewBroadcastQueue shows the chunks of what may go out by clock, the union's.
func NewBroadcastQueue(r *Broadcasts, hours broadcast.Hours, zone *time.Location, clock func() time.Time) *BroadcastQueue {
	return &BroadcastQueue{r, hours, zone, clock}
}

// Running lists the broadcasts of which something may go out now, urgent ones apart. Of one that has stopped, or rests for the
// night, that is what was begun and never settled.
func (q *BroadcastQueue) Running(ctx context.Context) (urgent, others []int64, err error) {
	doubtful := `EXISTS (SELECT 1 FROM broadcast_chunks c WHERE c.broadcast_id = b.id AND c.state = 'sending' AND c.due_ms <= ?)`
	now := q.now().UnixMilli()
	type running struct {
		broadcast.Broadcast
		doubtful bool
	}
	list, err := queryAll(ctx, q.db, "list running broadcasts", func(row scanner) (b running, err error) {
		b.Broadcast, err = q.scan(also{row, []any{&b.doubtful}})
		return b, err
	}, strings.Replace(selectBroadcast, "b.body", "b.body, "+doubtful, 1)+`WHERE b.state = 'sending' OR b.state IN ('paused', 'cancelled') AND `+doubtful+` ORDER BY b.id`,
		now, now)
	for _, b := range list {
		switch {
		case !b.doubtful && !q.mayGo(b.Broadcast):
		case b.Urgent:
			urgent = append(urgent, int64(b.ID))
		default:
			others = append(others, int64(b.ID))
		}
	}
	return urgent, others, err
}

func (q *BroadcastQueue) mayGo(b broadcast.Broadcast) bool {
	return b.State == broadcast.Sending && broadcast.MayGo(b, q.hours, q.zone, q.clock())
}

// also is a row of which a scan reads further columns.
type also struct {
	scanner
	rest []any
}

// Scan implements scanner.
func (a also) Scan(dest ...any) error { return a.scanner.Scan(append(dest, a.rest...)...) }

// Claim takes a chunk of a broadcast that is due. ok is false where there is none. Of a broadcast that has stopped only those
// are given out of which nobody knows what came of a call.
func (q *BroadcastQueue) Claim(ctx context.Context, broadcastID int64, lease string, life time.Duration) (batch bot.Batch, ok bool, err error) {
	id := broadcast.ID(broadcastID)
	now := q.now()
	b, err := q.byID(ctx, id)
	if err != nil {
		return batch, false, err
	}
	which := `c.state = 'sending'`
	if q.mayGo(b) {
		which = `c.state IN ('sending', 'pending')`
	}
	room, err := q.Room(ctx, q.clock().In(q.zone), b.Urgent)
	if err != nil {
		return batch, false, err
	}
	if room.Left == 0 {
		which += fmt.Sprintf(` AND (c.state = 'sending' OR c.lane <> %d)`, broadcast.Directory)
	}
	due, err := queryAll(ctx, q.db, "look for a due chunk", scanChunk, selectChunk+`WHERE c.broadcast_id = ? AND `+which+` AND c.due_ms <= ?
		ORDER BY c.due_ms, c.id LIMIT 1`, id, now.UnixMilli())
	if err != nil || len(due) == 0 {
		return batch, false, err
	}
	c := due[0]
	n, err := execute(ctx, q.db, "claim chunk", `UPDATE broadcast_chunks SET lease_owner = ?, due_ms = ?, attempts = attempts + 1
		WHERE id = ? AND state = ? AND due_ms = ?`, lease, now.Add(life).UnixMilli(), c.id, c.state, c.due.UnixMilli())
	if err != nil || n == 0 {
		return batch, false, err
	}
	batch = bot.Batch{
		ID: c.id, Broadcast: broadcastID, Number: b.Number, Lease: lease, Same: !b.Personal(), Urgent: b.Urgent, Speed: b.Speed, Notice: string(b.Notice),
		Attempts: c.attempts + 1, Room: -1,
	}
	if b.File != nil {
		f := bot.File(*b.File)
		batch.File, batch.Alone = &f, b.Alone
	}
	if c.lane == broadcast.Directory {
		batch.Room = room.Left
	}
	if batch.Doubtful, err = q.calls(c); err != nil {
		return batch, false, err
	}
	if batch.Cheers = b.Cheers(); batch.Cheers {
		if batch.Silent, err = q.hushChunk(ctx, c, len(batch.Doubtful) > 0, q.clock().In(q.zone)); err != nil {
			return batch, false, err
		}
	}
	batch.To, err = q.recipients(ctx, b, c)
	return batch, true, err
}

func (q *BroadcastQueue) calls(c chunk) (calls []bot.BatchCall, err error) {
	if c.calls == "" {
		return nil, nil
	}
	plain, err := q.db.open(broadcastCalls, c.id, c.calls)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(plain, &calls); err != nil {
		return nil, fmt.Errorf("decode calls of chunk %d: %w", c.id, err)
	}
	return calls, nil
}

// recipients are those of a chunk who were not written to, in the order of their ids.
func (q *BroadcastQueue) recipients(ctx context.Context, b broadcast.Broadcast, c chunk) ([]bot.Recipient, error) {
	query, args := q.recipientsQuery(b.ID, c)
	return queryAll(ctx, q.db, "read recipients", func(row scanner) (to bot.Recipient, err error) {
		var channel, user *string
		m, err := scanMemberAnd(row, &channel, &user)
		to = bot.Recipient{Member: int64(m.ID), Text: broadcast.For(b.Frozen, m), Line: broadcast.For(b.Text, m)}
		switch {
		case m.Status == union.Left:
		case channel != nil && user != nil:
			to.At = bot.Address{Channel: bot.ChannelID(*channel), User: bot.UserID(*user)}
		case c.lane == broadcast.Directory && m.WeComUserID != "":
			to.At = bot.Address{Channel: bot.ChannelID(q.wecom), User: bot.UserID(m.WeComUserID)}
		}
		return to, err
	}, query, args...)
}

func (q *BroadcastQueue) recipientsQuery(id broadcast.ID, c chunk) (query string, args []any) {
	address := `NULL, NULL`
	if c.lane == broadcast.Bound {
		bound := `(SELECT %s FROM identities i WHERE i.member_id = m.id AND i.channel <> ? ORDER BY i.channel, i.user_id LIMIT 1)`
		address, args = fmt.Sprintf(bound, "i.channel")+", "+fmt.Sprintf(bound, "i.user_id"), []any{q.wecom, q.wecom}
	}
	return `SELECT ` + q.db.straight() + memberColumns + `, ` + address + ` FROM broadcast_receipts r JOIN members m ON m.id = r.member_id JOIN organisations o ON o.id = m.org_id
		WHERE r.broadcast_id = ? AND r.member_id BETWEEN ? AND ? AND r.lane = ? AND r.state = 'planned' ORDER BY r.member_id`,
		append(args, id, c.from, c.to, c.lane)
}

// Begin writes calls down before they are made, and renews the lease. It returns bot.ErrLeaseLost if that is gone, and
// bot.ErrStopped if the broadcast has stopped, and bot.ErrDayFull if the platform lets the app not reach so many more today.
func (q *BroadcastQueue) Begin(ctx context.Context, batch bot.Batch, calls []bot.BatchCall, life time.Duration) error {
	sealed, err := q.sealed(batch, calls)
	if err != nil {
		return err
	}
	persons := 0
	for _, c := range calls {
		if string(c.Channel) == q.wecom && !c.Counted {
			persons += len(c.Users)
		}
	}
	if quiet, err := q.fallenQuiet(ctx, batch); err != nil || quiet {
		return cmp.Or(err, bot.ErrStopped)
	}
	if err := q.spend(ctx, persons, batch.Urgent); err != nil {
		return err
	}
	n, err := execute(ctx, q.db, "begin calls", `UPDATE broadcast_chunks SET state = 'sending', sent_calls = ?, due_ms = ?
		WHERE id = ? AND lease_owner = ? AND EXISTS (SELECT 1 FROM broadcasts b WHERE b.id = ? AND b.state = 'sending')`,
		sealed, q.now().Add(life).UnixMilli(), batch.ID, batch.Lease, batch.Broadcast)
	if err != nil || n > 0 {
		return err
	}
	if err := errors.Join(q.unspend(ctx, persons), q.stillOurs(ctx, batch)); err != nil {
		return err
	}
	return bot.ErrStopped
}

// stillOurs returns bot.ErrLeaseLost if another has claimed a chunk meanwhile.
func (q *BroadcastQueue) stillOurs(ctx context.Context, batch bot.Batch) error {
	n, err := queryOne(ctx, q.db, "look for a lease", scanInt, `SELECT COUNT(*) FROM broadcast_chunks WHERE id = ? AND lease_owner = ?`, batch.ID, batch.Lease)
	if err == nil && n == 0 {
		err = bot.ErrLeaseLost
	}
	return err
}

// Going says whether the broadcast still goes out, and at what share of the allowed rate in per cent.
func (q *BroadcastQueue) Going(ctx context.Context, batch bot.Batch) (speed int, ok bool, err error) {
	_, err = queryOne(ctx, q.db, "see whether it goes on", func(row scanner) (none struct{}, err error) {
		var state broadcast.State
		err = row.Scan(&state, &speed)
		ok = state == broadcast.Sending
		return none, err
	}, `SELECT state, speed FROM broadcasts WHERE id = ?`, batch.Broadcast)
	if err == nil && ok {
		var quiet bool
		quiet, err = q.fallenQuiet(ctx, batch)
		ok = !quiet
	}
	return speed, ok, err
}

// Settle writes down what became of recipients and, where some are left, when they have their turn; doubtful calls are kept
// until then. It returns bot.ErrLeaseLost if the lease is gone.
func (q *BroadcastQueue) Settle(ctx context.Context, batch bot.Batch, receipts map[int64]bot.Receipt, doubtful []bot.BatchCall, again time.Time) error {
	calls, err := q.sealed(batch, doubtful)
	if err != nil {
		return err
	}
	state, due := "done", q.now()
	switch {
	case len(doubtful) > 0:
		state, due = "sending", again
	case !again.IsZero():
		state, due = "pending", again
	}
	if err := q.stillOurs(ctx, batch); err != nil {
		return err
	}
	return q.db.Tx(ctx, func(ctx context.Context) error {
		if err := errors.Join(q.settle(ctx, batch, receipts), q.countOut(ctx, batch)); err != nil {
			return err
		}
		return post(ctx, q.db, "settle chunk", `UPDATE broadcast_chunks SET state = ?, due_ms = ?, lease_owner = NULL, sent_calls = ?
			WHERE id = ? AND lease_owner = ?`, state, due.UnixMilli(), orNull(calls), batch.ID, batch.Lease)
	})
}

// sealed is calls as they are stored; "" for none.
func (q *BroadcastQueue) sealed(batch bot.Batch, calls []bot.BatchCall) (string, error) {
	if len(calls) == 0 {
		return "", nil
	}
	plain, err := json.Marshal(calls)
	if err != nil {
		return "", fmt.Errorf("encode calls: %w", err)
	}
	return q.db.seal(broadcastCalls, batch.ID, plain)
}

// settle writes receipts down as long as the lease is held: a statement for those whose ids follow one another in the batch and who
// have the same outcome, which mostly are all. They are locked in the same order by all who do.
func (q *BroadcastQueue) settle(ctx context.Context, batch bot.Batch, receipts map[int64]bot.Receipt) error {
	if err := q.unparkMissed(ctx, batch, receipts); err != nil {
		return err
	}
	to := slices.Clone(batch.To)
	sort.SliceStable(to, func(i, j int) bool { return to[i].Member < to[j].Member })
	for len(to) > 0 {
		r := receipts[to[0].Member]
		same := slices.IndexFunc(to, func(t bot.Recipient) bool { return receipts[t.Member] != r })
		if same < 0 {
			same = len(to)
		}
		first, last := to[0].Member, to[same-1].Member
		to = to[same:]
		if r == (bot.Receipt{}) {
			continue
		}
		if r.State == "" {
			_, err := execute(ctx, q.db, "note why they wait", `UPDATE broadcast_receipts SET cause = ? WHERE broadcast_id = ? AND member_id BETWEEN ? AND ? AND state = 'planned'
				AND lane = (SELECT c.lane FROM broadcast_chunks c WHERE c.id = ? AND c.lease_owner = ?)`, shortCause(r.Cause), batch.Broadcast, first, last, batch.ID, batch.Lease)
			if err != nil {
				return err
			}
			continue
		}
		err := post(ctx, q.db, "settle receipts", `UPDATE broadcast_receipts SET state = ?, cause = ?, changed_ms = ?, notice_id = ?,
			counts_ms = CASE WHEN ? = 1 THEN NULL ELSE counts_ms END WHERE broadcast_id = ? AND member_id BETWEEN ? AND ? AND state = 'planned'
			AND lane = (SELECT c.lane FROM broadcast_chunks c WHERE c.id = ? AND c.lease_owner = ?)`,
			string(r.State), orNull(shortCause(r.Cause)), q.clock().UnixMilli(), orNull(r.Notice), oneIf(missed(r)), batch.Broadcast, first, last, batch.ID, batch.Lease)
		if err != nil {
			return err
		}
	}
	return nil
}
