package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/occasion"
)

// Restored makes a database that was put back from a backup fit to be served again. What was said and numbered after
// the backup is forgotten here and known outside: a number must not be given to another case, and a notice that must not
// go out twice may have gone out. No instance may serve meanwhile. To do it again is harmless.
type Restored struct {
	// Prefixes are those of all services. In Year, of two digits, their numbers leave out the next Skip ones, and so do the others' that
	// were counted before.
	Prefixes []string
	Year     int
	Skip     int64
	// Today is the day on which people live, 2026-11-21: until it is over nobody is greeted by itself.
	Today string
}

// restoredCause says why nobody knows what became of a row.
const restoredCause = "restored from a backup: it may have gone out before"

// Do does it, and returns the number of notices that wait for a person's eye now.
func (r Restored) Do(ctx context.Context, db *DB, outbox *Outbox) (uncertain int64, err error) {
	err = db.Tx(ctx, func(ctx context.Context) error {
		if err := r.skip(ctx, db); err != nil {
			return err
		}
		if uncertain, err = outbox.doubtAll(ctx); err != nil {
			return err
		}
		if err := r.holdGreetings(ctx, db, outbox.now()); err != nil {
			return err
		}
		if err := db.settleCopies(ctx, outbox.now()); err != nil {
			return err
		}
		return NewAudit(db).Append(ctx, audit.Entry{At: outbox.now(), Kind: audit.Restore,
			Note: fmt.Sprintf("numbers +%d, %d notices held", r.Skip, uncertain)})
	})
	if err != nil {
		return 0, fmt.Errorf("put restored database in order: %w", err)
	}
	return uncertain, nil
}

// holdGreetings leaves out what was due, and takes the days until today as planned: whoever was greeted in the time that is lost
// would be greeted again.
func (r Restored) holdGreetings(ctx context.Context, db *DB, now time.Time) error {
	_, err := execute(ctx, db, "leave out greetings", `UPDATE greetings SET state = ? WHERE state IN ? AND send_ms <= ?`,
		string(occasion.Missed), []occasion.State{occasion.Planned, occasion.Approved}, now.UnixMilli())
	if err != nil || r.Today == "" {
		return err
	}
	// Nor is anybody told what another number of days would have had said meanwhile.
	if _, err := execute(ctx, db, "forget how early is planned", `DELETE FROM greeting_aheads`); err != nil {
		return err
	}
	done := now.Add(24 * time.Hour).UnixMilli()
	if _, err := execute(ctx, db, "take begun days as planned", `UPDATE greeting_days SET lease_ms = 0, done_ms = ? WHERE done_ms = 0`, done); err != nil {
		return err
	}
	_, err = execute(ctx, db, "take day as planned", `INSERT INTO greeting_days (day, lease_ms, done_ms) VALUES (?, 0, ?)`+
		db.overwrite("day", "lease_ms", "done_ms"), r.Today, done)
	return err
}

func (r Restored) skip(ctx context.Context, db *DB) error {
	if _, err := execute(ctx, db, "skip numbers", `UPDATE numbers SET last = last + ? WHERE year = ?`, r.Skip, r.Year); err != nil {
		return err
	}
	for _, prefix := range r.Prefixes {
		counted, err := queryAll(ctx, db, "find numbers", func(s scanner) (last int64, err error) {
			return last, s.Scan(&last)
		}, `SELECT last FROM numbers WHERE prefix = ? AND year = ?`, prefix, r.Year)
		if err != nil {
			return err
		}
		if len(counted) > 0 {
			continue
		}
		_, err = execute(ctx, db, "begin numbers", `INSERT INTO numbers (prefix, year, last) VALUES (?, ?, ?)`, prefix, r.Year, r.Skip)
		if err != nil {
			return err
		}
	}
	return nil
}

// doubtAll settles as uncertain what must not go out twice and was due before the backup, or in somebody's hand then.
// What is due later goes out when it is due.
func (o *Outbox) doubtAll(ctx context.Context) (int64, error) {
	now := o.now().UnixMilli()
	return execute(ctx, o.db, "doubt notices", `UPDATE outbox SET state = ?, cause = ?, lease_owner = NULL, settled_ms = ?
		WHERE state IN ('pending', 'sending') AND policy = ? AND (due_ms <= ? OR attempts > 0 OR lease_owner IS NOT NULL)`,
		string(bot.ParcelUncertain), restoredCause, now, string(notice.Hold), now)
}
