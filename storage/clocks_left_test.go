package storage_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

func TestWhoeverTakesOverFromALeaverHasNoLessTimeAndIsAskedByDay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "10:00"))
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		o.leave(t, o.branch)
		o.now.set(at("2026-11-23", "23:00"))
		o.tick(t)
		if v, err := o.ByID(t.Context(), o.worker.ID, c.ID); err != nil || v.Officers[0] == "陈静" {
			t.Errorf("moved at night to %v, %v", v.Officers, err)
		}
		o.now.set(at("2026-11-24", "10:00"))
		o.tick(t)
		v, err := o.ByID(t.Context(), o.worker.ID, c.ID)
		if err != nil || v.Officers[0] != "陈静" || v.DueAt.Before(c.DueAt) {
			t.Errorf("it is with %v until %v, was promised for %v, %v", v.Officers, v.DueAt, c.DueAt, err)
		}
	})
}

// A step that goes on because its officer has left was not late, and says so. Where nobody holds the office any more, whoever looks
// after the union's data is told, once for all that waits, however often and by however many it is looked at.
func TestWhatALeaverHadIsNotCalledLateAndTheEmptyOfficeIsTold(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		admin := o.person(t, "", "管理员", union.Admin)
		o.now.set(at("2026-11-23", "10:00"))
		second := o.person(t, "一分厂", "副主席", union.BranchChair)
		one, two := o.file(t, o.worker, "给锅炉房加个护栏"), o.file(t, o.worker, "夜班供应热水")
		vacancies := func() (n int) {
			for _, p := range o.outbox.take() {
				if p.To == admin.ID && strings.HasPrefix(p.Key, "vacant/") {
					n++
				}
			}
			return n
		}
		o.leave(t, second)
		o.tick(t)
		if n := vacancies(); n != 0 {
			t.Errorf("the other one is there, and %d are told of an empty office", n)
		}
		o.leave(t, o.branch)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { o.tick(t) })
		}
		both.Wait()
		if n := vacancies(); n == 0 {
			t.Error("nobody is told that the office is empty")
		}
		for _, c := range []cases.Case{one, two} {
			if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != o.chair.ID {
				t.Errorf("it is with %+v", open)
			}
			if kinds := o.kinds(t, c); count(kinds, cases.EventLeft) != 1 || count(kinds, cases.EventUnheld) != 1 || count(kinds, cases.EventClimbed)+count(kinds, cases.EventStoodIn) != 0 {
				t.Errorf("timeline %v", kinds)
			}
		}
	})
}

// An author is reminded of what was asked for; the officer's ladder begins anew when it has come.
func TestRemindersToTheAuthorLeaveTheOfficersLadder(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "10:00"))
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		o.decide(t, o.branch, c, cases.Return, "哪一台?")
		for _, day := range []string{"2026-11-30", "2026-12-14"} {
			o.now.set(at(day, "17:30"))
			o.tick(t)
		}
		if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "二号", nil); err != nil {
			t.Fatal(err)
		}
		o.outbox.take()
		v, err := o.ByID(t.Context(), o.worker.ID, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for o.now.Now().Before(v.DueAt) {
			o.now.set(o.now.Now().Add(time.Hour))
			o.tick(t)
		}
		if kinds := o.kinds(t, c); count(kinds, cases.EventReminded) != 1 {
			t.Errorf("until the officer's time is over: %v", kinds)
		}
	})
}

func TestACheckWhoseAuthorLeftGoesToSomebody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "10:00"))
		c := o.checkedCase(t, o.worker, false)
		o.decide(t, o.branch, c, cases.Accept, "换了合页")
		o.leave(t, o.worker)
		o.tick(t)
		if kinds := o.kinds(t, c); count(kinds, cases.EventLeft) != 1 {
			t.Errorf("timeline %v", kinds)
		}
	})
}

// What was overdue when clocks came is overdue with them: nothing is promised anew.
func TestAnOverdueCaseWithoutClocksIsNotPromisedAnew(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "10:00"))
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		if err := storage.ForgetClocks(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		o.now.set(c.DueAt.AddDate(0, 0, 7))
		if _, err := o.AdoptBare(t.Context(), 0, 10); err != nil {
			t.Fatal(err)
		}
		o.tick(t)
		if kinds := o.kinds(t, c); count(kinds, cases.EventClimbed) != 1 {
			t.Errorf("timeline %v", kinds)
		}
	})
}

func TestACheckThatIsOnTheListIsNotMadeTwiceAndNobodyIsToldAtNight(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f, d := newChecks(t, db)
		who, officer := f.person("一分厂"), f.person("一分厂")
		if err := f.members.Grant(t.Context(), officer.ID, union.SafetyOfficer, officer.Org); err != nil {
			t.Fatal(err)
		}
		if _, err := imports(t, d, false, "staff_no,kind,due,every", who.StaffNo+",in_post,2026-11-29,12", who.StaffNo+",in_post,2027-11-15,12"); err != nil {
			t.Fatal(err)
		}
		f.now.set(at("2026-11-30", "23:30"))
		if _, err := d.Remind(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		told := f.outbox.take()
		for _, n := range told {
			if morning := at("2026-12-01", "09:00"); !n.NotBefore.Equal(morning) {
				t.Errorf("%s is told at %v", n.Key, n.NotBefore)
			}
		}
		if len(told) != 2 {
			t.Errorf("told %+v", told)
		}
		if noted, err := d.Note(t.Context(), officer.ID, who.StaffNo, "checked", ""); err != nil || noted.Next != nil {
			t.Errorf("noted %+v, %v", noted, err)
		}
		own, err := d.Own(t.Context(), who.ID)
		if err != nil || len(own) != 2 || !strings.HasPrefix(own[0].Due, "2027-11-15") {
			t.Errorf("listed %+v, %v", own, err)
		}
	})
}
