package storage_test

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/privacy"
)

// reckoned is a case that has ended and its author, who has left, with four looks at the case and four at the author.
type reckoned struct {
	forger
	r                *storage.Audit
	who              union.Member
	ofCase, ofMember []int64
}

func newReckoned(t *testing.T, db *storage.DB) reckoned {
	t.Helper()
	r, f, ids, _ := looked(t, db)
	k := reckoned{forger: f, r: r, ofCase: ids}
	for i := range 4 {
		if err := r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Look, Name: "陈静", Member: f.c.Author, Note: fmt.Sprint("looked ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	sealAll(t, r, 4)
	if err := r.Each(t.Context(), func(e audit.StoredEntry) error {
		if e.Member != 0 {
			k.ofMember = append(k.ofMember, e.ID)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	f.run("UPDATE cases SET ended_ms = 1 WHERE id = ?", f.c.ID)
	f.run("UPDATE members SET status = ? WHERE id = ?", union.Left, f.c.Author)
	k.who = union.Member{ID: f.c.Author, StaffNo: "s", Status: union.Left}
	return k
}

func (k reckoned) erase(lost bool) (privacy.Erased, error) {
	e := privacy.Erasure{Member: k.who, At: testNow, Reason: "request 17", KeyLost: lost}
	return privacy.NewEraser(storage.NewErasures(k.db, ""), sealer(k.t, testKeys), nil).Erase(k.t.Context(), e)
}

// left lists which of the first entries and events still say something, or keep a name that is not the officer's.
func (k reckoned) left() (ids []string) {
	k.t.Helper()
	if err := k.r.Each(k.t.Context(), func(e audit.StoredEntry) error {
		mine := slices.Contains(k.ofCase, e.ID) || slices.Contains(k.ofMember, e.ID)
		if mine && (e.Salt != nil || e.Note != "" || e.Name == "forged" || e.ErasedAt.IsZero()) {
			ids = append(ids, fmt.Sprint(e.ID))
		}
		return nil
	}); err != nil {
		k.t.Fatal(err)
	}
	events, err := storage.Text(k.t.Context(), k.db, `SELECT COUNT(*) FROM case_events WHERE case_id = ? AND
		(salt IS NOT NULL OR note <> '' OR name = 'forged' OR erased_ms IS NULL)`, k.c.ID)
	if err != nil {
		k.t.Fatal(err)
	}
	if events != "0" {
		ids = append(ids, events+" events")
	}
	return ids
}

// Whatever somebody did to the record before, by SQL, a deletion leaves nothing that is said, and what was changed is told to
// whoever deletes, and named by every check thereafter, as what it is.
func TestADeletionReachesWhatWasChangedAndSaysSo(t *testing.T) {
	const strange = "s1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	entry := func(k reckoned) []int64 { return []int64{k.ofCase[1], k.ofMember[1]} }
	changes := []struct {
		name   string
		change string // of one look at the case and one at its author
		event  string // of the case's second event
		damage int    // named afterwards
	}{
		{"nothing", "", "", 0},
		{"the content", "content = '{}'", "note = '同意'", 3},
		{"what does not open", "content = 's1:AAAA'", "note = 's1:AAAA'", 3},
		{"the salt", "salt = ''", "salt = NULL", 3},
		{"words and a name", `content = '{"name":"forged","note":"forged"}'`, "name = 'forged'", 3},
		{"the mark of a deletion", "erased_ms = 1", "erased_ms = 1", 0},
		{"the mark, and the salt", "erased_ms = 1, salt = ''", "erased_ms = 1, salt = NULL", 3},
		{"all that it said", "erased_ms = 1, salt = '', content = '{}'", "erased_ms = 1, salt = NULL, note = ''", 3},
		{"its kind, to a deletion", "kind = 'erase'", "kind = 'erase'", 3},
		{"its kind, to a stand-in", "kind = 'stand_in'", "step = 'x'", 3},
		{"sealed under a key that is lost", "content = '" + strange + "'", "note = '" + strange + "'", 0},
	}
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, c := range changes {
			t.Run(c.name, func(t *testing.T) {
				k := newReckoned(t, db)
				t.Cleanup(func() { clearRecord(t, db) })
				if c.change != "" {
					k.run("UPDATE audit_entries SET "+c.change+" WHERE id IN (?, ?)", entry(k)[0], entry(k)[1])
					k.run("UPDATE case_events SET "+c.event+" WHERE case_id = ? AND place = 2", k.c.ID)
				}
				lost := strings.Contains(c.change, strange)
				if lost {
					if _, err := k.erase(false); !errors.Is(err, privacy.ErrOtherKey) {
						t.Fatalf("without its key: %v", err)
					}
				}
				done, err := k.erase(lost)
				if err != nil || done.Entries != 8 || len(done.Changed) != c.damage || lost != (len(done.Unread) == 3) {
					t.Errorf("deleted %+v, %v", done, err)
				}
				if left := k.left(); len(left) > 0 {
					t.Errorf("left are %v", left)
				}
				sealAll(t, k.r, 2)
				report, err := k.r.Check(t.Context(), nil, nil)
				if err != nil || len(report.Damages) != c.damage || report.Erased+report.Unread != int64(10-c.damage) || lost != (report.Unread == 3) {
					t.Errorf("found %+v, %v", report, err)
				}
				for _, d := range report.Damages {
					if d.Kind != audit.Changed || !strings.Contains(d.Text, "was not as it was written when it was deleted on 2026-") {
						t.Errorf("named %+v", d)
					}
					here := []string{fmt.Sprintf("entry %d ", entry(k)[0]), fmt.Sprintf("entry %d ", entry(k)[1]), "case " + k.c.Number + ", entry 2"}
					if !slices.ContainsFunc(here, func(where string) bool { return strings.HasPrefix(d.Where, where) }) {
						t.Errorf("named %+v", d)
					}
				}
				if again, err := k.erase(false); err != nil || !again.Nothing() {
					t.Errorf("deleted again %+v, %v", again, err)
				}
			})
		}
	})
}

// What came after a deletion is deleted by the next, on record, also where it was changed and is all that is left.
func TestADeletionOfOneChangedEntryIsOnRecord(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := newReckoned(t, db)
		t.Cleanup(func() { clearRecord(t, db) })
		if _, err := k.erase(false); err != nil {
			t.Fatal(err)
		}
		if err := k.r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Look, Member: k.who.ID, Note: "later"}); err != nil {
			t.Fatal(err)
		}
		sealAll(t, k.r, 3)
		k.run("UPDATE audit_entries SET content = '{}' WHERE kind = 'look' AND salt <> ''")
		done, err := k.erase(false)
		if err != nil || done.Nothing() || done.Entries != 1 || len(done.Changed) != 1 {
			t.Errorf("deleted %+v, %v", done, err)
		}
		sealAll(t, k.r, 1)
		report, err := k.r.Check(t.Context(), nil, nil)
		if err != nil || len(report.Damages) != 1 || report.Damages[0].Kind != audit.Changed || report.Erased != 10 {
			t.Errorf("found %+v, %v", report, err)
		}
	})
}

