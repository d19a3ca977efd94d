package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/reference"
)

// groups are those of an office, which a test changes.
type groups struct{ all []reference.Group }

func (g *groups) GroupNames() (names []string) {
	for _, each := range g.all {
		names = append(names, each.Name)
	}
	return names
}

func (g *groups) Group(name string) (reference.Group, bool) {
	i := slices.IndexFunc(g.all, func(each reference.Group) bool { return each.Name == name })
	if i < 0 {
		return reference.Group{}, false
	}
	return g.all[i], true
}

const grouped = `prefix: LY
title: 疗养
short: 疗养
understand: {phrases: [疗养申请]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
review:
  - {name: committee, title: 评议, who: {group: trips, otherwise: [finance]}, mode: all, days: 3, acts: [{act: accept, word: 同意}, {act: refuse, word: 不同意}]}
words: {filed: 收到, accepted: 同意, refused: 不同意, withdrawn: 撤回}
`

func TestAGroupDecides(t *testing.T) {
	inOpenOffices(t, []suite{
		{"by name and by office, and nobody beside them", testGroup},
		{"and has no office over anything else by that", testGroupIsNoOffice},
		{"in the place of who has left is the fallback, and nowhere else", testGroupFallback},
		{"and pays awards", testGroupPays},
		{"or lets it lie, and whoever has it then decides it", testGroupLetsLie},
		{"what others have because all in it were away they decide, also once those are back", testGroupBack},
		{"who is taken off it signs no more, and a group that is no more leaves it to others", testGroupChanges},
	})
}

func (o *office) inGroup(places ...reference.GroupPlace) {
	o.groups.all = []reference.Group{{Name: "trips", Members: places, Fallback: o.mate.StaffNo}}
}

func staff(m union.Member) reference.GroupPlace { return reference.GroupPlace{Staff: m.StaffNo} }

func testGroup(t *testing.T, o *office) {
	o.inGroup(staff(o.other), reference.GroupPlace{Role: union.Chair}, reference.GroupPlace{Role: union.BranchChair, At: o.root + "/一分厂"}, staff(o.worker), staff(o.other))
	c := o.fileOf(t, grouped)
	if got := o.has(t, c); !slices.Equal(got, []string{"王芳", "陈静", "李芳"}) { // not its author, and each once
		t.Fatalf("%v have it", got)
	}
	beside := o.person(t, "三分厂", "分会主席", union.BranchChair)
	for _, who := range []union.Member{beside, o.mate, o.worker} {
		if err := o.accepts(t, c, who); !errors.Is(err, union.ErrNotFound) && !errors.Is(err, union.ErrForbidden) {
			t.Errorf("%s decides: %v", who.Name, err)
		}
	}
	for _, who := range []union.Member{o.other, o.chair, o.branch} {
		if err := o.accepts(t, c, who); err != nil {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
	if kinds := o.kinds(t, c); kinds[len(kinds)-1] != cases.EventAccepted {
		t.Errorf("it came to %v", kinds)
	}
}

func testGroupFallback(t *testing.T, o *office) {
	o.inGroup(staff(o.other), staff(o.chair))
	if got := o.has(t, o.fileOf(t, grouped)); !slices.Equal(got, []string{"王芳", "陈静"}) {
		t.Errorf("%v have it", got)
	}
	o.leave(t, o.other)
	c := o.fileOf(t, grouped)
	if got := o.has(t, c); !slices.Equal(got, []string{"陈静", "赵敏"}) {
		t.Fatalf("%v have it once one has left", got)
	}
	for _, who := range []union.Member{o.chair, o.mate} {
		if err := o.accepts(t, c, who); err != nil {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
}

func testGroupLetsLie(t *testing.T, o *office) {
	finance := o.person(t, "", "钱进", union.Finance)
	o.inGroup(staff(o.other))
	o.now.set(at("2026-11-23", "10:00"))
	c := o.fileOf(t, strings.Replace(grouped, "mode: all, ", "", 1))
	if got := o.has(t, c); !slices.Equal(got, []string{o.other.Name}) {
		t.Fatalf("%v have it", got)
	}
	for range 10 {
		if slices.Equal(o.has(t, c), []string{o.other.Name}) {
			o.now.set(nextMorning(o.now.Now().Add(20 * time.Hour)))
			o.tick(t)
		}
	}
	if got := o.has(t, c); !slices.Equal(got, []string{finance.Name}) {
		t.Fatalf("%v have it once the group has let it lie", got)
	}
	if err := o.accepts(t, c, finance); err != nil {
		t.Errorf("who has it may not decide: %v", err)
	}
}

// testGroupBack has the only one in the group away when the step opens: who has it instead decides, also once that one is back.
func testGroupBack(t *testing.T, o *office) {
	finance := o.person(t, "", "钱进", union.Finance)
	o.inGroup(staff(o.other))
	o.lend(t, o.other, o.mate, 2)
	c := o.fileOf(t, strings.Replace(grouped, "mode: all, ", "lend: never, ", 1))
	if got := o.has(t, c); !slices.Equal(got, []string{finance.Name}) {
		t.Fatalf("%v have it while the group is away", got)
	}
	if _, err := o.EndAbsence(t.Context(), o.other.ID); err != nil {
		t.Fatal(err)
	}
	o.sweepStandIns(t)
	if got := o.has(t, c); !slices.Equal(got, []string{finance.Name}) {
		t.Fatalf("%v have it once the group is back", got)
	}
	if err := o.accepts(t, c, finance); err != nil {
		t.Errorf("who has it may not decide: %v", err)
	}
}

func testGroupChanges(t *testing.T, o *office) {
	finance := o.person(t, "", "钱进", union.Finance)
	o.inGroup(staff(o.other), staff(o.chair))
	c := o.fileOf(t, grouped)
	o.inGroup(staff(o.chair))
	if err := o.accepts(t, c, o.other); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("who was taken off the group decides: %v", err)
	}
	o.inGroup(staff(o.other), staff(finance))
	held := o.fileOf(t, grouped)
	o.inGroup(staff(o.other))
	if err := o.accepts(t, held, finance); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("who was taken off it decides by the office that is asked where nobody is in it: %v", err)
	}
	o.groups.all = nil
	if err := o.accepts(t, held, finance); err != nil {
		t.Errorf("nor where nobody is: %v", err)
	}
	testGroupHandsOver(t, o)
	o.groups.all = nil
	if got := o.has(t, o.fileOf(t, grouped)); !slices.Equal(got, []string{finance.Name}) {
		t.Errorf("%v have it where there is no group", got)
	}
}

func testGroupIsNoOffice(t *testing.T, o *office) {
	o.inGroup(staff(o.branch), staff(o.other))
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.delegate(t, c, o.branch, o.other); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("a chair asks somebody of another plant, who is in the group: %v", err)
	}
	if _, err := o.ByID(t.Context(), o.other.ID, c.ID); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("who is in the group reads the case of another plant: %v", err)
	}
	if found, err := o.Under(t.Context(), o.other.ID, o.worker.Name, 5); err != nil || len(found) != 0 {
		t.Errorf("and looks up its people: %v, %v", found, err)
	}
}

