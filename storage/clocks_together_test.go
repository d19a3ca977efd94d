package storage_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// quicker has a step moved by another replica between the moment at which it is found due and the move.
type quicker struct {
	cases.ClockStore
	move func(first cases.ID)
}

func (q *quicker) Due(ctx context.Context, now time.Time, limit int) ([]cases.Clock, error) {
	due, err := q.ClockStore.Due(ctx, now, limit)
	if move := q.move; move != nil && len(due) > 0 {
		q.move = nil
		move(due[0].Case)
	}
	return due, err
}

// Steps are moved several in one transaction. One that fails, or that another replica was quicker to move, keeps none of the others.
func TestOneOfSeveralMovesKeepsNoOther(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "09:00"))
		var all []cases.Case
		for i := range 20 {
			all = append(all, o.file(t, o.worker, fmt.Sprintf("第 %d 条建议", i)))
		}
		o.now.set(at("2026-12-04", "10:00"))
		broken := all[7]
		hash := broken.Hash
		set := func(hash string) {
			if err := storage.Run(t.Context(), db, `UPDATE cases SET hash = ? WHERE id = ?`, hash, broken.ID); err != nil {
				t.Fatal(err)
			}
		}
		set("no such version")
		other, slow := o.Desk, o.deps
		slow.Store.Clocks = &quicker{slow.Store.Clocks, func(cases.ID) {
			if n, err := other.MoveClocks(t.Context(), 3); n != 3 || err != nil {
				t.Errorf("the quicker one moves %d, %v", n, err)
			}
		}}
		if _, err := cases.NewDesk(slow).MoveClocks(t.Context(), 100); err == nil {
			t.Error("nothing is said of the case that fails")
		}
		set(hash)
		climbed := func(c cases.Case) int { return count(o.kinds(t, c), cases.EventClimbed) }
		for _, c := range all {
			want := 1
			if c.ID == broken.ID {
				want = 0
			}
			if got := climbed(c); got != want {
				t.Errorf("%s has moved %d times, not %d", c.Number, got, want)
			}
		}
		o.now.set(o.now.Now().Add(cases.FirstPutOff))
		if _, err := o.MoveClocks(t.Context(), 100); err != nil || climbed(broken) != 1 {
			t.Errorf("once it is mended it has moved %d times, %v", climbed(broken), err)
		}
	})
}

// Who holds an office, and who stands in, is read once for several moves, and anew for the next.
func TestMovesSeeWhoHoldsAnOfficeByThen(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "09:00"))
		first, second := o.file(t, o.worker, "给锅炉房加个护栏"), o.file(t, o.worker, "给锅炉房加个扶手")
		o.now.set(at("2026-12-04", "10:00"))
		if _, err := o.MoveClocks(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		fresh := o.person(t, "", "新主席", union.Chair)
		if err := o.members.Revoke(t.Context(), o.chair.ID, union.Chair, o.chair.Org); err != nil {
			t.Fatal(err)
		}
		if _, err := o.MoveClocks(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		var have []union.MemberID
		for _, c := range []cases.Case{first, second} {
			for _, task := range o.openOf(t, c) {
				have = append(have, task.Officer)
			}
		}
		if want := []union.MemberID{o.chair.ID, fresh.ID}; !slices.Equal(have, want) {
			t.Errorf("%v have them, want %v", have, want)
		}
	})
}

// An officer who is deciding a case is neither waited for by what moves others nor undone by it.
func TestWhatIsBeingDecidedHoldsNoOtherMove(t *testing.T) {
	db := storagetest.MariaDB(t) // SQLite has one writer
	o := newOffice(t, db)
	o.now.set(at("2026-11-23", "09:00"))
	decided, other := o.file(t, o.worker, "给锅炉房加个护栏"), o.file(t, o.worker, "给锅炉房加个扶手")
	clocks := storage.NewClocks(db)
	holds := func(ids ...cases.ID) (free bool) {
		t.Helper()
		err := db.Tx(t.Context(), func(ctx context.Context) (err error) {
			free, err = clocks.Hold(ctx, ids)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return free
	}
	err := db.Tx(t.Context(), func(ctx context.Context) error {
		if err := storage.Run(ctx, db, `UPDATE cases SET version = version + 1 WHERE id = ?`, decided.ID); err != nil {
			return err
		}
		if holds(decided.ID, other.ID) || !holds(other.ID) {
			t.Error("whoever moves both waits for the one that is being decided, or cannot move the other")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !holds(decided.ID, other.ID) {
		t.Error("nobody is deciding any more, and they cannot be moved")
	}
}
