package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// What holds of those who were added and those who stand in holds where both meet, and with seats.
func TestWhoIsDrawnInHasNoMoreThanThat(t *testing.T) {
	inOpenOffices(t, []suite{
		{"who was added, and is not any more, does not decide by that", testAddedNoMore},
		{"who stood in, and does not any more, does not decide by that", testStoodInNoMore},
		{"who was added prolongs nothing and corrects no sum", testAddedChangesNothing},
		{"nobody signs one step twice", testNobodySignsTwice},
		{"who has a seat that somebody stands in for is given no other", testLentSeatTakesNoOther},
		{"nobody is added to a step whose seat in a later one is then empty", testAddedNeededForSeat},
		{"one who stands in for two has the seat of one", testStandInOneSeat},
		{"a seat whose office nobody holds is told of", testVacantSeat},
		{"who decided in another's place is named so when others sign last", testAddedAfterStandIn},
		{"that who was added has left is on record", testAddedLeftOnRecord},
		{"what is given to somebody who is away goes to whoever stands in", testHandOverToAway},
		{"one case that cannot be read keeps no other from whoever stands in", testStandInPastBroken},
	})
}

func testAddedNoMore(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.accepts(t, c, o.chair); !errors.Is(err, union.ErrForbidden) {
		t.Fatalf("whose it is not decides: %v", err)
	}
	if err := o.addSigner(t, c, o.branch, cases.Before, o.chair); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Recall(t.Context(), cases.Handing{Number: c.Number, From: o.branch.ID}); err != nil {
		t.Fatal(err)
	}
	if err := o.accepts(t, c, o.chair); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("who was recalled decides: %v", err)
	}
}

func testStoodInNoMore(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.lend(t, o.branch, o.chair, 3)
	if got := o.has(t, c); !slices.Equal(got, []string{"陈静代李芳"}) {
		t.Fatalf("%v have it", got)
	}
	if _, err := o.EndAbsence(t.Context(), o.branch.ID); err != nil {
		t.Fatal(err)
	}
	o.sweepStandIns(t)
	if err := o.accepts(t, c, o.chair); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("who stands in no more decides: %v", err)
	}
}

const prolongable = `prefix: DP
title: 延期
short: 延期
understand: {phrases: [可以延期]}
fund: nothing
base: cost
grant: grant
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
  - {name: cost, kind: money, label: 花费, ask: 多少}
sums: [{name: grant, label: 补助, value: 'percent(cost, 10)'}]
summary: {title: '{what}'}
clocks: {finish: {days: 30}, extend: {days: 10}}
review:
  - {name: first, title: 一, who: {role: branch_chair, otherwise: [chair]}, days: 3, acts: [{act: accept, word: 同意}]}
  - {name: hold, title: 二, who: {role: chair}, days: 3, reserve: true, acts: [{act: accept, word: 同意}]}
  - {name: pay, title: 三, who: {role: finance}, days: 3, pay: true, acts: [{act: accept, word: 同意}]}
words: {filed: 收到, accepted: 同意, passed: 通过, withdrawn: 撤回}
`

func testAddedChangesNothing(t *testing.T, o *office) {
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	s := o.serviceOf(t, "prolongable", prolongable)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
		Values: map[string]cases.Value{"what": {Text: "住院"}, "cost": {Text: "1000", Raw: []byte("100000")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := filed.Case
	if err := o.addSigner(t, c, o.branch, cases.Beside, safety); err != nil {
		t.Fatal(err)
	}
	for _, officer := range []union.Member{safety, o.branch, safety} { // a correction asks whoever was added anew
		_, _, prolonged := o.Extend(t.Context(), officer.ID, c.Number, "忙不过来")
		_, corrected := o.Correct(t.Context(), cases.Correction{Number: c.Number, Officer: officer.ID, Less: 100_00, Why: "重复", Sure: &cases.Sure{Fen: 900_00}})
		for did, err := range map[string]error{"prolongs": prolonged, "corrects": corrected} {
			if allowed := err == nil; allowed != (officer.ID == o.branch.ID) || !allowed && !errors.Is(err, cases.ErrActNotAllowed) {
				t.Errorf("%s %s: %v", officer.Name, did, err)
			}
		}
	}
	if err := o.accepts(t, c, o.branch); err != nil {
		t.Fatal(err)
	}
	if v, err := o.Case(t.Context(), o.chair.ID, c.Number); err != nil || v.Step != "first" {
		t.Errorf("without whoever was added it went to %q, %v", v.Step, err)
	}
	if err := o.accepts(t, c, safety); err != nil {
		t.Errorf("whoever was added signs: %v", err)
	}
	if v, err := o.Case(t.Context(), o.chair.ID, c.Number); err != nil || v.Step != "hold" {
		t.Errorf("signed by both it went to %q, %v", v.Step, err)
	}
}

func testNobodySignsTwice(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.addSigner(t, c, o.branch, cases.After, o.chair); err != nil {
		t.Fatal(err)
	}
	if err := o.handOver(t, c, o.branch, o.chair); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("who is to sign afterwards gets the step: %v", err)
	}
	o.lend(t, o.branch, o.mate, 3)
	c = o.file(t, o.worker, "给锅炉房加个扶手")
	if err := o.addSigner(t, c, o.mate, cases.Beside, o.branch); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("whoever stands in adds whose place it is: %v", err)
	}
}

