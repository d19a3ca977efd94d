package storage_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
)

func TestAddedSigners(t *testing.T) {
	inOffices(t, []suite{
		{"before, after and beside", testAddPlaces},
		{"one refusal ends it, whoever was quicker", testAddRefused},
		{"nobody is added who must not decide it, or is needed later", testAddUnfit},
		{"added twice is refused, and no more than a few are", testAddEnough},
		{"who was added and leaves holds nothing up, and decides nothing alone", testAddLeaver},
		{"in silence the step goes on to those who may decide it", testAddSilence},
		{"two at once end it together, once", testAddRace},
		{"the author hears of who decided, and money moves once", testAddMoney},
	})
}

func (o *office) addSigner(t testing.TB, c cases.Case, from union.Member, place cases.Place, to ...union.Member) error {
	t.Helper()
	in := cases.Adding{Number: c.Number, From: from.ID, Place: place}
	for _, m := range to {
		in.To = append(in.To, []union.MemberID{m.ID})
	}
	_, err := o.AddSigners(t.Context(), in)
	return err
}

func (o *office) accepts(t testing.TB, c cases.Case, officer union.Member) error {
	t.Helper()
	_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: officer.ID, Act: cases.Accept})
	return err
}

func testAddPlaces(t *testing.T, o *office) {
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	for place, order := range map[cases.Place][]union.Member{
		cases.Before: {safety, o.branch}, cases.After: {o.branch, safety}, cases.Beside: {safety, o.branch},
	} {
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		if err := o.addSigner(t, c, o.branch, place, safety); err != nil {
			t.Fatal(err)
		}
		if got := len(told(o.outbox.take(), safety)); (got == 1) == (place == cases.After) {
			t.Errorf("%s: told %d", place, got)
		}
		if err := o.accepts(t, c, order[1]); place != cases.Beside && !errors.As(err, new(*cases.WaitsError)) {
			t.Errorf("%s: out of turn: %v", place, err)
		} else if place == cases.Beside {
			order = order[:1]
		}
		for i, officer := range order {
			if i < len(order)-1 && o.at(t, c).State != cases.Open {
				t.Errorf("%s: it has ended", place)
			}
			if err := o.accepts(t, c, officer); err != nil {
				t.Errorf("%s: %s: %v", place, officer.Name, err)
			}
		}
		if now := o.at(t, c); now.State != cases.Accepted || len(o.openOf(t, c)) > 0 {
			t.Errorf("%s: it is %s", place, now.State)
		}
		if err := o.accepts(t, c, safety); !errors.Is(err, union.ErrSettled) {
			t.Errorf("%s: after the end: %v", place, err)
		}
	}
}

func testAddRefused(t *testing.T, o *office) {
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.addSigner(t, c, o.branch, cases.Before, safety); err != nil {
		t.Fatal(err)
	}
	for _, act := range []cases.Act{cases.Return, cases.Merge} {
		if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: safety.ID, Act: act, Note: "因为", Into: "JY26-9999"}); !errors.Is(err, cases.ErrActNotAllowed) {
			t.Errorf("who was added does %s: %v", act, err)
		}
	}
	for _, err := range []error{o.handOver(t, c, safety, o.chair), o.addSigner(t, c, safety, cases.Beside, o.chair), o.delegate(t, c, safety, o.mate)} {
		if !errors.Is(err, cases.ErrActNotAllowed) {
			t.Errorf("who was added draws others in: %v", err)
		}
	}
	o.decide(t, safety, c, cases.Refuse, "不安全")
	if now := o.at(t, c); now.State != cases.Refused || len(o.openOf(t, c)) > 0 {
		t.Errorf("it is %s", now.State)
	}
	if err := o.accepts(t, c, o.branch); !errors.Is(err, union.ErrSettled) {
		t.Errorf("the officer is told %v", err)
	}
}