// A deletion covers no event that came later. One that an earlier release wrote covers the whole case, as it did then.
func TestADeletionCoversWhatWasThere(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, c := range []struct {
			through, damages int64
			bounded          bool
			made             int64 // of it by somebody, later
		}{{0, 0, false, 0}, {1, 1, false, 0}, {2, 0, false, 0}, {0, 2, true, 0}, {1, 1, true, 0}, {2, 0, true, 0}, {0, 3, false, -1}, {0, 3, false, 9}} {
			r, f, _, _ := looked(t, db)
			f.run("UPDATE case_events SET note = '', salt = NULL, erased_ms = 1 WHERE case_id = ?", f.c.ID)
			if err := r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Erase, Case: int64(f.c.ID), Through: c.through, Bounded: c.bounded}); err != nil {
				t.Fatal(err)
			}
			if c.made != 0 {
				f.run(`UPDATE audit_entries SET content = ? WHERE kind = 'erase'`, fmt.Sprintf(`{"through":%d}`, c.made))
			}
			report, err := r.Check(t.Context(), nil, nil)
			if err != nil || int64(len(report.Damages)) != c.damages || c.damages > 0 && !names(report, "emptied case "+f.c.Number+", entry 2") {
				t.Errorf("through %d: found %+v, %v", c.through, report, err)
			}
			clearRecord(t, db)
		}
	})
}

