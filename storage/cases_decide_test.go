package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

func testAccept(t *testing.T, o *office) {
	c := o.file(t, o.worker, "受理我")
	done := o.decide(t, o.branch, c, cases.Accept, "好主意")
	ended := done.Case.State == cases.Accepted && done.Case.Step == "" && !done.Case.EndedAt.IsZero() && done.Case.DueAt.IsZero()
	if !ended || done.Author.Name != "张伟" {
		t.Errorf("decided %+v, author %s", done.Case, done.Author.Name)
	}
	put := o.outbox.take()
	if diff := cmp.Diff([]string{notice.KindAnswer}, told(put, o.worker)); diff != "" {
		t.Errorf("the author (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{notice.KindCardUpdate}, told(put, o.branch)); diff != "" {
		t.Errorf("the officer (-want +got):\n%s", diff)
	}
	for _, n := range put {
		if n.Kind == notice.KindAnswer && !strings.Contains(n.Body.Text, "好主意 by 李芳") {
			t.Errorf("the answer was handed %q", n.Body.Text)
		}
	}
	if diff := cmp.Diff([]string{cases.EventFiled, cases.EventAccepted}, o.kinds(t, c)); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
	if tasks, err := o.Tasks(t.Context(), o.branch.ID); err != nil || len(tasks) != 0 {
		t.Errorf("tasks left %v, %v", tasks, err)
	}
}

func testLetOff(t *testing.T, o *office) {
	first, second := o.person(t, "六分厂", "甲", union.BranchChair), o.person(t, "六分厂", "乙", union.BranchChair)
	c := o.file(t, o.person(t, "六分厂/班", "己"), "两位主席都有")
	o.decide(t, first, c, cases.Accept, "")
	put := o.outbox.take()
	for _, officer := range []union.Member{first, second} {
		if diff := cmp.Diff([]string{notice.KindCardUpdate}, told(put, officer)); diff != "" {
			t.Errorf("%s is told (-want +got):\n%s", officer.Name, diff)
		}
		if tasks, err := o.Tasks(t.Context(), officer.ID); err != nil || len(tasks) != 0 {
			t.Errorf("%s has %v, %v", officer.Name, tasks, err)
		}
	}
}

func testReasonNeeded(t *testing.T, o *office) {
	c := o.file(t, o.worker, "不受理我")
	for _, act := range []cases.Act{cases.Refuse, cases.Return} {
		_, err := o.Decide(t.Context(), cases.Decision{Number: c.Number, Officer: o.branch.ID, Act: act, Note: " \n"})
		if needed := new(cases.ReasonError); !errors.As(err, &needed) {
			t.Errorf("%s without reason: %v", act, err)
		}
	}
	if done := o.decide(t, o.branch, c, cases.Refuse, "已有"); done.Case.State != cases.Refused {
		t.Errorf("refused, it is %s", done.Case.State)
	}
}

func testActNotAllowed(t *testing.T, o *office) {
	c := o.twoStepCase(t)
	_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Refuse, Note: "不"})
	if !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("error %v", err)
	}
}

func testSettled(t *testing.T, o *office) {
	c := o.file(t, o.worker, "已办结")
	tasks, err := o.Tasks(t.Context(), o.branch.ID)
	if err != nil {
		t.Fatal(err)
	}
	card := tasks[len(tasks)-1]
	o.decide(t, o.branch, c, cases.Refuse, "已有")
	for name, in := range map[string]cases.Decision{
		"by number": {Number: c.Number},
		"by step":   {Case: c.ID, Step: "first"},
		"by card":   {Case: c.ID, Task: card.ID},
	} {
		in.Officer, in.Act = o.branch.ID, cases.Accept
		_, err := o.Decide(t.Context(), in)
		var how *cases.Settled
		if !errors.As(err, &how) || !errors.Is(err, union.ErrSettled) {
			t.Fatalf("%s: %v", name, err)
		}
		if how.Kind != cases.EventRefused || how.Officer != "李芳" || how.Number != c.Number || !how.At.Equal(testNow) {
			t.Errorf("%s: settled %+v", name, how)
		}
	}
	if _, err := o.TaskByID(t.Context(), o.branch.ID, card.ID); !errors.Is(err, union.ErrSettled) {
		t.Errorf("the card shows %v", err)
	}
}

