package storage_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/binding"
	"github.com/unionbot/unionbot/union/cases"
)

// rotations are how the tries that are free are spread over them: some while the keys change, or all before the new one comes.
var rotations = [][]string{{"ab", "ba", "ab", "ba"}, {"a"}}

// rotation is the keys of a service whose first key changes, as its replicas hold them one after the other: some have begun
// with the new key first while others have not.
var rotation = []string{"ab", "ba", "ab", "ba", "b"}

// TestANewKeyGivesNobodyFreshTries goes on trying while the first key changes, and while the old one goes.
func TestANewKeyGivesNobodyFreshTries(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		t.Run("a fetch code", func(t *testing.T) {
			o := newOffice(t, db)
			o.person(t, "", "赵医生", union.Counsellor)
			c := o.closedCase(t, o.worker)
			wantRefused(t, binding.FreeTries, func(who int, keys string, i int) error {
				o.deps.Attempts, o.deps.Sealer = storage.NewBindings(db), storagetest.KeysNamed(t, keys)
				number := []string{c.Number, "SX26-000000", " " + c.Number}[i%3]
				_, err := cases.NewDesk(o.deps).Fetched(t.Context(), cases.Fetch{Asker: fmt.Sprint("wecom/zhangwei", who), Number: number, Code: "wrong"})
				if errors.Is(err, union.ErrNotFound) {
					return nil
				}
				return err
			})
		})
		t.Run("a share", func(t *testing.T) {
			const tries, custodian = 5, 7
			wantRefused(t, tries, func(who int, keys string, _ int) error {
				custodian := union.MemberID(custodian + who)
				db.UseKeys(storagetest.KeysNamed(t, keys))
				r := storage.NewUnsealings(db)
				n, _, err := r.WrongSince(t.Context(), custodian, testNow.Add(-time.Hour))
				err = errors.Join(err, r.Wrong(t.Context(), custodian, testNow, testNow.Add(-time.Hour)))
				if n >= tries { // which counts too
					return errors.Join(err, errWait)
				}
				return err
			})
		})
		t.Run("a staff number", func(t *testing.T) {
			const tries = 20
			warned := 0
			wantRefused(t, tries, func(who int, keys string, _ int) error {
				claimed := binding.Claims(storagetest.KeysNamed(t, keys), fmt.Sprint("100237", who))
				var refused error // which counts too
				err := db.Tx(t.Context(), func(ctx context.Context) error {
					n, err := storage.NewBindings(db).Guess(ctx, claimed, testNow, testNow.Add(-time.Hour))
					if n > tries {
						refused = errWait
						return err
					}
					first, warnErr := storage.NewBindings(db).Warn(ctx, claimed, testNow, testNow.Add(-time.Hour))
					if first {
						warned++
					}
					return errors.Join(err, warnErr)
				})
				return errors.Join(err, refused)
			})
			if warned != len(rotations) {
				t.Errorf("warned %d times, want once each", warned)
			}
		})
	})
}

var errWait = errors.New("too many")

// wantRefused tries as often as is free, with keys that change meanwhile or thereafter, and then is refused with each of them.
func wantRefused(t *testing.T, free int, try func(who int, keys string, i int) error) {
	t.Helper()
	for who, before := range rotations {
		for i := range free {
			if err := try(who, before[i%len(before)], i); err != nil {
				t.Fatalf("%s, try %d: %v", before, i+1, err)
			}
		}
		for i, keys := range rotation {
			if err := try(who, keys, i); !errors.Is(err, errWait) && !errors.As(err, new(*cases.TryLaterError)) {
				t.Errorf("%s: with keys %s a try more is not refused: %v", before, keys, err)
			}
		}
	}
}

// Whoever only looks how often somebody was wrong writes nothing: rows are locked in one order, by those who count.
func TestToLookAtWrongSharesWritesNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		const custodian = 7
		r := storage.NewUnsealings(db)
		rows := func() string {
			t.Helper()
			n, err := storage.Text(t.Context(), db, "SELECT COUNT(*) FROM bind_guesses")
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		db.UseKeys(storagetest.KeysNamed(t, "a"))
		for range 3 {
			if err := r.Wrong(t.Context(), custodian, testNow, testNow.Add(-time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		db.UseKeys(storagetest.KeysNamed(t, "ba"))
		n, from, err := r.WrongSince(t.Context(), custodian, testNow.Add(-time.Hour))
		if err != nil || n != 3 || !from.Equal(testNow) || rows() != "1" {
			t.Errorf("%d since %v, %v, in %s rows", n, from, err, rows())
		}
		if err := r.Wrong(t.Context(), custodian, testNow, testNow.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		db.UseKeys(storagetest.KeysNamed(t, "b"))
		if n, _, err = r.WrongSince(t.Context(), custodian, testNow.Add(-time.Hour)); err != nil || n != 4 || rows() != "2" {
			t.Errorf("under the new key %d, %v, in %s rows", n, err, rows())
		}
	})
}
