package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/notice"
)

// A row is pending until its call begins, sending while nobody knows the outcome, and then settled. due_ms says when
// it may be claimed: from the start, again after a failure, or once the lease of its claim has run out.

// putBack in lease_owner marks a row that was claimed and not settled: the later rows of its lane wait for it.
// One that was put aside has none, and nothing waits for it.
const putBack = "-"

// earlier compares two rows of a lane, e and o.
const earlier = `e.unhurried = o.unhurried AND (e.created_ms < o.created_ms OR e.created_ms = o.created_ms AND
	(e.part < o.part OR e.part = o.part AND e.id < o.id))`

// dueIn are the due rows of a state in the order of the index outbox_claim, so that a million of them cost no more than a hundred.
func dueIn(state string) string {
	return `SELECT * FROM (SELECT o.id, o.state, o.policy, o.channel, o.frozen_ms, o.due_ms, o.part FROM outbox o
	WHERE o.state = '` + state + `' AND o.unhurried = ? AND o.due_ms <= ? AND NOT EXISTS (
		SELECT 1 FROM outbox e WHERE e.lane = o.lane AND e.state IN ('pending', 'sending') AND
			e.lease_owner IS NOT NULL AND e.due_ms > ? AND ` + earlier + `)
	ORDER BY o.due_ms, o.part, o.id LIMIT ?) AS ` + state
}

var dueRows = `SELECT id, state, policy, channel, frozen_ms FROM (` + dueIn("pending") + ` UNION ALL ` + dueIn("sending") + `) AS due ORDER BY due_ms, part, id LIMIT ?`

const dueLaneRows = `SELECT o.id, o.state, o.policy FROM outbox o
	WHERE o.lane = ? AND o.state = 'pending' AND o.due_ms <= ? AND o.attempts = 0 AND
		(o.lease_owner IS NULL OR o.lease_owner = '` + putBack + `')
	ORDER BY o.created_ms, o.part, o.id`

// dueRow is what is looked at before a row is claimed.
type dueRow struct {
	ID       int64
	State    string
	Policy   string
	Channel  *string
	FrozenMs *int64
}

// FindDoubles tells how long after its first try a channel's platform finds a call to be a double: so long it is made again.
func (o *Outbox) FindDoubles(channel bot.ChannelID, within time.Duration) {
	o.doubles[channel] = within
}

// doubtful says whether a call may have arrived and must not be made again.
func (o *Outbox) doubtful(r dueRow, now time.Time) bool {
	if r.State != "sending" || r.Policy != string(notice.Hold) {
		return false
	}
	return r.Channel == nil || r.FrozenMs == nil || now.Sub(time.UnixMilli(*r.FrozenMs)) >= o.doubles[bot.ChannelID(*r.Channel)]
}

// Claim takes due rows, the urgent or the unhurried ones, by a lease, in the order of their lanes, and settles as uncertain those
// whose call had begun, was never settled and must not be repeated. A lane of which another lease holds an earlier row is left alone.
func (o *Outbox) Claim(ctx context.Context, unhurried bool, lease string, life time.Duration, limit int) ([]bot.Parcel, error) {
	now := o.now()
	g, err := o.db.read(ctx)
	if err != nil {
		return nil, err
	}
	var due []dueRow
	of, at := oneIf(unhurried), now.UnixMilli()
	if err := g.Raw(dueRows, of, at, at, limit, of, at, at, limit, limit).Scan(&due).Error; err != nil {
		return nil, fmt.Errorf("look for due rows: %w", classify(err))
	}
	return o.claim(ctx, due, lease, now, life)
}

// ClaimLane takes every row of one lane that is due and was not tried yet.
func (o *Outbox) ClaimLane(ctx context.Context, lane, lease string, life time.Duration) ([]bot.Parcel, error) {
	now := o.now()
	g, err := o.db.read(ctx)
	if err != nil {
		return nil, err
	}
	var due []dueRow
	if err := g.Raw(dueLaneRows, lane, now.UnixMilli()).Scan(&due).Error; err != nil {
		return nil, fmt.Errorf("look for due rows of a lane: %w", classify(err))
	}
	return o.claim(ctx, due, lease, now, life)
}

