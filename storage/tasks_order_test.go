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
	"github.com/unionbot/unionbot/union/cases"
)

func TestAnOfficersListHasDangersFirstThenWhatIsOverdueAndUrged(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		store, now := storage.NewTasks(db), testNow
		officer := o.person(t, "九分厂", "工")
		task := func(name string, grade cases.Grade, due time.Duration) {
			err := store.Insert(t.Context(), cases.Task{
				ID: cases.ID(db.NewID()), Case: c.ID, Step: name, Officer: officer.ID, State: cases.TaskOpen, Grade: grade, DueAt: now.Add(due), CreatedAt: now,
				Missed: strings.HasPrefix(name, "missed"),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		task("far", cases.Plain, 90*time.Hour)
		task("urged", cases.Urged, 80*time.Hour)
		task("soon", cases.Plain, time.Hour)
		task("late", cases.Plain, -time.Hour)
		task("urged_late", cases.Urged, -2*time.Hour)
		task("danger", cases.Danger, 100*time.Hour)
		task("missed_danger", cases.Danger, 101*time.Hour)
		task("missed", cases.Plain, 70*time.Hour)
		task("missed_urged", cases.Urged, 60*time.Hour)
		list, err := store.OfOfficer(t.Context(), officer.ID, cases.Spot{At: now}, 8)
		var names []string
		for _, one := range list {
			names = append(names, one.Step)
		}
		if want := []string{"danger", "missed_danger", "urged_late", "late", "missed_urged", "missed", "urged", "soon"}; err != nil || !slices.Equal(names, want) {
			t.Errorf("got %v, want %v, %v", names, want, err)
		}
	})
}

// What an officer reads costs what is shown, not what there is: 500 tasks or ten times as many.
func TestAnOfficersListIsAsQuickWithManyTasks(t *testing.T) {
	const some, lots = 500, 5_000
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		store := storage.NewTasks(db)
		few, many := o.person(t, "九分厂", "甲"), o.person(t, "九分厂", "乙")
		fill := func(officer cases.Task, n int) { // half of them are overdue
			for half := n / 2; n > 0; {
				batch := make([]cases.Task, min(n, 1000))
				for i := range batch {
					batch[i] = officer
					batch[i].ID, batch[i].DueAt = cases.ID(db.NewID()), testNow.Add(time.Duration(n-i-half)*time.Minute)
				}
				if err := store.Insert(t.Context(), batch...); err != nil {
					t.Fatal(err)
				}
				n -= len(batch)
			}
		}
		one := cases.Task{Case: c.ID, Step: "first", State: cases.TaskOpen, CreatedAt: testNow}
		one.Officer = few.ID
		fill(one, some)
		one.Officer = many.ID
		fill(one, lots)
		if err := storage.Analyze(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		plan, err := storage.ExplainDesk(t.Context(), db, many.ID, testNow, 50)
		if err != nil || strings.Count(plan, "tasks_ranked") < 5 {
			t.Errorf("the plan is %s, %v", plan, err)
		}
		list := func(ctx context.Context, officer union.MemberID) error {
			list, err := store.OfOfficer(ctx, officer, cases.Spot{At: testNow}, 50)
			if err == nil && len(list) != 50 {
				err = fmt.Errorf("%d tasks", len(list))
			}
			return err
		}
		if db.Dialect() == storage.MySQL { // what it reads is counted: how long that takes depends on who else is there
			var read [2]int64
			for i, officer := range []union.MemberID{few.ID, many.ID} {
				if read[i], err = storage.RowsRead(t.Context(), db, func(ctx context.Context) error { return list(ctx, officer) }); err != nil {
					t.Fatal(err)
				}
			}
			if read[0] < 50 || read[1] > read[0]+some/10 {
				t.Errorf("for %d tasks %d rows are read, for %d %d", some, read[0], lots, read[1])
			}
			return
		}
		best := [2]time.Duration{time.Hour, time.Hour}
		for range 200 { // in turns, so that both are as disturbed
			for i, officer := range []union.MemberID{few.ID, many.ID} {
				start := time.Now()
				if err := list(t.Context(), officer); err != nil {
					t.Fatal(err)
				}
				best[i] = min(best[i], time.Since(start))
			}
		}
		if float64(best[1]) > 1.5*float64(best[0])+float64(time.Millisecond)/2 {
			t.Errorf("%d tasks take %s, %d take %s", some, best[0], lots, best[1])
		}
	})
}
