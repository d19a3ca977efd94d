package storage_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// outing is a service whose end counts from a day: that of the form, or one that the first officer sets.
const outing = `prefix: CY
title: 出游
short: 出游
understand: {phrases: [出游]}
form:
  - {name: what, kind: text, label: 事情, ask: '什么事?'}
  - {name: wish, kind: date, label: 日子, ask: '哪天?'OPTIONAL}
summary: {title: '{what}'}
review:
  - name: first
    title: 安排
    who: {role: branch_chair, otherwise: [chair]}
    days: 2
    acts:
      - {act: accept, word: 同意, form: [{name: day, kind: date, label: 哪天去, ask: '哪天去?'}]}
      - {act: return, word: 退回补充}
      - {act: refuse, word: 不同意}
  - name: second
    title: 回报
    who: {role: chair}
    from: FROM
    days: 3
    LATER
    acts:
      - {act: accept, word: 办完}
      - {act: return, word: 退回补充}
clocks: {next: {days: 4}, finish: {days: 5, from: FROM}, extend: {days: 5}, second_look: {days: 9}, second_answer: {days: 6}}
words:
  filed: '{number} {due}'
  passed: '{number}'
  accepted: '{number}'
  later: '{number}'
  refused: '{number}'
  returned: '{number}'
  supplemented: '{number}'
  withdrawn: '{number}'
`

func TestClocksThatCountFromADay(t *testing.T) {
	inOpenOffices(t, []suite{
		{"a day set anew moves an end that was prolonged", testNewDayAfterProlonging},
		{"a day set anew moves an end that had passed, which stays late", testNewDayAfterTheEnd},
		{"a day set anew while the author is asked moves the end", testNewDayWhileReturned},
		{"days from a day that lies ahead are counted from it after a return", testReturnBeforeTheDay},
		{"and after what the author is asked before the step", testAskedBeforeTheDay},
		{"and from the answer, where the day has passed meanwhile", testReturnPastTheDay},
		{"a second look counts from no day, and is not prolonged", testSecondLookAndDays},
	})
}

// dayOf is an answer to a question for a date.
func dayOf(t *testing.T, day string) cases.Value {
	t.Helper()
	raw, err := json.Marshal(day)
	if err != nil {
		t.Fatal(err)
	}
	return cases.Value{Text: day, Raw: raw}
}

// planned files an outing and has its first step set a day.
func (o *office) planned(t *testing.T, day string) cases.Case {
	t.Helper()
	c := o.fileOf(t, outingFrom("day", ""))
	o.plan(t, c, day)
	return c
}

func (o *office) plan(t *testing.T, c cases.Case, day string) {
	t.Helper()
	if _, err := o.Decide(t.Context(), cases.Decision{
		Case: c.ID, Officer: o.branch.ID, Act: cases.Accept, Answers: map[string]cases.Value{"day": dayOf(t, day)},
	}); err != nil {
		t.Fatal(err)
	}
}

// wantDue looks when a running clock ends.
func (o *office) wantDue(t *testing.T, c cases.Case, kind cases.ClockKind, day string) cases.Clock {
	t.Helper()
	got := o.clock(t, c, kind)
	if want := at(day, "17:30"); !got.Runs() || !got.Due.Equal(want) {
		t.Errorf("%s ends %s, paused %s, want %s", kind, got.Due.In(want.Location()), got.Paused, want)
	}
	return got
}

func testNewDayAfterProlonging(t *testing.T, o *office) {
	c := o.planned(t, "2026-12-04")
	o.wantDue(t, c, cases.ClockFinish, "2026-12-11")
	if _, _, err := o.Extend(t.Context(), o.chair.ID, c.Number, "车没定"); err != nil {
		t.Fatal(err)
	}
	o.wantDue(t, c, cases.ClockFinish, "2026-12-18")
	o.wantDue(t, c, cases.ClockStep, "2026-12-18")
	if _, err := o.sendBack(t, c, o.chair, "first"); err != nil {
		t.Fatal(err)
	}
	o.plan(t, c, "2026-12-11")
	if got := o.wantDue(t, c, cases.ClockFinish, "2026-12-25"); !got.Extended {
		t.Error("it may be prolonged twice")
	}
	o.wantDue(t, c, cases.ClockStep, "2026-12-16") // opened anew, it has its own days
	if _, err := o.sendBack(t, c, o.chair, "first"); err != nil {
		t.Fatal(err)
	}
	o.plan(t, c, "2026-11-27") // never earlier
	o.wantDue(t, c, cases.ClockFinish, "2026-12-25")
}

