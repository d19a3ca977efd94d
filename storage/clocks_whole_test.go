package storage_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// venue is a service with two steps, whose clocks a test puts in the place of CLOCKS.
const venue = `prefix: JC
title: 借会场
short: 会场
understand: {phrases: [借会场]}
form:
  - {name: what, kind: text, label: 事情, ask: '什么事?'}
summary: {title: '{what}'}
review:
  - name: first
    title: 初审
    who: {role: branch_chair, otherwise: [chair]}
    days: 10
    acts:
      - {act: accept, word: 同意}
      - {act: return, word: 退回补充}
  - name: second
    title: 复审
    who: {role: chair}
    days: 2
    acts: [{act: accept, word: 批准}, {act: return, word: 退回补充}]
CLOCKS
words:
  filed: '{number} {due}'
  passed: '{number}'
  accepted: '{number}'
  returned: '{number}'
  supplemented: '{number}'
  withdrawn: '{number}'
`

func withClocks(clocks string) string { return strings.Replace(venue, "CLOCKS", clocks, 1) }

func TestTheClocksOfTheWholeMatter(t *testing.T) {
	inOpenOffices(t, []suite{
		{"the earliest is promised, over a week of holidays and a Saturday that is worked", testEarliestPromised},
		{"a version without clocks gets none, however the case goes on", testNoClocksLater},
		{"what had passed is not promised anew after a return", testMissedStaysMissed},
		{"an undoing stops them, and what is left runs on after it is refused", testUndoingStopsClocks},
		{"who has a step that has climbed has it again after that", testUndoingKeepsTheRung},
		{"a case that waits for its author waits again, with what was left", testUndoingOfWhatWaits},
		{"whoever prolongs leaves those their time who come after in this case", testProlongingLeavesTheRest},
		{"of a sealed case the hour is kept, and whether it was late is judged by the minute", testLateWithinTheHour},
		{"an end that has passed makes a task overdue, whatever the step has left", testMissedEndIsOverdue},
		{"they cost a filing no statement", testClocksCostNothing},
	})
}

// clock is one of a case's clocks.
func (o *office) clock(t *testing.T, c cases.Case, kind cases.ClockKind) cases.Clock {
	t.Helper()
	v, err := o.ByID(t.Context(), c.Author, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range v.Clocks {
		if one.Kind == kind {
			return one
		}
	}
	return cases.Clock{}
}

func testEarliestPromised(t *testing.T, o *office) {
	// 中秋 is Friday 25 to Sunday 27 September, 国庆 is 1 to 7 October, and Saturday 10 October is worked.
	o.now.set(at("2026-09-24", "10:00"))
	for clocks, want := range map[string]time.Time{
		"": at("2026-10-15", "17:30"),
		"clocks: {first: {days: 15, calendar: true}}":                  at("2026-10-09", "17:30"),
		"clocks: {first: {days: 6}, finish: {days: 30}}":               at("2026-10-10", "17:30"),
		"clocks: {first: {days: 20}, finish: {days: 5}}":               at("2026-10-09", "17:30"),
		"clocks: {first: {days: 20}, finish: {hours: 8}}":              at("2026-09-28", "10:30"),
		"clocks: {first: {days: 30, calendar: true}, next: {days: 1}}": at("2026-10-15", "17:30"),
	} {
		if c := o.fileOf(t, withClocks(clocks)); !c.DueAt.Equal(want) {
			t.Errorf("%q: promised %s, want %s", clocks, c.DueAt.In(want.Location()), want)
		}
	}
}

func testNoClocksLater(t *testing.T, o *office) {
	c := o.fileOf(t, withClocks(""))
	o.serviceOf(t, "lent", withClocks("clocks: {first: {days: 2}, next: {days: 2}, finish: {days: 4}}"))
	o.decide(t, o.branch, c, cases.Accept, "")
	v, err := o.ByID(t.Context(), o.worker.ID, c.ID)
	if err != nil || len(v.Clocks) != 1 || v.Clocks[0].Kind != cases.ClockStep {
		t.Errorf("clocks %+v, %v", v.Clocks, err)
	}
}

func testMissedStaysMissed(t *testing.T, o *office) {
	c := o.fileOf(t, withClocks("clocks: {first: {days: 20}, finish: {days: 2}}"))
	promised := o.clock(t, c, cases.ClockFinish).Due
	o.now.set(promised.Add(15 * time.Hour))
	o.decide(t, o.branch, c, cases.Return, "要补")
	o.wantOverdue(t, c, promised) // while its author is waited for, too
	o.now.set(promised.Add(40 * time.Hour))
	if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "补了", nil); err != nil {
		t.Fatal(err)
	}
	v, err := o.ByID(t.Context(), o.worker.ID, c.ID)
	if err != nil || !v.DueAt.After(o.now.Now().Add(24*time.Hour)) || !v.Missed().Equal(promised) {
		t.Errorf("promised by %s, missed %s, want %s; %v", v.DueAt, v.Missed(), promised, err)
	}
	o.wantOverdue(t, c, promised)
	o.decide(t, o.branch, c, cases.Accept, "")
	o.decide(t, o.chair, c, cases.Accept, "")
	list, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.chair.ID, Unit: "", What: cases.CountedLate, Most: 50})
	if err != nil || len(list.Views) != 1 {
		t.Errorf("late are %+v, %v", list, err)
	}
	if list, err = o.Behind(t.Context(), cases.BehindRequest{Officer: o.chair.ID, Unit: "", What: cases.CountedOverdue, Most: 50}); err != nil || list.All != 0 {
		t.Errorf("overdue are %+v, %v", list, err)
	}
}

