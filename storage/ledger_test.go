package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
)

var zhang = bot.Address{Channel: "wecom:1000002", User: "zhangwei"}

func newLedger(db *storage.DB) *storage.Ledger {
	return storage.NewLedger(db, storage.NewOutbox(db), time.Now)
}

func record(id bot.MessageID, fence bot.Fence) bot.Record {
	return bot.Record{
		Message: id, Fence: fence, At: time.UnixMilli(1_795_000_000_000).UTC(),
		Reply: []byte(`{"text":"好的"}`), Session: []byte(`{"flow":"form"}`),
	}
}

// write makes the turn write something.
func write(ctx context.Context, t *testing.T, db *storage.DB, key string) {
	t.Helper()
	if err := storage.NewParked(db, time.Now).Put(ctx, zhang, key, key); err != nil {
		t.Fatal(err)
	}
}

func waiting(t *testing.T, db *storage.DB) []string {
	t.Helper()
	texts, err := storage.NewParked(db, time.Now).Waiting(t.Context(), zhang)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestAWritingTurnIsRecordedWithItsEffects(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ledger := newLedger(db)
		ctx, work := ledger.Open(t.Context(), "m1", 10)
		if work.Touched() || work.Wrote() {
			t.Error("a turn that did nothing touched SQL")
		}
		write(ctx, t, db, "effect")
		want := record("m1", 10)
		if err := work.Commit(ctx, want); err != nil {
			t.Fatal(err)
		}
		work.Rollback()
		got, found, err := ledger.Lookup(t.Context(), "m1")
		if err != nil || !found {
			t.Fatalf("look up: %v, %v", found, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("record (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"effect"}, waiting(t, db)); diff != "" {
			t.Errorf("effects (-want +got):\n%s", diff)
		}
	})
}

func TestATurnThatOnlyReadsLeavesNoRecord(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ledger := newLedger(db)
		ctx, work := ledger.Open(t.Context(), "m1", 10)
		if _, err := storage.NewParked(db, time.Now).Waiting(ctx, zhang); err != nil {
			t.Fatal(err)
		}
		if !work.Touched() || work.Wrote() {
			t.Errorf("touched %v, wrote %v", work.Touched(), work.Wrote())
		}
		if err := work.Commit(ctx, record("m1", 10)); err != nil {
			t.Fatal(err)
		}
		if _, found, err := ledger.Lookup(t.Context(), "m1"); found || err != nil {
			t.Errorf("look up: %v, %v", found, err)
		}
	})
}

func TestTheFirstTouchFindsThatTheMessageIsHandled(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ledger := newLedger(db)
		commitTurn(t, ledger, db, "m1", 10, "effect")
		ctx, work := ledger.Open(t.Context(), "m1", 20)
		defer work.Rollback()
		for range 2 { // a step that swallows the error does not get further
			_, err := storage.NewParked(db, time.Now).Waiting(ctx, zhang)
			var handled *bot.HandledError
			if !errors.As(err, &handled) || handled.Record.Fence != 10 {
				t.Fatalf("first touch: %v", err)
			}
		}
		if r, found := work.Handled(); !found || string(r.Reply) != `{"text":"好的"}` {
			t.Errorf("handled: %+v, %v", r, found)
		}
	})
}

func commitTurn(t *testing.T, ledger *storage.Ledger, db *storage.DB, id bot.MessageID, fence bot.Fence, key string) {
	t.Helper()
	ctx, work := ledger.Open(t.Context(), id, fence)
	defer work.Rollback()
	write(ctx, t, db, key)
	if err := work.Commit(ctx, record(id, fence)); err != nil {
		t.Fatal(err)
	}
}

func TestAVoidedTurnCannotCommitAndItsCopyCan(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ledger := newLedger(db)
		// The turn read before it stalled, so its first touch is behind it. SQLite would keep the successor waiting.
		ctx, work := ledger.Open(t.Context(), "m1", 10)
		defer work.Rollback()
		if db.Dialect() == storage.MySQL {
			write(ctx, t, db, "stalled")
		}
		done, err := ledger.Void(t.Context(), []bot.Open{{Message: "m1", Fence: 10}}, 20)
		if err != nil || len(done) > 0 {
			t.Fatalf("void: %v, %v", done, err)
		}
		if db.Dialect() == storage.MySQL {
			if err := work.Commit(ctx, record("m1", 10)); !errors.Is(err, bot.ErrFenced) {
				t.Errorf("a voided turn's commit: %v", err)
			}
		} else if _, err := storage.NewParked(db, time.Now).Waiting(ctx, zhang); !errors.Is(err, bot.ErrFenced) {
			t.Errorf("a voided turn's first touch: %v", err)
		}
		work.Rollback()
		commitTurn(t, ledger, db, "m1", 30, "copy")
		if diff := cmp.Diff([]string{"copy"}, waiting(t, db)); diff != "" {
			t.Errorf("effects (-want +got):\n%s", diff)
		}
	})
}

