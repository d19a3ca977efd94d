package storage_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
)

// A query that fails may take with it what was posted before it. Who bears the failure must not get the rest.
func TestATransactionEndsWithAFailedStatement(t *testing.T) {
	db := storagetest.MariaDB(t) // on SQLite nothing waits, and its driver runs a query whose context has ended
	outbox := storage.NewOutbox(db)
	fail := func(ctx context.Context) {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := storage.NewCases(db).ByID(ctx, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("a query whose context has ended: %v", err)
		}
	}

	ctx, work := newLedger(db).Open(t.Context(), "m1", 10)
	if err := outbox.PutOutgoing(ctx, zhang, "lost", []bot.Outgoing{{Text: "x"}}); err != nil {
		t.Fatal(err)
	}
	fail(ctx)
	if err := work.Commit(ctx, record("m1", 10)); err == nil {
		t.Error("a turn has committed without what it had posted")
	}
	work.Rollback()

	err := storage.NewCaseStore(db).Tx.Tx(t.Context(), func(ctx context.Context) error {
		if err := outbox.PutOutgoing(ctx, zhang, "lost", []bot.Outgoing{{Text: "x"}}); err != nil {
			return err
		}
		fail(ctx)
		_ = storage.NewParked(db, time.Now).Put(ctx, zhang, "stays", "stays")
		_, _ = storage.Stored(ctx, db, "handled.reply", "nobody")
		return errHeld
	})
	if !errors.Is(err, errHeld) {
		t.Error(err)
	}
	if left := waiting(t, db); len(left) > 0 {
		t.Errorf("rolled back, %v stays", left)
	}
}

// A transaction lives as long as its owner, and not only as long as the context of its first statement.
func TestATransactionOutlivesTheContextOfItsFirstStatement(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		touch := func(ctx context.Context) {
			first, cancel := context.WithCancel(ctx)
			_, _ = storage.NewCases(db).ByID(first, 1)
			cancel()
			// Whatever the end of the context sets off comes between these.
			for range 100 {
				if _, err := storage.NewCases(db).ByID(ctx, 1); !errors.Is(err, union.ErrNotFound) {
					t.Fatal(err)
				}
			}
		}
		ctx, work := newLedger(db).Open(t.Context(), "m1", 10)
		defer work.Rollback()
		touch(ctx)
		write(ctx, t, db, "turn")
		if err := work.Commit(ctx, record("m1", 10)); err != nil {
			t.Error(err)
		}
		err := storage.NewCaseStore(db).Tx.Tx(t.Context(), func(ctx context.Context) error {
			touch(ctx)
			return storage.NewParked(db, time.Now).Put(ctx, zhang, "tx", "tx")
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// What a posted statement has met may be heard by somebody who has nothing to do with it. Then the turn runs again, and
// is not failed.
func TestADraftFiledTwiceIsAConflictToWhoeverHearsIt(t *testing.T) {
	o := newOffice(t, storagetest.MariaDB(t))
	draft := o.draft(o.worker, "给锅炉房加个护栏")
	first, err := o.File(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	ledger := newLedger(o.db)
	ctx, work := ledger.Open(t.Context(), "m1", 10)
	_, err = o.File(ctx, draft)
	if err == nil {
		_, err = storage.Stored(ctx, o.db, "handled.reply", "nobody")
	}
	work.Rollback()
	if !errors.Is(err, bot.ErrConflict) {
		t.Errorf("a query behind the second filing: %v", err)
	}
	ctx, work = ledger.Reopen(t.Context(), "m1", 10)
	defer work.Rollback()
	again, err := o.File(ctx, draft)
	if err != nil || !again.Again || again.Case.Number != first.Case.Number {
		t.Errorf("the next try: %+v, %v", again, err)
	}
	if err := work.Commit(ctx, record("m1", 10)); err != nil {
		t.Error(err)
	}
}

// Who asks first for a number takes it for others too, and still waits no longer than its own context lasts.
func TestWhoWaitsForANumberGivesUpByItsOwnContext(t *testing.T) {
	db := storagetest.MariaDB(t)
	numbers := storage.NewNumbers(db)
	if _, err := numbers.Next(t.Context(), "JY", 26); err != nil {
		t.Fatal(err)
	}
	err := storage.NewCaseStore(db).Tx.Tx(t.Context(), func(ctx context.Context) error {
		if err := storage.HoldNumbers(ctx, db); err != nil {
			return err
		}
		waiting, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		if _, err := numbers.Next(waiting, "JY", 26); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a number that is held: %v", err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("gave up after %s", took)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := numbers.Next(t.Context(), "JY", 26); err != nil || n < 2 {
		t.Errorf("the next number is %d, %v", n, err)
	}
}

// A context that ends just when its transaction does must not meet a connection that is half given back.
func TestATransactionMayEndWithItsContext(t *testing.T) {
	db := storagetest.MariaDB(t)
	ledger := newLedger(db)
	for n := range 3000 {
		ctx, cancel := context.WithCancel(t.Context())
		ctx, work := ledger.Open(ctx, bot.MessageID(fmt.Sprintf("ends%d", n)), 10)
		_, _ = storage.Stored(ctx, db, "handled.reply", "nobody") // opens it
		go cancel()
		work.Rollback()
	}
}
