package storage_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

func testSupplement(t *testing.T, o *office) {
	second := o.person(t, "一分厂", "副主席", union.BranchChair)
	c := o.file(t, o.worker, "缺照片")
	old, err := o.Task(t.Context(), second.ID, c.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	o.decide(t, second, c, cases.Return, "请拍张照片")
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept}); !errors.Is(err, union.ErrSettled) {
		t.Errorf("it waits for its author, yet: %v", err)
	}
	o.outbox.take()
	var incomplete *cases.IncompleteError
	if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, " ", nil); !errors.As(err, &incomplete) {
		t.Errorf("nothing added: %v", err)
	}
	if _, err := o.Supplement(t.Context(), o.mate.ID, c.Number, "我来", nil); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("somebody else added: %v", err)
	}
	open, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "在三号炉", nil)
	if err != nil {
		t.Fatal(err)
	}
	if open.State != cases.Open || open.Values[cases.Supplement].Text != "在三号炉" {
		t.Errorf("supplemented: %s, %v", open.State, open.Values)
	}
	put := o.outbox.take()
	if len(put) != 1 || put[0].To != second.ID || put[0].Kind != notice.KindTask {
		t.Errorf("it went to %v", put)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Task: old.ID, Officer: second.ID, Act: cases.Accept}); !errors.Is(err, union.ErrSettled) {
		t.Errorf("the card of the round before: %v", err)
	}
	if more, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "再补", nil); err != nil || more.State != cases.Open || !more.DueAt.Equal(open.DueAt) {
		t.Errorf("added unasked it is %+v, %v", more, err)
	}
	o.decide(t, second, c, cases.Accept, "")
	if diff := cmp.Diff([]string{"filed", "returned", "supplemented", "added", "accepted"}, o.kinds(t, c)); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
}

func testSupplementWithoutReturner(t *testing.T, o *office) {
	gone := o.person(t, "四分厂", "将走", union.BranchChair)
	stays := o.person(t, "四分厂", "留下", union.BranchChair)
	author := o.person(t, "四分厂/班", "丁")
	c := o.file(t, author, "缺说明")
	o.decide(t, gone, c, cases.Return, "请说明")
	if err := o.members.Revoke(t.Context(), gone.ID, union.BranchChair, gone.Org); err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	if _, err := o.Supplement(t.Context(), author.ID, c.Number, "说明", nil); err != nil {
		t.Fatal(err)
	}
	if put := o.outbox.take(); len(put) != 1 || put[0].To != stays.ID {
		t.Errorf("it went to %v, want %d", put, stays.ID)
	}
}

func testWithdraw(t *testing.T, o *office) {
	c := o.file(t, o.worker, "不提了")
	done, err := o.Withdraw(t.Context(), o.worker.ID, c.Number)
	if err != nil || done.State != cases.Withdrawn {
		t.Fatalf("withdrawn: %s, %v", done.State, err)
	}
	if kinds := told(o.outbox.take(), o.branch); !slices.Equal(kinds, []string{notice.KindCardUpdate}) {
		t.Errorf("the officer was told %v", kinds)
	}
	if _, err := o.Withdraw(t.Context(), o.worker.ID, c.Number); !errors.Is(err, union.ErrSettled) {
		t.Errorf("twice: %v", err)
	}
	var how *cases.Settled
	_, err = o.Decide(t.Context(), cases.Decision{Case: c.ID, Step: "first", Officer: o.branch.ID, Act: cases.Accept})
	if !errors.As(err, &how) || how.Kind != cases.EventWithdrawn {
		t.Errorf("deciding it: %v", err)
	}
}

func testWithdrawRefused(t *testing.T, o *office) {
	c := o.twoStepCase(t)
	if _, err := o.Withdraw(t.Context(), o.mate.ID, c.Number); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("somebody else's: %v", err)
	}
	o.decide(t, o.branch, c, cases.Accept, "")
	if _, err := o.Withdraw(t.Context(), o.worker.ID, c.Number); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("after a decision: %v", err)
	}
}
