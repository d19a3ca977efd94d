package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
)

// Ledger keeps what the turns came to, in `handled`: a row `done` with the reply and the session after the turn, or a
// row `void` that keeps an overtaken turn from committing. It satisfies bot.Ledger.
type Ledger struct {
	db     *DB
	outbox *Outbox
	parked *Parked
	now    func() time.Time
	// forgotten is up to when Forget has gone.
	forgotten atomic.Int64
}

// NewLedger makes the ledger of db. now is the time of records, which only retention and copies go by.
func NewLedger(db *DB, outbox *Outbox, now func() time.Time) *Ledger {
	return &Ledger{db: db, outbox: outbox, parked: NewParked(db, now), now: now}
}

// Open implements bot.Ledger.
func (l *Ledger) Open(ctx context.Context, id bot.MessageID, fence bot.Fence) (context.Context, bot.Work) {
	return l.open(ctx, id, fence, false)
}

// Reopen implements bot.Ledger.
func (l *Ledger) Reopen(ctx context.Context, id bot.MessageID, fence bot.Fence) (context.Context, bot.Work) {
	return l.open(ctx, id, fence, true)
}

func (l *Ledger) open(ctx context.Context, id bot.MessageID, fence bot.Fence, apart bool) (context.Context, bot.Work) {
	w := &work{ledger: l, scope: &scope{db: l.db, life: ctx, apart: apart}}
	w.scope.first = func(ctx context.Context, tx *transaction) (err error) {
		var row *handledRow
		if row, w.scope.roster, err = l.db.readFirst(ctx, tx, id); err != nil {
			return err
		}
		return w.judge(row, fence)
	}
	return context.WithValue(ctx, scopeKey{}, w.scope), w
}

// Void implements bot.Ledger. On MySQL the insert waits while the predecessor's own is not committed, up to
// innodb_lock_wait_timeout, and so learns its outcome; SQLite has one writer at a time.
func (l *Ledger) Void(ctx context.Context, open []bot.Open, fence bot.Fence) ([]bot.Record, error) {
	var done []bot.Record
	for _, o := range open {
		_, err := execute(ctx, l.db, "void turn", l.db.voidStatement(), string(o.Message), int64(fence), l.now().UnixMilli())
		if err != nil {
			return nil, err
		}
		record, found, err := l.Lookup(ctx, o.Message)
		if err != nil {
			return nil, err
		}
		if found {
			done = append(done, record)
		}
	}
	return done, nil
}

// voidStatement writes a void row or raises the fence of one that is there; a done row it leaves alone.
func (db *DB) voidStatement() string {
	const insert = "INSERT INTO handled (message, fence, state, at_ms) VALUES (?, ?, 'void', ?) "
	if db.dialect == SQLite {
		return insert + "ON CONFLICT (message) DO UPDATE SET fence = MAX(fence, excluded.fence) WHERE state = 'void'"
	}
	return insert + "ON DUPLICATE KEY UPDATE fence = IF(state = 'void', GREATEST(fence, VALUES(fence)), fence)"
}

// Lookup implements bot.Ledger.
func (l *Ledger) Lookup(ctx context.Context, id bot.MessageID) (bot.Record, bool, error) {
	conn, err := l.db.on(ctx, false)
	if err != nil {
		return bot.Record{}, false, err
	}
	row, err := l.db.readHandled(ctx, conn, id)
	if err != nil || row == nil || !row.done {
		return bot.Record{}, false, err
	}
	return row.record, true, nil
}

// Purge removes what copies and successors no longer ask for: done rows older than keep, void rows older than an
// hour, at most limit of each, so that it can be called in small bites. It returns how many went.
func (l *Ledger) Purge(ctx context.Context, keep time.Duration, limit int) (int64, error) {
	now := l.now()
	voided, err := l.purge(ctx, "void", now.Add(-voidAge), limit)
	if err != nil {
		return 0, err
	}
	done, err := l.purge(ctx, "done", now.Add(-keep), limit)
	return voided + done, err
}

