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
	"github.com/unionbot/unionbot/union/privacy"
)

// forgedEvent rewrites the case's second event with words and a name of the forger's own, and a salt and digest that fit.
func (k reckoned) forgedEvent() {
	e := audit.Event{Case: int64(k.c.ID), Version: 2, At: testNow, Name: "forged", Kind: "returned", Note: "forged"}
	k.run(`UPDATE case_events SET at_ms = ?, version = 2, actor = NULL, name = 'forged', kind = 'returned', step = '', note = 'forged', other = '',
		salt = 'mine', digest = ? WHERE case_id = ? AND place = 2`, testNow.UnixMilli(), e.Digest([]byte("mine")), k.c.ID)
}

// forgedEntry does so with an entry about the member, which becomes one of some kind.
func (k reckoned) forgedEntry(kind audit.Kind, id int64) {
	e := audit.Entry{At: testNow, Kind: kind, Name: "forged", Member: k.who.ID, Note: "forged"}
	k.run("UPDATE audit_entries SET at_ms = ?, kind = ?, actor = NULL, case_id = NULL, content = ?, salt = 'mine', digest = ? WHERE id = ?",
		testNow.UnixMilli(), kind, `{"name":"forged","note":"forged"}`, e.Digest([]byte("mine")), id)
}

// Salt and digest stand in the row that they speak for: who writes them anew proves nothing by it, also where they are put back
// once the deletion has come.
func TestADeletionIsNotDeceivedByADigestOfOnesOwn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, c := range []struct {
			name string
			do   func(k reckoned) []int64 // the entries
			want int                      // changed ones
		}{
			{"an event, with salt and digest", func(k reckoned) []int64 { k.forgedEvent(); return nil }, 1},
			{"an event, with the link's digest too", func(k reckoned) []int64 {
				k.forgedEvent()
				k.run("UPDATE audit_chain SET digest = ? WHERE case_id = ? AND case_place = 2", k.text("digest", 2), k.c.ID)
				return nil
			}, 1},
			{"an event without a digest, as from before the record", func(k reckoned) []int64 {
				k.run("UPDATE case_events SET name = 'forged', digest = NULL WHERE case_id = ? AND place = 2", k.c.ID)
				return nil
			}, 1},
			{"an event without digest and signature", func(k reckoned) []int64 {
				k.run("UPDATE case_events SET name = 'forged', digest = NULL, signature = NULL, listed = NULL WHERE case_id = ? AND place = 2", k.c.ID)
				return nil
			}, 1},
			{"a look", func(k reckoned) []int64 { k.forgedEntry(audit.Look, k.ofMember[1]); return k.ofMember[1:2] }, 1},
			{"a look that was made a stand-in", func(k reckoned) []int64 { k.forgedEntry(audit.StandIn, k.ofMember[1]); return k.ofMember[1:2] }, 1},
			{"an event that seems emptied, with a name", func(k reckoned) []int64 {
				k.run("UPDATE case_events SET name = 'forged', note = '', salt = NULL, erased_ms = 1 WHERE case_id = ? AND place = 2", k.c.ID)
				return nil
			}, 1},
		} {
			t.Run(c.name, func(t *testing.T) {
				k := newReckoned(t, db)
				t.Cleanup(func() { clearRecord(t, db) })
				digest, signature := k.text("digest", 2), k.text("signature", 2)
				var was string
				ids := c.do(k)
				if ids != nil {
					l, err := k.r.Link(t.Context(), 8)
					if err != nil || l.Entry != ids[0] {
						t.Fatal(l, err)
					}
					was = l.Digest
				}
				done, err := k.erase(false)
				if err != nil || len(done.Changed) != c.want || ids != nil && !slices.Equal(done.Changed, ids) {
					t.Errorf("deleted %+v, %v", done, err)
				}
				if left := k.left(); len(left) > 0 {
					t.Errorf("left are %v", left)
				}
				k.run("UPDATE case_events SET digest = ?, signature = ?, listed = 1 WHERE case_id = ? AND place = 2", digest, signature, k.c.ID)
				k.run("UPDATE audit_chain SET digest = ? WHERE case_id = ? AND case_place = 2", digest, k.c.ID)
				if ids != nil {
					k.run("UPDATE audit_entries SET digest = ? WHERE id = ?", was, ids[0])
				}
				report, err := k.r.Check(t.Context(), nil, nil)
				if err != nil || len(report.Damages) != c.want || c.want > 0 && !strings.Contains(report.Damages[0].Text, "was not as it was written when it was deleted") {
					t.Errorf("found %+v, %v", report, err)
				}
			})
		}
	})
}

