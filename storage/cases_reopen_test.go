package storage_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// checkedByAuthor is a service whose author says whether it was done right.
const checkedByAuthor = `prefix: XL
title: 报修
short: 报修
understand: {phrases: [报修]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么坏了}
summary: {title: '{what}', anonymous: true}
review:
  - name: mend
    title: 修理
    who: {role: branch_chair}
    days: 3
    acts: [{act: accept, word: 修好了, ask: 修了什么}]
  - name: check
    title: 验收
    who: {author: true, otherwise: [chair]}
    days: 5
    acts: [{act: accept, word: 改好了}, {act: reopen, word: 没改好}]
words: {filed: 收到, accepted: 办结, passed: 通过, withdrawn: 撤回}
`

func (o *office) checkedCase(t *testing.T, author union.Member, anonymous bool) cases.Case {
	t.Helper()
	s := o.serviceOf(t, "repair", checkedByAuthor)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: author.ID, Service: s.Name, Hash: s.Hash, Version: 1, Anonymous: anonymous,
		Values: map[string]cases.Value{"what": {Text: "门坏了"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	return filed.Case
}

func testReopen(t *testing.T, o *office) {
	second := o.person(t, "一分厂", "孙丽", union.BranchChair)
	c := o.checkedCase(t, o.worker, false)
	var reason *cases.ReasonError
	_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: second.ID, Act: cases.Accept})
	if !errors.As(err, &reason) || reason.Option.Ask.ZH != "修了什么" {
		t.Fatalf("what was done is not asked: %v", err)
	}
	after := attach(t, o, second, "after")
	done, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: second.ID, Act: cases.Accept, Note: "换了合页", Pictures: []cases.ID{after}})
	if err != nil || len(done.Next) != 1 || done.Next[0].ID != o.worker.ID {
		t.Fatalf("mended: %+v, %v", done.Next, err)
	}
	if diff := cmp.Diff([]string{notice.KindAnswer, notice.KindTask}, told(o.outbox.take(), o.worker)); diff != "" {
		t.Errorf("the author (-want +got):\n%s", diff)
	}
	for _, officer := range []union.Member{o.branch, second, o.chair} {
		if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: officer.ID, Act: cases.Accept}); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("%s closes it: %v", officer.Name, err)
		}
	}
	view, err := o.Task(t.Context(), o.worker.ID, c.ID, "")
	if err != nil || view.Said != "换了合页" {
		t.Errorf("the author reads %q, %v", view.Said, err)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.worker.ID, Act: cases.Reopen}); !errors.As(err, new(*cases.ReasonError)) {
		t.Errorf("reopened without a reason: %v", err)
	}
	again := o.decide(t, o.worker, c, cases.Reopen, "还是关不上")
	if again.Case.Step != "mend" || len(again.Next) != 1 || again.Next[0].ID != second.ID {
		t.Fatalf("reopened to %s of %+v", again.Case.Step, again.Next)
	}
	put := o.outbox.take()
	if diff := cmp.Diff([]string{notice.KindCardUpdate}, told(put, o.worker)); diff != "" {
		t.Errorf("the author is told what the author said (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{notice.KindTask}, told(put, second)); diff != "" {
		t.Errorf("who mended it (-want +got):\n%s", diff)
	}
	o.decide(t, second, c, cases.Accept, "又换了锁")
	if closed := o.decide(t, o.worker, c, cases.Accept, ""); closed.Case.State != cases.Accepted {
		t.Errorf("closed, it is %s", closed.Case.State)
	}
	want := []string{cases.EventFiled, cases.EventPassed, cases.EventReopened, cases.EventPassed, cases.EventAccepted}
	if diff := cmp.Diff(want, o.kinds(t, c)); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
	list, err := o.Attachments(t.Context(), o.worker.ID, c.ID)
	if err != nil || len(list) != 1 || list[0].Owner != second.ID {
		t.Errorf("pictures of what was done: %+v, %v", list, err)
	}
}

// An anonymous author closes it without a name, and one who left has it closed by another.
func testCheckWithoutName(t *testing.T, o *office) {
	author := o.person(t, "一分厂/化验室", "不愿署名")
	c := o.checkedCase(t, author, true)
	o.decide(t, o.branch, c, cases.Accept, "修了")
	o.decide(t, author, c, cases.Reopen, "没修")
	for _, n := range o.outbox.take() {
		if n.To == o.branch.ID && strings.Contains(n.Body.Text, author.Name) {
			t.Errorf("the officer reads %q", n.Body.Text)
		}
	}
	_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Step: "check", Officer: o.branch.ID, Act: cases.Accept})
	var how *cases.Settled
	if !errors.As(err, &how) || how.Officer != "" {
		t.Errorf("it was settled by %+v, %v", how, err)
	}
	gone := author
	gone.Status = union.Left
	if _, err := o.members.Put(t.Context(), gone, testNow); err != nil {
		t.Fatal(err)
	}
	done := o.decide(t, o.branch, c, cases.Accept, "修了")
	if len(done.Next) != 1 || done.Next[0].ID != o.chair.ID {
		t.Errorf("after the author left %+v closes it", done.Next)
	}
	o.decide(t, o.chair, c, cases.Accept, "")
}

// Whoever closes a case instead of an author who has left, while it waited for the author, holds no empty office.
func testCheckOfLeaver(t *testing.T, o *office) {
	o.now.set(at("2026-11-23", "10:00"))
	author := o.person(t, "一分厂/化验室", "报修的人")
	c := o.checkedCase(t, author, false)
	o.decide(t, o.branch, c, cases.Accept, "修了")
	o.leave(t, author)
	o.tick(t)
	if got := o.has(t, c); len(got) != 1 || got[0] != o.chair.Name {
		t.Errorf("it is with %v", got)
	}
	if kinds := o.kinds(t, c); count(kinds, cases.EventUnheld) != 0 {
		t.Errorf("an office is said to be empty: %v", kinds)
	}
}