func (o *Outbox) claim(ctx context.Context, due []dueRow, lease string, now time.Time, life time.Duration) ([]bot.Parcel, error) {
	var ids, doubtful []int64
	for _, r := range due {
		if o.doubtful(r, now) {
			doubtful = append(doubtful, r.ID)
		} else {
			ids = append(ids, r.ID)
		}
	}
	if len(doubtful) > 0 {
		if err := o.db.Tx(ctx, func(ctx context.Context) error { return o.doubt(ctx, doubtful, now) }); err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var items []bot.Parcel
	err := o.db.Tx(ctx, func(ctx context.Context) (err error) {
		items, err = o.lease(ctx, ids, lease, now, life)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim rows: %w", err)
	}
	return items, nil
}

func (o *Outbox) doubt(ctx context.Context, ids []int64, now time.Time) error {
	g, err := o.db.write(ctx)
	if err != nil {
		return err
	}
	// Where the words are parked it was the call that announces them.
	err = g.Exec(`UPDATE outbox SET state = CASE WHEN EXISTS (SELECT 1 FROM parked p WHERE p.park_key = row_key AND p.told_ms IS NULL) AND kind = '`+notice.KindGreeting+`'
		THEN 'parked' ELSE 'uncertain' END, cause = CASE WHEN cause = '`+recalled+`' THEN cause ELSE 'call began and was never settled' END, lease_owner = NULL,
		settled_ms = ? WHERE id IN ? AND state = 'sending' AND due_ms <= ?`, now.UnixMilli(), ids, now.UnixMilli()).Error
	if err != nil {
		return fmt.Errorf("settle doubtful rows: %w", classify(err))
	}
	if err := o.doubtedParked(ctx, ids); err != nil {
		return err
	}
	var keys []string
	if err := g.Raw(`SELECT row_key FROM outbox WHERE id IN ? AND state = 'uncertain'`, ids).Scan(&keys).Error; err != nil {
		return fmt.Errorf("read doubtful rows: %w", classify(err))
	}
	if err := o.db.digestsCameTo(ctx, keys, bot.ParcelUncertain, "call began and was never settled", now); err != nil {
		return err
	}
	return o.leaveOut(ctx, keys, now)
}

// doubtedParked does with greetings whose words wait what is done when one is settled as parked.
func (o *Outbox) doubtedParked(ctx context.Context, ids []int64) error {
	type row struct {
		id  int64
		key string
	}
	list, err := queryAll(ctx, o.db, "read doubtful greetings", func(s scanner) (r row, err error) { return r, s.Scan(&r.id, &r.key) },
		`SELECT id, row_key FROM outbox WHERE id IN ? AND state = 'parked'`, ids)
	for i := 0; i < len(list) && err == nil; i++ {
		if _, err = o.keptBack(ctx, notice.KindGreeting, list[i].key); err == nil {
			err = o.bringBack(ctx, list[i].id)
		}
	}
	return err
}

const overtaking = `SELECT o.id FROM outbox o WHERE o.id IN ? AND o.lease_owner = ? AND EXISTS (
	SELECT 1 FROM outbox e WHERE e.lane = o.lane AND e.state IN ('pending', 'sending') AND
		e.lease_owner IS NOT NULL AND e.lease_owner <> ? AND ` + earlier + `)`

// lease takes the rows that nobody took meanwhile, and gives back those that would overtake an earlier row of their
// lane: one that another claimer took in the same moment - its update made ours wait, so that we see it here - or one
// that was put back and lay beyond the limit.
func (o *Outbox) lease(ctx context.Context, ids []int64, lease string, now time.Time, life time.Duration) ([]bot.Parcel, error) {
	g, err := o.db.write(ctx)
	if err != nil {
		return nil, err
	}
	err = g.Exec(`UPDATE outbox SET state = CASE WHEN policy = 'hold' THEN state ELSE 'pending' END, lease_owner = ?, due_ms = ?
		WHERE id IN ? AND state IN ('pending', 'sending') AND due_ms <= ?`,
		lease, now.Add(life).UnixMilli(), ids, now.UnixMilli()).Error
	if err != nil {
		return nil, classify(err)
	}
	var late []int64
	if err := g.Raw(overtaking, ids, lease, lease).Scan(&late).Error; err != nil {
		return nil, classify(err)
	}
	if len(late) > 0 {
		err = g.Exec(`UPDATE outbox SET lease_owner = ?, due_ms = ? WHERE id IN ? AND lease_owner = ?`,
			putBack, now.UnixMilli(), late, lease).Error
		if err != nil {
			return nil, classify(err)
		}
	}
	var rows []claimedRow
	err = g.Raw(`SELECT id, row_key, kind, policy, state, lane, member_id, channel, to_user, body, sent_call, frozen_ms, attempts, created_ms
		FROM outbox WHERE id IN ? AND lease_owner = ? ORDER BY created_ms, part, id`, ids, lease).Scan(&rows).Error
	if err != nil {
		return nil, classify(err)
	}
	items := make([]bot.Parcel, 0, len(rows))
	for _, r := range rows {
		item, err := o.db.parcel(r, lease)
		if err != nil {
			if err := o.unreadable(g, r.ID, now, err); err != nil {
				return nil, err
			}
			continue
		}
		items = append(items, item)
	}
	return items, nil
}

// unreadable settles a row that cannot be read, as after a key was taken away too early, so that it keeps no other one
// back. It is listed with what failed.
func (o *Outbox) unreadable(g *gorm.DB, id int64, now time.Time, cause error) error {
	err := g.Exec(`UPDATE outbox SET state = 'failed', cause = ?, lease_owner = NULL, settled_ms = ?, due_ms = ? WHERE id = ?`,
		shortCause(cause.Error()), now.UnixMilli(), now.UnixMilli(), id).Error
	if err != nil {
		return fmt.Errorf("settle unreadable row: %w", classify(err))
	}
	return nil
}

// claimedRow is a row as delivery gets it.
type claimedRow struct {
	ID        int64
	RowKey    string
	Kind      string
	Policy    string
	State     string
	Lane      string
	MemberID  *int64
	Channel   *string
	ToUser    *string
	Body      string
	SentCall  *string
	FrozenMs  *int64
	Attempts  int
	CreatedMs int64
}

func (db *DB) parcel(r claimedRow, lease string) (bot.Parcel, error) {
	item := bot.Parcel{
		ID:       r.ID,
		Key:      r.RowKey,
		Lease:    lease,
		Kind:     r.Kind,
		Hold:     r.Policy == string(notice.Hold),
		Doubtful: r.Policy == string(notice.Hold) && r.State == "sending",
		Lane:     r.Lane,
		Attempts: r.Attempts,
		Created:  time.UnixMilli(r.CreatedMs),
	}
	body, err := db.open(outboxBody, r.ID, r.Body)
	if err != nil {
		return item, err
	}
	var l letter
	if err := json.Unmarshal(body, &l); err != nil {
		return item, fmt.Errorf("read body of row %d: %w", r.ID, err)
	}
	item.Body, item.Member, item.Unnamed = l.Outgoing, l.Member, l.Member != 0
	if r.MemberID != nil {
		item.Member = *r.MemberID
	}
	if r.Channel != nil && r.ToUser != nil {
		item.To = bot.Address{Channel: bot.ChannelID(*r.Channel), User: bot.UserID(*r.ToUser)}
	}
	if r.SentCall != nil {
		if item.Frozen, err = db.open(outboxCall, r.ID, *r.SentCall); err != nil {
			return item, err
		}
		if r.FrozenMs != nil {
			item.FrozenAt = time.UnixMilli(*r.FrozenMs)
		}
	}
	return item, nil
}
