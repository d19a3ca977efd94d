package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
		{"are each side's own", testTiesOfBoth},
		{"with who has a share of it take it along as well", testTiesOfShare},
		{"of many cases are read at once", testTiesAtOnce},
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

// Who takes back what they have said takes back nothing of what the other one has said.
func testTiesOfBoth(t *testing.T, o *office) {
	o.tie(t, o.file(t, o.worker, "给锅炉房加个护栏"), o.branch, o.worker)
	ties := storage.NewTies(o.db)
	if err := ties.Declare(t.Context(), cases.Tie{Member: o.worker.ID, Other: o.branch.ID, Kind: cases.Kin, Since: o.now.Now(), By: o.worker.ID}); err != nil {
		t.Fatal(err)
	}
	for _, side := range [][2]union.MemberID{{o.branch.ID, o.worker.ID}, {o.worker.ID, o.branch.ID}} {
		if list, err := o.Ties(t.Context(), side[0]); err != nil || len(list) != 1 || list[0].ID != side[1] {
			t.Errorf("%d has declared %v, %v", side[0], list, err)
		}
		if got := o.has(t, o.file(t, o.worker, "夜班供应热水")); slices.Contains(got, o.branch.Name) {
			t.Errorf("before %d takes it back it is with %v", side[0], got)
		}
		if err := o.WithdrawTie(t.Context(), side[0], side[1]); err != nil {
			t.Fatal(err)
		}
	}
	if got := o.has(t, o.file(t, o.worker, "换一批工具柜")); !slices.Equal(got, []string{o.branch.Name}) {
		t.Errorf("after both have it is with %v", got)
	}
}

func testTiesOfShare(t *testing.T, o *office) {
	s := o.serviceOf(t, "sharing", strings.NewReplacer("WHO", branch, "follows_author: true\n", "", "summary:", "  - {name: team, kind: members, label: 合作人, ask: 和谁, shares: true, optional: true}\nsummary:", ", anonymous: true", "").Replace(following))
	raw := fmt.Sprintf(`{"ids":[%d,%d],"shares":[50,50]}`, o.worker.ID, o.mate.ID)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
		Values: map[string]cases.Value{"proposal": {Text: "护栏"}, "team": {Text: "一起", Raw: []byte(raw)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.tie(t, o.file(t, o.mate, "夜班供应热水"), o.branch, o.mate)
	o.tick(t)
	if got := o.has(t, filed.Case); !slices.Equal(got, []string{o.chair.Name}) {
		t.Errorf("it is with %v", got)
	}
}

// countedTies counts how often ties are read.
type countedTies struct {
	cases.TieStore
	n *int
}

func (c countedTies) Tied(ctx context.Context, members ...union.MemberID) ([]cases.Tie, error) {
	*c.n++
	return c.TieStore.Tied(ctx, members...)
}

// The ties of many cases are read at once.
func testTiesAtOnce(t *testing.T, o *office) {
	for range 3 {
		o.file(t, o.worker, "护栏")
	}
	read, deps := 0, o.deps
	deps.Store.Ties = countedTies{deps.Store.Ties, &read}
	list, err := cases.NewDesk(deps).Behind(t.Context(), cases.BehindRequest{Officer: o.chair.ID, What: cases.CountedAll, Most: 15})
	if err != nil || len(list.Views) != 3 || read != 1 {
		t.Errorf("of %d cases they are read %d times, %v", len(list.Views), read, err)
	}
}