func TestAVoidRowsFenceIsRaisedAndNeverLowered(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ledger := newLedger(db)
		for _, fence := range []bot.Fence{20, 40, 30} {
			if _, err := ledger.Void(t.Context(), []bot.Open{{Message: "m1"}}, fence); err != nil {
				t.Fatal(err)
			}
		}
		ctx, work := ledger.Open(t.Context(), "m1", 40)
		defer work.Rollback()
		_, err := storage.NewParked(db, time.Now).Waiting(ctx, zhang)
		if !errors.Is(err, bot.ErrFenced) {
			t.Errorf("a turn with the void row's fence: %v", err)
		}
		work.Rollback()
		commitTurn(t, ledger, db, "m1", 41, "effect")
	})
}

func TestVoidLeavesADoneRowAndReturnsIt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ledger := newLedger(db)
		commitTurn(t, ledger, db, "m1", 10, "effect")
		open := []bot.Open{{Message: "m0", Fence: 5}, {Message: "m1", Fence: 10}}
		done, err := ledger.Void(t.Context(), open, 20)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]bot.Record{record("m1", 10)}, done); diff != "" {
			t.Errorf("done (-want +got):\n%s", diff)
		}
	})
}

// The stalled turn's row is inserted and not committed: the successor must wait for its outcome.
func TestVoidWaitsForATurnInTheMiddleOfItsTransaction(t *testing.T) {
	db := storagetest.MariaDB(t)
	ledger := newLedger(db)
	voided := make(chan []bot.Record, 1)
	err := db.Tx(t.Context(), func(ctx context.Context) error {
		if err := storage.InsertDone(ctx, db, record("m1", 10)); err != nil {
			return err
		}
		go func() {
			done, err := ledger.Void(context.Background(), []bot.Open{{Message: "m1", Fence: 10}}, 20)
			if err != nil {
				t.Error(err)
			}
			voided <- done
		}()
		select {
		case got := <-voided:
			t.Errorf("void did not wait, and returned %+v", got)
		case <-time.After(200 * time.Millisecond):
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := <-voided; len(got) != 1 || got[0].Fence != 10 {
		t.Errorf("void returned %+v, want the record of the turn that had stalled", got)
	}
}

// Whoever takes over must not wait for as long as the other stands still: a stopped machine's connections stay open for hours.
// The time that one may be silent is a second here; what it is else the session's test says.
func TestATurnThatStandsStillLosesItsLocks(t *testing.T) {
	db := storagetest.MariaDB(t)
	err := db.Tx(t.Context(), func(ctx context.Context) error {
		if err := storage.Run(ctx, db, "SET SESSION wait_timeout = 1"); err != nil {
			return err
		}
		if err := storage.InsertDone(ctx, db, record("m1", 10)); err != nil {
			return err
		}
		for began := time.Now(); ; {
			_, err := newLedger(db).Void(context.Background(), []bot.Open{{Message: "m1", Fence: 10}}, 20)
			if err == nil {
				return nil
			}
			if !errors.Is(err, bot.ErrConflict) || time.Since(began) > time.Minute {
				t.Errorf("void after %s: %v", time.Since(began), err)
				return nil
			}
		}
	})
	if err == nil {
		t.Error("the turn that stood still was committed after all")
	}
	if _, found, err := newLedger(db).Lookup(t.Context(), "m1"); found || err != nil {
		t.Errorf("the record of the turn that stood still: found %t, %v", found, err)
	}
}

func TestOfTwoTurnsOfOneMessageTheSecondGetsTheFirstsRecord(t *testing.T) {
	db := storagetest.MariaDB(t) // SQLite lets the second begin only when the first has ended
	ledger := newLedger(db)
	ctx1, first := ledger.Open(t.Context(), "m1", 10)
	ctx2, second := ledger.Open(t.Context(), "m1", 20)
	defer first.Rollback()
	defer second.Rollback()
	write(ctx1, t, db, "first")
	write(ctx2, t, db, "second")
	if err := second.Commit(ctx2, record("m1", 20)); err != nil {
		t.Fatal(err)
	}
	var handled *bot.HandledError
	if err := first.Commit(ctx1, record("m1", 10)); !errors.As(err, &handled) || handled.Record.Fence != 20 {
		t.Errorf("the other turn's commit: %v", err)
	}
	if diff := cmp.Diff([]string{"second"}, waiting(t, db)); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}

func TestATurnThatOnlyReadGivesWayToOneThatWroteMeanwhile(t *testing.T) {
	db := storagetest.MariaDB(t) // SQLite lets the second begin only when the first has ended
	ledger := newLedger(db)
	ctx, reader := ledger.Open(t.Context(), "m1", 10)
	defer reader.Rollback()
	if _, err := storage.NewParked(db, time.Now).Waiting(ctx, zhang); err != nil {
		t.Fatal(err)
	}
	commitTurn(t, ledger, db, "m1", 20, "effect")
	var handled *bot.HandledError
	if err := reader.Commit(ctx, record("m1", 10)); !errors.As(err, &handled) || handled.Record.Fence != 20 {
		t.Errorf("the reading turn's commit: %v", err)
	}
}

func TestPurgeKeepsWhatCopiesStillAskFor(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		now := time.UnixMilli(1_795_000_000_000).UTC()
		ledger := storage.NewLedger(db, storage.NewOutbox(db), func() time.Time { return now })
		commitTurn(t, ledger, db, "done", 10, "effect")
		if _, err := ledger.Void(t.Context(), []bot.Open{{Message: "void"}}, 10); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			after time.Duration
			gone  int64
		}{{30 * time.Minute, 0}, {2 * time.Hour, 1}, {8 * 24 * time.Hour, 1}} {
			now = time.UnixMilli(1_795_000_000_000).UTC().Add(step.after)
			gone, err := ledger.Purge(t.Context(), 7*24*time.Hour, 100)
			if err != nil || gone != step.gone {
				t.Errorf("after %s purged %d (%v), want %d", step.after, gone, err, step.gone)
			}
		}
	})
}

