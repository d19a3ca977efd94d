package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// schemaLease is how long a migrating process may be silent before another takes over. It is not renewed: a single DDL
// statement on a table of millions of rows is the longest step, and goose's own versions make a second runner harmless.
const schemaLease = 10 * time.Minute

const schemaLeaseTable = `CREATE TABLE IF NOT EXISTS schema_lease (
	id INTEGER PRIMARY KEY,
	until_ms BIGINT NOT NULL
)`

// takeSchemaLease waits until no other process migrates, by a row rather than GET_LOCK, which proxies do not carry.
func (db *DB) takeSchemaLease(ctx context.Context) (release func(), err error) {
	g := db.gorm.WithContext(ctx)
	if err := g.Exec(schemaLeaseTable).Error; err != nil {
		return nil, fmt.Errorf("prepare schema lease: %w", classify(err))
	}
	err = classify(g.Exec("INSERT INTO schema_lease (id, until_ms) VALUES (1, 0)").Error)
	if err != nil && !errors.Is(err, gorm.ErrDuplicatedKey) {
		return nil, fmt.Errorf("prepare schema lease: %w", err)
	}
	for {
		now := time.Now()
		until := now.Add(schemaLease).UnixMilli()
		r := g.Exec("UPDATE schema_lease SET until_ms = ? WHERE id = 1 AND until_ms < ?", until, now.UnixMilli())
		if r.Error != nil {
			return nil, fmt.Errorf("take schema lease: %w", classify(r.Error))
		}
		if r.RowsAffected == 1 {
			return func() {
				// Should this fail, the lease runs out by itself.
				_ = db.gorm.Exec("UPDATE schema_lease SET until_ms = 0 WHERE id = 1 AND until_ms = ?", until).Error
			}, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for another migration to end: %w", ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}
