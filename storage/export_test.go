package storage

import (
	"context"

	"github.com/unionbot/unionbot/bot"
)

// InsertDone writes a turn's row in the transaction of ctx, for tests that stop between it and the COMMIT.
func InsertDone(ctx context.Context, db *DB, r bot.Record) error {
	tx, err := db.write(ctx)
	if err != nil {
		return err
	}
	return (&work{}).record(tx, r)
}

// Unread reads what was kept of a message that nobody understood.
func Unread(ctx context.Context, db *DB, id bot.MessageID) (body []byte, err error) {
	g, err := db.read(ctx)
	if err != nil {
		return nil, err
	}
	err = g.Raw("SELECT body FROM unread WHERE message = ?", string(id)).Row().Scan(&body)
	return body, err
}