func testRace(t *testing.T, o *office) {
	for range 4 {
		c := o.file(t, o.worker, "两位主席抢着办")
		outcomes := atOnce(t, 2, func() (string, error) {
			_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Step: "first", Officer: o.branch.ID, Act: cases.Accept})
			var how *cases.Settled
			if errors.As(err, &how) {
				return "settled by " + how.Officer, nil
			}
			return "won", err
		})
		slices.Sort(outcomes)
		if diff := cmp.Diff([]string{"settled by 李芳", "won"}, outcomes); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		if answers := told(o.outbox.take(), o.worker); len(answers) != 1 {
			t.Errorf("the author was told %v", answers)
		}
	}
}

func testTwoSteps(t *testing.T, o *office) {
	c := o.twoStepCase(t)
	o.now.set(testNow.Add(24 * time.Hour))
	defer o.now.set(testNow)
	done := o.decide(t, o.branch, c, cases.Accept, "")
	if done.Case.State != cases.Open || done.Case.Step != "department" || len(done.Next) != 1 || done.Next[0].ID != o.chair.ID {
		t.Fatalf("after the first step: %s at %s, next %v", done.Case.State, done.Case.Step, done.Next)
	}
	if want := time.Date(2026, 12, 7, 9, 30, 0, 0, time.UTC); !done.Case.DueAt.Equal(want) {
		t.Errorf("due %s, want %s", done.Case.DueAt, want)
	}
	if diff := cmp.Diff([]string{notice.KindTask}, told(o.outbox.take(), o.chair)); diff != "" {
		t.Errorf("the next officer (-want +got):\n%s", diff)
	}
	_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Step: "first", Officer: o.branch.ID, Act: cases.Accept})
	var how *cases.Settled
	if !errors.As(err, &how) || how.Kind != cases.EventPassed {
		t.Errorf("the first step again: %v", err)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept}); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("the branch chair decided the department's step: %v", err)
	}
	if done := o.decide(t, o.chair, c, cases.Accept, ""); done.Case.State != cases.Accepted {
		t.Errorf("after the second step it is %s", done.Case.State)
	}
	if diff := cmp.Diff([]string{cases.EventFiled, cases.EventPassed, cases.EventAccepted}, o.kinds(t, c)); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
}

func testSettledWaits(t *testing.T, o *office) {
	p := o.purse(t)
	defer o.now.set(testNow)
	c := p.about(t, union.Member{}, nil)
	first := o.openOf(t, c)[0]
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: first.Officer, Act: cases.Accept, Grant: 100_00}); err != nil {
		t.Fatal(err)
	}
	second := o.openOf(t, c)[0]
	o.decide(t, p.aid, c, cases.Return, "发票呢?")
	for _, task := range []cases.Task{first, second} {
		var how *cases.Settled
		if _, err := o.Decide(t.Context(), cases.Decision{Task: task.ID, Case: c.ID, Officer: task.Officer, Act: cases.Accept}); !errors.As(err, &how) {
			t.Fatalf("%s: %v", task.Step, err)
		}
		if how.Waits != (task.ID == second.ID) {
			t.Errorf("%s: %+v", task.Step, how)
		}
	}
}

