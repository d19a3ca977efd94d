package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
)

// looked is a case of two events at which somebody looked four times; all six are listed, the looks last.
func looked(t *testing.T, db *storage.DB) (*storage.Audit, forger, []int64, audit.Anchor) {
	t.Helper()
	o := newOffice(t, db)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.decide(t, o.branch, c, cases.Return, "请补充位置")
	r := storage.NewAudit(db)
	r.UseClock(func() time.Time { return anchorNow })
	sealAll(t, r, 2)
	for i := range 4 {
		e := audit.Entry{At: testNow, Kind: audit.Look, Actor: o.branch.ID, Name: o.branch.Name, Case: int64(c.ID), Note: fmt.Sprint(i)}
		if err := r.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		sealAll(t, r, 1)
	}
	var ids []int64
	if err := r.Each(t.Context(), func(e audit.StoredEntry) error { ids = append(ids, e.ID); return nil }); err != nil || len(ids) != 4 {
		t.Fatal(ids, err)
	}
	head, err := r.Head(t.Context())
	if err != nil || head.Place != 6 {
		t.Fatal(head, err)
	}
	return r, forger{t, db, c}, ids, audit.Anchor{Day: "2026-11-24", Place: 6, Signature: head.Signature}
}

// What belongs to no timeline is as hard to damage, also for somebody who changes entry and chain together.
func TestEveryDamageOfALookIsNamed(t *testing.T) {
	const one = " WHERE id = ?"
	damages := []struct {
		name string
		do   func(f forger, ids []int64)
		want []string // SECOND and THIRD are the entries'
	}{
		{"nothing", func(forger, []int64) {}, nil},
		{"a change of who looked", func(f forger, ids []int64) { f.run("UPDATE audit_entries SET actor = actor + 1"+one, ids[1]) }, []string{"changed entry SECOND (look)"}},
		{"a change of the case", func(f forger, ids []int64) { f.run("UPDATE audit_entries SET case_id = NULL"+one, ids[1]) }, []string{"changed entry SECOND (look)"}},
		{"two that were swapped", func(f forger, ids []int64) {
			for _, to := range [][2]int64{{ids[1], 9}, {ids[2], ids[1]}, {9, ids[2]}} {
				f.run("UPDATE audit_entries SET id = ?"+one, to[1], to[0])
			}
		}, []string{"changed entry SECOND (look)", "changed entry THIRD (look)", "forged entry SECOND (look)", "forged entry THIRD (look)"}},
		{"one that was deleted in the middle", func(f forger, ids []int64) { f.run("DELETE FROM audit_entries"+one, ids[1]) }, []string{"missing chain, place 4"}},
		{"one that was deleted in the middle with its link", func(f forger, ids []int64) {
			f.run("DELETE FROM audit_entries"+one, ids[1])
			f.run("DELETE FROM audit_chain WHERE place = 4")
		}, []string{"missing chain, place 4"}},
		{"one that was deleted in the middle, and the links after it moved up", func(f forger, ids []int64) {
			f.run("DELETE FROM audit_entries"+one, ids[1])
			f.run("DELETE FROM audit_chain WHERE place = 4")
			f.run("UPDATE audit_chain SET place = 4 WHERE place = 5")
			f.run("UPDATE audit_chain SET place = 5 WHERE place = 6")
		}, []string{"forged chain, place 4", "cut anchor of 2026-11-24"}},
		{"a tail that was cut off", func(f forger, ids []int64) { f.run("DELETE FROM audit_entries"+one, ids[3]) }, []string{"missing chain, place 6"}},
		{"a tail that was cut off with its links", func(f forger, ids []int64) {
			f.run("DELETE FROM audit_entries WHERE id IN (?, ?)", ids[2], ids[3])
			f.run("DELETE FROM audit_chain WHERE place > 4")
		}, []string{"cut anchor of 2026-11-24"}},
		{"words that were dropped quietly", func(f forger, ids []int64) {
			f.run("UPDATE audit_entries SET salt = '', erased_ms = 1"+one, ids[1])
		}, []string{"emptied entry SECOND (look)"}},
		{"a mark of deletion on what is there", func(f forger, ids []int64) {
			f.run("UPDATE audit_entries SET erased_ms = 1"+one, ids[1])
			f.run("UPDATE case_events SET erased_ms = 1 WHERE case_id = ?", f.c.ID)
		}, []string{"changed entry SECOND (look)", "changed case NUMBER, entry 1", "changed case NUMBER, entry 2"}},
		{"words that were dropped, with a look that was made a deletion of itself and of others", func(f forger, ids []int64) {
			f.vouch(ids, "salt = ''")
		}, []string{"emptied entry FIRST (erase)", "emptied entry SECOND (look)", "emptied entry THIRD (look)", "emptied case NUMBER, entry 1", "emptied case NUMBER, entry 2"}},
		{"the same with salt and digest of one's own", func(f forger, ids []int64) {
			e := audit.Entry{At: testNow, Kind: audit.Erase, Case: int64(f.c.ID), Emptied: ids[:3]}
			f.run("UPDATE audit_entries SET actor = NULL, digest = ?"+one, e.Digest([]byte("mine")), ids[0])
			f.vouch(ids, "salt = 'mine'")
		}, []string{"forged entry FIRST (erase)", "emptied entry SECOND (look)", "emptied case NUMBER, entry 1"}},
		{"the same under a key that nobody has, with the digest in the chain made to agree", func(f forger, ids []int64) {
			f.vouchListed(ids)
		}, []string{"forged chain, place 3", "emptied entry SECOND (look)", "emptied entry THIRD (look)", "emptied case NUMBER, entry 1", "emptied case NUMBER, entry 2"}},
		{"the same with the link, too, under a key that nobody has", func(f forger, ids []int64) {
			f.vouchListed(ids)
			f.run("UPDATE audit_chain SET signature = ? WHERE place = 3", strings.Repeat("b", 72))
		}, []string{"forged chain, place 4", "emptied entry SECOND (look)", "emptied entry THIRD (look)", "emptied case NUMBER, entry 1", "emptied case NUMBER, entry 2"}},
		{"the same with all links from there on, and an anchor of one's own", func(f forger, ids []int64) {
			f.vouchListed(ids)
			f.rebuild(nil)
			f.run(`INSERT INTO audit_anchors (day, place, signature) SELECT '2026-11-24', place, signature FROM audit_chain WHERE place = 6`)
		}, []string{"replaced anchor of 2026-11-24", "emptied entry SECOND (look)", "emptied entry THIRD (look)", "emptied case NUMBER, entry 1", "emptied case NUMBER, entry 2"}},
		{"everything signed anew with a key of one's own", func(f forger, ids []int64) { f.rebuild(ids) }, []string{"replaced anchor of 2026-11-24"}},
		{"everything signed anew but the last link, which was anchored", func(f forger, ids []int64) {
			last := f.link(6)
			f.rebuild(ids)
			f.run("UPDATE audit_chain SET signature = ? WHERE place = 6", last)
		}, []string{"forged chain, place 6"}},
	}
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, d := range damages {
			t.Run(d.name, func(t *testing.T) {
				r, f, ids, anchor := looked(t, db)
				t.Cleanup(func() { clearRecord(t, db) })
				d.do(f, ids)
				report, err := r.Check(t.Context(), []audit.Anchor{anchor}, nil)
				if err != nil || report.Sound() != (len(d.want) == 0) {
					t.Errorf("found %+v, %v", report, err)
				}
				named := strings.NewReplacer("NUMBER", f.c.Number, "FIRST", fmt.Sprint(ids[0]), "SECOND", fmt.Sprint(ids[1]), "THIRD", fmt.Sprint(ids[2]))
				for _, want := range d.want {
					if !names(report, named.Replace(want)) {
						t.Errorf("%s is not among %+v", want, report.Damages)
					}
				}
			})
		}
	})
}