func testAddUnfit(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	for name, to := range map[string]union.Member{
		"the author": o.worker, "a member without office": o.mate, "another plant's": o.other, "whoever has it": o.branch, "nobody": {ID: 1},
	} {
		if err := o.addSigner(t, c, o.branch, cases.Beside, safety, to); !errors.As(err, new(*cases.UnfitError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := o.addSigner(t, o.twoHandsCase(t, ""), o.branch, cases.Beside, o.chair); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("who has to sign next: %v", err)
	}
	second := o.twoHandsCase(t, "")
	o.decide(t, o.branch, second, cases.Accept, "")
	if err := o.addSigner(t, second, o.chair, cases.Beside, o.branch); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("who has signed before: %v", err)
	}
	doctor := o.person(t, "", "赵医生", union.Counsellor)
	if err := o.addSigner(t, o.closedCase(t, o.worker), doctor, cases.Beside, safety); !errors.Is(err, cases.ErrClosedCase) {
		t.Errorf("a sealed one: %v", err)
	}
	if open := o.openOf(t, c); len(open) != 1 {
		t.Errorf("tasks %+v", open)
	}
}

func testAddEnough(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	var safety []union.Member
	for range cases.MostAdded + 1 {
		safety = append(safety, o.person(t, "一分厂", "安全员", union.SafetyOfficer))
	}
	if err := o.addSigner(t, c, o.branch, cases.Before, safety...); !errors.Is(err, cases.ErrAddedEnough) {
		t.Errorf("too many: %v", err)
	}
	for i, want := range []bool{true, false} {
		if err := o.addSigner(t, c, o.branch, cases.Before, safety[:3]...); (err == nil) != want {
			t.Errorf("time %d: %v", i+1, err)
		}
	}
	if back, err := o.Recall(t.Context(), cases.Handing{Number: c.Number, From: o.branch.ID}); err != nil || len(back.Signers) != 3 {
		t.Errorf("recalled %+v, %v", back, err)
	}
	if err := o.accepts(t, c, safety[0]); err == nil {
		t.Error("who was recalled signs")
	}
	if err := o.accepts(t, c, o.branch); err != nil || o.at(t, c).State != cases.Accepted {
		t.Errorf("after the recall: %v", err)
	}
}

func testAddLeaver(t *testing.T, o *office) {
	o.now.set(at("2026-11-23", "10:00"))
	for _, leaves := range []string{"who was added", "the officer", "who was added after"} {
		safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
		head := o.person(t, "一分厂/锅炉班", "班主席", union.BranchChair)
		c := o.file(t, o.mate, "给锅炉房加个护栏")
		place, gone := cases.Before, safety
		switch leaves {
		case "the officer":
			gone = head
		case "who was added after":
			place = cases.After
		}
		if err := o.addSigner(t, c, head, place, safety); err != nil {
			t.Fatal(err)
		}
		if place == cases.After {
			if err := o.accepts(t, c, head); err != nil {
				t.Fatal(err)
			}
		}
		o.leave(t, gone)
		o.tick(t)
		if now := o.at(t, c); now.State != cases.Open {
			t.Errorf("%s leaves: it is %s", leaves, now.State)
		}
		for _, task := range o.openOf(t, c) {
			if task.Officer == gone.ID {
				t.Errorf("%s leaves, and has %+v", leaves, task)
			}
		}
		if leaves == "the officer" { // and who was added does not decide alone
			if err := o.accepts(t, c, safety); err == nil {
				t.Error("who was added decides alone")
			}
			if err := o.accepts(t, c, o.branch); err != nil {
				t.Error(err)
			}
		} else {
			open := o.openOf(t, c)
			if len(open) != 1 {
				t.Fatalf("%s leaves: tasks %+v", leaves, open)
			}
			if err := o.accepts(t, c, union.Member{ID: open[0].Officer}); err != nil {
				t.Errorf("%s leaves: %v", leaves, err)
			}
		}
		if now := o.at(t, c); now.State != cases.Accepted {
			t.Errorf("%s leaves: in the end it is %s", leaves, now.State)
		}
		if err := o.members.Revoke(t.Context(), head.ID, union.BranchChair, head.Org); err != nil {
			t.Fatal(err)
		}
		if gone.ID != safety.ID {
			o.leave(t, safety)
		}
	}
}

func testAddSilence(t *testing.T, o *office) {
	o.now.set(at("2026-11-23", "09:00"))
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.addSigner(t, c, o.branch, cases.Before, safety); err != nil {
		t.Fatal(err)
	}
	o.now.set(at("2026-12-07", "10:00"))
	o.tick(t)
	open := o.openOf(t, c)
	if len(open) != 1 || open[0].Officer != o.chair.ID || open[0].Added != "" {
		t.Fatalf("tasks %+v", open)
	}
	if err := o.accepts(t, c, o.chair); err != nil || o.at(t, c).State != cases.Accepted {
		t.Errorf("the chair: %v, it is %s", err, o.at(t, c).State)
	}
}

func testAddRace(t *testing.T, o *office) {
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	for range 8 {
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		if err := o.addSigner(t, c, o.branch, cases.Beside, safety); err != nil {
			t.Fatal(err)
		}
		var errs [4]error
		var all sync.WaitGroup
		for i, officer := range []union.Member{o.branch, safety, o.branch, safety} {
			all.Go(func() { errs[i] = o.accepts(t, c, officer) })
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, union.ErrSettled) {
				t.Errorf("the loser is told %v", err)
			}
		}
		if now := o.at(t, c); won != 2 || now.State != cases.Accepted {
			t.Errorf("%d signatures, and it is %s", won, now.State)
		}
		if got := o.kinds(t, c); !slices.Equal(got, []string{"filed", "signer_added", "signed", "accepted"}) {
			t.Errorf("timeline %v", got)
		}
	}
}

