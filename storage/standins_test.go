package storage_test

import (
	"context"
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
	"github.com/unionbot/unionbot/union/privacy"
	"github.com/unionbot/unionbot/union/standin"
)

func TestStandingIn(t *testing.T) {
	inOpenOffices(t, []suite{
		{"it counts once, however often it is said and swept", testStandInOnce},
		{"who stands in has a seat of whoever is away, and none beside their own", testStandInSeat},
		{"a step that others have to decide counts for both", testStandInNotBy},
		{"what a file lends of money is in the ledger under both names", testStandInLedger},
		{"who stands in and leaves gives it back, and the officer is told", testStandInLeaves},
		{"who stood in for a leaver has it by an office of their own", testStandInForLeaver},
		{"who gave it back has it by an office of their own once its officer has lost theirs", testStandInGaveBack},
		{"a wish that nobody answers lapses, and is told of on its first day", testStandInUnanswered},
		{"of two who accept for the same days one does", testStandInTaken},
		{"of two who accept at once one does", testStandInTakenAtOnce},
		{"a step whose office nobody holds goes to the chair, and administrators are told once", testVacantOffice},
		{"one signature is for what follows, not past who is another", testSignedOnce},
	})
}

// lend has somebody act for another for some days from today, and looks after it.
func (o *office) lend(t *testing.T, absent, by union.Member, days int) standin.ID {
	t.Helper()
	today := standsAt{o: o}.today()
	v, err := o.AskStandIn(t.Context(), cases.StandInWish{Absent: absent.ID, By: by.ID, From: today, To: today.AddDays(days - 1)})
	if err == nil {
		_, err = o.AnswerStandIn(t.Context(), by.ID, v.ID, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	o.sweepStandIns(t)
	return v.ID
}

func (o *office) sweepStandIns(t *testing.T) {
	t.Helper()
	if _, err := o.MoveStandIns(t.Context(), 10_000); err != nil {
		t.Fatal(err)
	}
}

// has lists who has a case, as officers read it.
func (o *office) has(t *testing.T, c cases.Case) []string {
	t.Helper()
	v, err := o.ByID(t.Context(), c.Author, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v.Officers
}

// fileOf files a case of a service in YAML.
func (o *office) fileOf(t *testing.T, source string) cases.Case {
	t.Helper()
	s := o.serviceOf(t, "lent", source)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1,
		Values: map[string]cases.Value{"what": {Text: "借会场"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return filed.Case
}

func testStandInOnce(t *testing.T, o *office) {
	var all []cases.Case
	for range 5 {
		all = append(all, o.file(t, o.worker, "给锅炉房加个护栏"))
	}
	today := standsAt{o: o}.today()
	wish := cases.StandInWish{Absent: o.branch.ID, By: o.mate.ID, From: today, To: today.AddDays(2)}
	v, err := o.AskStandIn(t.Context(), wish)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := o.AskStandIn(t.Context(), wish); err != nil || !again.Again || again.ID != v.ID {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	for range 2 {
		if _, err := o.AnswerStandIn(t.Context(), o.mate.ID, v.ID, true); err != nil {
			t.Error(err)
		}
	}
	if _, err := o.AnswerStandIn(t.Context(), o.mate.ID, v.ID, false); !errors.Is(err, union.ErrSettled) {
		t.Errorf("refused after it was accepted: %v", err)
	}
	if _, err := o.AnswerStandIn(t.Context(), o.other.ID, v.ID, true); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("accepted by somebody else: %v", err)
	}
	var replicas sync.WaitGroup
	for range 3 {
		replicas.Go(func() {
			if _, err := o.MoveStandIns(t.Context(), 10_000); err != nil {
				t.Error(err)
			}
		})
	}
	replicas.Wait()
	for _, c := range all {
		if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != o.mate.ID || open[0].For != o.branch.ID {
			t.Errorf("tasks %+v", open)
		}
		if got := o.kinds(t, c); !slices.Equal(got, []string{"filed", "lent"}) {
			t.Errorf("timeline %v", got)
		}
	}
	put := o.outbox.take()
	if got := told(put, o.mate); count(got, "task") != 1 {
		t.Errorf("who is asked is told %v", got)
	}
	if got := told(put, o.branch); count(got, "task") != 1 {
		t.Errorf("who asked is told %v", got)
	}
}

func testStandInSeat(t *testing.T, o *office) {
	judges := o.judges(t, 3)
	o.lend(t, judges[0], o.mate, 3)
	o.lend(t, judges[1], judges[2], 3)
	c := o.signedCase(t, allJudges)
	want := []string{"赵敏代评委1", "评委2", "评委3"}
	if got := o.has(t, c); !slices.Equal(got, want) {
		t.Fatalf("%v have it, want %v", got, want)
	}
	o.decide(t, o.mate, c, cases.Accept, "")
	o.decide(t, judges[2], c, cases.Accept, "")
	done := o.decide(t, judges[1], c, cases.Accept, "")
	if done.Case.State != cases.Accepted {
		t.Errorf("it is %s", done.Case.State)
	}
}

const thriceLent = `prefix: DB
title: 三步
short: 三步
understand: {phrases: [三步代办]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
review:
  - {name: first, title: 一, who: {role: branch_chair}, days: 3, acts: [{act: accept, word: 同意}]}
  - {name: second, title: 二, who: {role: department, otherwise: [chair]}, not_by: [first], days: 3, acts: [{act: accept, word: 同意}]}
words: {filed: 收到, accepted: 同意, passed: 通过, withdrawn: 撤回}
`

func testStandInNotBy(t *testing.T, o *office) {
	department := o.person(t, "", "部长", union.Department)
	o.lend(t, o.branch, department, 3)
	c := o.fileOf(t, thriceLent)
	if got := o.has(t, c); !slices.Equal(got, []string{"部长代李芳"}) {
		t.Fatalf("%v have it", got)
	}
	done := o.decide(t, department, c, cases.Accept, "")
	if len(done.Next) != 1 || done.Next[0].ID != o.chair.ID {
		t.Errorf("next is %v: whoever signed the first step in another's place has the second", done.Next)
	}
}

func testStandInLedger(t *testing.T, o *office) {
	funds := storage.NewFunds(o.db)
	name := strings.ToLower(storagetest.Unique("lent"))[:12]
	if err := funds.Set(t.Context(), fund.Fund{Name: name, Year: 2026, Title: "帮扶", Budget: 100_00}, fund.Entry{At: o.now.Now()}); err != nil {
		t.Fatal(err)
	}
	finance := o.person(t, "", "钱进", union.Finance)
	c := o.fileOf(t, strings.NewReplacer("FUND", name).Replace(`prefix: DC
title: 救助
short: 救助
understand: {phrases: [救助代办]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
fund: FUND
review:
  - {name: grant, title: 核定, who: {role: branch_chair}, days: 3, lend: always, acts: [{act: accept, word: 核定, ceiling: 50}]}
  - {name: hold, title: 复签, who: {role: chair}, days: 3, reserve: true, acts: [{act: accept, word: 同意}]}
  - {name: pay, title: 付款, who: {role: finance}, days: 3, pay: true, lend: always, acts: [{act: accept, word: 已付}]}
words: {filed: 收到, accepted: 同意, passed: 通过, withdrawn: 撤回}
`))
	o.lend(t, o.branch, o.mate, 3)
	o.lend(t, finance, o.mate, 3)
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.mate.ID, Act: cases.Accept, Grant: 20_00}); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.chair, c, cases.Accept, "")
	o.decide(t, o.mate, c, cases.Accept, "")
	entries, err := funds.Entries(t.Context(), name, at("2026-11-23", "00:00"), at("2026-11-24", "00:00"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, string(e.Kind)+" "+e.Name)
	}
	if want := []string{"reserve 陈静", "pay 赵敏代钱进"}; !slices.Equal(names[len(names)-2:], want) {
		t.Errorf("the ledger says %v, want %v", names, want)
	}
}

func testStandInLeaves(t *testing.T, o *office) {
	id := o.lend(t, o.branch, o.mate, 9)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.leave(t, o.mate)
	o.sweepStandIns(t)
	if got := o.has(t, c); !slices.Equal(got, []string{"李芳"}) {
		t.Errorf("%v have it", got)
	}
	if got := told(o.outbox.take(), o.branch); count(got, "task") != 1 {
		t.Errorf("who is away is told %v", got)
	}
	if list, err := o.StandIns(t.Context(), o.branch.ID); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	gone, err := o.members.ByStaffNo(t.Context(), o.mate.StaffNo)
	if err != nil {
		t.Fatal(err)
	}
	remove := func(context.Context, string) (bool, error) { return true, nil }
	if _, err := privacy.NewEraser(storage.NewErasures(o.db, ""), sealer(t, testKeys), remove).Erase(t.Context(), privacy.Erasure{Member: gone, Reason: "request 18", At: o.now.Now()}); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.NewStandIns(o.db).ByID(t.Context(), id); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("it is kept when one of the two is erased: %v", err)
	}
}

// One stands in for both, and nobody else is there: what fell with the leaver is theirs by their own office.
func testStandInForLeaver(t *testing.T, o *office) {
	admin := o.person(t, "", "管理员", union.Admin)
	o.lend(t, o.chair, admin, 9)
	o.lend(t, o.branch, o.chair, 9)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if got := o.has(t, c); !slices.Equal(got, []string{"管理员代李芳"}) {
		t.Fatalf("%v have it", got)
	}
	o.leave(t, o.branch)
	o.tick(t)
	if got := o.has(t, c); !slices.Equal(got, []string{"管理员"}) {
		t.Errorf("%v have it", got)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: admin.ID, Act: cases.Accept}); err != nil {
		t.Error(err)
	}
}

