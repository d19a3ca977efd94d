package storage_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// muted lets nothing be said of one case.
type muted struct {
	notice.Outbox
	of    cases.ID
	cause error
}

func (m *muted) Put(ctx context.Context, notices ...notice.Notice) error {
	for _, n := range notices {
		if m.of != 0 && n.Case == int64(m.of) {
			return m.cause
		}
	}
	return m.Outbox.Put(ctx, notices...)
}

// overdue files cases, has the moves of one fail, and waits until all are due.
func (o *office) overdue(t *testing.T, n, broken int) (all []cases.Case, outbox *muted) {
	t.Helper()
	o.now.set(at("2026-11-23", "09:00"))
	for i := range n {
		all = append(all, o.file(t, o.worker, fmt.Sprintf("第 %d 条建议", i)))
		o.now.set(o.now.Now().Add(time.Second))
	}
	outbox = &muted{Outbox: o.outbox.Outbox, of: all[broken].ID, cause: errors.New("nothing can be said of it")}
	o.outbox.Outbox = outbox
	o.now.set(at("2026-12-04", "10:00"))
	return all, outbox
}

func (o *office) climbed(t *testing.T, c cases.Case) int {
	t.Helper()
	return count(o.kinds(t, c), cases.EventClimbed)
}

// A move that was undone with others, and made alone then, counts once; one that failed does not count.
func TestOnlyMovesThatStandAreCounted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.overdue(t, 20, 17)
		if _, err := o.MoveClocks(t.Context(), 100); err == nil {
			t.Error("nothing is said of the case that fails")
		}
		if got := o.Moves()[cases.EventClimbed]; got != 19 {
			t.Errorf("%d moves are counted, 19 were made", got)
		}
	})
}

// A case whose move fails again and again keeps no other from being moved, though it is always the longest overdue; it is tried
// more and more seldom, and seen meanwhile. Once it is mended it moves.
func TestACaseThatCannotBeMovedHoldsNoOtherUp(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		all, outbox := o.overdue(t, 5, 0)
		poisoned, clocks := all[0], storage.NewClocks(db)
		if n, err := o.MoveClocks(t.Context(), 2); n != 2 || err == nil {
			t.Errorf("the first sweep looks at %d, %v", n, err)
		}
		for range 2 {
			if _, err := o.MoveClocks(t.Context(), 2); err != nil {
				t.Errorf("the sweeps after it: %v", err)
			}
		}
		for _, c := range all[1:] {
			if o.climbed(t, c) != 1 {
				t.Errorf("%s has not moved", c.Number)
			}
		}
		var waits []time.Duration
		for range 12 {
			failing, err := clocks.Failing(t.Context(), 1, 10)
			if err != nil || len(failing) != 1 || failing[0].Case != poisoned.ID || failing[0].Number != poisoned.Number || failing[0].Tries != len(waits)+1 {
				t.Fatalf("after %d tries there fail %+v, %v", len(waits)+1, failing, err)
			}
			if failing[0].Cause != "nothing can be said of it" {
				t.Errorf("it fails of %q", failing[0].Cause)
			}
			often := failing[0].Tries >= cases.FailsOften
			if b, err := o.ClockBacklog(t.Context(), 10); err != nil || (b.Failing == 1) != often {
				t.Errorf("after %d tries the backlog is %+v, %v", failing[0].Tries, b, err)
			}
			wait := failing[0].Again.Sub(o.now.Now())
			if _, err := o.MoveClocks(t.Context(), 10); err != nil {
				t.Errorf("it is tried before its time: %v", err)
			}
			waits = append(waits, wait)
			o.now.set(o.calendar.NextDuty(failing[0].Again))
			if _, err := o.MoveClocks(t.Context(), 10); err == nil {
				t.Error("when its time has come it is not tried")
			}
		}
		for i, w := range waits[1:] {
			if grown := w > waits[i] || w == cases.LongestPutOff; !grown {
				t.Errorf("it waits %v", waits)
			}
		}
		outbox.of = 0
		o.now.set(o.calendar.NextDuty(o.now.Now().Add(cases.LongestPutOff)))
		if _, err := o.MoveClocks(t.Context(), 10); err != nil || o.climbed(t, poisoned) == 0 {
			t.Errorf("once it is mended it does not move: %v", err)
		}
		if failing, err := clocks.Failing(t.Context(), 1, 10); err != nil || len(failing) != 0 {
			t.Errorf("it counts as failing: %+v, %v", failing, err)
		}
		if b, err := o.ClockBacklog(t.Context(), 10); err != nil || b.Failing != 0 {
			t.Errorf("the backlog is %+v, %v", b, err)
		}
	})
}

// What passes of itself makes no case one that cannot be moved: nothing is counted, and it is tried again soon.
func TestAPassingFaultIsNoneOfTheCase(t *testing.T) {
	for _, cause := range []error{bot.ErrConflict, bot.ErrUnavailable, union.ErrStale} {
		o := newOffice(t, storagetest.SQLite(t))
		all, outbox := o.overdue(t, 2, 0)
		outbox.cause = fmt.Errorf("say it: %w", cause)
		o.failPassing(t, cause, cases.PassesOften)
		if failing, err := storage.NewClocks(o.db).Failing(t.Context(), 1, 10); err != nil || len(failing) != 0 || o.climbed(t, all[1]) != 1 {
			t.Errorf("after %v there fail %+v, %v", cause, failing, err)
		}
		outbox.of = 0
		if _, err := o.MoveClocks(t.Context(), 10); err != nil || o.climbed(t, all[0]) != 1 {
			t.Errorf("once %v has passed it does not move: %v", cause, err)
		}
	}
}