// What waits goes to those who are in the group now, also where whoever was taken off it holds another office.
func testGroupHandsOver(t *testing.T, o *office) {
	beside := o.person(t, "三分厂", "韩雪", union.BranchChair)
	o.inGroup(staff(o.branch), staff(beside))
	first, all := o.fileOf(t, strings.Replace(grouped, "mode: all, ", "", 1)), o.fileOf(t, grouped)
	o.inGroup(staff(o.other), staff(beside))
	for range 2 { // the second finds nothing new
		if _, err := o.TakeFromLeavers(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if one, several := o.has(t, first), o.has(t, all); !slices.Equal(one, []string{"韩雪"}) || !slices.Equal(several, []string{"韩雪"}) {
			t.Errorf("%v and %v have it once one was taken off", one, several)
		}
	}
	o.inGroup(staff(o.other))
	if _, err := o.TakeFromLeavers(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if one, several := o.has(t, first), o.has(t, all); !slices.Equal(one, []string{"王芳"}) || !slices.Equal(several, []string{"王芳"}) {
		t.Errorf("%v and %v have it once all were replaced", one, several)
	}
}

const groupPays = `prefix: JX
title: 点子奖
short: 点子奖
understand: {phrases: [点子奖]}
form:
  - {name: idea, kind: text, label: 点子, ask: '什么点子?'}
fund: %s
award: {label: 奖, by: value, tiers: [{yuan: 100}]}
summary: {title: '{idea}'}
review:
  - {name: first, title: 核值, who: {role: branch_chair}, days: 3, acts: [{act: accept, word: 核值, form: [{name: value, kind: money, label: 效益, ask: '多少?'}]}]}
  - {name: award, title: 定奖, who: {role: chair}, days: 3, reserve: true, acts: [{act: accept, word: 核准}, {act: waive, word: 不奖}]}
  - {name: pay, title: 发放, who: {group: trips}, days: 3, pay: true, acts: [{act: accept, word: 已发, ask: '凭证号?'}]}
words: {filed: 收到, passed: 通过, accepted: 已发, refused: 不奖, withdrawn: 撤回}
`

// Who pays as one of a group is shown what is to be paid as finance is.
func testGroupPays(t *testing.T, o *office) {
	name := strings.ToLower(storagetest.Unique("f"))
	if err := storage.NewFunds(o.db).Set(t.Context(), fund.Fund{Name: name, Year: 2026, Title: "奖励", Budget: 1000_00}, fund.Entry{At: o.now.Now()}); err != nil {
		t.Fatal(err)
	}
	o.inGroup(staff(o.other), staff(o.mate))
	s := o.serviceOf(t, "pays", fmt.Sprintf(groupPays, name))
	filed, err := o.File(t.Context(), cases.Draft{ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, Values: map[string]cases.Value{"idea": {Text: "关灯"}}})
	if err != nil {
		t.Fatal(err)
	}
	c := filed.Case
	if _, err := o.Decide(t.Context(), cases.Decision{Number: c.Number, Officer: o.branch.ID, Act: cases.Accept, Answers: map[string]cases.Value{"value": {Text: "5000元", Raw: []byte("500000")}}}); err != nil {
		t.Fatal(err)
	}
	if err := o.accepts(t, c, o.chair); err != nil {
		t.Fatal(err)
	}
	from, until := o.now.Now().AddDate(0, 0, -1), o.now.Now().AddDate(0, 0, 1)
	if due, err := o.AwardsDue(t.Context(), o.other.ID, from, until); err != nil || len(due.Cases) != 1 {
		t.Fatalf("%d are to be paid, %v", len(due.Cases), err)
	}
	if due, err := o.AwardsDue(t.Context(), o.branch.ID, from, until); err != nil || len(due.Cases) != 0 {
		t.Errorf("%d are to be paid by who is not in the group, %v", len(due.Cases), err)
	}
	if done, err := o.PayAwards(t.Context(), o.other.ID, []cases.ID{c.ID}, "记账凭证 7 号"); err != nil || len(done.Cases) != 1 {
		t.Errorf("%d are paid, %v", len(done.Cases), err)
	}
}
