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
