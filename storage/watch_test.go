package storage_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/notice"
)

func TestStatementsAreSeenByNameAndInTheirTransaction(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		var seen []string
		db.Watch(func(_ context.Context, verb, statement string) func(error) {
			return func(err error) {
				if err != nil {
					statement += " failed"
				}
				seen = append(seen, verb+": "+statement)
			}
		})
		outbox := storage.NewOutbox(db)
		put := func(ctx context.Context) error {
			return outbox.Put(ctx, notice.Notice{Key: "k", Kind: "task", To: 1, Policy: notice.Resend, Body: notice.Body{Text: "secret words"}})
		}
		if err := db.Tx(t.Context(), put); err != nil {
			t.Fatal(err)
		}
		errUndo := errors.New("undo")
		err := db.Tx(t.Context(), func(ctx context.Context) error {
			if err := put(ctx); err != nil {
				return err
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
		if _, err := outbox.Undelivered(t.Context(), bot.ParcelFailed, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := storage.NewParked(db, time.Now).Untold(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		// Together, for nobody waited for the first two; and nothing of what was undone.
		want := []string{"commit: BEGIN; INSERT outbox; COMMIT"}
		if db.Dialect() == storage.SQLite {
			want = []string{"begin: BEGIN", "insert: INSERT outbox", "commit: COMMIT", "begin: BEGIN", "insert: INSERT outbox"}
		}
		want = append(want, "select: SELECT outbox", "select: SELECT parked")
		if !slices.Equal(seen, want) {
			t.Errorf("seen %q\nwant %q", seen, want)
		}
	})
}

func TestTheBacklogIsCountedAndTheOldestFound(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		now := time.Now().Truncate(time.Millisecond)
		outbox, parked := storage.NewOutbox(db), storage.NewParked(db, time.Now)
		outbox.UseClock(func() time.Time { return now })
		if err := outbox.PutOutgoing(t.Context(), bot.Address{Channel: "wecom:1", User: "u"}, "k", []bot.Outgoing{{Text: "a"}, {Text: "b"}}); err != nil {
			t.Fatal(err)
		}
		written := now
		now = now.Add(time.Hour)
		b, err := outbox.Backlog(t.Context())
		if err != nil || b.Waiting != 2 || !b.Oldest.Equal(written) {
			t.Errorf("Backlog = %+v, %v; want 2 rows since %s", b, err, written)
		}
		for _, key := range []string{"a", "b", "c"} {
			if err := parked.Put(t.Context(), bot.Address{Channel: "wecom:1", User: "u"}, key, "text"); err != nil {
				t.Fatal(err)
			}
		}
		for most, want := range map[int]int64{10: 3, 2: 2} {
			if n, err := parked.Untold(t.Context(), most); n != want || err != nil {
				t.Errorf("Untold(%d) = %d, %v; want %d", most, n, err, want)
			}
		}
	})
}
