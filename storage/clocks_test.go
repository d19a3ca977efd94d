package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// at is a time of day in the union's zone.
func at(date, clock string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", date+" "+clock, time.FixedZone("CST", 8*60*60))
	if err != nil {
		panic(err)
	}
	return t
}

func count(kinds []string, kind string) (n int) {
	for _, k := range kinds {
		if k == kind {
			n++
		}
	}
	return n
}

// tick makes all moves that are due, and writes the digests.
func (o *office) tick(t *testing.T) {
	t.Helper()
	for _, do := range []func(context.Context, int) (int64, error){o.MoveStandIns, o.TakeFromLeavers, o.MeetOfficers, o.MoveClocks, o.SendDigests} {
		if _, err := do(t.Context(), 1000); err != nil {
			t.Error(err)
		}
	}
}

func TestAfterAWeekThreeReplicasMoveEachCaseOnceAndTellEachOfficerOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "09:00"))
		const filed = 12
		var all []cases.Case
		for i := range filed {
			all = append(all, o.file(t, o.worker, fmt.Sprintf("第 %d 条建议", i)))
		}
		o.now.set(at("2026-12-04", "10:00"))
		var replicas sync.WaitGroup
		for range 3 {
			replicas.Go(func() {
				if _, err := o.MoveClocks(t.Context(), 100); err != nil {
					t.Error(err)
				}
			})
		}
		replicas.Wait()
		moved := o.outbox.take()
		if got := count(told(moved, o.worker), notice.KindAnswer); got != filed {
			t.Errorf("the author is told %d times of %d moves", got, filed)
		}
		if got := told(moved, o.chair); len(got) != 0 {
			t.Errorf("who takes over hears of each: %v", got)
		}
		for _, c := range all {
			if kinds := o.kinds(t, c); count(kinds, cases.EventClimbed) != 1 || len(kinds) != 2 {
				t.Errorf("timeline %v", kinds)
			}
		}
		for range 3 {
			replicas.Go(func() {
				if _, err := o.SendDigests(t.Context(), 100); err != nil {
					t.Error(err)
				}
			})
		}
		replicas.Wait()
		sent := o.outbox.take()
		if got := told(sent, o.chair); len(got) != 1 || got[0] != notice.KindDigest {
			t.Errorf("who takes over hears %v", got)
		}
		if i := slices.IndexFunc(sent, func(n notice.Notice) bool { return n.To == o.chair.ID }); i >= 0 && !strings.Contains(sent[i].Body.Text, "handed 12") {
			t.Errorf("the digest says %q", sent[i].Body.Text)
		}
		if tasks, err := o.Tasks(t.Context(), o.branch.ID); err != nil || len(tasks) != 0 {
			t.Errorf("the former officer has %d left, %v", len(tasks), err)
		}
	})
}

// broken lets nothing be said while it is set.
type broken struct {
	notice.Outbox
	err error
}

func (b *broken) Put(ctx context.Context, notices ...notice.Notice) error {
	if b.err != nil {
		return b.err
	}
	return b.Outbox.Put(ctx, notices...)
}

func TestAMoveThatDiesInTheMiddleIsMadeOnceAndWhole(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		o.now.set(at("2026-12-04", "10:00"))
		dying := &broken{Outbox: o.outbox.Outbox, err: errors.New("killed")}
		o.outbox.Outbox = dying
		if _, err := o.MoveClocks(t.Context(), 10); err == nil {
			t.Fatal("the outbox does not break")
		}
		v, err := o.ByID(t.Context(), o.worker.ID, c.ID)
		if err != nil || len(v.Officers) != 1 || v.Officers[0] != "李芳" || len(v.Timeline) != 1 {
			t.Fatalf("half a move is left: %v %v, %v", v.Officers, v.Timeline, err)
		}
		dying.err = nil
		o.now.set(o.now.Now().Add(cases.FirstPutOff))
		o.tick(t)
		o.tick(t)
		if kinds := o.kinds(t, c); count(kinds, cases.EventClimbed) != 1 {
			t.Errorf("timeline %v", kinds)
		}
	})
}

func TestOutsideOfDutyHoursNothingMovesAndNobodyIsReminded(t *testing.T) {
	o := newOffice(t, storagetest.SQLite(t))
	o.file(t, o.worker, "给锅炉房加个护栏")
	for _, when := range []time.Time{at("2026-12-04", "20:00"), at("2026-12-05", "10:00"), at("2026-12-07", "07:59")} {
		o.now.set(when)
		o.tick(t)
		if put := o.outbox.take(); len(put) > 0 {
			t.Errorf("%s: %v", when, put)
		}
	}
	o.now.set(at("2026-12-07", "08:00"))
	o.tick(t)
	if put := o.outbox.take(); len(put) == 0 {
		t.Error("nothing moves in duty hours")
	}
}