// wantOverdue looks whether a case is the only one that is overdue, since what was promised for the whole of it.
func (o *office) wantOverdue(t *testing.T, c cases.Case, since time.Time) {
	t.Helper()
	list, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.chair.ID, Unit: "", What: cases.CountedOverdue, Most: 50})
	if err != nil || list.All != 1 || len(list.Views) != 1 || list.Views[0].Number != c.Number || !list.Views[0].Missed().Equal(since) {
		t.Errorf("overdue are %+v, %v", list, err)
	}
	if list, err := o.Behind(t.Context(), cases.BehindRequest{Officer: o.chair.ID, Unit: "", What: cases.CountedLate, Most: 50}); err != nil || list.All != 0 {
		t.Errorf("late are %+v, %v", list, err)
	}
}

func testUndoingStopsClocks(t *testing.T, o *office) {
	c := o.fileOf(t, withClocks("clocks: {first: {days: 20}, next: {days: 9}, finish: {days: 20}}"))
	o.decide(t, o.branch, c, cases.Accept, "")
	o.now.set(o.now.Now().Add(24 * time.Hour))
	all := []cases.ClockKind{cases.ClockStep, cases.ClockNext, cases.ClockFinish}
	before := map[cases.ClockKind]cases.Clock{}
	for _, kind := range all {
		before[kind] = o.clock(t, c, kind)
	}
	if _, err := o.AskUndo(t.Context(), cases.UndoWish{Member: o.branch.ID, Number: c.Number, Why: "弄错了"}); err != nil {
		t.Fatal(err)
	}
	for _, kind := range all[1:] {
		if got := o.clock(t, c, kind); got.Paused.IsZero() {
			t.Errorf("%s runs while the undoing is decided: %+v", kind, got)
		}
	}
	o.now.set(o.now.Now().Add(48 * time.Hour))
	o.decide(t, o.chair, c, cases.Refuse, "不用撤")
	for _, kind := range all {
		if got := o.clock(t, c, kind); !got.Runs() || !got.Due.Equal(o.calendar.AddWorkingDays(before[kind].Due, 2)) {
			t.Errorf("after two days: %+v, before %+v", got, before[kind])
		}
	}
}

