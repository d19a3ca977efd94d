package storage_test

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
)

func deferred(id bot.MessageID) bot.Message {
	return bot.Message{ID: id, Address: zhang, Kind: bot.KindText, Text: "提交", SentAt: time.Unix(1_795_000_000, 0).UTC()}
}

func TestADeferredMessageIsDueToOneOwnerOnceItsOwnIsSilent(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		start := time.UnixMilli(1_795_000_000_000)
		var after atomic.Int64
		inbox := storage.NewInbox(db, storage.NewOutbox(db), func() time.Time { return start.Add(time.Duration(after.Load())) })
		for range 2 {
			if err := inbox.Defer(t.Context(), deferred("m1"), "a", start.Add(time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		due := func(owner string) []bot.Message {
			t.Helper()
			got, err := inbox.Due(t.Context(), owner, start.Add(time.Minute), 10)
			if err != nil {
				t.Error(err)
			}
			return got
		}
		if got := due("b"); len(got) > 0 {
			t.Errorf("taken from an owner that is at work: %+v", got)
		}
		for owner, until := range map[string]time.Time{"a": start.Add(3 * time.Second), "b": start.Add(time.Hour)} {
			if err := inbox.Keep(t.Context(), "m1", owner, until); err != nil { // only its owner can
				t.Fatal(err)
			}
		}
		after.Store(int64(2 * time.Second))
		if got := due("b"); len(got) > 0 {
			t.Errorf("taken from an owner that has kept it: %+v", got)
		}
		after.Store(int64(4 * time.Second))
		var taken atomic.Int64
		var both sync.WaitGroup
		for _, owner := range []string{"b", "c"} {
			both.Go(func() {
				got := due(owner)
				taken.Add(int64(len(got)))
				for _, m := range got {
					if diff := cmp.Diff(deferred("m1"), m); diff != "" {
						t.Errorf("message (-deferred +due):\n%s", diff)
					}
				}
			})
		}
		both.Wait()
		if n := taken.Load(); n != 1 {
			t.Errorf("%d owners took the message", n)
		}
		if err := inbox.Again(t.Context(), "m1", start); err != nil {
			t.Fatal(err)
		}
		if got := due("d"); len(got) != 1 {
			t.Errorf("a message that is due again was not taken: %+v", got)
		}
	})
}

func TestALateReplyIsPushedOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox := storage.NewOutbox(db)
		puts := 0
		outbox.OnPut(func() { puts++ })
		inbox := storage.NewInbox(db, outbox, time.Now)
		if err := inbox.Defer(t.Context(), deferred("m1"), "a", time.Now()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := inbox.Push(t.Context(), deferred("m1"), []bot.Outgoing{{Text: "好的"}}); err != nil {
				t.Fatal(err)
			}
		}
		if puts != 1 {
			t.Errorf("%d outbox rows, want 1", puts)
		}
		if n, _, err := inbox.Waiting(t.Context()); n != 0 || err != nil {
			t.Errorf("%d messages are left, %v", n, err)
		}
	})
}

func TestWhatIsParkedIsTakenOnceAndOnlyIfTheTurnCommits(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ledger := newLedger(db)
		for _, key := range []string{"一", "二", "一"} {
			write(t.Context(), t, db, key)
		}
		for _, commits := range []bool{false, true} {
			ctx, work := ledger.Open(t.Context(), "m1", 10)
			got, err := work.TakeParked(ctx, zhang)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"一", "二"}, got); diff != "" {
				t.Errorf("taken (-want +got):\n%s", diff)
			}
			if commits {
				if err := work.Commit(ctx, record("m1", 10)); err != nil {
					t.Fatal(err)
				}
			}
			work.Rollback()
		}
		if left := waiting(t, db); len(left) > 0 {
			t.Errorf("still waiting after it was told: %v", left)
		}
	})
}

func TestOnlyWhatWasToldIsPurged(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		now := time.UnixMilli(1_795_000_000_000)
		clock := func() time.Time { return now }
		parked := storage.NewParked(db, clock)
		put := func(key string) {
			if err := parked.Put(t.Context(), zhang, key, key); err != nil {
				t.Fatal(err)
			}
		}
		put("told")
		_, turn := storage.NewLedger(db, storage.NewOutbox(db), clock).Open(t.Context(), "m1", 10)
		if told, err := turn.TakeParked(t.Context(), zhang); err != nil || len(told) != 1 {
			t.Fatalf("told %q, %v", told, err)
		}
		if err := turn.Commit(t.Context(), record("m1", 10)); err != nil {
			t.Fatal(err)
		}
		put("waits")
		if gone, err := parked.Purge(t.Context(), now.Add(time.Hour), 100); gone != 1 || err != nil {
			t.Errorf("purged %d (%v), want what was told", gone, err)
		}
		if left, err := parked.Waiting(t.Context(), zhang); err != nil || len(left) != 1 {
			t.Errorf("left are %q, %v", left, err)
		}
	})
}

func TestWhatGoesAnotherWayIsTakenBackUnlessItIsTold(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		parked := storage.NewParked(db, time.Now)
		free := func(key string, want bool) {
			t.Helper()
			if got, err := parked.TakeBack(t.Context(), key); err != nil || got != want {
				t.Errorf("%s is free: %v, %v, want %v", key, got, err, want)
			}
		}
		free("一", true) // it never waited
		write(t.Context(), t, db, "一")
		free("一", true)
		if left := waiting(t, db); len(left) > 0 {
			t.Errorf("still waiting: %v", left)
		}
		write(t.Context(), t, db, "二")
		ctx, turn := newLedger(db).Open(t.Context(), "m1", 10)
		if told, err := turn.TakeParked(ctx, zhang); err != nil || len(told) != 1 {
			t.Fatalf("told %q, %v", told, err)
		}
		if err := turn.Commit(ctx, record("m1", 10)); err != nil {
			t.Fatal(err)
		}
		free("二", false)
	})
}

// Between a turn's look at what waits and its own transaction one of two goes another way: the turn begins anew, and says the other.
func TestATurnSaysNothingThatWasTakenBackMeanwhile(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, key := range []string{"一", "二"} {
			write(t.Context(), t, db, key)
		}
		parked := storage.NewParked(db, time.Now)
		_, err := storage.TakeParkedAfter(t.Context(), db, parked, zhang, func() {
			if free, err := parked.TakeBack(t.Context(), "一"); !free || err != nil {
				t.Errorf("taken back: %v, %v", free, err)
			}
		})
		if !errors.Is(err, bot.ErrConflict) {
			t.Errorf("the turn goes on: %v", err)
		}
		if told, err := storage.TakeParked(t.Context(), db, parked, zhang); err != nil || !slices.Equal(told, []string{"二"}) {
			t.Errorf("then told are %q, %v", told, err)
		}
	})
}