// PurgeUnread removes messages that nobody understood and that came before a time, at most limit. They are few: only
// what a platform signed gets there.
func (l *Ledger) PurgeUnread(ctx context.Context, before time.Time, limit int) (int64, error) {
	old, err := queryAll(ctx, l.db, "find unread messages", func(s scanner) (id string, err error) {
		return id, s.Scan(&id)
	}, "SELECT message FROM unread WHERE at_ms < ? LIMIT ?", before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return removeEach(ctx, l.db, "purge unread messages", "DELETE FROM unread WHERE message = ?", old)
}

// voidAge is longer than any turn and any platform's retries.
const voidAge = time.Hour

// purge looks first and removes then: a DELETE with a condition on another column than the key would wait, on MySQL,
// for every turn that is in the middle of its transaction.
func (l *Ledger) purge(ctx context.Context, state string, before time.Time, limit int) (int64, error) {
	old, err := queryAll(ctx, l.db, "find old turns", func(s scanner) (id string, err error) {
		return id, s.Scan(&id)
	}, "SELECT message FROM handled WHERE state = ? AND at_ms < ? ORDER BY at_ms LIMIT ?", state, before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return removeEach(ctx, l.db, "purge handled", "DELETE FROM handled WHERE message = ? AND state = ?", old, state)
}

// Forget drops the replies and sessions of turns that ended before then, and keeps that they were handled: of a sealed
// filing the reply holds number and code. All turns are treated alike, for a mark on those of sealed services would tell
// who made them. It goes on where it was left, so that a call looks at few rows.
func (l *Ledger) Forget(ctx context.Context, before time.Time, limit int) (int64, error) {
	newest := l.forgotten.Load()
	old, err := queryAll(ctx, l.db, "find old replies", func(s scanner) (id string, err error) {
		return id, s.Scan(&id, &newest)
	}, `SELECT message, at_ms FROM handled WHERE state = 'done' AND at_ms >= ? AND at_ms < ?
		AND (reply IS NOT NULL OR session IS NOT NULL) ORDER BY at_ms LIMIT ?`, newest, before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	n, err := execute(ctx, l.db, "forget replies", `UPDATE handled SET reply = NULL, session = NULL WHERE message IN ?`, old)
	if err == nil {
		l.forgotten.Store(newest)
	}
	return n, err
}

type handledRow struct {
	record bot.Record
	done   bool
}

// handledColumns are what a handledRow is read from.
type handledColumns struct {
	fence, at             sql.NullInt64
	state, reply, session sql.NullString
}

func (c *handledColumns) dest() []any { return []any{&c.fence, &c.state, &c.reply, &c.session, &c.at} }

// readHandled returns nil if the message has no row.
func (db *DB) readHandled(ctx context.Context, conn gorm.ConnPool, id bot.MessageID) (*handledRow, error) {
	var c handledColumns
	err := conn.QueryRowContext(ctx, "SELECT fence, state, reply, session, at_ms FROM handled WHERE message = ?", string(id)).Scan(c.dest()...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look up message: %w", classify(err))
	}
	return db.handledRow(id, c)
}

// readFirst is readHandled with the version of the roster in the same statement, 0 where that is not known.
func (db *DB) readFirst(ctx context.Context, conn gorm.ConnPool, id bot.MessageID) (row *handledRow, roster int64, err error) {
	var c handledColumns
	err = conn.QueryRowContext(ctx, `SELECT h.fence, h.state, h.reply, h.session, h.at_ms, v.version
		FROM roster_version v LEFT JOIN handled h ON h.message = ? WHERE v.id = 1`, string(id)).Scan(append(c.dest(), &roster)...)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		row, err = db.readHandled(ctx, conn, id)
	case err != nil:
		err = fmt.Errorf("look up message: %w", classify(err))
	case c.state.Valid:
		row, err = db.handledRow(id, c)
	}
	return row, roster, err
}

func (db *DB) handledRow(id bot.MessageID, c handledColumns) (_ *handledRow, err error) {
	row := handledRow{done: c.state.String == "done"}
	row.record = bot.Record{Message: id, Fence: bot.Fence(c.fence.Int64), At: time.UnixMilli(c.at.Int64).UTC()}
	if c.reply.Valid {
		if row.record.Reply, err = db.open(handledReply, id, c.reply.String); err != nil {
			return nil, err
		}
	}
	if c.session.Valid {
		if row.record.Session, err = db.open(handledSession, id, c.session.String); err != nil {
			return nil, err
		}
	}
	return &row, nil
}

// sealRecord returns a record's reply and session as they are stored: NULL where there is none.
func (db *DB) sealRecord(r bot.Record) (reply, session any, err error) {
	sealedReply, err := db.seal(handledReply, r.Message, r.Reply)
	if err != nil {
		return nil, nil, err
	}
	sealedSession, err := db.seal(handledSession, r.Message, r.Session)
	if err != nil {
		return nil, nil, err
	}
	return orNull(sealedReply), orNull(sealedSession), nil
}
