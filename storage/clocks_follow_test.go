package storage_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// laterCalendar has the office work by other holidays from now on.
func (o *office) laterCalendar(t *testing.T, holidays string) {
	t.Helper()
	later, err := calendar.Read(time.FixedZone("CST", 8*60*60), strings.NewReader(holidays))
	if err != nil {
		t.Fatal(err)
	}
	o.calendar.Calendar = later
}

// followAll has all cases follow the calendar, some at a time.
func (o *office) followAll(ctx context.Context, limit int) error {
	var failed []error
	for after := cases.ID(0); ; {
		last, err := o.FollowCalendar(ctx, after, limit)
		if failed = append(failed, err); last == 0 || last == after {
			return errors.Join(failed...)
		}
		after = last
	}
}

// follow has replicas take over the calendar at once, and says what the author of the cases reads.
func (o *office) follow(t *testing.T, replicas int) (read []notice.Notice) {
	t.Helper()
	o.outbox.take()
	var all sync.WaitGroup
	for range replicas {
		all.Go(func() {
			for range 20 { // as often as somebody else was quicker
				if err := o.followAll(t.Context(), 3); err == nil {
					return
				}
			}
			t.Error("the calendar is never followed")
		})
	}
	all.Wait()
	for _, n := range o.outbox.take() {
		if n.To == o.worker.ID {
			read = append(read, n)
		}
	}
	return read
}

func TestALaterCalendarIsFollowedAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-20", "10:00"))
		var all []cases.Case
		for range 7 {
			all = append(all, o.file(t, o.worker, "给锅炉房加个护栏"))
		}
		if read := o.follow(t, 1); len(read) != 0 {
			t.Fatalf("by the same calendar the author reads %v", read)
		}
		o.now.set(at("2026-11-20", "21:00"))
		o.laterCalendar(t, "off 2026-11-25 假\n")
		read := o.follow(t, 2)
		if len(read) != len(all) {
			t.Errorf("of %d cases the author reads %d times", len(all), len(read))
		}
		for _, n := range read {
			if !strings.Contains(n.Body.Text, "postponed to 11-26") || !n.NotBefore.Equal(at("2026-11-23", "08:00")) {
				t.Errorf("the author reads %q, from %s on", n.Body.Text, n.NotBefore)
			}
		}
		for _, c := range all {
			v, err := o.ByID(t.Context(), o.worker.ID, c.ID)
			if err != nil || !v.DueAt.Equal(at("2026-11-26", "17:30")) || count(o.kinds(t, c), cases.EventPostponed) != 1 {
				t.Errorf("due %s, %v, timeline %v", v.DueAt, err, o.kinds(t, c))
			}
		}
		tasks, err := o.Tasks(t.Context(), o.branch.ID)
		if err != nil || len(tasks) != len(all) || !tasks[0].DueAt.Equal(at("2026-11-26", "17:30")) {
			t.Errorf("the officer's list says %v, %v", tasks, err)
		}
		if read := o.follow(t, 1); len(read) != 0 {
			t.Errorf("the author reads it again: %v", read)
		}
		o.laterCalendar(t, "off 2027-01-01 元旦\n")
		if read := o.follow(t, 1); len(read) != 0 || !o.clock(t, all[0], cases.ClockStep).Due.Equal(at("2026-11-26", "17:30")) {
			t.Errorf("it is made earlier: %v", read)
		}
	})
}

// A case that cannot be read keeps the others from nothing, and the calendar from nothing either.
func TestACalendarIsFollowedBesideACaseThatCannotBeRead(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-20", "10:00"))
		broken, whole := o.file(t, o.worker, "给锅炉房加个护栏"), o.file(t, o.worker, "加个灯")
		if err := storage.Run(t.Context(), db, `UPDATE cases SET form = 'damaged' WHERE id = ?`, broken.ID); err != nil {
			t.Fatal(err)
		}
		o.laterCalendar(t, "off 2026-11-25 假\n")
		if err := o.followAll(t.Context(), 1); err == nil {
			t.Error("nothing is said of the one that cannot be read")
		}
		o.wantDue(t, whole, cases.ClockStep, "2026-11-26")
	})
}

// What a replica has promised by an older calendar after all had followed the later one follows it the next time.
func TestACalendarIsFollowedAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-20", "10:00"))
		older := o.calendar.Calendar
		o.laterCalendar(t, "off 2026-11-25 假\n")
		later := o.calendar.Calendar
		o.follow(t, 1)
		o.calendar.Calendar = older
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		o.calendar.Calendar = later
		if read := o.follow(t, 1); len(read) != 1 {
			t.Errorf("the author reads %v", read)
		}
		o.wantDue(t, c, cases.ClockStep, "2026-11-26")
	})
}

// Who dies in the middle goes on with the next start, and nobody reads it twice.
func TestACalendarIsFollowedFromWhereItWasLeft(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-20", "10:00"))
		for range 3 {
			o.file(t, o.worker, "给锅炉房加个护栏")
		}
		o.laterCalendar(t, "off 2026-11-25 假\n")
		dying, die := context.WithCancel(t.Context())
		o.outbox.take()
		o.outbox.Outbox = &fatal{Outbox: o.outbox.Outbox, after: 2, die: die}
		if err := o.followAll(dying, 10); !errors.Is(err, context.Canceled) {
			t.Fatalf("it does not die: %v", err)
		}
		o.outbox.Outbox = storage.NewOutbox(db)
		first := len(o.outbox.take()) - 1 // the last is undone
		if more := o.follow(t, 1); first+len(more) != 3 {
			t.Errorf("the author reads %d and %d", first, len(more))
		}
	})
}

// fatal is the end of the process with the nth notice.
type fatal struct {
	notice.Outbox
	after int
	die   func()
}

func (f *fatal) Put(ctx context.Context, notices ...notice.Notice) error {
	if f.after--; f.after == 0 {
		f.die()
		return context.Canceled
	}
	return f.Outbox.Put(ctx, notices...)
}

// Whoever decides on the holiday itself, before anything was swept, is not late.
func TestADecisionOnAHolidayThatCameLaterIsNotLate(t *testing.T) {
	inOpenOffices(t, []suite{{"decided", func(t *testing.T, o *office) {
		o.now.set(at("2026-11-20", "10:00"))
		c := o.fileOf(t, withClocks("clocks: {first: {days: 3}, next: {days: 20}, finish: {days: 3}}"))
		o.laterCalendar(t, "off 2026-11-25..2026-11-26 假\n")
		o.now.set(at("2026-11-26", "10:00")) // promised was the 25th, and is the 27th now
		o.decide(t, o.branch, c, cases.Accept, "")
		for _, kind := range []cases.ClockKind{cases.ClockStep, cases.ClockFirst, cases.ClockFinish} {
			if got := o.clock(t, c, kind); got.Late || kind == cases.ClockFinish && !got.Due.Equal(at("2026-11-27", "17:30")) {
				t.Errorf("%s: %+v", kind, got)
			}
		}
	}}, {"returned", func(t *testing.T, o *office) {
		o.now.set(at("2026-11-20", "10:00"))
		c := o.fileOf(t, withClocks("clocks: {finish: {days: 3}}"))
		o.laterCalendar(t, "off 2026-11-25..2026-11-26 假\n")
		o.now.set(at("2026-11-26", "10:00"))
		o.decide(t, o.branch, c, cases.Return, "要补")
		if got := o.clock(t, c, cases.ClockFinish); got.Late || got.Amount != 1 {
			t.Errorf("%+v", got)
		}
	}}})
}
