package storage_test

import (
	"os"
	"testing"

	"github.com/unionbot/unionbot/storage"
	archive "github.com/unionbot/unionbot/union/packed" // the tests call a sealed report packed
)

// TestThePackedMigrationsAreThoseBeside fails where a migration was added or changed and not packed anew.
func TestThePackedMigrationsAreThoseBeside(t *testing.T) {
	if stale, err := archive.Stale(os.DirFS("migrations"), storage.MigrationFiles(), "*.sql"); err != nil || len(stale) > 0 {
		t.Errorf("go generate ./storage: %v, %v", stale, err)
	}
}
