package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
)

// Inbox keeps the messages whose answer is owed. It satisfies bot.Inbox.
type Inbox struct {
	db     *DB
	outbox *Outbox
	parked *Parked
	now    func() time.Time
}

// NewInbox makes the repository. now is the time of its leases: the machine's own, never a shifted one.
func NewInbox(db *DB, outbox *Outbox, now func() time.Time) *Inbox {
	return &Inbox{db: db, outbox: outbox, parked: NewParked(db, now), now: now}
}

// Defer implements bot.Inbox.
func (i *Inbox) Defer(ctx context.Context, m bot.Message, owner string, until time.Time) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	sealed, err := i.db.seal(inboxBody, m.ID, body)
	if err != nil {
		return err
	}
	_, err = execute(ctx, i.db, "defer message", "INSERT INTO inbox (message, body, owner, until_ms) VALUES (?, ?, ?, ?)",
		string(m.ID), sealed, owner, until.UnixMilli())
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return nil
	}
	return err
}

type inboxRow struct {
	message string
	body    string
	until   int64
}

// Due implements bot.Inbox. Of several replicas that see the same row, the one whose update finds it unchanged has it.
func (i *Inbox) Due(ctx context.Context, owner string, until time.Time, limit int) ([]bot.Message, error) {
	rows, err := queryAll(ctx, i.db, "read inbox", func(s scanner) (r inboxRow, err error) {
		return r, s.Scan(&r.message, &r.body, &r.until)
	}, "SELECT message, body, until_ms FROM inbox WHERE until_ms < ? ORDER BY until_ms LIMIT ?", i.now().UnixMilli(), limit)
	if err != nil {
		return nil, err
	}
	var taken []bot.Message
	var faults []error
	for _, r := range rows {
		n, err := execute(ctx, i.db, "take message",
			"UPDATE inbox SET owner = ?, until_ms = ? WHERE message = ? AND until_ms = ?",
			owner, until.UnixMilli(), r.message, r.until)
		if err != nil {
			return taken, err
		}
		if n == 0 {
			continue
		}
		m, err := i.read(r)
		if err != nil {
			faults = append(faults, err) // it keeps no other back, and is tried again when its lease is over
			continue
		}
		taken = append(taken, m)
	}
	return taken, errors.Join(faults...)
}

func (i *Inbox) read(r inboxRow) (m bot.Message, err error) {
	body, err := i.db.open(inboxBody, r.message, r.body)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, fmt.Errorf("decode message: %w", err)
	}
	return m, nil
}

// Keep implements bot.Inbox.
func (i *Inbox) Keep(ctx context.Context, id bot.MessageID, owner string, until time.Time) error {
	_, err := execute(ctx, i.db, "keep message", "UPDATE inbox SET until_ms = ? WHERE message = ? AND owner = ?",
		until.UnixMilli(), string(id), owner)
	return err
}

// Again implements bot.Inbox.
func (i *Inbox) Again(ctx context.Context, id bot.MessageID, at time.Time) error {
	_, err := execute(ctx, i.db, "postpone message", "UPDATE inbox SET until_ms = ? WHERE message = ?", at.UnixMilli(), string(id))
	return err
}

// Push implements bot.Inbox.
func (i *Inbox) Push(ctx context.Context, m bot.Message, say []bot.Outgoing) error {
	return i.db.Tx(ctx, func(ctx context.Context) error {
		n, err := i.remove(ctx, m.ID)
		if err != nil || n == 0 {
			return err
		}
		return i.outbox.PutOutgoing(ctx, m.Address, "late/"+string(m.ID), say)
	})
}

// Park implements bot.Inbox.
func (i *Inbox) Park(ctx context.Context, m bot.Message, text string) error {
	return i.parked.Put(ctx, m.Address, "late/"+string(m.ID), text)
}

// Drop implements bot.Inbox.
func (i *Inbox) Drop(ctx context.Context, id bot.MessageID) error {
	_, err := i.remove(ctx, id)
	return err
}

func (i *Inbox) remove(ctx context.Context, id bot.MessageID) (int64, error) {
	return execute(ctx, i.db, "settle message", "DELETE FROM inbox WHERE message = ?", string(id))
}

// Waiting tells how many messages are owed an answer, and since when the oldest has been nobody's: zero if none is.
func (i *Inbox) Waiting(ctx context.Context) (n int64, oldest time.Time, err error) {
	g, err := i.db.read(ctx)
	if err != nil {
		return 0, time.Time{}, err
	}
	var first *int64
	if err := g.Raw("SELECT COUNT(*), MIN(until_ms) FROM inbox").Row().Scan(&n, &first); err != nil {
		return 0, time.Time{}, fmt.Errorf("count inbox: %w", classify(err))
	}
	if first != nil {
		oldest = time.UnixMilli(*first).UTC()
	}
	return n, oldest, nil
}
