package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
)

// auditRecord is a case with four entries, some of another case and one of none, all listed, and the anchor of that day.
func auditRecord(t *testing.T, db *storage.DB) (*storage.Audit, cases.Case, audit.Anchor) {
	t.Helper()
	o := newOffice(t, db)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	other := o.file(t, o.mate, "给更衣室装一面镜子")
	o.decide(t, o.branch, c, cases.Return, "请补充位置")
	if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "在二号炉旁边", nil); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.branch, c, cases.Accept, "这就办")
	o.decide(t, o.branch, other, cases.Refuse, "已经装过")
	r := storage.NewAudit(db)
	r.UseClock(func() time.Time { return anchorNow })
	if err := r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Import, Note: "members.csv"}); err != nil {
		t.Fatal(err)
	}
	sealAll(t, r, 7)
	head, err := r.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r, c, audit.Anchor{Day: "2026-11-24", Place: head.Place, Signature: head.Signature}
}

// anchorNow is when the last of the anchors in these tests has been taken.
var anchorNow = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func sealAll(t *testing.T, r *storage.Audit, want int) {
	t.Helper()
	if n, err := r.Seal(t.Context(), 100); err != nil || n != want {
		t.Fatalf("listed %d, %v, want %d", n, err, want)
	}
}

// forger knows everything but the keys.
type forger struct {
	t  *testing.T
	db *storage.DB
	c  cases.Case
}

func (f forger) run(statement string, args ...any) {
	f.t.Helper()
	if err := storage.Run(f.t.Context(), f.db, statement, args...); err != nil {
		f.t.Fatal(err)
	}
}

