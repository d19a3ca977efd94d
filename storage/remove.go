package storage

import (
	"context"
	"slices"
)

// removeBite is how many rows are removed in one transaction: few commits, and on SQLite nobody waits long.
const removeBite = 100

// removeEach removes rows by a DELETE whose first argument is the key of one, and returns how many went. One DELETE for
// many keys may be carried out by a scan of the table, where most of it goes, and on MySQL a scan waits for every row
// that a turn has written and not committed.
func removeEach[K any](ctx context.Context, db *DB, what, statement string, keys []K, args ...any) (int64, error) {
	return inBites(ctx, db, keys, func(ctx context.Context, key K) (int64, error) {
		return execute(ctx, db, what, statement, append([]any{key}, args...)...)
	})
}

// inBites calls remove for every key, a transaction for some at a time, and adds up what went.
func inBites[K any](ctx context.Context, db *DB, keys []K, remove func(ctx context.Context, key K) (int64, error)) (gone int64, err error) {
	for bite := range slices.Chunk(keys, removeBite) {
		var removed int64
		err := db.Tx(ctx, func(ctx context.Context) error {
			removed = 0 // the bite may run again after a conflict
			for _, key := range bite {
				n, err := remove(ctx, key)
				if err != nil {
					return err
				}
				removed += n
			}
			return nil
		})
		if err != nil {
			return gone, err
		}
		gone += removed
	}
	return gone, nil
}
