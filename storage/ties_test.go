package storage_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

func TestTies(t *testing.T) {
	inOpenOffices(t, []suite{
		{"once declared keep from all matters of the other, either way", testTiesKeepOut},
		{"take what is open along, once", testTiesTakeOpen},
		{"are declared by whoever stepped back, of whom the case concerns", testTiesDeclared},
		{"are of no case without a name", testTiesNameless},
		{"are withdrawn, told of and deleted", testTiesEnd},
	})
}

// tie has the branch chair step back from a case of the worker's, for good.
func (o *office) tie(t *testing.T, c cases.Case, officer, to union.Member) {
	t.Helper()
	number := numberOf(t, o, c)
	if _, err := o.Recuse(t.Context(), cases.Recusal{Number: number, Officer: officer.ID, Why: "他是我徒弟"}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := o.DeclareTie(t.Context(), officer.ID, number, to.ID); err != nil {
			t.Fatal(err)
		}
	}
}

func testTiesKeepOut(t *testing.T, o *office) {
	o.tie(t, o.file(t, o.worker, "给锅炉房加个护栏"), o.branch, o.worker)
	c := o.file(t, o.worker, "夜班供应热水")
	if got := o.has(t, c); !slices.Equal(got, []string{o.chair.Name}) {
		t.Errorf("the next one is with %v", got)
	}
	if err := o.accepts(t, c, o.branch); err == nil {
		t.Error("who has ties decides it")
	}
	if err := o.handOver(t, c, o.chair, o.branch); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("who has ties is given it: %v", err)
	}
	if got := o.keptOut(t, c); len(got) != 1 {
		t.Errorf("on record is %v", got)
	}
	if err := o.members.Grant(t.Context(), o.worker.ID, union.BranchChair, o.worker.Org); err != nil {
		t.Fatal(err)
	}
	if got := o.has(t, o.file(t, o.branch, "换一批工具柜")); slices.Contains(got, o.worker.Name) {
		t.Errorf("the officer's own one is with %v", got)
	}
	if list, err := storage.NewTies(o.db).Declared(t.Context(), o.branch.ID); err != nil || len(list) != 1 || list[0].Kind != cases.Mentoring {
		t.Errorf("declared %+v, %v", list, err)
	}
}

func testTiesTakeOpen(t *testing.T, o *office) {
	open := o.file(t, o.worker, "夜班供应热水")
	o.tie(t, o.file(t, o.worker, "给锅炉房加个护栏"), o.branch, o.worker)
	if err := o.accepts(t, open, o.branch); err == nil {
		t.Error("who has ties decides what was open")
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { o.tick(t) })
	}
	both.Wait()
	o.tick(t)
	if got := o.has(t, open); !slices.Equal(got, []string{o.chair.Name}) {
		t.Errorf("it is with %v", got)
	}
	if got := o.kinds(t, open); !slices.Equal(got, []string{cases.EventFiled, cases.EventKeptOut}) {
		t.Errorf("timeline %v", got)
	}
}

func testTiesDeclared(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	for by, of := range map[union.MemberID]union.MemberID{o.branch.ID: o.worker.ID, o.worker.ID: o.branch.ID} { // nobody has stepped back
		if _, err := o.DeclareTie(t.Context(), by, c.Number, of); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("%d declares: %v", by, err)
		}
	}
	done, err := o.Recuse(t.Context(), cases.Recusal{Number: c.Number, Officer: o.branch.ID})
	if err != nil || len(done.Of) != 1 || done.Of[0].ID != o.worker.ID {
		t.Errorf("asked of %v, %v", done.Of, err)
	}
	if _, err := o.DeclareTie(t.Context(), o.branch.ID, c.Number, o.mate.ID); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("of whom it does not concern: %v", err)
	}
}

func testTiesNameless(t *testing.T, o *office) {
	hidden := o.fileMoving(t, branch, true)
	number := numberOf(t, o, hidden)
	done, err := o.Recuse(t.Context(), cases.Recusal{Number: number, Officer: o.branch.ID})
	if err != nil || len(done.Of) != 0 {
		t.Errorf("asked of %v, %v", done.Of, err)
	}
	if _, err := o.DeclareTie(t.Context(), o.branch.ID, number, o.worker.ID); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("declared %v", err)
	}
	o.tie(t, o.file(t, o.worker, "给锅炉房加个护栏"), o.branch, o.worker)
	if got := o.has(t, o.fileMoving(t, branch, true)); !slices.Equal(got, []string{o.branch.Name}) {
		t.Errorf("that another has it tells whose it is: %v", got)
	}
}

func testTiesEnd(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.tie(t, c, o.branch, o.worker)
	ties, kept := storage.NewTies(o.db), storage.NewPrivacy(o.db)
	for who, want := range map[union.MemberID]int{o.branch.ID: 1, o.worker.ID: 0} { // whom it was said of is not told
		if counts, err := kept.Kept(t.Context(), who); err != nil || counts.Ties != want {
			t.Errorf("%d is told of %d ties, %v", who, counts.Ties, err)
		}
	}
	if err := o.WithdrawTie(t.Context(), o.worker.ID, o.branch.ID); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("withdrawn by whom it was said of: %v", err)
	}
	if err := o.WithdrawTie(t.Context(), o.branch.ID, o.worker.ID); err != nil {
		t.Error(err)
	}
	if got := o.has(t, o.file(t, o.worker, "夜班供应热水")); !slices.Equal(got, []string{o.branch.Name}) {
		t.Errorf("after that it is with %v", got)
	}
	if _, err := o.DeclareTie(t.Context(), o.branch.ID, c.Number, o.worker.ID); err != nil {
		t.Fatal(err)
	}
	if err := ties.Erase(t.Context(), o.worker.ID); err != nil {
		t.Fatal(err)
	}
	if left, err := ties.Tied(t.Context(), o.branch.ID, o.worker.ID); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