func TestEveryDamageIsNamed(t *testing.T) {
	const inCase = "WHERE case_id = ? AND place = ?"
	type damage struct {
		name string
		do   func(f forger)
		// want are the damages, as kind and part of where; NUMBER is the case's.
		want []string
	}
	damages := []damage{
		{"nothing", func(forger) {}, nil},
		{"a change of who did it", func(f forger) { f.run("UPDATE case_events SET name = '王芳' "+inCase, f.c.ID, 2) }, []string{"changed case NUMBER, entry 2"}},
		{"a change of the time", func(f forger) { f.run("UPDATE case_events SET at_ms = at_ms - 86400000 "+inCase, f.c.ID, 4) }, []string{"changed case NUMBER, entry 4"}},
		{"a change of the words", func(f forger) { f.run("UPDATE case_events SET note = '同意' "+inCase, f.c.ID, 2) }, []string{"changed case NUMBER, entry 2"}},
		{"words of another entry", func(f forger) {
			f.run("UPDATE case_events SET note = ? "+inCase, f.text("note", 3), f.c.ID, 2)
		}, []string{"changed case NUMBER, entry 2"}},
		{"a change with the digest made anew", func(f forger) {
			f.run("UPDATE case_events SET digest = ? "+inCase, strings.Repeat("a", 64), f.c.ID, 2)
		}, []string{"changed case NUMBER, entry 2", "changed case NUMBER, entry 2", "forged case NUMBER, entry 2"}},
		{"a signature of another entry", func(f forger) {
			f.run("UPDATE case_events SET signature = ? "+inCase, f.text("signature", 3), f.c.ID, 2)
		}, []string{"forged case NUMBER, entry 2"}},
		{"two that were swapped", func(f forger) {
			f.run("UPDATE case_events SET place = 99 "+inCase, f.c.ID, 2)
			f.run("UPDATE case_events SET place = 2 "+inCase, f.c.ID, 3)
			f.run("UPDATE case_events SET place = 3 "+inCase, f.c.ID, 99)
		}, []string{"moved case NUMBER, entry 2", "moved case NUMBER, entry 3"}},
		{"one that was deleted in the middle", func(f forger) {
			f.run("DELETE FROM case_events "+inCase, f.c.ID, 2)
		}, []string{"missing case NUMBER, entry 2"}},
		{"a place as far away as there is", func(f forger) {
			f.run("UPDATE case_events SET place = 9000000000000000000 "+inCase, f.c.ID, 4)
		}, []string{"missing case NUMBER, entry 4 to 8999999999999999999", "moved case NUMBER, entry 9000000000000000000"}},
		{"a place before the first", func(f forger) { f.run("UPDATE case_events SET place = -1 "+inCase, f.c.ID, 4) }, []string{"unsigned case NUMBER"}},
		{"the end of a case that was cut off", func(f forger) {
			f.run("DELETE FROM case_events WHERE case_id = ? AND place > 2", f.c.ID)
		}, []string{"missing case NUMBER, entry 3", "missing case NUMBER, entry 4"}},
		{"one that was deleted with its link", func(f forger) {
			f.run("DELETE FROM audit_chain WHERE case_id = ? AND case_place = ?", f.c.ID, 2)
			f.run("DELETE FROM case_events "+inCase, f.c.ID, 2)
		}, []string{"missing case NUMBER, entry 2", "missing chain, place"}},
		{"one that was added", func(f forger) {
			f.run(`INSERT INTO case_events (id, case_id, version, at_ms, name, kind, step, note, other) VALUES (1, ?, 9, 1, '', 'accepted', '', '', '')`, f.c.ID)
		}, []string{"unsigned case NUMBER"}},
		{"words that were dropped quietly", func(f forger) {
			f.run("UPDATE case_events SET note = '', salt = NULL, erased_ms = 1 "+inCase, f.c.ID, 2)
		}, []string{"emptied case NUMBER, entry 2"}},
		{"an entry of no case that was changed", func(f forger) { f.run("UPDATE audit_entries SET kind = 'export'") }, []string{"changed entry"}},
		{"an entry of no case that was deleted", func(f forger) { f.run("DELETE FROM audit_entries") }, []string{"missing chain, place"}},
		{"an entry of no case that was made up", func(f forger) {
			f.run("UPDATE audit_entries SET digest = ?, signature = ?", strings.Repeat("a", 64), strings.Repeat("b", 72))
		}, []string{"changed entry", "changed entry"}},
		{"links that were swapped", func(f forger) {
			f.run("UPDATE audit_chain SET place = 99 WHERE place = 2")
			f.run("UPDATE audit_chain SET place = 2 WHERE place = 3")
			f.run("UPDATE audit_chain SET place = 3 WHERE place = 99")
		}, []string{"forged chain, place 2", "forged chain, place 3", "forged chain, place 4"}},
		{"one that was added under a key that nobody has", func(f forger) {
			f.addEntry()
			f.sealLater()
		}, []string{"forged case NUMBER, entry 5"}},
		{"one that was added, and linked, under a key that nobody has", func(f forger) {
			f.addEntry()
			f.run(`INSERT INTO audit_anchors (day, place, signature) SELECT '2026-11-24', place, signature FROM audit_chain WHERE place = 7`)
			f.run(`INSERT INTO audit_chain (place, source, entry_id, case_id, case_place, digest, signature)
				SELECT 8, 'event', id, case_id, place, digest, signature FROM case_events WHERE id = 1`)
			f.sealLater()
		}, []string{"forged chain, place 8"}},
		{"an anchor of a day that has not come", func(f forger) {
			f.run(`INSERT INTO audit_anchors (day, place, signature) SELECT '2027-11-24', place, signature FROM audit_chain WHERE place = 7`)
		}, []string{"planted anchor of 2027-11-24"}},
		{"the end of everything that was cut off", func(f forger) {
			f.run("DELETE FROM audit_entries")
			f.run("DELETE FROM case_events WHERE case_id = ? AND place = 4", f.c.ID)
			f.run("DELETE FROM audit_chain WHERE source = 'entry' OR case_id = ? AND case_place = 4", f.c.ID)
			f.run("DELETE FROM audit_chain WHERE place > 4")
			f.run("UPDATE case_events SET listed = 0")
		}, []string{"cut anchor of 2026-11-24"}},
		{"a chain that was built anew without the keys", func(f forger) {
			f.run("UPDATE audit_chain SET signature = ?", strings.Repeat("0", 72))
		}, []string{"replaced anchor of 2026-11-24"}},
	}
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, d := range damages {
			t.Run(d.name, func(t *testing.T) {
				r, c, anchor := auditRecord(t, db)
				t.Cleanup(func() { clearRecord(t, db) })
				d.do(forger{t, db, c})
				report, err := r.Check(t.Context(), []audit.Anchor{anchor}, nil)
				if err != nil {
					t.Fatal(err)
				}
				if len(d.want) == 0 && (!report.Sound() || report.Events != 6 || report.Entries != 1 || report.Links != 7 || report.Anchors != 1 || report.Waiting != 0) {
					t.Errorf("found %+v", report)
				}
				for _, want := range d.want {
					if !names(report, strings.ReplaceAll(want, "NUMBER", c.Number)) {
						t.Errorf("%s is not among %+v", want, report.Damages)
					}
				}
				if anchored := strings.HasPrefix(fmt.Sprint(d.want), "[cut") || strings.HasPrefix(fmt.Sprint(d.want), "[replaced"); !anchored && len(d.want) > 0 && len(report.Damages) > len(d.want) {
					t.Errorf("found %+v, want %v only", report.Damages, d.want)
				}
			})
		}
	})
}

// addEntry adds an entry that says what it says, under a key of the forger's own.
func (f forger) addEntry() {
	e := audit.Event{Case: int64(f.c.ID), Version: 9, At: testNow, Name: "王芳", Kind: "accepted", Note: "同意"}
	f.run(`INSERT INTO case_events (id, case_id, version, at_ms, name, kind, step, note, other, place, salt, digest, signature, listed)
		VALUES (1, ?, 9, ?, '王芳', 'accepted', '', '同意', '', 5, 'salt', ?, ?, 0)`, f.c.ID, testNow.UnixMilli(), e.Digest([]byte("salt")),
		storagetest.KeysNamed(f.t, "x").Sign([]byte("anything")))
}