func testLentSeatTakesNoOther(t *testing.T, o *office) {
	judges := o.judges(t, 3)
	c := o.signedCase(t, allJudges+"\n    lend: always")
	o.lend(t, judges[1], o.mate, 3)
	var unfit *cases.UnfitError
	if err := o.handOver(t, c, judges[2], judges[1]); !errors.As(err, &unfit) {
		t.Fatalf("who is away, and stood in for, is given another's seat: %v, it is with %v", err, o.has(t, c))
	}
	among := func(list []union.Member) bool {
		return slices.ContainsFunc(list, func(p union.Member) bool { return p.ID == judges[1].ID })
	}
	if unfit.By.ID != o.mate.ID || among(unfit.Instead) {
		t.Errorf("%s has it for them, and offered is %v", unfit.By.Name, unfit.Instead)
	}
	for officer, want := range map[union.MemberID]bool{judges[2].ID: false, o.mate.ID: true} { // back to whose it is is no second one
		if could, err := o.CouldGet(t.Context(), officer, numberOf(t, o, c)); err != nil || among(could) != want {
			t.Errorf("%d could hand it to %v, %v", officer, could, err)
		}
	}
	if err := o.handOver(t, c, o.mate, judges[1]); err != nil {
		t.Errorf("whoever stands in gives it back: %v", err)
	}
}

func testAddedNeededForSeat(t *testing.T, o *office) {
	judge := o.person(t, "", "评委", union.Judge)
	o.person(t, "", "审计", union.Auditor)
	c := o.fileOf(t, strings.Replace(thriceLent, "{role: department, otherwise: [chair]}", "{seats: [judge, auditor]}, mode: all", 1))
	if err := o.addSigner(t, c, o.branch, cases.Beside, judge); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("who has a seat in the next step is added: %v", err)
	}
}

func testStandInOneSeat(t *testing.T, o *office) {
	judge, auditor := o.person(t, "", "评委", union.Judge), o.person(t, "", "审计", union.Auditor)
	o.person(t, "", "钱进", union.Finance)
	o.lend(t, judge, o.mate, 3)
	o.lend(t, auditor, o.mate, 3)
	c := o.signedCase(t, "seats: [judge, auditor, finance], otherwise: [chair]}\n    mode: all")
	if got, want := o.has(t, c), []string{"赵敏代评委", "陈静", "钱进"}; !slices.Equal(got, want) {
		t.Errorf("%v have it, want %v", got, want)
	}
}

func testVacantSeat(t *testing.T, o *office) {
	admin := o.person(t, "", "管理员", union.Admin)
	o.person(t, "", "评委", union.Judge)
	o.person(t, "", "钱进", union.Finance)
	c := o.fileOf(t, strings.Replace(thriceLent, "{role: department, otherwise: [chair]}", "{seats: [judge, auditor, finance]}, mode: all", 1))
	o.outbox.take()
	o.decide(t, o.branch, c, cases.Accept, "")
	if got := o.has(t, c); !slices.Equal(got, []string{"评委", "陈静", "钱进"}) {
		t.Fatalf("%v have it", got)
	}
	if got := o.kinds(t, c); !slices.Equal(got, []string{"filed", "passed", "unheld"}) {
		t.Errorf("timeline %v", got)
	}
	if got := told(o.outbox.take(), admin); count(got, "digest") != 1 {
		t.Errorf("administrators are told %v", got)
	}
}

func testAddedAfterStandIn(t *testing.T, o *office) {
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	o.lend(t, o.branch, o.mate, 3)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.addSigner(t, c, o.mate, cases.After, safety); err != nil {
		t.Fatal(err)
	}
	for _, officer := range []union.Member{o.mate, safety} {
		o.outbox.take()
		if err := o.accepts(t, c, officer); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range o.outbox.take() {
		if n.To == o.worker.ID && !strings.Contains(n.Body.Text, "by 赵敏代李芳") {
			t.Errorf("the author is told %s", n.Body.Text)
		}
	}
}

func testAddedLeftOnRecord(t *testing.T, o *office) {
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.addSigner(t, c, o.branch, cases.Before, safety); err != nil {
		t.Fatal(err)
	}
	o.leave(t, safety)
	o.tick(t)
	if got := o.kinds(t, c); !slices.Equal(got, []string{"filed", "signer_added", "vacated"}) {
		t.Errorf("timeline %v", got)
	}
}

func testStandInPastBroken(t *testing.T, o *office) {
	broken, c := o.file(t, o.worker, "给锅炉房加个护栏"), o.file(t, o.worker, "给锅炉房加个扶手")
	if err := storage.LoseVersion(t.Context(), o.db, broken.ID); err != nil {
		t.Fatal(err)
	}
	today := standsAt{o: o}.today()
	v, err := o.AskStandIn(t.Context(), cases.StandInWish{Absent: o.branch.ID, By: o.mate.ID, From: today, To: today})
	if err == nil {
		_, err = o.AnswerStandIn(t.Context(), o.mate.ID, v.ID, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.MoveStandIns(t.Context(), 10_000); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("the broken one is passed over without a word: %v", err)
	}
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != o.mate.ID {
		t.Errorf("tasks %+v", open)
	}
}

func testHandOverToAway(t *testing.T, o *office) {
	o.lend(t, o.chair, o.mate, 3)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.handOver(t, c, o.branch, o.chair); err != nil {
		t.Fatal(err)
	}
	if got := o.has(t, c); !slices.Equal(got, []string{"赵敏代陈静"}) {
		t.Errorf("%v have it", got)
	}
	if v, err := o.TaskByNumber(t.Context(), o.mate.ID, c.Number); err != nil || len(v.Hands) != 1 {
		t.Errorf("who stands in reads %+v, %v", v.Hands, err)
	}
	if err := o.accepts(t, c, o.mate); err != nil {
		t.Error(err)
	}
}