// What is said of an entry is what the record says of it, and no mark.
func TestEntriesAreTakenByTheRecordAndNoMark(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r, f, ids, _ := looked(t, db)
		t.Cleanup(func() { clearRecord(t, db) })
		f.run("UPDATE audit_entries SET erased_ms = 1 WHERE id = ?", ids[0])
		f.run("UPDATE audit_entries SET content = '{}' WHERE id = ?", ids[1])
		f.run("UPDATE audit_entries SET content = '{}', salt = '' WHERE id IN (?, ?)", ids[2], ids[3])
		if err := r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Erase, Emptied: ids[2:3], Bounded: true}); err != nil {
			t.Fatal(err)
		}
		var got []string
		if err := r.Judged(t.Context(), func(e audit.StoredEntry, v audit.Verdict) error {
			got = append(got, fmt.Sprint(v.Standing, " ", e.Told()))
			return nil
		}); err != nil || !slices.Equal(got, []string{"whole false", "damaged false", "deleted true", "damaged false", "whole false"}) {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// Who looks again within the minute is on record; who looks under the key of an entry that was put there by SQL is refused.
func TestALookIsPassedOverForItselfOnly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r, f, ids, _ := looked(t, db)
		t.Cleanup(func() { clearRecord(t, db) })
		var was audit.StoredEntry
		if err := r.Each(t.Context(), func(e audit.StoredEntry) error {
			if e.ID == ids[0] {
				was = e
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		e := audit.Entry{Key: "look/1/2/3", At: testNow, Kind: audit.Look, Actor: was.Actor, Name: was.Name, Case: was.Case}
		for range 2 {
			if err := r.Append(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		sealAll(t, r, 1)
		for name, at := range map[string]time.Duration{"a look of then": 0, "a look of another day": 24 * time.Hour} {
			e.Key, e.At = "look/"+name, testNow.Add(at)
			f.run("UPDATE audit_entries SET row_key = ? WHERE id = ?", e.Key, ids[0])
			if err := r.Append(t.Context(), e); (err == nil) != (at == 0) {
				t.Errorf("%s: %v", name, err)
			}
			if report, err := r.Check(t.Context(), nil, nil); err != nil || !report.Sound() {
				t.Errorf("found %+v, %v", report, err)
			}
		}
		e.Key, e.Case = "look/at another case", 1
		f.run("UPDATE audit_entries SET row_key = ? WHERE id = ?", e.Key, ids[0])
		if err := r.Append(t.Context(), e); err == nil {
			t.Error("passed over for a look at another case")
		}
		f.run("UPDATE audit_entries SET row_key = ? WHERE row_key = 'look/1/2/3'", "look/1/2/4")
		e.Key, e.Case = "look/1/2/4", was.Case
		if err := r.Append(t.Context(), e); err == nil {
			t.Error("passed over for a look under another key")
		}
		if report, err := r.Check(t.Context(), nil, nil); err != nil || len(report.Damages) != 1 || report.Damages[0].Kind != audit.Changed {
			t.Errorf("found %+v, %v", report, err)
		}
	})
}

// vouch makes the first look a deletion of its case, of itself and of the next two, and drops what they all said.
func (f forger) vouch(ids []int64, salt string) {
	f.run("UPDATE audit_entries SET kind = 'erase', case_id = ?, erased_ms = 1, "+salt+", content = ? WHERE id = ?",
		f.c.ID, fmt.Sprintf(`{"emptied":[%d,%d,%d]}`, ids[0], ids[1], ids[2]), ids[0])
	f.run("UPDATE audit_entries SET salt = '', erased_ms = 1 WHERE id IN (?, ?)", ids[1], ids[2])
	f.run("UPDATE case_events SET note = '同意', salt = NULL, erased_ms = 1 WHERE case_id = ?", f.c.ID)
}

// vouchListed does so with salt and digest of the forger's own, under the name of a key that nobody has, and has the chain say the same.
func (f forger) vouchListed(ids []int64) {
	e := audit.Entry{At: testNow, Kind: audit.Erase, Case: int64(f.c.ID), Emptied: ids[:3]}
	f.run("UPDATE audit_entries SET actor = NULL, digest = ?, signature = ? WHERE id = ?", e.Digest([]byte("mine")), strings.Repeat("b", 72), ids[0])
	f.vouch(ids, "salt = 'mine'")
	f.run("UPDATE audit_chain SET digest = ? WHERE place = 3", e.Digest([]byte("mine")))
}

func (f forger) link(place int64) string {
	f.t.Helper()
	l, err := storage.NewAudit(f.db).Link(f.t.Context(), place)
	if err != nil {
		f.t.Fatal(err)
	}
	return l.Signature
}

// rebuild signs timeline, looks and chain anew, with keys that are not the service's.
func (f forger) rebuild(ids []int64) {
	keys, r, before := storagetest.KeysNamed(f.t, "x"), storage.NewAudit(f.db), ""
	for place := int64(1); place <= 2; place++ {
		before = audit.SignEvent(keys, int64(f.c.ID), place, before, f.text("digest", place))
		f.run("UPDATE case_events SET signature = ? WHERE case_id = ? AND place = ?", before, f.c.ID, place)
	}
	if err := r.Each(f.t.Context(), func(e audit.StoredEntry) error {
		if slices.Contains(ids, e.ID) {
			f.run("UPDATE audit_entries SET signature = ? WHERE id = ?", audit.SignEntry(keys, e.ID, e.Written), e.ID)
		}
		return nil
	}); err != nil {
		f.t.Fatal(err)
	}
	before = ""
	for place := int64(1); place <= 6; place++ {
		l, err := r.Link(f.t.Context(), place)
		if err != nil {
			f.t.Fatal(err)
		}
		l.Sign(keys, before)
		before = l.Signature
		f.run("UPDATE audit_chain SET signature = ? WHERE place = ?", before, place)
	}
}

// A deletion while the record is checked is on record before its entries are looked at.
func TestADeletionWhileTheRecordIsCheckedIsNoDamage(t *testing.T) {
	db := storagetest.SQLite(t)
	r, f, ids, _ := looked(t, db)
	if err := db.Tx(t.Context(), func(ctx context.Context) (err error) {
		for range 500 { // a page
			err = errors.Join(err, r.Append(ctx, audit.Entry{At: testNow, Kind: audit.Export}))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	erase := func(id int64) {
		f.run("UPDATE audit_entries SET content = '{}', salt = '', erased_ms = 1 WHERE id = ?", id)
		if err := r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Erase, Emptied: []int64{id}}); err != nil {
			t.Fatal(err)
		}
	}
	erase(ids[0])
	var last int64
	if err := r.Each(t.Context(), func(e audit.StoredEntry) error {
		if e.Kind == audit.Export {
			last = e.ID
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	first := int64(6 + 2 + 500) // the chain, the timeline and a page
	report, err := r.Check(t.Context(), nil, func(rows int64) {
		if rows == first {
			erase(last)
		}
	})
	if err != nil || !report.Sound() || report.Erased != 2 {
		t.Errorf("found %+v, %v", report, err)
	}
}

// A deletion whose key is gone altogether vouches by the chain: where a key that is held signed its link, or where the chain goes
// on soundly from there to an anchor.
func TestADeletionWhoseKeyIsGoneStaysOnRecord(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, c := range []struct {
			name, listing string // the keys of who lists the deletion
			anchored      bool
			want          int // damages
		}{
			{"listed by a key that is held", "ba", false, 0},
			{"listed by the same key, and anchored later", "ab", true, 0},
			{"listed by the same key, and never anchored", "ab", false, 2},
		} {
			t.Run(c.name, func(t *testing.T) {
				t.Cleanup(func() { db.UseKeys(storagetest.Keys(t)); clearRecord(t, db) })
				db.UseKeys(storagetest.KeysNamed(t, "a"))
				r, f, ids, _ := looked(t, db)
				f.run("UPDATE audit_entries SET content = '{}', salt = '', erased_ms = 1 WHERE id IN (?, ?)", ids[0], ids[1])
				must := func(err error) {
					t.Helper()
					if err != nil {
						t.Fatal(err)
					}
				}
				must(r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Erase, Emptied: ids[:2]}))
				db.UseKeys(storagetest.KeysNamed(t, c.listing))
				sealAll(t, r, 1)
				db.UseKeys(storagetest.KeysNamed(t, "b"))
				must(r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Rekey}))
				sealAll(t, r, 1)
				if head, err := r.Head(t.Context()); err != nil {
					t.Fatal(err)
				} else if c.anchored {
					must(r.PutAnchor(t.Context(), audit.Anchor{Day: "2026-11-25", Place: head.Place, Signature: head.Signature}))
				}
				// What a key that is gone has sealed was sealed anew before: here it stands as it was.
				db.UseKeys(verifying{storagetest.KeysNamed(t, "ba"), storagetest.KeysNamed(t, "b")})
				report, err := r.Check(t.Context(), nil, nil)
				if err != nil || len(report.Damages) != c.want || report.Erased != int64(2-c.want) || report.Unverifiable == 0 {
					t.Errorf("found %+v, %v", report, err)
				}
			})
		}
	})
}

// verifying opens with some keys and verifies with others.
type verifying struct {
	storage.Keys
	of audit.Keys
}

func (k verifying) Verify(data []byte, signature string) (valid, held bool) {
	return k.of.Verify(data, signature)
}
