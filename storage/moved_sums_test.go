package storage_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/cases"
)

// placedSum is a service whose sum is fixed by the unit of whoever files.
const placedSum = `prefix: SW
title: 随地走
short: 随地走
follows_author: true
understand: {phrases: [随地走]}
form:
  - {name: cost, kind: money, label: 花费, ask: 花了多少}
basis: {rule: 办法, source: 纪要, as_of: 2026-01-01, review_by: 2027-01-31, places: [{unit: 二分厂, rule: 细则, source: 纪要, as_of: 2026-02-01}]}
sums:
  - {name: grant, label: 补助, value: 'min(cost, yuan(under(author_org, "二分厂") ? 900 : 1000))'}
fund: nothing
grant: grant
base: cost
summary: {title: '{cost}'}
review:
  - name: first
    title: 初审
    who: {role: branch_chair, otherwise: [chair]}
    days: 3
    acts: [{act: accept, word: 同意}, {act: refuse, word: 不同意}]
  - {name: hold, title: 二, who: {role: chair}, days: 3, reserve: true, acts: [{act: accept, word: 同意}]}
  - {name: hand, title: 三, who: {role: finance}, days: 3, pay: true, acts: [{act: accept, word: 同意}]}
words: {filed: 收到, accepted: 同意, passed: 通过, refused: 不同意, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

// A case keeps to the sums of where it was filed, also where it goes along with its author and its base is corrected there.
func testMovesSums(t *testing.T, o *office) {
	s := o.serviceOf(t, "placed", placedSum)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
		Values: map[string]cases.Value{"cost": {Text: "5,000.00 元", Raw: []byte("500000")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := filed.Case.Values["grant"].Text; got != "1,000.00 元" {
		t.Errorf("in the first plant it comes to %s", got)
	}
	o.moves(t, o.worker, o.other)
	o.tick(t)
	if now := o.at(t, filed.Case); !strings.HasSuffix(now.Values["author_org"].Text, "二分厂") {
		t.Fatalf("it did not go along: %v", now.Values)
	}
	in := cases.Correction{Number: filed.Case.Number, Officer: o.other.ID, Less: 100_00, Why: "重复", Sure: &cases.Sure{Fen: 4_900_00, NoTies: true}}
	if done, err := o.Correct(t.Context(), in); err != nil || !done.Written {
		t.Fatalf("%+v, %v", done, err)
	}
	if got := o.at(t, filed.Case).Values["grant"].Text; got != "1,000.00 元" {
		t.Errorf("after its author has moved it comes to %s", got)
	}
	if filed, err = o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
		Values: map[string]cases.Value{"cost": {Text: "5,000.00 元", Raw: []byte("500000")}},
	}); err != nil || filed.Case.Values["grant"].Text != "900.00 元" {
		t.Errorf("in the second plant it comes to %v, %v", filed.Case.Values, err)
	}
}
