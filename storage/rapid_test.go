package storage_test

import (
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/storage/storagetest"
)

// checks is how often a property is tried: each time is many turns against a database. Every run draws others;
// -rapid.checks says another number.
const checks = "20"

// property tries a property, each time in an office on a database of its own: in a shared one, what earlier tries have left due
// would be swept again and again.
func property(t *testing.T, holds func(r *rapid.T, o *office)) {
	t.Helper()
	rapid.Check(t, func(r *rapid.T) {
		o := newOffice(t, storagetest.SQLite(once{t, r}))
		o.now.set(at("2026-11-23", "10:00"))
		holds(r, o)
	})
}

// once is a test whose things are put away after one try.
type once struct {
	testing.TB

	try *rapid.T
}

// Cleanup puts something away after the try.
func (o once) Cleanup(f func()) { o.try.Cleanup(f) }

// TempDir is a folder that is gone after the try.
func (o once) TempDir() string {
	o.Helper()
	dir, err := os.MkdirTemp(o.TB.TempDir(), "")
	if err != nil {
		o.Fatal(err)
	}
	o.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			o.Error(err)
		}
	})
	return dir
}