// A step that others have already, as nobody decided it, is theirs again.
func testUndoingKeepsTheRung(t *testing.T, o *office) {
	c := o.fileOf(t, withClocks(""))
	o.decide(t, o.branch, c, cases.Accept, "")
	o.person(t, "", "副主席", union.Chair)
	o.now.set(at("2026-11-26", "09:00"))
	o.tick(t)
	before := o.clock(t, c, cases.ClockStep)
	if before.Rung == 0 {
		t.Fatalf("nothing has moved: %+v", before)
	}
	if _, err := o.AskUndo(t.Context(), cases.UndoWish{Member: o.branch.ID, Number: c.Number, Why: "弄错了"}); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.chair, c, cases.Refuse, "不用撤")
	if got := o.clock(t, c, cases.ClockStep); got.Rung != before.Rung || !got.Due.Equal(before.Due) {
		t.Errorf("after: %+v, before %+v", got, before)
	}
}

// A step that waits for its author has left what it had left.
func testUndoingOfWhatWaits(t *testing.T, o *office) {
	c := o.fileOf(t, withClocks("clocks: {finish: {days: 20}}"))
	o.decide(t, o.branch, c, cases.Accept, "")
	o.now.set(o.now.Now().Add(24 * time.Hour))
	o.decide(t, o.chair, c, cases.Return, "要补")
	before := o.clock(t, c, cases.ClockStep)
	if _, err := o.AskUndo(t.Context(), cases.UndoWish{Member: o.branch.ID, Number: c.Number, Why: "弄错了"}); err != nil {
		t.Fatal(err)
	}
	o.now.set(o.now.Now().Add(48 * time.Hour))
	o.decide(t, o.chair, c, cases.Refuse, "不用撤")
	if got := o.clock(t, c, cases.ClockStep); got.Paused.IsZero() || got.Amount != before.Amount {
		t.Errorf("waits again with %+v, before %+v", got, before)
	}
}

// testProlongingLeavesTheRest: the first step has ten working days, the end is after thirty, and is prolonged by five.
func testProlongingLeavesTheRest(t *testing.T, o *office) {
	for when, want := range map[string]string{"!answered.why": "2026-12-14", "answered.why": "2027-01-11"} {
		source := withClocks("clocks: {finish: {days: 30}, extend: {days: 5}}")
		source = strings.Replace(source, "summary:", "  - {name: why, kind: text, label: 原因, ask: '为什么?', optional: true}\nsummary:", 1)
		c := o.fileOf(t, strings.Replace(source, "title: 复审", "title: 复审\n    when: '"+when+"'", 1))
		if _, _, err := o.Extend(t.Context(), o.branch.ID, c.Number, "忙"); err != nil {
			t.Fatal(err)
		}
		o.wantDue(t, c, cases.ClockStep, want)
	}
}

func testLateWithinTheHour(t *testing.T, o *office) {
	officer := o.person(t, "", "赵医生", union.Counsellor)
	for act, ended := range map[cases.Act]bool{cases.Accept: true, cases.Return: false} {
		o.now.set(at("2026-11-23", "10:00"))
		s := o.serviceOf(t, "closed", strings.Replace(closed, "\nwords:", "\nclocks: {finish: {days: 1}}\nwords:", 1))
		filed, err := o.File(t.Context(), cases.Draft{
			ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, Anonymous: true, Sealed: true,
			Values: map[string]cases.Value{"what": {Text: "班长骂人"}}, UpdatedAt: o.now.Now(),
		})
		if err != nil {
			t.Fatal(err)
		}
		o.now.set(at("2026-11-24", "17:45")) // a quarter of an hour too late
		o.decide(t, officer, filed.Case, act, "知道了")
		list, err := storage.NewClocks(o.db).Of(t.Context(), filed.Case.ID)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(list, func(c cases.Clock) bool { return c.Kind == cases.ClockFinish })
		if c := list[i]; !c.Late || c.Ended.IsZero() == ended || !ended && !c.Missed(o.now.Now()) || c.Ended.Minute() != 0 {
			t.Errorf("%s: %+v", act, c)
		}
	}
}