// granting is a service whose step sets a sum.
const granting = `prefix: GR
title: 补助
short: 补助
understand: {phrases: [补助]}
fund: FUND
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
review:
  - name: grant
    title: 核定
    who: {role: branch_chair, otherwise: [chair]}
    days: 3
    reserve: true
    acts: [{act: accept, word: 同意, ceiling: 1000, ask: 会议纪要}, {act: refuse, word: 不同意}]
  - name: pay
    title: 付款
    who: {role: finance}
    not_by: [grant]
    days: 3
    pay: true
    acts: [{act: accept, word: 已付}]
words: {filed: 收到, accepted: 已付, passed: 同意, refused: 不同意, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

func testAddMoney(t *testing.T, o *office) {
	safety, payer := o.person(t, "一分厂", "马超", union.SafetyOfficer), o.person(t, "", "钱进", union.Finance)
	name := strings.ToLower(storagetest.Unique("f"))
	funds := storage.NewFunds(o.db)
	if err := funds.Set(t.Context(), fund.Fund{Name: name, Year: 2026, Title: "补助", Budget: 1000_00}, fund.Entry{At: o.now.Now()}); err != nil {
		t.Fatal(err)
	}
	s := o.serviceOf(t, "granting", strings.ReplaceAll(granting, "FUND", name))
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1,
		Values: map[string]cases.Value{"what": {Text: "住院"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := filed.Case
	if err := o.addSigner(t, c, o.branch, cases.After, payer); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("who pays signs: %v", err)
	}
	if err := o.addSigner(t, c, o.branch, cases.After, safety); err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept, Note: "纪要十一号", Grant: 600_00}); err != nil {
		t.Fatal(err)
	}
	left := func() int64 {
		t.Helper()
		f, err := funds.Of(t.Context(), name, 2026)
		if err != nil {
			t.Fatal(err)
		}
		return f.Left()
	}
	if got := left(); got != 1000_00 {
		t.Errorf("before all have signed %d are left", got)
	}
	if err := o.accepts(t, c, safety); err != nil {
		t.Fatal(err)
	}
	if got := left(); got != 400_00 {
		t.Errorf("once all have signed %d are left", got)
	}
	entries, err := funds.Entries(t.Context(), name, o.now.Now().Add(-24*time.Hour), o.now.Now().Add(24*time.Hour))
	if err != nil || len(entries) == 0 || entries[len(entries)-1].Name != o.branch.Name {
		t.Errorf("the ledger says %+v, %v", entries, err)
	}
	for _, n := range o.outbox.take() {
		if n.To == o.worker.ID && !strings.Contains(n.Body.Text, "纪要十一号 by "+o.branch.Name) {
			t.Errorf("the author is told %s", n.Body.Text)
		}
	}
}