// Both stood in for a day and gave it back: they have let nothing lie, and are the only ones who may have it now.
func testStandInGaveBack(t *testing.T, o *office) {
	admin := o.person(t, "", "管理员", union.Admin)
	o.lend(t, o.branch, o.chair, 1)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.lend(t, o.chair, admin, 1)
	if got := o.has(t, c); !slices.Equal(got, []string{"管理员代李芳"}) {
		t.Fatalf("%v have it", got)
	}
	o.now.set(nextMorning(o.now.Now().Add(20 * time.Hour)))
	o.tick(t)
	if got := o.has(t, c); !slices.Equal(got, []string{"李芳"}) {
		t.Fatalf("%v have it", got)
	}
	if err := o.members.Revoke(t.Context(), o.branch.ID, union.BranchChair, o.branch.Org); err != nil {
		t.Fatal(err)
	}
	o.tick(t)
	if got := o.has(t, c); !slices.Equal(got, []string{"陈静"}) {
		t.Errorf("%v have it", got)
	}
}

func testStandInUnanswered(t *testing.T, o *office) {
	today := standsAt{o: o}.today()
	v, err := o.AskStandIn(t.Context(), cases.StandInWish{Absent: o.branch.ID, By: o.mate.ID, From: today.AddDays(1), To: today.AddDays(2)})
	if err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	for _, c := range []struct {
		when, clock string
		told        int
		answers     bool
	}{
		{"2026-11-23", "16:00", 0, true}, {"2026-11-24", "06:00", 0, true}, {"2026-11-24", "10:00", 1, true}, {"2026-11-24", "11:00", 0, true}, {"2026-11-26", "10:00", 1, false},
	} {
		o.now.set(at(c.when, c.clock))
		o.sweepStandIns(t)
		if got := told(o.outbox.take(), o.branch); count(got, "task") != c.told {
			t.Errorf("on %s %s who asked is told %v", c.when, c.clock, got)
		}
		if list, err := o.StandIns(t.Context(), o.mate.ID); err != nil || len(list) == 1 != c.answers {
			t.Errorf("on %s %s %v, %v", c.when, c.clock, list, err)
		}
	}
	if _, err := o.AnswerStandIn(t.Context(), o.mate.ID, v.ID, true); !errors.Is(err, union.ErrSettled) {
		t.Errorf("accepted when it had lapsed: %v", err)
	}
}

