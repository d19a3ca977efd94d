package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
		list, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.chair.ID, Unit: "一分厂", What: tt.what, Most: 50})
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
	if list, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.chair.ID, Unit: "", What: cases.CountedAll, Most: 50}); err != nil || list.Hidden != 0 || len(list.Views) != 5 {
		t.Errorf("the whole union has %d of %s hidden, %v", list.Hidden, unnamed.Case.Number, err)
	}
	// The plant of this office has fewer than ten members.
	if list, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.branch.ID, Unit: "", What: cases.CountedAll, Most: 50}); err != nil || list.All != 4 || len(list.Views) != 4 {
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
	list, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.branch.ID, Unit: "", What: cases.CountedAll, Most: 50})
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
	var unit *union.UnitError
	if _, err := o.Tally(t.Context(), cases.TallyRequest{Officer: o.branch.ID, Unit: "二分厂"}); !errors.As(err, &unit) || fmt.Sprint(unit.Units) != "[锅炉班]" {
		t.Errorf("another plant's counts: %v", err)
	}
	if _, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.worker.ID, Unit: "", What: cases.CountedAll, Most: 50}); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("a worker lists: %v", err)
	}
	o.press.err = paper.ErrNoFont
	if tally, err := o.Tally(t.Context(), request); err != nil || tally.Charted || tally.Sum.In != 1 || len(o.outbox.take()) > 0 {
		t.Errorf("without a font: %+v, %v", tally, err)
	}
}

// testTallyPages: part by part every case comes once, in the order of the whole list, whatever is counted.
func testTallyPages(t *testing.T, o *office) {
	defer o.now.set(testNow)
	var filed []cases.Case
	for i := range 7 {
		o.now.set(testNow.Add(time.Duration(i/2) * time.Hour)) // some at the same time
		filed = append(filed, o.file(t, o.worker, "给锅炉房加个护栏"))
	}
	o.now.set(filed[6].DueAt.Add(time.Hour))
	for what, n := range map[cases.Counted]int{cases.CountedAll: 7, cases.CountedOpen: 7, cases.CountedOverdue: 7, cases.CountedOnTime: 0} {
		r := cases.BehindRequest{Officer: o.chair.ID, What: what, Most: 50}
		whole, err := o.Behind(t.Context(), r)
		if err != nil || whole.All != n || len(whole.Views) != n || whole.Next != nil {
			t.Fatalf("%q lists %d of %d, %v", what, len(whole.Views), whole.All, err)
		}
		var got, want []string
		for _, v := range whole.Views {
			want = append(want, v.Number)
		}
		for r.Most = 3; ; {
			part, err := o.Behind(t.Context(), r)
			if err != nil || part.All != n || len(got) > n {
				t.Fatalf("%q: %v, %v", what, got, err)
			}
			for _, v := range part.Views {
				got = append(got, v.Number)
			}
			if part.Next == nil {
				break
			}
			r.After = *part.Next
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q lists %v part by part, and %v at once", what, got, want)
		}
	}
}

// testTallyUnits: any unit below is counted, and of several of one name it is asked which.
func testTallyUnits(t *testing.T, o *office) {
	o.file(t, o.worker, "给锅炉房加个护栏")
	o.person(t, "二分厂/锅炉班", "孙丽")
	var unit *union.UnitError
	r := cases.TallyRequest{Officer: o.chair.ID, Unit: "锅炉班", Occasion: "1"}
	if _, err := o.Tally(t.Context(), r); !errors.As(err, &unit) || fmt.Sprint(unit.Same) != "[一分厂/锅炉班 二分厂/锅炉班]" {
		t.Errorf("of two it is asked which: %+v, %v", unit, err)
	}
	r.Unit = "一分厂/锅炉班"
	if tally, err := o.Tally(t.Context(), r); err != nil || tally.Sum.In != 1 {
		t.Errorf("the one that is meant: %+v, %v", tally, err)
	}
	r.Officer, r.Unit = o.branch.ID, "锅炉班"
	if tally, err := o.Tally(t.Context(), r); err != nil || tally.Sum.In != 1 {
		t.Errorf("the only one of the own part: %+v, %v", tally, err)
	}
	for _, other := range []string{"二分厂/锅炉班", "集团公司", "%", "分厂/锅炉班"} {
		r.Unit = other
		if tally, err := o.Tally(t.Context(), r); !errors.As(err, &unit) {
			t.Errorf("%s: %+v, %v", other, tally, err)
		}
	}
}

// testTallyRatings: what authors said has its cases.
func testTallyRatings(t *testing.T, o *office) {
	said := o.file(t, o.worker, "给锅炉房加个护栏")
	o.decide(t, o.branch, said, cases.Accept, "这就办")
	silent := o.file(t, o.mate, "给门口加盏灯")
	o.decide(t, o.branch, silent, cases.Accept, "这就办")
	if _, err := o.Rate(t.Context(), o.worker.ID, said.Number, cases.SoSo, ""); err != nil {
		t.Fatal(err)
	}
	for what, want := range map[cases.Counted]string{cases.CountedSoSo: said.Number, cases.CountedUnrated: silent.Number, cases.CountedContent: "", cases.CountedDiscontent: ""} {
		for _, unit := range []string{"", "锅炉班"} {
			list, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.branch.ID, Unit: unit, What: what, Most: 9})
			got := ""
			for _, v := range list.Views {
				got += v.Number
			}
			if err != nil || got != want || list.All != len(list.Views) {
				t.Errorf("%q of %q: %s of %d, %v; want %s", what, unit, got, list.All, err, want)
			}
		}
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
		if list, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.branch.ID, Unit: "", What: cases.CountedOpen, Most: 50}); err != nil || len(list.Views) != n+1 || len(list.Views[n].Clocks) == 0 {
			t.Fatalf("lists %+v, %v", list, err)
		}
		took = append(took, reads.Load()-before)
	}
	if took[0] != took[2] {
		t.Errorf("tasks and clocks of one, two and three cases are read by %v statements", took)
	}
}