// sealLater lets another process list what there is, and one more after it.
func (f forger) sealLater() {
	for range 2 {
		if _, err := storage.NewAudit(f.db).Seal(f.t.Context(), 100); err != nil {
			f.t.Fatal(err)
		}
	}
}

func names(r audit.Report, want string) bool {
	for _, d := range r.Damages {
		if strings.HasPrefix(string(d.Kind)+" "+d.Where, want) && d.Text != "" {
			return true
		}
	}
	return false
}

// text reads a column of the case's entry at a place.
func (f forger) text(column string, place int64) string {
	f.t.Helper()
	value, err := storage.Text(f.t.Context(), f.db, "SELECT "+column+" FROM case_events WHERE case_id = ? AND place = ?", f.c.ID, place)
	if err != nil {
		f.t.Fatal(err)
	}
	return value
}

// clearRecord makes room for the next record: the chain is one for the whole database.
func clearRecord(t *testing.T, db *storage.DB) {
	for _, table := range []string{"audit_chain", "audit_entries", "audit_anchors", "case_events", "clocks", "failed_moves", "ratings", "printings", "helps", "case_copies", "case_shields", "case_subjects", "tasks", "cases"} {
		if err := storage.Run(context.WithoutCancel(t.Context()), db, "DELETE FROM "+table); err != nil {
			t.Error(err)
		}
	}
}

func TestACaseThatWasDeletedFromAboveItsEntriesIsNamed(t *testing.T) {
	db := storagetest.MariaDB(t)
	r, c, _ := auditRecord(t, db)
	err := db.Tx(t.Context(), func(ctx context.Context) error {
		return errors.Join(
			storage.Run(ctx, db, "SET foreign_key_checks = 0"),
			storage.Run(ctx, db, "DELETE FROM cases WHERE id = ?", c.ID),
			storage.Run(ctx, db, "SET foreign_key_checks = 1"))
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := r.Check(t.Context(), nil, nil)
	if err != nil || len(report.Damages) != 1 || !names(report, fmt.Sprintf("missing case with id %d", c.ID)) {
		t.Errorf("found %+v, %v", report, err)
	}
}

// What the keys that signed it come back for is listed then.
func TestWhatWasPutAsideIsListedOnceItsKeyIsBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		db.UseKeys(storagetest.KeysNamed(t, "ba"))
		if err := storage.NewAudit(db).Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Import, Note: "new key"}); err != nil {
			t.Fatal(err)
		}
		db.UseKeys(storagetest.KeysNamed(t, "a"))
		behind := storage.NewAudit(db)
		if err := behind.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Import, Note: "old key"}); err != nil {
			t.Fatal(err)
		}
		sealAll(t, behind, 1)
		sealAll(t, behind, 0)
		db.UseKeys(storagetest.KeysNamed(t, "ab"))
		sealAll(t, behind, 0)
		again := storage.NewAudit(db)
		sealAll(t, again, 1)
		report, err := again.Check(t.Context(), nil, nil)
		if err != nil || !report.Sound() || report.Links != 2 || report.Waiting != 0 || report.Unverifiable != 0 {
			t.Errorf("found %+v, %v", report, err)
		}
	})
}

// Two sealers at once, one of them stopped in the middle, list everything once; what commits late is listed late.
func TestSealersListEverythingOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r := storage.NewAudit(db)
		entry := func(ctx context.Context, note string) {
			if err := r.Append(ctx, audit.Entry{At: testNow, Kind: audit.Import, Note: note}); err != nil {
				t.Error(err)
			}
		}
		opened, release := make(chan struct{}), make(chan struct{})
		var late sync.WaitGroup
		late.Go(func() {
			if err := db.Tx(t.Context(), func(ctx context.Context) error {
				entry(ctx, "late")
				close(opened)
				<-release
				return nil
			}); err != nil {
				t.Error(err)
			}
		})
		<-opened
		if db.Dialect() == storage.SQLite { // one writer at a time
			close(release)
			late.Wait()
		}
		const entries = 40
		for i := range entries {
			entry(t.Context(), fmt.Sprint(i))
		}
		died := errors.New("killed")
		if err := db.Tx(t.Context(), func(ctx context.Context) error {
			if _, err := r.Seal(ctx, 5); err != nil {
				return err
			}
			return died
		}); !errors.Is(err, died) {
			t.Fatal(err)
		}
		var sealers sync.WaitGroup
		for range 4 {
			sealers.Go(func() {
				for n := 1; n > 0; {
					var err error
					if n, err = r.Seal(t.Context(), 3); err != nil {
						t.Error(err)
					}
				}
			})
		}
		sealers.Wait()
		if db.Dialect() != storage.SQLite {
			close(release)
			late.Wait()
		}
		for n := 1; n > 0; {
			var err error
			if n, err = r.Seal(t.Context(), 3); err != nil {
				t.Fatal(err)
			}
		}
		report, err := r.Check(t.Context(), nil, nil)
		if err != nil || !report.Sound() || report.Entries != entries+1 || report.Links != entries+1 || report.Waiting != 0 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}
