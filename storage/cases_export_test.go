package storage

import (
	"sync/atomic"
	"testing"

	"gorm.io/gorm"
)

// CountStatements counts the statements that go to the database from now on, without BEGIN and COMMIT.
func CountStatements(t testing.TB, db *DB) (counted func() int64) {
	t.Helper()
	var n atomic.Int64
	count := func(*gorm.DB) { n.Add(1) }
	for _, err := range []error{
		db.gorm.Callback().Raw().Before("gorm:raw").Register("test:count", count),
		db.gorm.Callback().Row().Before("gorm:row").Register("test:count", count),
		db.gorm.Callback().Query().Before("gorm:query").Register("test:count", count),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return n.Load
}