// An event without any mark of the record is no event from before it where the others leave no room for one.
func TestADeletionIsNotDeceivedByMarksThatWereTakenAway(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, change := range []string{"version = 2", "version = 1, at_ms = 1"} {
			t.Run(change, func(t *testing.T) {
				k := newReckoned(t, db)
				t.Cleanup(func() { clearRecord(t, db) })
				id, digest, signature := k.text("id", 2), k.text("digest", 2), k.text("signature", 2)
				k.run("UPDATE audit_chain SET entry_id = 1 WHERE case_id = ? AND case_place = 2", k.c.ID)
				k.run("UPDATE case_events SET place = NULL, digest = NULL, signature = NULL, listed = NULL, name = 'forged', "+change+" WHERE id = ?", id)
				done, err := k.erase(false)
				if err != nil || len(done.Changed) != 1 || fmt.Sprint(done.Changed[0]) != id {
					t.Errorf("deleted %+v, %v", done, err)
				}
				if left := k.left(); len(left) > 0 {
					t.Errorf("left are %v", left)
				}
				k.run("UPDATE case_events SET place = 2, version = 2, digest = ?, signature = ?, listed = 1 WHERE id = ?", digest, signature, id)
				k.run("UPDATE audit_chain SET entry_id = ? WHERE entry_id = 1", id)
				report, err := k.r.Check(t.Context(), nil, nil)
				if err != nil || len(report.Damages) != 1 || !strings.Contains(report.Damages[0].Text, "was not as it was written when it was deleted") {
					t.Errorf("found %+v, %v", report, err)
				}
			})
		}
	})
}

// A deletion reaches as far as what is signed: neither a place that somebody wrote there for the moment, nor one taken away,
// covers what the case says later.
func TestADeletionReachesAsFarAsIsSigned(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, place := range []any{int64(1e12), nil} {
			k := newReckoned(t, db)
			k.run("UPDATE case_events SET place = ? WHERE case_id = ? AND place = 2", place, k.c.ID)
			if place == nil {
				k.run("UPDATE case_events SET place = NULL WHERE case_id = ?", k.c.ID)
			}
			// Without any place nothing proves whose case it is.
			if done, err := k.erase(false); (place == nil) != errors.As(err, new(*privacy.UnprovenError)) || place != nil && len(done.Changed) != 1 {
				t.Errorf("place %v: deleted %+v, %v", place, done, err)
			}
			var through []int64
			if err := k.r.Each(t.Context(), func(e audit.StoredEntry) error {
				if e.Kind == audit.Erase && e.Case != 0 {
					through = append(through, e.Through)
				}
				return nil
			}); err != nil || place != nil && !slices.Equal(through, []int64{1}) {
				t.Errorf("place %v: the deletion reaches through %v, %v", place, through, err)
			}
			clearRecord(t, db)
		}
	})
}

// Whose case it is says the signed entry that it was filed, and no column.
func TestADeletionLeavesCasesThatWereMovedToTheMember(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := newReckoned(t, db)
		t.Cleanup(func() { clearRecord(t, db) })
		o := newOffice(t, db)
		other := o.file(t, o.worker, "谁也不该删的话")
		sealAll(t, k.r, 1)
		k.run("UPDATE cases SET author = ?, ended_ms = 1 WHERE id = ?", k.who.ID, other.ID)
		if _, err := k.erase(false); err == nil || !strings.Contains(err.Error(), other.Number) || strings.Contains(err.Error(), k.c.Number) {
			t.Errorf("deleted with somebody else's case: %v", err)
		}
		k.run("UPDATE cases SET author = ? WHERE id = ?", other.Author, other.ID)
		if report, err := k.r.Check(t.Context(), nil, nil); err != nil || !report.Sound() || report.Erased != 0 {
			t.Errorf("found %+v, %v", report, err)
		}
		if done, err := k.erase(false); err != nil || done.Cases != 1 || !slices.Equal(done.Numbers, []string{k.c.Number}) {
			t.Errorf("deleted %+v, %v", done, err)
		}
		// Somebody has looked, and says that it is theirs.
		k.run("UPDATE cases SET author = ? WHERE id = ?", k.who.ID, other.ID)
		e := privacy.Erasure{Member: k.who, At: testNow, Reason: "request 17", Agreed: []string{other.Number}}
		done, err := privacy.NewEraser(storage.NewErasures(k.db, ""), sealer(k.t, testKeys), nil).Erase(t.Context(), e)
		if err != nil || !slices.Equal(done.Numbers, []string{other.Number}) || len(done.Changed) > 0 {
			t.Errorf("agreed: deleted %+v, %v", done, err)
		}
	})
}

