package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
)

// Parked keeps what could go to a person neither as an answer nor unasked, until the person's next word. Whoever puts
// something here tells the person's next turn by bot.Turns.Park.
type Parked struct {
	db  *DB
	now func() time.Time
}

// NewParked makes the repository.
func NewParked(db *DB, now func() time.Time) *Parked { return &Parked{db: db, now: now} }

// Put keeps a text. One whose key exists is passed over.
func (p *Parked) Put(ctx context.Context, to bot.Address, key, text string) error {
	id := p.db.NewID()
	body, err := p.db.seal(parkedBody, id, []byte(text))
	if err != nil {
		return err
	}
	_, err = execute(ctx, p.db, "park text",
		"INSERT INTO parked (id, park_key, channel, person, body, at_ms) VALUES (?, ?, ?, ?, ?, ?)",
		id, outboxKey(key), string(to.Channel), string(to.User), body, p.now().UnixMilli())
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return nil
	}
	return err
}

// TakeBack removes a text that is to go another way; free is false where the person has read it, or is reading it in a turn that goes on.
func (p *Parked) TakeBack(ctx context.Context, key string) (free bool, err error) {
	there, err := queryAll(ctx, p.db, "look for parked text", scanInt, "SELECT 1 FROM parked WHERE park_key = ?", outboxKey(key))
	if err != nil || len(there) == 0 {
		return err == nil, err
	}
	n, err := execute(ctx, p.db, "take parked back", "DELETE FROM parked WHERE park_key = ? AND told_ms IS NULL", outboxKey(key))
	return n > 0, err
}

// Waiting returns what is kept for a person and not told yet, oldest first.
func (p *Parked) Waiting(ctx context.Context, who bot.Address) ([]string, error) {
	waiting, err := p.waiting(ctx, who)
	if err != nil {
		return nil, err
	}
	texts := make([]string, 0, len(waiting))
	for _, w := range waiting {
		texts = append(texts, w.text)
	}
	return texts, nil
}

type parkedText struct {
	id         int64
	key        string
	text       string
	unreadable bool
}

// waiting passes over what no key opens: it would keep its person from every other word. It waits for its key. A greeting that a
// silence keeps back, or that is being taken back, waits too.
func (p *Parked) waiting(ctx context.Context, who bot.Address) ([]parkedText, error) {
	found, err := queryAll(ctx, p.db, "read parked", func(s scanner) (w parkedText, err error) {
		var body string
		if err := s.Scan(&w.id, &w.key, &body); err != nil {
			return w, err
		}
		text, err := p.db.open(parkedBody, w.id, body)
		w.text, w.unreadable = string(text), err != nil
		return w, nil
	}, "SELECT id, park_key, body FROM parked WHERE channel = ? AND person = ? AND told_ms IS NULL AND (park_key NOT LIKE 'greeting/%' OR NOT "+silenced("park_key")+
		" AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.row_key = park_key AND b.state IN ('pending', 'sending') AND b.cause = '"+recalled+"')) ORDER BY at_ms, id",
		string(who.Channel), string(who.User))
	if err != nil {
		return nil, err
	}
	return p.withoutHushed(ctx, slices.DeleteFunc(found, func(w parkedText) bool { return w.unreadable }))
}

// take returns what is kept and marks it as told, in the transaction of ctx.
func (p *Parked) take(ctx context.Context, who bot.Address) ([]string, error) {
	waiting, err := p.waiting(ctx, who)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	return p.tell(ctx, waiting)
}

// tell marks as told what was looked at a moment before. What was taken back since goes another way, so that the turn begins anew.
func (p *Parked) tell(ctx context.Context, waiting []parkedText) ([]string, error) {
	texts := make([]string, 0, len(waiting))
	args := []any{p.now().UnixMilli()}
	for _, w := range waiting {
		texts = append(texts, w.text)
		args = append(args, w.id)
	}
	n, err := execute(ctx, p.db, "mark parked as told",
		"UPDATE parked SET told_ms = ? WHERE told_ms IS NULL AND id IN (?"+strings.Repeat(", ?", len(waiting)-1)+")", args...)
	if err == nil && n != int64(len(waiting)) {
		err = fmt.Errorf("%w: some of what waits was taken back meanwhile", bot.ErrConflict)
	}
	if err != nil {
		return nil, err
	}
	if err := p.announceNoMore(ctx, waiting); err != nil {
		return nil, err
	}
	return texts, p.castsTold(ctx, waiting)
}

// announceNoMore ends what waits to be announced once more: in the window that the person's word has opened it would be said again.
func (p *Parked) announceNoMore(ctx context.Context, told []parkedText) error {
	keys := make([]string, len(told))
	for i, t := range told {
		keys[i] = t.key
	}
	now := p.now().UnixMilli()
	_, err := execute(ctx, p.db, "announce no more", `UPDATE outbox SET state = 'sent', cause = 'read with a word', lease_owner = NULL, settled_ms = ?, due_ms = ?
		WHERE row_key IN ? AND `+inNoHand, now, now, keys)
	return err
}

// castsTold notes on the receipts of broadcasts that they have reached the person, also where whoever parked one has not come
// to write that down: else it would be sent once more.
func (p *Parked) castsTold(ctx context.Context, told []parkedText) error {
	for _, t := range told {
		if err := p.db.digestsCameTo(ctx, []string{t.key}, bot.ParcelSent, "", p.now()); err != nil {
			return err
		}
		number, member, ok := bot.ParseCastKey(t.key)
		if !ok {
			continue
		}
		err := post(ctx, p.db, "note that a broadcast was told", `UPDATE broadcast_receipts SET state = 'sent', cause = NULL, changed_ms = ?
			WHERE broadcast_id = (SELECT id FROM broadcasts WHERE number = ?) AND member_id = ? AND state IN ('planned', 'parked', 'announced')`, p.now().UnixMilli(), number, member)
		if err != nil {
			return err
		}
	}
	return nil
}

// Untold counts what waits for a person's next word, up to a number at which it stops.
func (p *Parked) Untold(ctx context.Context, most int) (n int64, err error) {
	list, err := queryAll(ctx, p.db, "count parked", func(s scanner) (n int64, err error) {
		return n, s.Scan(&n)
	}, "SELECT COUNT(*) FROM (SELECT id FROM parked WHERE told_ms IS NULL LIMIT ?) AS counted", most)
	if err != nil {
		return 0, err
	}
	return list[0], nil
}

// Purge removes what was told before a time, at most limit. It returns how many went.
func (p *Parked) Purge(ctx context.Context, before time.Time, limit int) (int64, error) {
	old, err := queryAll(ctx, p.db, "find told texts", func(s scanner) (id int64, err error) {
		return id, s.Scan(&id)
	}, "SELECT id FROM parked WHERE told_ms < ? LIMIT ?", before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return removeEach(ctx, p.db, "purge parked", "DELETE FROM parked WHERE id = ?", old)
}