func testStandInTaken(t *testing.T, o *office) {
	today := standsAt{o: o}.today()
	store := storage.NewStandIns(o.db)
	var ids []standin.ID
	for _, by := range []union.Member{o.mate, o.other} { // asked on two phones at once
		s := standin.Standin{ID: standin.ID(o.db.NewID()), Absent: o.branch.ID, By: by.ID, From: today, To: today, State: standin.Asked, AskedAt: o.now.Now()}
		if err := store.Insert(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.ID)
	}
	if _, err := o.AnswerStandIn(t.Context(), o.mate.ID, ids[0], true); err != nil {
		t.Fatal(err)
	}
	var overlap *standin.OverlapError
	if _, err := o.AnswerStandIn(t.Context(), o.other.ID, ids[1], true); !errors.As(err, &overlap) {
		t.Errorf("both have accepted: %v", err)
	}
}

func testStandInTakenAtOnce(t *testing.T, o *office) {
	store := storage.NewStandIns(o.db)
	today := standsAt{o: o}.today()
	for round := range 8 {
		day := today.AddDays(round)
		var all sync.WaitGroup
		var errs [2]error
		for i, by := range []union.Member{o.mate, o.other} {
			s := standin.Standin{ID: standin.ID(o.db.NewID()), Absent: o.branch.ID, By: by.ID, From: day, To: day, State: standin.Asked, AskedAt: o.now.Now()}
			if err := store.Insert(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			all.Go(func() { _, errs[i] = o.AnswerStandIn(t.Context(), by.ID, s.ID, true) })
		}
		all.Wait()
		var overlap *standin.OverlapError
		if (errs[0] == nil) == (errs[1] == nil) || !errors.As(errors.Join(errs[:]...), &overlap) {
			t.Errorf("both answered at once: %v", errs)
		}
	}
}

func testVacantOffice(t *testing.T, o *office) {
	admin := o.person(t, "", "管理员", union.Admin)
	source := strings.Replace(thriceLent, "department, otherwise: [chair]", "auditor", 1)
	var keys []string
	for range 2 {
		c := o.fileOf(t, source)
		o.outbox.take()
		done := o.decide(t, o.branch, c, cases.Accept, "")
		if len(done.Next) != 1 || done.Next[0].ID != o.chair.ID {
			t.Fatalf("it goes to %v", done.Next)
		}
		if got := o.kinds(t, c); !slices.Equal(got, []string{"filed", "passed", "unheld"}) {
			t.Errorf("timeline %v", got)
		}
		for _, n := range o.outbox.take() {
			if n.To == admin.ID {
				keys = append(keys, n.Key)
			}
		}
		o.decide(t, o.chair, c, cases.Accept, "")
	}
	if len(keys) != 2 || keys[0] != keys[1] { // the second is passed over
		t.Errorf("administrators are told %v", keys)
	}
	// What is to be kept from chair and administrator does not go to them: the decision before it is refused.
	c := o.fileOf(t, strings.Replace(source, "short: 三步", "short: 三步\nsensitive: true", 1))
	o.now.set(at("2026-11-24", "10:00"))
	o.outbox.take()
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept}); !errors.Is(err, union.ErrNoOfficer) {
		t.Errorf("a sensitive matter: %v", err)
	}
	if got := told(o.outbox.take(), admin); count(got, "digest") != 1 {
		t.Errorf("administrators are told %v", got)
	}
}

func testSignedOnce(t *testing.T, o *office) {
	once := strings.NewReplacer("review:", "sign_once: true\nreview:", "role: branch_chair", "role: chair", "role: department, otherwise: [chair]", "role: chair").Replace(thriceLent)
	free := strings.Replace(once, "not_by: [first], ", "", 1)
	c := o.fileOf(t, free)
	done := o.decide(t, o.chair, c, cases.Accept, "")
	if done.Case.State != cases.Accepted || len(done.Once) != 1 {
		t.Errorf("it is %s, with %v", done.Case.State, done.Once)
	}
	if got := o.kinds(t, c); !slices.Equal(got, []string{"filed", "passed", "signed_once"}) {
		t.Errorf("timeline %v", got)
	}
	second := o.person(t, "", "副主席", union.Chair)
	c = o.fileOf(t, once)
	if done := o.decide(t, o.chair, c, cases.Accept, ""); len(done.Once) != 0 || len(done.Next) != 1 || done.Next[0].ID != second.ID {
		t.Errorf("a step that others have to decide: %+v", done)
	}
}