// What is deleted unread is no damage, neither then nor when its key is back. A deletion that waits for its key stays.
func TestADeletionOfWhatNobodyCanReadAccusesNobody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := newReckoned(t, db)
		t.Cleanup(func() { db.UseKeys(storagetest.Keys(t)); clearRecord(t, db) })
		db.UseKeys(storagetest.KeysNamed(t, "xt"))
		k.run("UPDATE audit_entries SET content = '{}', salt = '', erased_ms = 1 WHERE id = ?", k.ofCase[0])
		for _, e := range []audit.Entry{
			{Kind: audit.Erase, Case: int64(k.c.ID), Member: k.who.ID, Emptied: k.ofCase[:1], Bounded: true},
			{Kind: audit.Look, Member: k.who.ID, Note: "under the other key"},
		} {
			e.At = testNow
			if err := k.r.Append(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		db.UseKeys(storagetest.KeysNamed(t, "tx"))
		sealAll(t, k.r, 2)
		db.UseKeys(storagetest.KeysNamed(t, "t"))
		if _, err := k.erase(false); !errors.Is(err, privacy.ErrOtherKey) {
			t.Errorf("without the key: %v", err)
		}
		done, err := k.erase(true)
		if err != nil || len(done.Changed) != 0 || len(done.Unread) != 2 || !slices.Contains(done.Unread, k.ofCase[0]) {
			t.Errorf("deleted %+v, %v", done, err)
		}
		sealAll(t, k.r, 2)
		// The deletion that is left does not open; nothing else is named.
		report, err := k.r.Check(t.Context(), nil, nil)
		if err != nil || len(report.Damages) != 1 || !strings.Contains(report.Damages[0].Where, "(erase)") || report.Unread != 2 || report.Erased != 9 {
			t.Errorf("found %+v, %v", report, err)
		}
		db.UseKeys(storagetest.KeysNamed(t, "tx"))
		if report, err = k.r.Check(t.Context(), nil, nil); err != nil || !report.Sound() || report.Unread != 2 {
			t.Errorf("with the key back found %+v, %v", report, err)
		}
	})
}

// What was found changed is told also where the deletion fails later, and by every run after it.
func TestADeletionThatFailsTellsWhatWasChanged(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := newReckoned(t, db)
		t.Cleanup(func() { clearRecord(t, db) })
		k.run("UPDATE audit_entries SET content = '{}' WHERE id = ?", k.ofCase[1])
		e := privacy.Erasure{Member: k.who, At: testNow, Reason: "request 17"}
		store := &dying{storage.NewErasures(db, ""), 2} // of the trial, and the case
		done, err := privacy.NewEraser(store, sealer(t, testKeys), nil).Erase(t.Context(), e)
		if !errors.Is(err, errKilled) || !slices.Equal(done.Changed, k.ofCase[1:2]) {
			t.Errorf("killed: deleted %+v, %v", done, err)
		}
		if done, err = k.erase(false); err != nil || !slices.Equal(done.Changed, k.ofCase[1:2]) || done.Cases != 0 {
			t.Errorf("again: deleted %+v, %v", done, err)
		}
	})
}

// unsealing seals nothing.
type unsealing struct{ storage.Keys }

var errNoSeal = errors.New("no seal")

func (unsealing) SealBytes([]byte, string) ([]byte, error) { return nil, errNoSeal }

// What a step has done and taken back is not told as done.
func TestADeletionTellsNothingThatWasTakenBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := newReckoned(t, db)
		t.Cleanup(func() { db.UseKeys(storagetest.Keys(t)); clearRecord(t, db) })
		db.UseKeys(unsealing{storagetest.Keys(t)})
		var done privacy.Erased
		err := storage.NewErasures(db, "").EraseMember(t.Context(), privacy.Erasure{Member: k.who, At: testNow, Reason: "request 17"}, &done)
		if !errors.Is(err, errNoSeal) || !done.Nothing() {
			t.Errorf("told %+v, %v", done, err)
		}
	})
}