func testClocksCostNothing(t *testing.T, o *office) {
	took := map[string]int64{}
	for _, clocks := range []string{"", "clocks: {first: {days: 2}, next: {days: 2}, finish: {days: 20}, extend: {days: 3}}"} {
		s := o.serviceOf(t, "lent", withClocks(clocks))
		for range 2 { // the second time who decides is known
			counted := storage.CountStatements(t, o.db)
			if _, err := o.File(t.Context(), cases.Draft{
				ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1,
				Values: map[string]cases.Value{"what": {Text: "借会场"}}, UpdatedAt: o.now.Now(),
			}); err != nil {
				t.Fatal(err)
			}
			took[clocks] = counted()
		}
	}
	for clocks, n := range took {
		if n != took[""] {
			t.Errorf("%q: a filing takes %d statements, %d without clocks", clocks, n, took[""])
		}
	}
}

// testMissedEndIsOverdue: the step has ten days, and the whole had two. Whoever has it finds it among what is overdue, until an officer
// prolongs the end.
func testMissedEndIsOverdue(t *testing.T, o *office) {
	o.fileOf(t, withClocks(""))
	c := o.fileOf(t, withClocks("clocks: {finish: {days: 2}, extend: {days: 9}}"))
	o.now.set(o.clock(t, c, cases.ClockFinish).Due)
	o.tick(t)
	officer := o.openOf(t, c)[0].Officer
	first := func(want cases.ID, overdue int) {
		t.Helper()
		page, err := o.TaskPage(t.Context(), officer, cases.Spot{}, 9, false)
		if err != nil || len(page.Lines) == 0 || page.Lines[0].Task.Case.ID != want {
			t.Fatalf("the list is %+v, %v", page, err)
		}
		all, late, err := storage.NewTasks(o.db).Count(t.Context(), officer, o.now.Now())
		if err != nil || late != overdue {
			t.Errorf("%d of %d are overdue, want %d, %v", late, all, overdue, err)
		}
	}
	o.now.set(o.now.Now().Add(time.Minute))
	if due := o.openOf(t, c)[0].DueAt; !due.After(o.now.Now()) {
		t.Fatalf("the step has no time of its own: %s", due)
	}
	first(c.ID, 1)
	o.decide(t, o.member(t, officer), c, cases.Return, "要补")
	o.supplement(t, c)
	first(c.ID, 1)
	for _, marked := range []string{"by what happened", "by the start of a worker"} { // of one that an older version has left
		task := o.openOf(t, c)[0]
		if !task.Missed || task.Grade != cases.Plain {
			t.Fatalf("%s: %+v", marked, task)
		}
		if err := storage.Run(t.Context(), o.db, `UPDATE tasks SET missed = 0 WHERE case_id = ?`, c.ID); err != nil {
			t.Fatal(err)
		}
		for want := int64(1); want >= 0; want-- {
			if n, err := o.MissUnmarked(t.Context(), 9); err != nil || n != want {
				t.Fatalf("%d tasks are marked, want %d, %v", n, want, err)
			}
		}
	}
	if _, err := o.Urge(t.Context(), o.worker.ID, c.Number); err != nil {
		t.Fatal(err)
	}
	if task := o.openOf(t, c)[0]; !task.Missed || task.Grade != cases.Urged {
		t.Fatalf("what is missed and urged is %+v", task)
	}
	first(c.ID, 1)
	if _, _, err := o.Extend(t.Context(), officer, c.Number, "忙"); err != nil {
		t.Fatal(err)
	}
	if _, late, err := storage.NewTasks(o.db).Count(t.Context(), officer, o.now.Now()); err != nil || late != 0 {
		t.Errorf("once it is prolonged %d are overdue, %v", late, err)
	}
}
