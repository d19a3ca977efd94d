package storage_test

import (
	"errors"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/notice"
)

func TestTheEndOfTheChainIsCheckedByItself(t *testing.T) {
	db := storagetest.SQLite(t)
	r, _, anchor := auditRecord(t, db)
	report, err := r.CheckEnd(t.Context(), 3, []audit.Anchor{anchor})
	if err != nil || !report.Sound() || report.Links != 3 {
		t.Fatalf("%+v, %v", report, err)
	}
	forger{t: t, db: db}.run("UPDATE audit_chain SET digest = ? WHERE place = 6", strings.Repeat("a", 64))
	if report, err = r.CheckEnd(t.Context(), 3, nil); err != nil || !names(report, "forged chain, place 6") {
		t.Errorf("%+v, %v", report, err)
	}
}

// The chain goes on from no link of somebody's own making, under the name of a key that nobody has, until a change of keys is on record.
func TestTheChainGoesOnFromNoStrangeEnd(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r, c, _ := auditRecord(t, db)
		forger{t, db, c}.run(`INSERT INTO audit_chain (place, source, entry_id, digest, signature) SELECT 8, 'entry', 1, digest, ? FROM audit_chain WHERE place = 7`,
			storagetest.KeysNamed(t, "x").Sign([]byte("anything")))
		// Nobody puts that key on record as one that is gone before reading that it may be nobody's.
		if report, err := r.Check(t.Context(), nil, nil); err != nil || len(report.Damages) != 2 || !names(report, "forged chain, place 8") {
			t.Errorf("found %+v, %v", report, err)
		}
		if report, err := r.CheckEnd(t.Context(), 1, nil); err != nil || len(report.Damages) != 2 || !names(report, "forged chain, place 8") {
			t.Errorf("at the end found %+v, %v", report, err)
		}
		for i, kind := range []audit.Kind{audit.Export, audit.Rekey} {
			if err := r.Append(t.Context(), audit.Entry{At: testNow, Kind: kind}); err != nil {
				t.Fatal(err)
			}
			n, err := r.Seal(t.Context(), 100)
			if (err == nil) != (kind == audit.Rekey) || n != 2*i {
				t.Errorf("%s: listed %d, %v", kind, n, err)
			}
		}
		if report, err := r.Check(t.Context(), nil, nil); err != nil || len(report.Damages) != 1 || !names(report, "missing chain, place 8") || report.Unverifiable != 1 {
			t.Errorf("with the change of keys found %+v, %v", report, err)
		}
	})
}

// Where a planted link stops the chain the day's anchor goes out all the same, of what this service signed, and the auditors are told.
func TestAStrangeEndSilencesNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, c := range []struct {
			place     int64
			signature string
		}{
			{8, storagetest.KeysNamed(t, "x").Sign([]byte("anything"))},
			{math.MaxInt64, storagetest.Keys(t).Sign([]byte("anything"))},
			{999_999_999_999, storagetest.Keys(t).Sign([]byte("anything"))}, // the name of a key proves nothing
			{8, storagetest.Keys(t).Sign([]byte("anything"))},
		} {
			r, filed, _ := auditRecord(t, db)
			o := newOffice(t, db)
			auditor := o.person(t, "", "审计员", union.Auditor)
			forger{t, db, filed}.run(`INSERT INTO audit_chain (place, source, entry_id, digest, signature) SELECT ?, 'entry', 1, digest, ? FROM audit_chain WHERE place = 7`,
				c.place, c.signature)
			if err := r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Export}); err != nil {
				t.Fatal(err)
			}
			var log strings.Builder
			for range 2 { // of two replicas, twice each
				k := audit.NewKeeper(audit.KeeperDeps{
					Chain: r, Outbox: o.outbox, Words: anchorWords{}, Now: o.now.Now, Zone: time.UTC, Log: slog.New(slog.NewTextHandler(&log, nil)),
				})
				for range 2 {
					if err := k.Keep(t.Context()); !errors.Is(err, audit.ErrStandsStill) {
						t.Errorf("place %d: %v", c.place, err)
					}
				}
			}
			told, err := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM outbox WHERE kind = ? AND member_id = ?`, notice.KindAnchor, auditor.ID)
			logged := audit.FindAnchors(log.String())
			if err != nil || told != "2" || len(logged) != 2 || logged[0].Place != 7 {
				t.Errorf("place %d: told %s, %v; logged %v", c.place, told, err, logged)
			}
			forger{t, db, filed}.run("DELETE FROM audit_chain WHERE place > 7")
			sealAll(t, r, 1)
			r.UseClock(o.now.Now)
			if report, err := r.Check(t.Context(), logged, nil); err != nil || !report.Sound() {
				t.Errorf("place %d: found %+v, %v", c.place, report, err)
			}
			clearRecord(t, db)
		}
	})
}

// No anchor is taken of an end that somebody else made, also where nothing waits behind it: it would vouch for what is listed there.
func TestAnEndOfSomebodyElsesIsNotAnchored(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r, c, _ := auditRecord(t, db)
		t.Cleanup(func() { clearRecord(t, db) })
		forger{t, db, c}.run(`INSERT INTO audit_chain (place, source, entry_id, digest, signature) SELECT 8, 'entry', 1, digest, ? FROM audit_chain WHERE place = 7`,
			storagetest.KeysNamed(t, "x").Sign([]byte("anything")))
		if l, err := r.Anchorable(t.Context()); err != nil || l.Place != 7 {
			t.Errorf("got %+v, %v", l, err)
		}
		forger{t, db, c}.run("UPDATE audit_chain SET signature = ?", strings.Repeat("b", 72))
		if l, err := r.Anchorable(t.Context()); !errors.Is(err, audit.ErrStandsStill) {
			t.Errorf("got %+v, %v", l, err)
		}
	})
}
