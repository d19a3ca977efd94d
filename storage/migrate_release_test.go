package storage_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
)

func TestASchemaIsAcceptedUpToOneReleaseAhead(t *testing.T) {
	for _, each := range []struct {
		name   string
		schema storage.Schema
		ok     bool
	}{
		{"its own", storage.Schema{Have: 7, Want: 7, Release: 2, OwnRelease: 2}, true},
		{"one newer, of many migrations", storage.Schema{Have: 19, Want: 7, Release: 3, OwnRelease: 2}, true},
		{"two newer, of one migration each", storage.Schema{Have: 9, Want: 7, Release: 4, OwnRelease: 2}, false},
		{"older", storage.Schema{Have: 6, Want: 7, Release: 1, OwnRelease: 2}, false},
		{"half migrated", storage.Schema{Have: 6, Want: 7, Release: 2, OwnRelease: 2}, false},
		{"empty", storage.Schema{Have: 0, Want: 7, Release: 1, OwnRelease: 2}, false},
		{"being migrated by a newer one", storage.Schema{Have: 8, Want: 7, Release: 2, OwnRelease: 2}, true},
	} {
		if err := each.schema.Err(); (err == nil) != each.ok {
			t.Errorf("%s: %v", each.name, err)
		}
	}
}

// TestEveryMigrationBelongsToARelease fails when somebody adds a migration to a closed release, or forgets to count up.
func TestEveryMigrationBelongsToARelease(t *testing.T) {
	release, last := storage.Releases()
	for n := 1; n < release; n++ {
		if last[n] == 0 || last[n] <= last[n-1] {
			t.Errorf("release %d ends at migration %d, release %d at %d", n, last[n], n-1, last[n-1])
		}
	}
	if len(last) != release-1 {
		t.Errorf("releases closed: %v, this is release %d", last, release)
	}
	var newest int64
	for _, name := range storage.MigrationNames(t) {
		number, err := strconv.ParseInt(strings.SplitN(name, "_", 2)[0], 10, 64)
		if err != nil {
			t.Fatalf("migration %s has no number", name)
		}
		newest = max(newest, number)
	}
	if newest < last[release-1] {
		t.Errorf("release %d ends before the one before it: the newest migration is %d", release, newest)
	}
}

func TestTheDatabaseOfANewerProgramKeepsItsNumber(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		if err := storage.SetRelease(t.Context(), db, 9); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if schema, err := db.Schema(t.Context()); err != nil || schema.Release != 9 || schema.Err() == nil {
			t.Errorf("schema is %+v, %v", schema, err)
		}
	})
}