// failPassing has a move fail so often of what should pass, and waits no longer than for that.
func (o *office) failPassing(t *testing.T, cause error, often int) {
	t.Helper()
	for range often {
		if n, err := o.MoveClocks(t.Context(), 10); !errors.Is(err, cause) || n == 0 {
			t.Errorf("of %v is said %v, and %d are dealt with", cause, err, n)
		}
		o.now.set(o.now.Now().Add(cases.PassingPutOff))
	}
}

// What should pass and does not is seen as anything else that fails, and tried as seldom.
func TestAFaultThatDoesNotPassCounts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		all, outbox := o.overdue(t, 2, 0)
		outbox.cause = fmt.Errorf("say it: %w", union.ErrStale)
		o.failPassing(t, union.ErrStale, cases.PassesOften)
		for tries := 1; tries <= cases.FailsOften; tries++ {
			if n, err := o.MoveClocks(t.Context(), 10); !errors.Is(err, union.ErrStale) || n == 0 {
				t.Errorf("it is not tried: %v", err)
			}
			failing, err := storage.NewClocks(db).Failing(t.Context(), 1, 10)
			if err != nil || len(failing) != 1 || failing[0].Number != all[0].Number || failing[0].Tries != tries || failing[0].Cause == "" {
				t.Fatalf("there fail %+v, %v", failing, err)
			}
			o.now.set(failing[0].Again)
		}
		if b, err := o.ClockBacklog(t.Context(), 10); err != nil || b.Failing != 1 {
			t.Errorf("the backlog is %+v, %v", b, err)
		}
	})
}

// A case whose form cannot be read, as its key is gone, is put off like any other, and keeps none from being moved.
func TestACaseThatCannotBeReadIsPutOff(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		all, outbox := o.overdue(t, 4, 0)
		outbox.of = 0
		for _, c := range all[:2] {
			if err := storage.Run(t.Context(), db, `UPDATE cases SET form = 'damaged' WHERE id = ?`, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		for range 4 {
			if n, _ := o.MoveClocks(t.Context(), 2); n == 0 {
				break // nothing is due
			}
		}
		for _, c := range all[2:] {
			if o.climbed(t, c) != 1 {
				t.Errorf("%s has not moved", c.Number)
			}
		}
		failing, err := storage.NewClocks(db).Failing(t.Context(), 1, 10)
		if err != nil || len(failing) != 2 || failing[0].Number != all[0].Number || failing[1].Number != all[1].Number || failing[0].Tries != 1 {
			t.Errorf("there fail %+v, %v", failing, err)
		}
	})
}

// Whoever has mended what was common to many starts the workers anew: all that was put off is looked at then, and nothing else.
func TestWhatWasPutOffIsTriedAgainAtTheStart(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		all, outbox := o.overdue(t, 2, 0)
		for range 5 {
			if _, err := o.MoveClocks(t.Context(), 10); err == nil {
				t.Fatal("it does not fail")
			}
			o.now.set(o.now.Now().Add(cases.FirstPutOff))
			if err := o.TryPutOff(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if failing, err := storage.NewClocks(db).Failing(t.Context(), 1, 10); err != nil || len(failing) != 1 || failing[0].Tries != 5 {
			t.Fatalf("there fail %+v, %v", failing, err)
		}
		outbox.of = 0
		if _, err := o.MoveClocks(t.Context(), 10); err != nil || o.climbed(t, all[0]) != 1 || o.climbed(t, all[1]) != 1 {
			t.Errorf("moved is %d, %d, %v", o.climbed(t, all[0]), o.climbed(t, all[1]), err)
		}
	})
}

// Whoever decides a case whose move failed ends that too.
func TestADecidedCaseFailsNoMore(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		all, outbox := o.overdue(t, 1, 0)
		if _, err := o.MoveClocks(t.Context(), 10); err == nil {
			t.Fatal("it does not fail")
		}
		outbox.of = 0
		if _, err := o.Decide(t.Context(), cases.Decision{Officer: o.branch.ID, Number: all[0].Number, Act: cases.Accept}); err != nil {
			t.Fatal(err)
		}
		if failing, err := storage.NewClocks(db).Failing(t.Context(), 1, 10); err != nil || len(failing) != 0 {
			t.Errorf("it counts as failing: %+v, %v", failing, err)
		}
		for _, want := range []int64{1, 0} {
			if n, err := o.ForgetMoved(t.Context()); err != nil || n != want {
				t.Errorf("%d are forgotten, %v; want %d", n, err, want)
			}
		}
	})
}

// What a slow replica says of a move that was made meanwhile takes nothing from what is kept of the next one.
func TestAMoveThatWasMadeIsPutOffNoMore(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		clocks, before := storage.NewClocks(db), o.clock(t, c, cases.ClockStep)
		if mine, err := clocks.Claim(t.Context(), before); err != nil || !mine {
			t.Fatal(mine, err)
		}
		now := o.clock(t, c, cases.ClockStep)
		for _, f := range []cases.FailedMove{{Moves: now.Moves, Tries: 2, Cause: "this one"}, {Moves: before.Moves, Tries: 9, Cause: "the one before"}} {
			f.Case, f.Since, f.Again = c.ID, testNow, testNow.Add(time.Hour)
			if err := clocks.PutOff(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		if f, err := clocks.FailedBefore(t.Context(), now); err != nil || f.Tries != 2 || f.Cause != "this one" {
			t.Errorf("kept is %+v, %v", f, err)
		}
	})
}