// Rights are read at the act: role, subtree, and never one's own.
func testRights(t *testing.T, o *office) {
	former := o.person(t, "一分厂", "前任", union.BranchChair)
	upper := o.person(t, "", "上级", union.BranchChair)
	late := o.person(t, "一分厂/锅炉班", "后任")
	c := o.file(t, o.worker, "谁能办")
	if err := o.members.Revoke(t.Context(), former.ID, union.BranchChair, former.Org); err != nil {
		t.Fatal(err)
	}
	if err := o.members.Grant(t.Context(), late.ID, union.BranchChair, o.branch.Org); err != nil {
		t.Fatal(err)
	}
	own := o.file(t, late, "自己办自己的")
	for _, test := range []struct {
		name    string
		officer union.Member
		c       cases.Case
		want    error
	}{
		{"a colleague may not know of it", o.mate, c, union.ErrNotFound},
		{"another plant's chair neither", o.other, c, union.ErrNotFound},
		{"the author sees it and may not decide it", o.worker, c, union.ErrForbidden},
		{"nor does an author who holds the office", late, own, union.ErrForbidden},
		{"a card does not outlive the office", former, c, union.ErrForbidden},
		{"a chair who was not asked looks only", o.chair, c, union.ErrForbidden},
		{"the office counts, with or without a task", late, c, nil},
		{"so does the one above", upper, own, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, seen := o.Task(t.Context(), test.officer.ID, test.c.ID, "")
			_, err := o.Decide(t.Context(), cases.Decision{Case: test.c.ID, Officer: test.officer.ID, Act: cases.Accept})
			if !errors.Is(err, test.want) || !errors.Is(seen, test.want) {
				t.Errorf("deciding: %v; looking: %v; want %v", err, seen, test.want)
			}
		})
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Number: "JY26-9999", Officer: o.branch.ID, Act: cases.Accept}); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("an unknown number: %v", err)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: own.ID, Task: 1, Officer: o.branch.ID, Act: cases.Accept}); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("an invented card: %v", err)
	}
}

func testMerging(t *testing.T, o *office) {
	into := func(number string) cases.Decision {
		return cases.Decision{Officer: o.branch.ID, Act: cases.Merge, Into: number}
	}
	target, elsewhere := o.file(t, o.mate, "二号炉加护栏"), o.file(t, o.other, "别的厂的")
	refused, twice := o.file(t, o.mate, "被拒的"), o.twoStepCase(t)
	o.decide(t, o.branch, refused, cases.Refuse, "已有")
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	for _, test := range []struct {
		name, number string
		want         error
	}{
		{"without a number", "", cases.ErrTargetUnknown},
		{"into nothing", "JY26-9999", cases.ErrTargetUnknown},
		{"into what the officer may not see", elsewhere.Number, cases.ErrTargetUnknown},
		{"into itself", c.Number, cases.ErrTargetUnfit},
		{"into what was refused", refused.Number, cases.ErrTargetUnfit},
		{"into another service's", twice.Number, cases.ErrTargetUnfit},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := into(test.number)
			in.Case = c.ID
			if _, err := o.Decide(t.Context(), in); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
	in := into(target.Number)
	in.Case = c.ID
	done, err := o.Decide(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if done.Case.State != cases.Merged || done.Into.Number != target.Number {
		t.Errorf("merged: %s into %s", done.Case.State, done.Into.Number)
	}
	if diff := cmp.Diff([]string{cases.EventFiled, cases.EventJoined}, o.kinds(t, target)); diff != "" {
		t.Errorf("the target's timeline (-want +got):\n%s", diff)
	}
	next := o.file(t, o.worker, "又一个护栏")
	in = into(c.Number)
	in.Case = next.ID
	if _, err := o.Decide(t.Context(), in); !errors.Is(err, cases.ErrTargetUnfit) {
		t.Errorf("into what was merged itself: %v", err)
	}
	var how *cases.Settled
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept}); !errors.As(err, &how) || how.Into != target.Number {
		t.Errorf("merged, it is settled by %v", err)
	}
}

// Two cases that are merged into each other at once would both be lost.
func testCrossMerging(t *testing.T, o *office) {
	for range 4 {
		pair := [2]cases.Case{o.file(t, o.worker, "甲"), o.file(t, o.mate, "乙")}
		turn := make(chan int, 2)
		turn <- 0
		turn <- 1
		atOnce(t, 2, func() (string, error) {
			i := <-turn
			_, err := o.Decide(t.Context(), cases.Decision{Case: pair[i].ID, Officer: o.branch.ID, Act: cases.Merge, Into: pair[1-i].Number})
			if errors.Is(err, cases.ErrTargetUnfit) {
				err = nil
			}
			return "", err
		})
		merged := 0
		for _, c := range pair {
			v, err := o.ByID(t.Context(), o.branch.ID, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			if v.State == cases.Merged {
				merged++
			}
		}
		if merged != 1 {
			t.Fatalf("%d of two are merged", merged)
		}
	}
}
