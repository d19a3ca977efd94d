package storage_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
)

func TestMigrateIsSafeFromSeveralProcessesAtOnce(t *testing.T) {
	for name, databaseURL := range map[string]string{"sqlite": storagetest.SQLiteURL(t), "mariadb": storagetest.MariaDBURL(t)} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			var wg sync.WaitGroup
			var mu sync.Mutex
			applied := 0
			for range 3 {
				db, err := storage.Open(ctx, databaseURL)
				if err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := db.Close(); err != nil {
						t.Error(err)
					}
				}()
				wg.Go(func() {
					done, err := db.Migrate(ctx)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					applied += len(done)
					mu.Unlock()
				})
			}
			wg.Wait()
			db, err := storage.Open(ctx, databaseURL)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			}()
			schema, err := db.Schema(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if schema.Err() != nil || schema.Have != schema.Want || schema.Have == 0 || schema.Release != schema.OwnRelease {
				t.Errorf("schema is %+v", schema)
			}
			if again, err := db.Migrate(ctx); err != nil || len(again) != 0 {
				t.Errorf("a second run applied %d migrations, error %v", len(again), err)
			}
			if applied == 0 {
				t.Error("nobody applied a migration")
			}
		})
	}
}

func TestOpenNeverTellsThePassword(t *testing.T) {
	_, err := storage.Open(context.Background(), "mysql://union:hunter2secret@127.0.0.1:1/union")
	if err == nil {
		t.Fatal("a closed port was opened")
	}
	if strings.Contains(err.Error(), "hunter2secret") {
		t.Errorf("the error tells the password: %v", err)
	}
}

func TestOpenRefusesWhatIsNoDatabaseURL(t *testing.T) {
	for _, bad := range []string{"", "postgres://h/db", "mysql://h:3306", "mysql://", "root@/db", "sqlite"} {
		if db, err := storage.Open(context.Background(), bad); err == nil {
			t.Errorf("%q was opened", bad)
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestNewIDIsPositiveAndGrows(t *testing.T) {
	db := storagetest.SQLite(t)
	last := int64(0)
	for range 10_000 {
		id := db.NewID()
		if id <= last {
			t.Fatalf("%d after %d", id, last)
		}
		last = id
	}
}

func TestASQLiteDatabaseIsItsOwnersOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "union %?.db")
	db, err := storage.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Error(err)
	}
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", filepath.Base(name), info.Mode())
		}
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
