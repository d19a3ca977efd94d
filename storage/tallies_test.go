package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/paper"
)

// testTally has, in one plant, one case of each kind: on time and open, on time and ended, late and ended, overdue; and an anonymous one,
// which counts for the whole union and for none of its units: a number of few people would tell who it was.
func testTally(t *testing.T, o *office) {
	defer o.now.set(testNow)
	late := o.file(t, o.worker, "晚办的")
	o.now.set(late.DueAt.Add(time.Hour))
	if _, err := o.MoveClocks(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.branch, late, cases.Accept, "这就办")
	done := o.file(t, o.mate, "按期办完的")
	o.decide(t, o.branch, done, cases.Accept, "这就办")
	overdue := o.file(t, o.worker, "超期的")
	o.now.set(overdue.DueAt.Add(time.Hour))
	open := o.file(t, o.mate, "还在办的")
	d := o.draft(o.worker, "匿名的")
	d.Anonymous = true
	unnamed, err := o.File(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	tally, err := o.Tally(t.Context(), cases.TallyRequest{Officer: o.chair.ID, Unit: "一分厂", Occasion: "1"})
	if err != nil || tally.Unnamed || len(tally.Units) != 1 || tally.Units[0].In != 4 || tally.Rest() != 0 {
		t.Fatalf("counted %+v, %v", tally, err)
	}
	for _, tt := range []struct {
		what  cases.Counted
		count int
		want  []string
	}{
		{cases.CountedAll, 4, []string{open.Number, overdue.Number, done.Number, late.Number}},
		{cases.CountedOpen, 2, []string{open.Number, overdue.Number}},
		{cases.CountedOnTime, 2, []string{open.Number, done.Number}},
		{cases.CountedLate, 1, []string{late.Number}},
		{cases.CountedOverdue, 1, []string{overdue.Number}},
	} {
		list, err := o.Behind(t.Context(), o.chair.ID, "一分厂", tt.what)
		var got []string
		for _, v := range list.Views {
			got = append(got, v.Number)
		}
		if err != nil || list.All != tt.count || tally.Sum.Of(tt.what) != tt.count || list.Hidden != tt.count-len(tt.want) || !sameSet(got, tt.want) {
			t.Errorf("%q: %d in all, %d hidden, %v, %v; want %d, %v", tt.what, list.All, list.Hidden, got, err, tt.count, tt.want)
		}
	}
	whole, err := o.Tally(t.Context(), cases.TallyRequest{Officer: o.chair.ID, Occasion: "2"})
	if err != nil || !whole.Unnamed || whole.Sum.In != 5 || whole.Units[0].In != 4 || whole.Rest() != 1 {
		t.Errorf("the whole union: %+v, %v", whole, err)
	}
	if list, err := o.Behind(t.Context(), o.chair.ID, "", cases.CountedAll); err != nil || list.Hidden != 0 || len(list.Views) != 5 {
		t.Errorf("the whole union has %d of %s hidden, %v", list.Hidden, unnamed.Case.Number, err)
	}
	// The plant of this office has fewer than ten members.
	if list, err := o.Behind(t.Context(), o.branch.ID, "", cases.CountedAll); err != nil || list.All != 4 || len(list.Views) != 4 {
		t.Errorf("a small plant counts %d and lists %d, %v", list.All, len(list.Views), err)
	}
}

// testTallyNewYear: what is overdue stays on the board when a year begins, what has ended does not.
func testTallyNewYear(t *testing.T, o *office) {
	defer o.now.set(testNow)
	done := o.file(t, o.mate, "按期办完的")
	o.decide(t, o.branch, done, cases.Accept, "这就办")
	overdue := o.file(t, o.worker, "超期的")
	o.now.set(testNow.AddDate(1, 0, 0))
	list, err := o.Behind(t.Context(), o.branch.ID, "", cases.CountedAll)
	if err != nil || list.All != 1 || len(list.Views) != 1 || list.Views[0].Number != overdue.Number {
		t.Errorf("a year later: %+v, %v", list, err)
	}
	if tally, err := o.Tally(t.Context(), cases.TallyRequest{Officer: o.branch.ID, Occasion: "1"}); err != nil || tally.Sum.Overdue != 1 || tally.Sum.In != 1 {
		t.Errorf("a year later: %+v, %v", tally, err)
	}
}

func sameSet(a, b []string) bool {
	seen := map[string]int{}
	for i := range a {
		seen[a[i]]++
	}
	for i := range b {
		seen[b[i]]--
	}
	for _, n := range seen {
		if n != 0 {
			return false
		}
	}
	return true
}

// testTallyChart: a picture goes to who asks, once, and to nobody where there is no font; other people's units are no units.
func testTallyChart(t *testing.T, o *office) {
	o.file(t, o.worker, "给锅炉房加个护栏")
	o.outbox.take()
	request := cases.TallyRequest{Officer: o.branch.ID, Occasion: "1"}
	for range 2 {
		if tally, err := o.Tally(t.Context(), request); err != nil || !tally.Charted {
			t.Fatalf("counted %+v, %v", tally, err)
		}
	}
	sent := o.outbox.take()
	if len(sent) != 2 || sent[0].Key != sent[1].Key || sent[0].To != o.branch.ID || sent[0].Body.File == nil || sent[0].Body.File.Type != "image/png" {
		t.Errorf("sent %+v", sent)
	}
	var unit *cases.UnitError
	if _, err := o.Tally(t.Context(), cases.TallyRequest{Officer: o.branch.ID, Unit: "二分厂"}); !errors.As(err, &unit) || fmt.Sprint(unit.Units) != "[锅炉班]" {
		t.Errorf("another plant's counts: %v", err)
	}
	if _, err := o.Behind(t.Context(), o.worker.ID, "", cases.CountedAll); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("a worker lists: %v", err)
	}
	o.press.err = paper.ErrNoFont
	if tally, err := o.Tally(t.Context(), request); err != nil || tally.Charted || tally.Sum.In != 1 || len(o.outbox.take()) > 0 {
		t.Errorf("without a font: %+v, %v", tally, err)
	}
}

// testTallyReadsOnce: however many cases there are, they and their clocks are read at once.
func testTallyReadsOnce(t *testing.T, o *office) {
	var reads atomic.Int64
	o.db.Watch(func(_ context.Context, _, statements string) func(error) {
		reads.Add(int64(strings.Count(statements, "SELECT tasks") + strings.Count(statements, "SELECT clocks")))
		return func(error) {}
	})
	var took []int64
	for n := range 3 {
		o.file(t, o.worker, "给锅炉房加个护栏")
		before := reads.Load()
		if list, err := o.Behind(t.Context(), o.branch.ID, "", cases.CountedOpen); err != nil || len(list.Views) != n+1 || len(list.Views[n].Clocks) == 0 {
			t.Fatalf("lists %+v, %v", list, err)
		}
		took = append(took, reads.Load()-before)
	}
	if took[0] != took[2] {
		t.Errorf("tasks and clocks of one, two and three cases are read by %v statements", took)
	}
}