// What a key signed that is gone altogether is what the chain says, where that is sound up to an anchor that nothing outside contradicts.
func TestADeletionBelievesTheChainAboutAKeyThatIsGone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		t.Cleanup(func() { db.UseKeys(storagetest.Keys(t)); clearRecord(t, db) })
		db.UseKeys(storagetest.KeysNamed(t, "a"))
		k := newReckoned(t, db)
		db.UseKeys(storagetest.KeysNamed(t, "b"))
		if err := k.r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Rekey}); err != nil {
			t.Fatal(err)
		}
		sealAll(t, k.r, 1)
		db.UseKeys(verifying{storagetest.KeysNamed(t, "ba"), storagetest.KeysNamed(t, "b")})
		if _, err := k.erase(false); !errors.Is(err, privacy.ErrOtherKey) || errors.As(err, new(*privacy.UnprovenError)) {
			t.Errorf("without an anchor: %v", err)
		}
		head, err := k.r.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		anchor := audit.Anchor{Day: "2026-11-25", Place: head.Place, Signature: head.Signature}
		if err := k.r.PutAnchor(t.Context(), anchor); err != nil {
			t.Fatal(err)
		}
		anchor.Signature = strings.Repeat("0", 72)
		e := privacy.Erasure{Member: k.who, At: testNow, Reason: "request 17", Anchors: []audit.Anchor{anchor}}
		if _, err := privacy.NewEraser(storage.NewErasures(db, ""), sealer(t, testKeys), nil).Erase(t.Context(), e); err == nil {
			t.Error("an anchor from outside contradicts the one in the database, which was believed")
		}
		standings := map[audit.Standing]int{}
		if err := k.r.Judged(t.Context(), func(_ audit.StoredEntry, v audit.Verdict) error { standings[v.Standing]++; return nil }); err != nil ||
			len(standings) != 1 || standings[audit.Whole] != 9 {
			t.Errorf("the export says %v, %v", standings, err)
		}
		var walked int64
		e.Anchors, e.Tell = nil, func(links int64) { walked = links }
		done, err := privacy.NewEraser(storage.NewErasures(db, ""), sealer(t, testKeys), nil).Erase(t.Context(), e)
		if err != nil || done.Cases != 1 || done.Entries != 8 || len(done.Changed)+len(done.Unread) > 0 || walked != head.Place {
			t.Errorf("deleted %+v, %v; told of %d links", done, err, walked)
		}
	})
}

// A trial writes nothing, not even to take it back: on SQLite nobody else could write meanwhile.
func TestATrialWritesNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := newReckoned(t, db)
		t.Cleanup(func() { clearRecord(t, db) })
		store, e := storage.NewErasures(db, ""), privacy.Erasure{Member: k.who, At: testNow, Reason: "request 17", Trial: true}
		filed, err := store.Cases(t.Context(), k.who.ID)
		if err != nil || len(filed) != 1 {
			t.Fatal(filed, err)
		}
		var none privacy.Erased
		tried, end := context.WithTimeout(t.Context(), 5*time.Second)
		defer end()
		if err := db.Tx(t.Context(), func(ctx context.Context) error {
			if err := storage.Run(ctx, db, "UPDATE members SET updated_ms = updated_ms + 1 WHERE id = ?", k.who.ID); err != nil {
				return err
			}
			if err := storage.Run(ctx, db, "UPDATE cases SET version = version + 1 WHERE id = ?", k.c.ID); err != nil {
				return err
			}
			return errors.Join(store.EraseCase(tried, filed[0], e, &none), store.EraseMember(tried, e, &none))
		}); err != nil || !none.Nothing() {
			t.Errorf("tried %+v, %v", none, err)
		}
	})
}

// A key that is missing is told as that also where only a timeline needs it, and is no case that somebody has moved.
func TestADeletionTellsAMissingKeyFromAMovedCase(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		t.Cleanup(func() { db.UseKeys(storagetest.Keys(t)); clearRecord(t, db) })
		db.UseKeys(storagetest.KeysNamed(t, "a"))
		k := newReckoned(t, db)
		k.run("DELETE FROM audit_entries")
		db.UseKeys(verifying{storagetest.KeysNamed(t, "ba"), storagetest.KeysNamed(t, "b")})
		if _, err := k.erase(false); !errors.Is(err, privacy.ErrOtherKey) {
			t.Errorf("without the key: %v", err)
		}
		if _, err := k.erase(true); !errors.As(err, new(*privacy.UnprovenError)) {
			t.Errorf("without the key, which is lost: %v", err)
		}
	})
}

// What keeps a member's entries from being deleted is found before any case is touched.
func TestADeletionIsTriedBeforeItBegins(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := newReckoned(t, db)
		t.Cleanup(func() { db.UseKeys(storagetest.Keys(t)); clearRecord(t, db) })
		db.UseKeys(storagetest.KeysNamed(t, "xt"))
		if err := k.r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Look, Member: k.who.ID, Note: "under the other key"}); err != nil {
			t.Fatal(err)
		}
		db.UseKeys(storagetest.KeysNamed(t, "tx"))
		sealAll(t, k.r, 1)
		db.UseKeys(storagetest.KeysNamed(t, "t"))
		if done, err := k.erase(false); !errors.Is(err, privacy.ErrOtherKey) || !done.Nothing() {
			t.Errorf("deleted %+v, %v", done, err)
		}
		db.UseKeys(storagetest.KeysNamed(t, "tx"))
		if report, err := k.r.Check(t.Context(), nil, nil); err != nil || !report.Sound() || report.Erased != 0 {
			t.Errorf("found %+v, %v", report, err)
		}
		if done, err := k.erase(false); err != nil || done.Cases != 1 || done.Entries != 9 {
			t.Errorf("deleted %+v, %v", done, err)
		}
	})
}