func TestALaterCalendarProlongsAPromiseAndNeverShortensIt(t *testing.T) {
	for name, c := range map[string]struct{ holidays, want string }{
		"a holiday":     {"off 2026-11-25 假\n", "11-26"},
		"a worked day":  {"work 2026-11-22 班\n", "11-25"}, // the filing's own day is not counted either way
		"none the less": {"off 2027-01-01 元旦\n", "11-25"},
		"worked before": {"work 2026-11-28 班\n", "11-25"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, storagetest.SQLite(t))
			o.now.set(at("2026-11-20", "10:00"))
			filed := o.file(t, o.worker, "给锅炉房加个护栏")
			if got := filed.DueAt.In(time.UTC).Format("01-02"); got != "11-25" {
				t.Fatalf("promised %s", got)
			}
			later, err := calendar.Read(time.FixedZone("CST", 8*60*60), strings.NewReader(c.holidays))
			if err != nil {
				t.Fatal(err)
			}
			o.calendar.Calendar = later
			o.now.set(at("2026-11-24", "10:00"))
			o.tick(t)
			v, err := o.ByID(t.Context(), o.worker.ID, filed.ID)
			if err != nil || v.DueAt.Format("01-02") != c.want {
				t.Errorf("due %s, want %s, %v", v.DueAt.Format("01-02"), c.want, err)
			}
			if tasks, err := o.Tasks(t.Context(), o.branch.ID); err != nil || len(tasks) != 1 || !tasks[0].DueAt.Equal(v.DueAt) {
				t.Errorf("the officer's list says %v, %v", tasks, err)
			}
		})
	}
}

func TestAStepWhoseOfficerLeavesGoesToSomebodyAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "10:00"))
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		o.leave(t, o.branch)
		o.tick(t)
		v, err := o.ByID(t.Context(), o.worker.ID, c.ID)
		if err != nil || len(v.Officers) != 1 || v.Officers[0] != "陈静" {
			t.Errorf("it is with %v, %v", v.Officers, err)
		}
		o.leave(t, o.chair)
		admin := o.person(t, "", "管理员", union.Admin)
		o.tick(t)
		if v, err = o.ByID(t.Context(), o.worker.ID, c.ID); err != nil || len(v.Officers) != 1 || v.Officers[0] != admin.Name {
			t.Errorf("it is with %v, %v", v.Officers, err)
		}
	})
}

// TestStepsThatNobodyIsLeftForHoldNothingUp has more of them than are looked at at a time.
func TestStepsThatNobodyIsLeftForHoldNothingUp(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "10:00"))
		var last cases.Case
		for _, text := range []string{"给锅炉房加个护栏", "食堂晚上多开一个窗口", "班车早十分钟发车"} {
			last = o.file(t, o.worker, text)
		}
		o.leave(t, o.branch)
		o.leave(t, o.chair)
		for range 2 { // the second time all have been told of
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			looked, err := o.TakeFromLeavers(ctx, 1)
			cancel()
			if err != nil || looked != 3 {
				t.Fatalf("looked at %d, %v", looked, err)
			}
		}
		admin := o.person(t, "", "管理员", union.Admin)
		o.now.set(at("2026-12-23", "10:00"))
		if _, err := o.TakeFromLeavers(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if v, err := o.ByID(t.Context(), o.worker.ID, last.ID); err != nil || len(v.Officers) != 1 || v.Officers[0] != admin.Name {
			t.Errorf("the last one is with %v, %v", v.Officers, err)
		}
	})
}

func (o *office) leave(t *testing.T, m union.Member) {
	t.Helper()
	m.Status = union.Left
	if _, err := o.members.Put(t.Context(), m, o.now.Now()); err != nil {
		t.Fatal(err)
	}
}

func TestCasesOfAVersionWithoutClocksGetThem(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "10:00"))
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		if err := storage.ForgetClocks(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if last, err := o.AdoptBare(t.Context(), 0, 10); err != nil || last != c.ID && last != 0 {
				t.Fatalf("adopted %d, %v", last, err)
			}
		}
		o.now.set(c.DueAt)
		o.tick(t)
		if kinds := o.kinds(t, c); count(kinds, cases.EventClimbed) != 1 {
			t.Errorf("timeline %v", kinds)
		}
	})
}

// The author reads once a step that its officer was reminded, however often that one is.
func TestTheAuthorReadsOnceThatSomebodyWasReminded(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "10:00"))
		c := o.fileOf(t, strings.Replace(withClocks(""), "days: 10", "days: 10\n    silence: [{do: remind, before: 3}, {do: remind, before: 1}, {do: up, days: 2}]", 1))
		for _, day := range []string{"2026-12-02", "2026-12-04"} {
			o.now.set(at(day, "10:00"))
			o.tick(t)
		}
		if kinds := o.kinds(t, c); count(kinds, cases.EventReminded) != 2 {
			t.Fatalf("timeline %v", kinds)
		}
		n, err := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM outbox WHERE row_key LIKE ?`, fmt.Sprintf("reminded/%d/%%", c.ID))
		if err != nil || n != "1" {
			t.Errorf("the author is told %s times, %v", n, err)
		}
	})
}
