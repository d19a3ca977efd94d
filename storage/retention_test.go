package storage_test

import (
	"context"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/binding"
	"github.com/unionbot/unionbot/union/cases"
)

// TestWhatIsOldIsPurgedInBitesBesideAnOpenTransaction holds a transaction open that has written to each table, as a turn
// does: a purge that locked more than the rows that go would wait for it. SQLite has one writer and is tried without.
func TestWhatIsOldIsPurgedInBitesBesideAnOpenTransaction(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		r := newRetained(t, storagetest.SQLite(t))
		r.put(t.Context(), t, "new", testNow)
		r.purge(t)
	})
	t.Run("mariadb", func(t *testing.T) {
		r := newRetained(t, storagetest.MariaDB(t))
		err := r.db.Tx(t.Context(), func(ctx context.Context) error {
			r.put(ctx, t, "new", testNow)
			r.purge(t)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

type retained struct {
	db       *storage.DB
	members  map[string]union.MemberID
	ledger   *storage.Ledger
	bindings *storage.Bindings
	likeness *storage.Likeness
}

// newRetained puts three old rows into each table.
func newRetained(t *testing.T, db *storage.DB) *retained {
	t.Helper()
	members := newMembers(t, db)
	r := &retained{
		db: db, members: map[string]union.MemberID{}, bindings: storage.NewBindings(db), likeness: storage.NewLikeness(db),
	}
	for _, name := range []string{"a", "b", "c", "new"} {
		r.members[name] = put(t, members, storagetest.Unique("集团公司"), union.Member{StaffNo: storagetest.Unique(name), Name: name}).ID
	}
	for _, name := range []string{"a", "b", "c"} {
		r.put(t.Context(), t, name, testNow.Add(-time.Hour))
	}
	return r
}

func (r *retained) put(ctx context.Context, t *testing.T, name string, at time.Time) {
	t.Helper()
	r.ledger = storage.NewLedger(r.db, storage.NewOutbox(r.db), func() time.Time { return at })
	unread, work := r.ledger.Open(ctx, bot.MessageID(name), 1)
	for _, err := range []error{
		work.Keep(unread, bot.Message{ID: bot.MessageID(name), Raw: []byte("?")}),
		work.Commit(unread, record(bot.MessageID(name), 1)),
		r.bindings.SaveTries(ctx, account, name, binding.Tries{Failures: 1, FailedAt: at}),
		r.bindings.SaveCode(ctx, r.members[name], "digest", at),
		r.likeness.Add(ctx, cases.Likeness{Service: "suggestion", Root: 1, Bands: []int64{1, 2}, Case: cases.ID(r.members[name]), FiledAt: at}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.bindings.Warn(ctx, name, at, at.Add(-day)); err != nil {
		t.Fatal(err)
	}
}

func (r *retained) purge(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	before := testNow.Add(-time.Minute)
	for table, purge := range map[string]func(context.Context, time.Time, int) (int64, error){
		"unread": r.ledger.PurgeUnread, "bind_attempts": r.bindings.PurgeTries, "bind_codes": r.bindings.PurgeCodes,
		"bind_warnings": r.bindings.PurgeWarnings, "likeness": r.likeness.Purge,
	} {
		bite := 2
		want := []int64{2, 1, 0}
		if table == "likeness" { // two rows a case
			bite, want = 4, []int64{4, 2, 0}
		}
		for i, n := range want {
			if gone, err := purge(ctx, before, bite); gone != n || err != nil {
				t.Errorf("%s: bite %d took %d, %v; want %d", table, i+1, gone, err, n)
			}
		}
	}
}
