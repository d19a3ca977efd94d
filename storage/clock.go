package storage

import (
	"context"
	"fmt"
	"time"
)

// Clock is the server's time; for SQLite, which has none, that of this machine.
func (db *DB) Clock(ctx context.Context) (time.Time, error) {
	if db.dialect == SQLite {
		return time.Now(), nil
	}
	g, err := db.read(ctx)
	if err != nil {
		return time.Time{}, err
	}
	var ms int64
	if err := g.Raw(`SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000 AS SIGNED)`).Row().Scan(&ms); err != nil {
		return time.Time{}, fmt.Errorf("read the server's time: %w", classify(err))
	}
	return time.UnixMilli(ms), nil
}