func TestRepliesAreForgottenAfterAnHourAndTheirMessagesAreNot(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ledger := newLedger(db)
		at := record("m1", 10).At
		commitTurn(t, ledger, db, "m1", 10, "effect")
		if n, err := ledger.Forget(t.Context(), at, 100); n != 0 || err != nil {
			t.Errorf("forgot %d too early (%v)", n, err)
		}
		for _, want := range []int64{1, 0} {
			if n, err := ledger.Forget(t.Context(), at.Add(time.Second), 100); n != want || err != nil {
				t.Errorf("forgot %d (%v), want %d", n, err, want)
			}
		}
		kept, found, err := ledger.Lookup(t.Context(), "m1")
		if !found || err != nil || kept.Reply != nil || kept.Session != nil {
			t.Errorf("kept %+v, found %v (%v)", kept, found, err)
		}
	})
}

func TestPurgeWaitsForNoTurnThatIsInTheMiddleOfItsTransaction(t *testing.T) {
	db := storagetest.MariaDB(t) // SQLite has one writer at a time
	ledger := newLedger(db)
	commitTurn(t, ledger, db, "old", 10, "effect")
	ctx, turn := ledger.Open(t.Context(), "running", 20)
	defer turn.Rollback()
	if err := storage.InsertDone(ctx, db, record("running", 20)); err != nil {
		t.Fatal(err)
	}
	if gone, err := ledger.Purge(t.Context(), -time.Hour, 100); gone != 1 || err != nil {
		t.Errorf("purged %d (%v), want the one that has ended", gone, err)
	}
}

func TestAMessageThatNobodyUnderstoodIsKeptByteByByte(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ledger := newLedger(db)
		m := bot.Message{ID: "u1", Kind: bot.KindUnknown, Raw: []byte("<xml>\xff\x00")}
		ctx, turn := ledger.Open(t.Context(), m.ID, 10)
		if err := errors.Join(turn.Keep(ctx, m), turn.Commit(ctx, record("u1", 10))); err != nil {
			t.Fatal(err)
		}
		body, err := storage.Unread(t.Context(), db, m.ID)
		if diff := cmp.Diff(m.Raw, body); diff != "" || err != nil {
			t.Errorf("kept (-want +got, %v):\n%s", err, diff)
		}
		if gone, err := ledger.PurgeUnread(t.Context(), time.Now().Add(time.Hour), 100); gone != 1 || err != nil {
			t.Errorf("purged %d (%v), want the message", gone, err)
		}
	})
}
