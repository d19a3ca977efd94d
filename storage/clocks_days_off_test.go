package storage_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// laterHours has the office work at other hours from now on.
func (o *office) laterHours(t *testing.T, hours string) {
	t.Helper()
	spans, err := calendar.ParseSpans(hours)
	if err != nil {
		t.Fatal(err)
	}
	o.calendar.Calendar = o.calendar.WithHours(calendar.Hours{Office: spans})
}

// toldOf says what the author of the cases has been told of days off.
func (o *office) toldOf() (read []notice.Notice) {
	for _, n := range o.outbox.take() {
		if n.To == o.worker.ID && (strings.Contains(n.Body.Text, "postponed") || strings.Contains(n.Body.Text, "shifted")) {
			read = append(read, n)
		}
	}
	return read
}

// Whoever works longer has announced no holidays: times move along, and nobody is told.
func TestOtherHoursAreFollowedInSilence(t *testing.T) {
	inOpenOffices(t, []suite{{"of days", func(t *testing.T, o *office) {
		o.now.set(at("2026-11-20", "10:00"))
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		o.laterHours(t, "08:30-12:00,13:30-18:00")
		read := o.follow(t, 1)
		due := o.clock(t, c, cases.ClockStep).Due
		if len(read) != 0 || !due.Equal(at("2026-11-25", "18:00")) || count(o.kinds(t, c), cases.EventPostponed) != 0 {
			t.Errorf("due %s, the author reads %v, timeline %v", due, read, o.kinds(t, c))
		}
		o.laterCalendar(t, "off 2026-11-25 假\n")
		if read := o.follow(t, 1); len(read) != 1 || count(o.kinds(t, c), cases.EventPostponed) != 1 {
			t.Errorf("of days off the author reads %v, timeline %v", read, o.kinds(t, c))
		}
	}}, {"of hours", func(t *testing.T, o *office) {
		o.now.set(at("2026-11-20", "10:00"))
		c := o.fileOf(t, withClocks("clocks: {first: {hours: 12}}"))
		before := o.clock(t, c, cases.ClockFirst).Due
		o.laterHours(t, "08:30-11:00")
		read := o.follow(t, 1)
		if due := o.clock(t, c, cases.ClockFirst).Due; len(read) != 0 || due.Sub(before) < 24*time.Hour {
			t.Errorf("due %s, before %s, the author reads %v", due, before, read)
		}
		o.laterCalendar(t, "off 2026-11-24..2026-12-04 假\n")
		o.laterHours(t, "08:30-11:00")
		if read := o.follow(t, 1); len(read) != 1 {
			t.Errorf("of days off the author reads %v", read)
		}
	}}})
}

// Whatever keeps the later day first, the author is told of it once, and nobody moves the case by the old one.
func TestTheAuthorIsToldOfDaysOffWhoeverWasQuicker(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-20", "10:00"))
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		o.now.set(at("2026-11-24", "10:00"))
		o.tick(t) // the reminder; what comes next is the day itself
		o.laterCalendar(t, "off 2026-11-25..2026-11-26 假\n")
		o.outbox.take()
		if err := o.handOver(t, c, o.branch, o.chair); err != nil {
			t.Fatal(err)
		}
		if read := o.toldOf(); len(read) != 1 || count(o.kinds(t, c), cases.EventPostponed) != 1 {
			t.Errorf("the author reads %v, timeline %v", read, o.kinds(t, c))
		}
		if read := o.follow(t, 1); len(read) != 0 || count(o.kinds(t, c), cases.EventPostponed) != 1 {
			t.Errorf("it is told again: %v, timeline %v", read, o.kinds(t, c))
		}
		o.now.set(at("2026-11-27", "10:00"))
		o.tick(t)
		if kinds := o.kinds(t, c); slices.Contains(kinds, cases.EventClimbed) || slices.Contains(kinds, cases.EventStoodIn) {
			t.Errorf("it moves by the old day: %v", kinds)
		}
	})
}

