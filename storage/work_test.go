package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// A first touch that comes back just when its time is up either counts as late, or holds: never may the transaction be
// taken away from under a step that was let go on. The times straddle what a touch takes.
func TestAFirstTouchThatIsJustInTimeHolds(t *testing.T) {
	db := storagetest.MariaDB(t)
	ledger := newLedger(db)
	var held, late int
	took := time.Millisecond
	for n := range 2000 {
		id := bot.MessageID(fmt.Sprintf("m%d", n))
		ctx, work := ledger.Open(t.Context(), id, 10)
		storage.Hurry(work, took)
		began := time.Now()
		_, err := storage.Stored(ctx, db, "handled.reply", "nobody")
		switch {
		case errors.Is(err, bot.ErrUnavailable):
			late++
			took += 10 * time.Microsecond
			work.Rollback()
			continue
		case time.Since(began) < took:
			took -= 10 * time.Microsecond
		}
		held++
		if err := storage.NewParked(db, time.Now).Put(ctx, zhang, string(id), "x"); err != nil {
			t.Fatalf("after %d late and %d held: %v", late, held, err)
		}
		if err := work.Commit(ctx, record(id, 10)); err != nil {
			t.Fatalf("after %d late and %d held: %v", late, held, err)
		}
	}
	if held == 0 || late == 0 {
		t.Errorf("%d held and %d were late: the test has missed its mark", held, late)
	}
}
