package storage

import (
	"context"
	"sync"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/broadcast"
)

const (
	// personsPerAccount is how many persons WeCom lets an app reach a day for each account of the corporation. [W90236]
	personsPerAccount = 200
	// forOthers is the part of a day's persons, one in so many, that is left for what is no broadcast, and for urgent ones.
	forOthers = 10
	// countedFor is how long a count of the accounts is believed.
	countedFor = 10 * time.Minute
)

// dayCeiling says how many persons the app may reach a day.
type dayCeiling struct {
	fixed int // 0: by the accounts that are known

	mu      sync.Mutex
	counted int
	at      time.Time
}

// UseCeiling says how many persons WeCom lets the app reach a day; 0 has it follow from the members who have WeCom.
func (r *Broadcasts) UseCeiling(persons int) { r.ceiling.fixed = persons }

func (r *Broadcasts) mostToday(ctx context.Context) (int, error) {
	c := r.ceiling
	if c.fixed > 0 {
		return c.fixed, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() || time.Since(c.at) >= countedFor {
		n, err := queryOne(ctx, r.db, "count accounts", scanInt, `SELECT COUNT(*) FROM members WHERE wecom_userid IS NOT NULL`)
		if err != nil {
			return 0, err
		}
		c.counted, c.at = n, time.Now()
	}
	return c.counted * personsPerAccount, nil
}

// Room implements broadcast.Store.
func (r *Broadcasts) Room(ctx context.Context, day time.Time, urgent bool) (broadcast.Room, error) {
	most, err := r.mostToday(ctx)
	if err != nil {
		return broadcast.Room{}, err
	}
	room := broadcast.Room{Most: most}
	used, err := queryAll(ctx, r.db, "count persons of a day", scanInt, `SELECT persons FROM channel_days WHERE channel = ? AND day = ?`,
		r.wecom, day.Format(time.DateOnly))
	if err != nil {
		return room, err
	}
	room.Left = shareOf(most, urgent)
	if len(used) > 0 {
		room.Left = max(0, room.Left-used[0])
	}
	return room, nil
}

// shareOf is how many of a day's persons broadcasts may reach.
func shareOf(most int, urgent bool) int {
	if urgent {
		return most
	}
	return most - most/forOthers
}

// spend counts persons of the day in. It returns bot.ErrDayFull if there is no room for all of them.
func (q *BroadcastQueue) spend(ctx context.Context, persons int, urgent bool) error {
	most, err := q.mostToday(ctx)
	if err != nil || persons == 0 {
		return err
	}
	day := q.clock().In(q.zone).Format(time.DateOnly)
	for range 2 {
		n, err := execute(ctx, q.db, "count persons in", `UPDATE channel_days SET persons = persons + ? WHERE channel = ? AND day = ? AND persons + ? <= ?`,
			persons, q.wecom, day, persons, shareOf(most, urgent))
		if err != nil || n > 0 {
			return err
		}
		// It is the day's first, or there is no room.
		if _, err := execute(ctx, q.db, "begin day", `INSERT INTO channel_days (channel, day, persons) VALUES (?, ?, 0)`+q.db.passOver("channel, day"), q.wecom, day); err != nil {
			return err
		}
	}
	return bot.ErrDayFull
}

// unspend counts out whom no call was begun for.
func (q *BroadcastQueue) unspend(ctx context.Context, persons int) error {
	if persons == 0 {
		return nil
	}
	_, err := execute(ctx, q.db, "count persons out", `UPDATE channel_days SET persons = persons - ? WHERE channel = ? AND day = ?`,
		persons, q.wecom, q.clock().In(q.zone).Format(time.DateOnly))
	return err
}

// countOut counts out of the day who of a batch was not written to after all, as long as its lease is held.
func (q *BroadcastQueue) countOut(ctx context.Context, batch bot.Batch) error {
	if batch.Unmade == 0 || batch.Room < 0 { // elsewhere nobody was counted in
		return nil
	}
	return post(ctx, q.db, "count persons out", `UPDATE channel_days SET persons = persons - ? WHERE channel = ? AND day = ? AND persons >= ?
		AND EXISTS (SELECT 1 FROM broadcast_chunks c WHERE c.id = ? AND c.lease_owner = ?)`,
		batch.Unmade, q.wecom, q.clock().In(q.zone).Format(time.DateOnly), batch.Unmade, batch.ID, batch.Lease)
}

// ForgetDays removes counts of days that are over, and says how many it removed.
func (r *Broadcasts) ForgetDays(ctx context.Context, before time.Time) (int64, error) {
	return execute(ctx, r.db, "forget days", `DELETE FROM channel_days WHERE day < ?`, before.Format(time.DateOnly))
}
