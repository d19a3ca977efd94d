package storage

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
)

// CountStatements counts the statements that go to the database from now on, without BEGIN and COMMIT.
func CountStatements(t testing.TB, db *DB) (counted func() int64) {
	t.Helper()
	var n atomic.Int64
	db.Watch(func(_ context.Context, _, statements string) func(error) {
		for s := range strings.SplitSeq(statements, "; ") {
			if s != "BEGIN" && s != "COMMIT" {
				n.Add(1)
			}
		}
		return func(error) {}
	})
	return n.Load
}
