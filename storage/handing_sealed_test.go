package storage_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// closed is a service whose author nobody learns.
const closed = `prefix: SX
title: 密件
short: 密件
sealed: true
sensitive: true
understand: {phrases: [密件]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '密件'}
review:
  - name: look
    title: 处理
    who: {role: counsellor}
    days: 3
    acts: [{act: accept, word: 答复}, {act: refuse, word: 不受理}, {act: return, word: 再问}]
words: {filed: '{number}', accepted: 答复, refused: 不受理, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

func (o *office) closedCase(t *testing.T, author union.Member) cases.Case {
	t.Helper()
	s := o.serviceOf(t, "closed", closed)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: author.ID, Service: s.Name, Hash: s.Hash, Version: 1, Anonymous: true, Sealed: true,
		Values: map[string]cases.Value{"what": {Text: "班长骂人"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	return filed.Case
}

// What a sealed case keeps of time is the hour, and its ids are random: who has it is known all the same, however often it
// went to and fro within one hour.
func testHandOverSealed(t *testing.T, o *office) {
	first, second := o.person(t, "", "赵医生", union.Counsellor), o.person(t, "", "钱医生", union.Counsellor)
	for range 6 { // the newer of two tasks stands before the older by chance
		c := o.closedCase(t, o.worker)
		for _, err := range []error{o.handOver(t, c, first, second), o.handOver(t, c, second, first)} {
			if !errors.As(err, new(*cases.UnfitError)) {
				t.Fatalf("who was asked too gets it: %v", err)
			}
		}
		third := o.person(t, "", "孙医生", union.Counsellor)
		if err := o.handOver(t, c, first, third); err != nil {
			t.Fatal(err)
		}
		if err := o.handOver(t, c, third, first); err != nil {
			t.Fatal(err)
		}
		for _, n := range o.outbox.take() {
			if n.To == o.worker.ID || strings.Contains(n.Body.Text, o.worker.Name) {
				t.Errorf("%+v", n)
			}
		}
		if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: third.ID, Act: cases.Accept}); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("who gave it back decides: %v", err)
		}
		o.decide(t, first, c, cases.Accept, "")
		if err := o.members.Revoke(t.Context(), third.ID, union.Counsellor, third.Org); err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever filed it is never offered, nor gets it, and the refusal is the one that anybody hears.
func testHandOverSealedAuthor(t *testing.T, o *office) {
	first, author := o.person(t, "", "赵医生", union.Counsellor), o.person(t, "", "钱医生", union.Counsellor)
	c := o.closedCase(t, author)
	var unfit *cases.UnfitError
	if err := o.handOver(t, c, first, author); !errors.As(err, &unfit) || len(unfit.Instead) > 0 {
		t.Errorf("the author gets it: %v", err)
	}
	if err := o.handOver(t, c, first, o.chair); !errors.As(err, &unfit) {
		t.Errorf("whoever has no role gets it: %v", err)
	}
}