func testNewDayAfterTheEnd(t *testing.T, o *office) {
	c := o.planned(t, "2026-11-27")
	o.wantDue(t, c, cases.ClockFinish, "2026-12-04")
	o.now.set(at("2026-12-07", "10:00"))
	if _, err := o.sendBack(t, c, o.chair, "first"); err != nil {
		t.Fatal(err)
	}
	o.plan(t, c, "2026-12-11")
	if got := o.wantDue(t, c, cases.ClockFinish, "2026-12-18"); !got.Late {
		t.Error("that it had passed is forgotten")
	}
	if list, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.chair.ID, Unit: "", What: cases.CountedLate, Most: 50}); err != nil || len(list.Views) != 1 {
		t.Errorf("late are %+v, %v", list, err)
	}
}

func outingFrom(day, later string) string {
	optional := ", optional: true"
	if day == "wish" {
		optional = ""
	}
	return strings.NewReplacer("FROM", day, "LATER\n    ", later, "OPTIONAL", optional).Replace(outing)
}

// wished files an outing on a day that its author wishes, and has its first step accepted.
func (o *office) wished(t *testing.T, day, later string) cases.Case {
	t.Helper()
	c := o.wish(t, day, later)
	o.plan(t, c, day)
	return c
}

func (o *office) wish(t *testing.T, day, later string) cases.Case {
	t.Helper()
	s := o.serviceOf(t, "outing", outingFrom("wish", later))
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
		Values: map[string]cases.Value{"what": {Text: "出游"}, "wish": dayOf(t, day)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return filed.Case
}

func testNewDayWhileReturned(t *testing.T, o *office) {
	c := o.wished(t, "2026-12-04", "")
	o.wantDue(t, c, cases.ClockFinish, "2026-12-11")
	o.decide(t, o.chair, c, cases.Return, "日子 那天有检修")
	if err := o.mend(t, c, o.worker, map[string]cases.Value{"wish": dayOf(t, "2026-12-18")}); err != nil {
		t.Fatal(err)
	}
	o.wantDue(t, c, cases.ClockFinish, "2026-12-25")
	o.wantDue(t, c, cases.ClockStep, "2026-12-23")
}

func testReturnBeforeTheDay(t *testing.T, o *office) {
	c := o.wished(t, "2026-12-18", "")
	o.decide(t, o.chair, c, cases.Return, "说说人数")
	if got := o.clock(t, c, cases.ClockStep); got.Amount != 3 {
		t.Errorf("while it waits the step has %d days left", got.Amount)
	}
	o.now.set(at("2026-11-25", "10:00"))
	o.supplement(t, c)
	o.wantDue(t, c, cases.ClockStep, "2026-12-23")
	o.wantDue(t, c, cases.ClockFinish, "2026-12-25")
}

func testAskedBeforeTheDay(t *testing.T, o *office) {
	c := o.wished(t, "2026-12-18", "later: [{name: card, kind: text, label: 联系人, ask: '找谁?'}]\n    ")
	if got := o.clock(t, c, cases.ClockStep); got.Paused.IsZero() || got.Amount != 3 {
		t.Errorf("while the author is asked: %+v", got)
	}
	o.now.set(at("2026-11-25", "10:00"))
	if err := o.mend(t, c, o.worker, map[string]cases.Value{"card": {Text: "张伟"}}); err != nil {
		t.Fatal(err)
	}
	o.wantDue(t, c, cases.ClockStep, "2026-12-23")
	o.wantDue(t, c, cases.ClockFinish, "2026-12-25")
}

func testReturnPastTheDay(t *testing.T, o *office) {
	c := o.wished(t, "2026-11-27", "")
	o.decide(t, o.chair, c, cases.Return, "说说人数")
	o.now.set(at("2026-12-04", "10:00"))
	o.supplement(t, c)
	o.wantDue(t, c, cases.ClockStep, "2026-12-09")
	o.wantDue(t, c, cases.ClockFinish, "2026-12-11")
}

func (o *office) supplement(t *testing.T, c cases.Case) {
	t.Helper()
	if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "六个人", nil); err != nil {
		t.Fatal(err)
	}
}

func testSecondLookAndDays(t *testing.T, o *office) {
	o.person(t, "一分厂", "副主席", union.BranchChair)
	c := o.wish(t, "2026-12-18", "")
	o.wantDue(t, c, cases.ClockFinish, "2026-12-25")
	o.decide(t, o.branch, c, cases.Refuse, "去不了")
	if _, err := o.Reconsider(t.Context(), o.worker.ID, c.Number, "想去"); err != nil {
		t.Fatal(err)
	}
	o.wantDue(t, c, cases.ClockFinish, "2026-12-01")
	if _, _, err := o.Extend(t.Context(), o.chair.ID, c.Number, "忙"); !errors.Is(err, cases.ErrLookNotExtended) {
		t.Errorf("prolonged: %v", err)
	}
	o.decide(t, o.chair, c, cases.Return, "说说人数")
	o.supplement(t, c)
	o.wantDue(t, c, cases.ClockFinish, "2026-12-01")
}