// waiting counts what waits to be told of days off.
func (o *office) waiting(t *testing.T, c cases.Case) string {
	t.Helper()
	n, err := storage.Text(t.Context(), o.db, `SELECT COUNT(*) FROM outbox WHERE row_key LIKE ?`, fmt.Sprintf("postponed/%d/%%", c.ID))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What waits for the morning is not told of a case that was decided meanwhile.
func TestNobodyIsToldOfDaysOffOnceTheCaseHasAnotherTime(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-20", "10:00"))
		acts := map[cases.Act]cases.Case{cases.Return: o.file(t, o.worker, "给锅炉房加个护栏"), cases.Accept: o.file(t, o.worker, "加个灯")}
		o.now.set(at("2026-11-20", "21:00"))
		o.laterCalendar(t, "off 2026-11-25 假\n")
		o.follow(t, 1)
		for act, c := range acts {
			if n := o.waiting(t, c); n != "1" {
				t.Fatalf("%s wait", n)
			}
			o.decide(t, o.branch, c, act, "看过了")
			if n := o.waiting(t, c); n != "0" {
				t.Errorf("after %s %s wait", act, n)
			}
		}
	})
}

// Of several who sign in order one signs, and the next has the step's time: nobody tells the author of that, so days off are told.
func TestASignatureHidesNoDaysOff(t *testing.T) {
	signing := "{seats: [judge, branch_chair]}\n    mode: in_order"
	inOpenOffices(t, []suite{{"that wait for the morning", func(t *testing.T, o *office) {
		judge := o.person(t, "", "评委", union.Judge)
		o.now.set(at("2026-11-20", "10:00"))
		c := o.fileMoving(t, signing, false)
		o.now.set(at("2026-11-20", "21:00"))
		o.laterCalendar(t, "off 2026-11-25 假\n")
		o.follow(t, 1)
		o.decide(t, judge, c, cases.Accept, "")
		if n := o.waiting(t, c); n != "1" || len(o.has(t, c)) != 1 || o.has(t, c)[0] != o.branch.Name {
			t.Errorf("%s wait, and it is with %v", n, o.has(t, c))
		}
	}}, {"that the signature finds first", func(t *testing.T, o *office) {
		judge := o.person(t, "", "评委", union.Judge)
		o.now.set(at("2026-11-20", "10:00"))
		c := o.fileMoving(t, signing, false)
		o.laterCalendar(t, "off 2026-11-25 假\n")
		o.outbox.take()
		o.decide(t, judge, c, cases.Accept, "")
		if read := o.toldOf(); len(read) != 1 || count(o.kinds(t, c), cases.EventPostponed) != 1 {
			t.Errorf("the author reads %v, timeline %v", read, o.kinds(t, c))
		}
		if read := o.follow(t, 1); len(read) != 0 || count(o.kinds(t, c), cases.EventPostponed) != 1 {
			t.Errorf("it is told again: %v, timeline %v", read, o.kinds(t, c))
		}
	}}, {"where there are none", func(t *testing.T, o *office) {
		judge := o.person(t, "", "评委", union.Judge)
		o.now.set(at("2026-11-20", "10:00"))
		c := o.fileMoving(t, signing, false)
		o.laterHours(t, "08:30-12:00,13:30-18:00")
		o.now.set(at("2026-11-23", "10:00"))
		o.outbox.take()
		o.decide(t, judge, c, cases.Accept, "")
		if read := o.toldOf(); len(read) != 0 || count(o.kinds(t, c), cases.EventPostponed) != 0 {
			t.Errorf("the author reads %v, timeline %v", read, o.kinds(t, c))
		}
	}}})
}

// Who decides at night waits for nobody who writes notices just then.
func TestTakingBackWaitsForNobody(t *testing.T) {
	o := newOffice(t, storagetest.MariaDB(t))
	o.now.set(at("2026-11-20", "21:00"))
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.hold(t, o.draft(o.mate, "加个灯"), func(string) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := o.Decide(ctx, cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Return, Note: "要补"}); err != nil {
			t.Errorf("deciding beside a filing that has not committed: %v", err)
		}
	})
}

// Of a sealed case it is told in duty hours too that there is something to fetch.
func TestTheAuthorOfASealedCaseIsNotWokenForDaysOff(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.person(t, "", "赵医生", union.Counsellor)
		o.now.set(at("2026-11-20", "10:00"))
		s := o.serviceOf(t, "closed", closed)
		if _, err := o.File(t.Context(), cases.Draft{
			ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, Anonymous: true, Sealed: true, Notify: true,
			Values: map[string]cases.Value{"what": {Text: "班长骂人"}}, UpdatedAt: o.now.Now(),
		}); err != nil {
			t.Fatal(err)
		}
		o.now.set(at("2026-11-21", "02:00"))
		o.laterCalendar(t, "off 2026-11-23..2026-11-30 假\n")
		read := o.follow(t, 1)
		if len(read) != 1 || read[0].NotBefore.Before(at("2026-12-01", "08:00")) {
			t.Errorf("it reads %v", read)
		}
	})
}
