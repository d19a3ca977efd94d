package storage_test

import (
	"errors"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/roster"
)

// An import is on record in its own transaction: one that cannot be put on record has not happened.
func TestAnImportIsOnRecordOrHasNotHappened(t *testing.T) {
	db := storagetest.SQLite(t)
	content := "staff_no,name,organisation\n100101,张伟,集团公司\n"
	imported := func(o roster.Options) error {
		_, err := roster.Import(t.Context(), storage.NewRoster(db, sealer(t, testKeys)), fileOf(t, "members.csv", []byte(content)), o)
		return err
	}
	entries := func(want string) {
		t.Helper()
		if n, err := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM audit_entries WHERE kind = 'import'`); err != nil || n != want {
			t.Errorf("%s imports are on record, %v, want %s", n, err, want)
		}
	}
	f := forger{t: t, db: db}
	f.run("ALTER TABLE audit_entries RENAME TO away")
	if err := imported(roster.Options{}); err == nil {
		t.Error("imported past the record")
	}
	if _, err := newMembers(t, db).ByStaffNo(t.Context(), "100101"); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("the member is there: %v", err)
	}
	f.run("ALTER TABLE away RENAME TO audit_entries")
	if err := imported(roster.Options{DryRun: true}); err != nil {
		t.Fatal(err)
	}
	entries("0")
	if err := imported(roster.Options{}); err != nil {
		t.Fatal(err)
	}
	entries("1")
}
