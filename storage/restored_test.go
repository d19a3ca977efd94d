package storage_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/notice"
)

func TestARestoredDatabaseGivesNoNumberTwiceAndHoldsWhatMayHaveGoneOut(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		numbers, outbox := storage.NewNumbers(db), storage.NewOutbox(db)
		for range 3 {
			if _, err := numbers.Next(t.Context(), "JY", 26); err != nil {
				t.Fatal(err)
			}
		}
		body := notice.Body{Text: "您好"}
		for _, n := range []notice.Notice{
			{Key: "due", Policy: notice.Hold}, {Key: "later", Policy: notice.Hold, NotBefore: time.Now().Add(time.Hour)}, {Key: "resend", Policy: notice.Resend},
		} {
			n.Kind, n.To, n.Body = "greeting", 1, body
			if err := outbox.Put(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		restored := storage.Restored{Prefixes: []string{"JY", "YH"}, Year: 26, Skip: 500}
		for i, want := range []int64{1, 0} { // again does no harm
			if n, err := restored.Do(t.Context(), db, outbox); err != nil || n != want {
				t.Errorf("time %d holds %d, %v; want %d", i+1, n, err, want)
			}
		}
		for _, tt := range []struct {
			prefix     string
			year       int
			from, most int64
		}{{"JY", 26, 504, 1004}, {"YH", 26, 501, 1001}, {"JY", 27, 1, 1}} {
			if n, err := numbers.Next(t.Context(), tt.prefix, tt.year); err != nil || n < tt.from || n > tt.most {
				t.Errorf("%s %d goes on with %d, %v", tt.prefix, tt.year, n, err)
			}
		}
		held, err := outbox.Undelivered(t.Context(), bot.ParcelUncertain, 10)
		if err != nil || len(held) != 1 || held[0].Key != "due" {
			t.Errorf("held are %+v, %v", held, err)
		}
		claimed, err := outbox.Claim(t.Context(), true, "lease", time.Minute, 10)
		if err != nil || len(claimed) != 1 || claimed[0].Key != "resend" {
			t.Errorf("what goes out is %+v, %v", claimed, err)
		}
	})
}

func TestABackupReplacesNothingAndIsForSQLite(t *testing.T) {
	lite, file := storagetest.SQLite(t), filepath.Join(t.TempDir(), "copy.db")
	if err := lite.Backup(t.Context(), file, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := lite.Backup(t.Context(), file, time.Now()); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a backup: %v", err)
	}
	copied, err := storage.Open(t.Context(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	var unsettled *storage.UnsettledCopyError
	if err := copied.CheckSettled(t.Context()); !errors.As(err, &unsettled) || time.Since(unsettled.Made) > time.Hour {
		t.Errorf("the copy does not know that it is one: %v", err)
	}
	if err := lite.CheckSettled(t.Context()); err != nil {
		t.Errorf("the original takes itself for a copy: %v", err)
	}
	copied.UseKeys(storagetest.Keys(t))
	if _, err := (storage.Restored{Skip: 1}).Do(t.Context(), copied, storage.NewOutbox(copied)); err != nil {
		t.Error(err)
	}
	if err := copied.CheckSettled(t.Context()); err != nil {
		t.Errorf("after it: %v", err)
	}
	onRecord := 0
	if err := storage.NewAudit(copied).Each(t.Context(), func(e audit.StoredEntry) error {
		if e.Kind == audit.Restore {
			onRecord++
		}
		return nil
	}); err != nil || onRecord != 1 {
		t.Errorf("%d restorations are on record, %v", onRecord, err)
	}
	applied, err := copied.Migrate(t.Context())
	if err := errors.Join(err, copied.Close()); err != nil || len(applied) > 0 {
		t.Errorf("the copy lacked %v, %v", applied, err)
	}
	if err := storagetest.MariaDB(t).Backup(t.Context(), file+"2", time.Now()); !errors.Is(err, storage.ErrNotSQLite) {
		t.Errorf("of MariaDB: %v", err)
	}
	if left, err := filepath.Glob(filepath.Dir(file) + "/.backup-*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
