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
	if _, err := r.bindings.Warn(ctx, []string{name}, at, at.Add(-day)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.bindings.Guess(ctx, []string{name}, at, at.Add(-day)); err != nil {
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
		"bind_warnings": r.bindings.PurgeWarnings, "bind_guesses": r.bindings.PurgeGuesses, "likeness": r.likeness.Purge,
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

// Where most of a table goes, MySQL carries a DELETE for many keys out by a scan, which would wait for the row of the turn.
func TestPurgesWaitForNoTurnWhereMostOfATableGoes(t *testing.T) {
	db := storagetest.MariaDB(t)
	o := newOffice(t, db)
	o.file(t, o.worker, "给锅炉房加个护栏")
	const rows = 300
	old := []struct{ statement, where string }{
		{"INSERT INTO handled (message, fence, state, at_ms) VALUES (CONCAT('m', ?), 1, 'done', 5)", "handled WHERE at_ms = 5"},
		{"INSERT INTO unread (message, body, at_ms) VALUES (?, '', 5)", "unread WHERE at_ms = 5"},
		{"INSERT INTO parked (id, park_key, channel, person, body, at_ms, told_ms) VALUES (?, id, '', '', '', 5, 5)", "parked WHERE told_ms = 5"},
		{"INSERT INTO outbox (id, row_key, kind, policy, lane, part, body, state, attempts, due_ms, created_ms) VALUES (?, id, '', '', '', 0, '', 'sent', 1, 5, 5)", "outbox WHERE due_ms = 5"},
		{"INSERT INTO drafts (id, owner, service, hash, version, state, body, updated_ms) SELECT ?, MIN(id), '', '', 1, 'filed', '', 5 FROM members", "drafts WHERE updated_ms = 5"},
		{"INSERT INTO likeness (case_id, service, root, band, filed_ms) SELECT MIN(id), '', 1, ?, 5 FROM cases", "likeness WHERE filed_ms = 5"},
		{"INSERT INTO bind_warnings (claimed, warned_ms) VALUES (?, 5)", "bind_warnings WHERE warned_ms = 5"},
	}
	for _, table := range old {
		for i := range rows {
			if err := storage.Run(t.Context(), db, table.statement, i+1); err != nil {
				t.Fatalf("%s: %v", table.where, err)
			}
		}
	}
	outbox := storage.NewOutbox(db)
	ledger, bindings := storage.NewLedger(db, outbox, time.Now), storage.NewBindings(db)
	before := time.UnixMilli(6)
	err := db.Tx(t.Context(), func(ctx context.Context) error {
		// A turn that files, and has not committed.
		unread, work := ledger.Open(ctx, "new", 1)
		for _, err := range []error{
			storage.InsertDone(ctx, db, record("new", 1)),
			work.Keep(unread, bot.Message{ID: "new", Raw: []byte("?")}),
			storage.NewParked(db, time.Now).Put(ctx, lifang, "new", "稍后的话"),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		if _, err := o.File(ctx, o.draft(o.worker, "给锅炉房加个护栏吧")); err != nil {
			t.Error(err)
		}
		if _, err := bindings.Warn(ctx, []string{"new"}, testNow, testNow); err != nil {
			t.Error(err)
		}
		for what, purge := range map[string]func(context.Context) (int64, error){
			"handled": func(ctx context.Context) (int64, error) { return ledger.Purge(ctx, time.Hour, 1000) },
			"unread":  func(ctx context.Context) (int64, error) { return ledger.PurgeUnread(ctx, before, 1000) },
			"parked": func(ctx context.Context) (int64, error) {
				return storage.NewParked(db, time.Now).Purge(ctx, before, 1000)
			},
			"outbox":   func(ctx context.Context) (int64, error) { return outbox.Purge(ctx, before, 1000) },
			"drafts":   func(ctx context.Context) (int64, error) { return storage.NewDrafts(db).PurgeClosed(ctx, before, 1000) },
			"likeness": func(ctx context.Context) (int64, error) { return storage.NewLikeness(db).Purge(ctx, before, 1000) },
			"warnings": func(ctx context.Context) (int64, error) { return bindings.PurgeWarnings(ctx, before, 1000) },
		} {
			if gone, err := purge(t.Context()); gone != rows || err != nil {
				t.Errorf("%s: %d went, %v", what, gone, err)
			}
		}
		if _, err := storage.NewAudit(db).Seal(t.Context(), 100); err != nil {
			t.Errorf("sealer: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
