package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
)

// codeLife is how long a response code updates a card. [W94945] Half an hour is kept in hand.
const codeLife = 72*time.Hour - 30*time.Minute

// Cards remembers, of every card that was sent, the response code that updates it: the one that came with the sending,
// or with the latest tap.
type Cards struct{ db *DB }

// NewCards keeps cards in db.
func NewCards(db *DB) *Cards { return &Cards{db: db} }

// Shown records a card that was sent; code may be empty. A tap that was recorded first has the newer code.
func (c *Cards) Shown(ctx context.Context, taskID string, to bot.Address, code string, at time.Time) error {
	return c.record(ctx, taskID, to, code, at, 0)
}

// Tapped records the fresh code that a tap brought; at is the tap's time, and a late copy of an older tap changes
// nothing.
func (c *Cards) Tapped(ctx context.Context, taskID string, to bot.Address, code string, at time.Time) error {
	return c.record(ctx, taskID, to, code, at, at.UnixMilli())
}

func (c *Cards) record(ctx context.Context, taskID string, to bot.Address, code string, at time.Time, tappedMs int64) error {
	g, err := c.db.write(ctx)
	if err != nil {
		return err
	}
	until := at.Add(codeLife).UnixMilli()
	err = classify(g.Exec(`INSERT INTO cards (task_id, channel, to_user, response_code, usable_until_ms, tapped_ms)
		VALUES (?, ?, ?, ?, ?, ?)`, taskID, string(to.Channel), string(to.User), orNull(code), until, tappedMs).Error)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = classify(g.Exec(`UPDATE cards SET response_code = ?, usable_until_ms = ?, tapped_ms = ?
			WHERE task_id = ? AND channel = ? AND to_user = ? AND tapped_ms <= ?`,
			orNull(code), until, tappedMs, taskID, string(to.Channel), string(to.User), tappedMs).Error)
	}
	if err != nil {
		return fmt.Errorf("record card: %w", err)
	}
	return nil
}

// Code returns what updates the card, once; "" if nothing does any more. shown is false if it was never sent there.
func (c *Cards) Code(ctx context.Context, taskID string, to bot.Address, at time.Time) (code string, shown bool, err error) {
	g, err := c.db.read(ctx)
	if err != nil {
		return "", false, err
	}
	var rows []struct {
		ResponseCode  *string
		UsableUntilMs int64
	}
	err = g.Raw(`SELECT response_code, usable_until_ms FROM cards WHERE task_id = ? AND channel = ? AND to_user = ?`,
		taskID, string(to.Channel), string(to.User)).Scan(&rows).Error
	switch {
	case err != nil:
		return "", false, fmt.Errorf("find card: %w", classify(err))
	case len(rows) == 0:
		return "", false, nil
	case rows[0].ResponseCode == nil || rows[0].UsableUntilMs <= at.UnixMilli():
		return "", true, nil
	}
	return *rows[0].ResponseCode, true, nil
}

// Spent records that the code was used.
func (c *Cards) Spent(ctx context.Context, taskID string, to bot.Address, code string) error {
	g, err := c.db.write(ctx)
	if err != nil {
		return err
	}
	err = g.Exec(`UPDATE cards SET response_code = NULL WHERE task_id = ? AND channel = ? AND to_user = ? AND response_code = ?`,
		taskID, string(to.Channel), string(to.User), code).Error
	if err != nil {
		return fmt.Errorf("record spent code: %w", classify(err))
	}
	return nil
}
