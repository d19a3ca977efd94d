package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/broadcast"
)

// What the platform allows a person within a minute and an hour is counted over the outbox and broadcasts. Of broadcasts those
// are looked at which go out, or did within the hour: they are few, and each has one receipt for a member.

// recentCasts is the condition on broadcasts b that may have been sent to somebody since a time, which is given three times. One that is
// planned for later, or was paused long ago, is none.
const recentCasts = `(b.state IN ('released', 'sending', 'paused') OR b.state IN ('done', 'cancelled') AND (b.ended_ms IS NULL OR b.ended_ms > ?)) AND ` + recentChunks

// recentChunks is that one of its chunks was begun since a time, which is given twice. A chunk that was put back is due when it was, or
// later, while those that nobody has claimed are due since they were planned: the last that waits is one that was put back, if any was.
const recentChunks = `(EXISTS (SELECT 1 FROM broadcast_chunks d WHERE d.broadcast_id = b.id AND d.state IN ('sending', 'done') AND d.due_ms > ?)
	OR COALESCE((SELECT d.attempts FROM broadcast_chunks d WHERE d.broadcast_id = b.id AND d.state = 'pending' AND d.due_ms > ? ORDER BY d.due_ms DESC LIMIT 1), 0) > 0)`

// castTries are receipts r of broadcasts b that were begun since a time: sent, or in a chunk of which a call may be on its way.
const castTries = `(r.state IN ('sent', 'answered', 'uncertain') AND r.changed_ms > ? OR r.state = 'planned' AND EXISTS (SELECT 1 FROM broadcast_chunks c
	WHERE c.broadcast_id = r.broadcast_id AND c.state = 'sending' AND c.lane = r.lane AND r.member_id BETWEEN c.from_member AND c.to_member))`

// Tries counts the tries of messages to one address that were begun since each of the times. A row's tries count
// together by its latest, so that the number is never too small.
func (o *Outbox) Tries(ctx context.Context, to bot.Address, minute, hour time.Time) (inMinute, inHour int, err error) {
	from, since := minute.UnixMilli(), hour.UnixMilli()
	tries, err := queryOne(ctx, o.db, "count tries", scanTries, `SELECT COALESCE(SUM(CASE WHEN began > ? THEN n ELSE 0 END), 0), COALESCE(SUM(n), 0) FROM (
		SELECT begun_ms AS began, attempts AS n FROM outbox WHERE to_user = ? AND channel = ? AND begun_ms > ?
		UNION ALL SELECT `+o.db.straight()+`CASE WHEN r.state = 'planned' THEN ? + 1 ELSE r.changed_ms END, 1 FROM members m JOIN broadcasts b
		JOIN broadcast_receipts r ON r.broadcast_id = b.id AND r.member_id = m.id
		WHERE m.wecom_userid = ? AND `+recentCasts+` AND r.lane = ? AND `+castTries+`) AS begun`,
		from, string(to.User), string(to.Channel), since, from, string(to.User), since, since, since, broadcast.Directory, since)
	return tries.InMinute, tries.InHour, err
}

func scanTries(row scanner) (t bot.Tries, err error) { return t, row.Scan(&t.InMinute, &t.InHour) }

// Busy implements delivery.CastQueue. Mostly nobody has had so many messages that it comes to looking at receipts: another broadcast
// adds one to what the outbox has sent somebody within the hour, and one to that of the minute if it was at work in that.
func (q *BroadcastQueue) Busy(ctx context.Context, b bot.Batch, to []bot.Recipient, most bot.Tries) (map[int64]bot.Tries, error) {
	hour, minute := q.now().Add(-time.Hour).UnixMilli(), q.now().Add(-time.Minute).UnixMilli()
	few := most
	others, err := queryAll(ctx, q.db, "find other broadcasts", func(row scanner) (id int64, err error) {
		var now bool
		if err = row.Scan(&id, &now); now {
			few.InMinute--
		}
		few.InHour--
		return id, err
	}, `SELECT b.id, `+recentChunks+` AS just_now FROM broadcasts b WHERE `+recentCasts+` AND b.id <> ?`, minute, minute, hour, hour, hour, b.Broadcast)
	if err != nil {
		return nil, err
	}
	all, err := q.byOutbox(ctx, to, few)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if len(others) > 0 {
		if err := q.addOthers(ctx, all, others); err != nil {
			return nil, err
		}
	}
	for member, tries := range all {
		if tries.InMinute < most.InMinute && tries.InHour < most.InHour {
			delete(all, member)
		}
	}
	return all, nil
}

// byOutbox counts what the outbox has sent to recipients who have had as many as most.
func (q *BroadcastQueue) byOutbox(ctx context.Context, to []bot.Recipient, most bot.Tries) (map[int64]bot.Tries, error) {
	all, members, users := map[int64]bot.Tries{}, map[bot.UserID]int64{}, make([]bot.UserID, len(to))
	for i, r := range to {
		users[i], members[r.At.User] = r.At.User, r.Member
		if most.InMinute <= 0 || most.InHour <= 0 {
			all[r.Member] = bot.Tries{}
		}
	}
	now := q.now()
	_, err := queryAll(ctx, q.db, "count tries", func(row scanner) (none struct{}, err error) {
		var user bot.UserID
		var t bot.Tries
		err = row.Scan(&user, &t.InMinute, &t.InHour)
		all[members[user]] = t
		return none, err
	}, `SELECT * FROM (SELECT to_user, SUM(CASE WHEN begun_ms > ? THEN attempts ELSE 0 END) AS in_minute, SUM(attempts) AS in_hour FROM outbox
		WHERE to_user IN ? AND channel = ? AND begun_ms > ? GROUP BY to_user) AS begun WHERE in_minute >= ? OR in_hour >= ?`,
		now.Add(-time.Minute).UnixMilli(), users, string(to[0].At.Channel), now.Add(-time.Hour).UnixMilli(), most.InMinute, most.InHour)
	return all, err
}

// addOthers adds what broadcasts have sent to members.
func (q *BroadcastQueue) addOthers(ctx context.Context, all map[int64]bot.Tries, broadcasts []int64) error {
	members := make([]int64, 0, len(all))
	for m := range all {
		members = append(members, m)
	}
	minute, hour := q.clock().Add(-time.Minute).UnixMilli(), q.clock().Add(-time.Hour).UnixMilli()
	_, err := queryAll(ctx, q.db, "count broadcasts", func(row scanner) (none struct{}, err error) {
		var member int64
		var more bot.Tries
		err = row.Scan(&member, &more.InMinute, &more.InHour)
		all[member] = bot.Tries{InMinute: all[member].InMinute + more.InMinute, InHour: all[member].InHour + more.InHour}
		return none, err
	}, `SELECT r.member_id, SUM(CASE WHEN r.state = 'planned' OR r.changed_ms > ? THEN 1 ELSE 0 END), COUNT(*) FROM broadcast_receipts r
		WHERE r.broadcast_id IN ? AND r.member_id IN ? AND r.lane = ? AND `+castTries+` GROUP BY r.member_id`,
		minute, broadcasts, members, broadcast.Directory, hour)
	return err
}