// Who stood in for somebody who has left shows who was entitled to decide, and names nobody but by staff numbers.
func TestADeletionLeavesWhoStoodIn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := newReckoned(t, db)
		t.Cleanup(func() { clearRecord(t, db) })
		const note = "100101 → 100102, 2026-11-24 to 2026-11-25: accepted"
		if err := k.r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.StandIn, Member: k.who.ID, Note: note}); err != nil {
			t.Fatal(err)
		}
		if done, err := k.erase(false); err != nil || done.Entries != 8 || len(done.Changed) != 0 {
			t.Errorf("deleted %+v, %v", done, err)
		}
		var kept []string
		if err := k.r.Each(t.Context(), func(e audit.StoredEntry) error {
			if e.Kind == audit.StandIn && e.AsWritten() {
				kept = append(kept, e.Note)
			}
			return nil
		}); err != nil || !slices.Equal(kept, []string{note}) {
			t.Errorf("kept %q, %v", kept, err)
		}
	})
}

// A deletion of somebody's own making is no deletion, and goes with the rest, also under the name of a key that nobody has: what that key
// signed while it was held is listed.
func TestADeletionReachesOneThatWasForged(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, signature := range []string{"", strings.Repeat("b", 72)} {
			k := newReckoned(t, db)
			e := audit.Entry{At: testNow, Kind: audit.Erase, Case: int64(k.c.ID), Note: "mine"}
			k.run("UPDATE audit_entries SET kind = 'erase', actor = NULL, content = ?, salt = 'mine', digest = ? WHERE id = ?",
				`{"note":"mine"}`, e.Digest([]byte("mine")), k.ofCase[0])
			if signature != "" {
				k.run("UPDATE audit_entries SET signature = ?, listed = 0 WHERE id = ?", signature, k.ofCase[0])
				k.run("UPDATE audit_chain SET entry_id = 1 WHERE entry_id = ?", k.ofCase[0])
			}
			if done, err := k.erase(false); err != nil || done.Entries != 8 || !slices.Equal(done.Changed, k.ofCase[:1]) {
				t.Errorf("deleted %+v, %v", done, err)
			}
			if left := k.left(); len(left) > 0 {
				t.Errorf("left are %v", left)
			}
			clearRecord(t, db)
		}
	})
}

// The record as the release wrote it whose deletions had the forms before: entries with keys that no digest knows, deletions of a whole
// case, of a member, and to a place.
//
//go:embed testdata/record_of_erasure_2.sql
var recordOfErasure2 string

func TestTheRecordOfTheReleaseBeforeIsSound(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		f := forger{t, db, o.file(t, o.worker, "装个护栏")}
		t.Cleanup(func() { clearRecord(t, db) })
		for _, table := range []string{"case_events", "clocks", "tasks", "case_subjects"} {
			f.run("DELETE FROM " + table)
		}
		f.run("UPDATE cases SET id = 385053760933654358 WHERE id = ?", f.c.ID)
		for row := range strings.Lines(recordOfErasure2) {
			f.run(row)
		}
		r := storage.NewAudit(db)
		report, err := r.Check(t.Context(), nil, nil)
		if err != nil || !report.Sound() || report.Events != 2 || report.Entries != 15 || report.Links != 17 || report.Erased != 11 || report.Waiting != 0 {
			t.Errorf("found %+v, %v", report, err)
		}
		standings := map[audit.Standing]int{}
		if err := r.Judged(t.Context(), func(_ audit.StoredEntry, v audit.Verdict) error { standings[v.Standing]++; return nil }); err != nil ||
			standings[audit.Whole] != 6 || standings[audit.Gone] != 9 {
			t.Errorf("found %v, %v", standings, err)
		}
		f.run("UPDATE audit_entries SET content = '{}' WHERE kind = 'erase' AND case_id = 385053760933654358")
		if report, err = r.Check(t.Context(), nil, nil); err != nil || report.Sound() {
			t.Errorf("without what a deletion says found %+v, %v", report, err)
		}
	})
}
