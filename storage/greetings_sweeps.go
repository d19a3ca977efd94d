package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/occasion"
)

// silenced says of a greeting's key whether a silence keeps it back that lasts: nothing goes out that its sweep has not come to.
func silenced(key string) string {
	return `EXISTS (SELECT 1 FROM greetings g JOIN members m ON m.id = g.member_id JOIN organisations o ON o.id = m.org_id
		JOIN greeting_sweeps w ON w.does = 'hold' JOIN greeting_silences s ON s.id = w.silence_id AND s.ended = 0
		WHERE g.row_key = ` + key + ` AND o.lineage LIKE CONCAT(w.lineage, '%') AND w.spare NOT LIKE CONCAT('% ', g.occasion, ' %'))`
}

// keptBack says whether a silence keeps an item of the outbox back.
func (o *Outbox) keptBack(ctx context.Context, kind, key string) (bool, error) {
	switch kind {
	case notice.KindBroadcast:
		return (&Broadcasts{db: o.db, now: o.now}).keptWaiting(ctx, key)
	case notice.KindGreeting:
	default:
		return false, nil
	}
	key = strings.TrimSuffix(key, occasion.PictureSuffix)
	n, err := queryOne(ctx, o.db, "look for a silence", scanInt, `SELECT CASE WHEN `+silenced("?")+` THEN 1 ELSE 0 END`, key)
	if err != nil || n == 0 {
		return false, err
	}
	member, err := queryOne(ctx, o.db, "look whom it greets", scanID, `SELECT member_id FROM greetings WHERE row_key = ?`, key)
	if err != nil {
		return true, err
	}
	// It was in somebody's hand when the sweep came by, which goes on from there again; one that has not come by yet is not held up.
	_, err = execute(ctx, o.db, "sweep anew", `UPDATE greeting_sweeps SET done = 0, after_id = ? WHERE does = 'hold' AND (done = 1 OR after_id >= ?)
		AND silence_id IN (SELECT s.id FROM greeting_silences s WHERE s.ended = 0)`, member-1, member)
	return true, err
}

// AddSweep implements occasion.Store.
func (r *Greetings) AddSweep(ctx context.Context, s occasion.Sweep) error {
	_, err := execute(ctx, r.db, "begin sweep", `INSERT INTO greeting_sweeps (id, does, silence_id, lineage, occasion, since, spare, after_id, becomes, say_on, send_ms, done)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`, s.ID, string(s.Does), orNull(s.Silence), s.Lineage, s.Occasion, s.Since, " "+strings.Join(s.Spare, " ")+" ",
		s.After, string(s.Becomes), s.SayOn, s.SendAt.UnixMilli())
	return err
}

// Sweeps implements occasion.Store. Of a silence that has ended nothing more is held.
func (r *Greetings) Sweeps(ctx context.Context) ([]occasion.Sweep, error) {
	return queryAll(ctx, r.db, "read sweeps", func(row scanner) (s occasion.Sweep, err error) {
		var spare string
		var at int64
		err = row.Scan(&s.ID, &s.Does, &s.Silence, &s.Lineage, &s.Occasion, &s.Since, &spare, &s.After, &s.Becomes, &s.SayOn, &at)
		s.Spare, s.SendAt = strings.Fields(spare), time.UnixMilli(at).UTC()
		return s, err
	}, `SELECT w.id, w.does, COALESCE(w.silence_id, 0), w.lineage, w.occasion, w.since, w.spare, w.after_id, w.becomes, w.say_on, w.send_ms FROM greeting_sweeps w
		WHERE w.done = 0 AND (w.does <> 'hold' OR EXISTS (SELECT 1 FROM greeting_silences s WHERE s.id = w.silence_id AND s.ended = 0)) ORDER BY w.id`)
}

// SweepOn implements occasion.Store. The row of the sweep says how far it has come, and is changed first: of two who sweep the second
// waits, and then finds that it was done.
func (r *Greetings) SweepOn(ctx context.Context, s occasion.Sweep) (next occasion.Sweep, n int64, more bool, err error) {
	err = r.db.Tx(ctx, func(ctx context.Context) error {
		next = s
		ids, err := queryAll(ctx, r.db, "find what to sweep", scanID, r.sweptQuery(s), append(r.sweptArgs(s), r.atOnce)...)
		if err != nil {
			return err
		}
		done := len(ids) < r.atOnce
		if len(ids) > 0 {
			next.After = union.MemberID(ids[len(ids)-1])
		}
		moved, err := execute(ctx, r.db, "move sweep on", `UPDATE greeting_sweeps SET after_id = ?, done = ? WHERE id = ? AND after_id = ? AND done = 0`,
			next.After, oneIf(done), s.ID, s.After)
		if err == nil && moved == 0 {
			err = fmt.Errorf("sweep greetings: %w", union.ErrStale)
		}
		if err != nil || len(ids) == 0 {
			return err
		}
		more = !done
		n, err = r.bite(ctx, s, ids)
		return err
	})
	return next, n, more && err == nil, err
}

// sweptQuery finds the next members of the subtree, or the next greetings that a silence held.
func (r *Greetings) sweptQuery(s occasion.Sweep) string {
	if s.Does == occasion.SweepFree {
		return `SELECT id FROM greetings WHERE state = 'held' AND hold_id = ? AND id > ? ORDER BY id LIMIT ?`
	}
	return r.db.inOrderOf(`SELECT m.id FROM members m JOIN organisations o ON o.id = m.org_id WHERE o.lineage LIKE ? AND m.id > ? ORDER BY m.id LIMIT ?`)
}

func (r *Greetings) sweptArgs(s occasion.Sweep) []any {
	if s.Does == occasion.SweepFree {
		return []any{s.Silence, s.After}
	}
	return []any{s.Lineage + "%", s.After}
}

func (r *Greetings) bite(ctx context.Context, s occasion.Sweep, ids []int64) (n int64, err error) {
	const waiting = untold + ` AND g.member_id IN ?`
	switch s.Does {
	case occasion.SweepHold:
		spare := append([]string{"-"}, s.Spare...)
		n, err = execute(ctx, r.db, "hold greetings", `UPDATE greetings SET state = 'held', hold_id = ? WHERE state = 'planned' AND occasion NOT IN ?
			AND member_id IN ?`, s.Silence, spare, ids)
		if err == nil {
			err = r.takeBack(ctx, occasion.Held, s.Silence, waiting+` AND g.occasion NOT IN ?`, ids, spare)
		}
		if err == nil {
			err = r.dropPictures(ctx, `g.member_id IN ? AND g.occasion NOT IN ?`, ids, spare)
		}
	case occasion.SweepAnew:
		n, err = execute(ctx, r.db, "plan what was stopped", `UPDATE greetings SET state = 'planned' WHERE state = 'stopped' AND occasion = ? AND say_on >= ?
			AND member_id IN ?`, s.Occasion, s.Since, ids)
		if err == nil {
			err = r.recall(ctx, `g.member_id IN ? AND g.occasion = ? AND g.say_on >= ?`, ids, s.Occasion, s.Since)
		}
	case occasion.SweepFree:
		n, err = execute(ctx, r.db, "release greetings", `UPDATE greetings SET state = ?, say_on = ?, send_ms = ? WHERE state = 'held' AND id IN ?`,
			string(s.Becomes), s.SayOn, s.SendAt.UnixMilli(), ids)
	}
	return n, err
}
