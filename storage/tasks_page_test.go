package storage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/cases"
)

// Page by page an officer reads every line once, in order, though meanwhile one goes to somebody else.
func TestAnOfficerReadsTheListToItsEnd(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		store := storage.NewTasks(db)
		officer := o.person(t, "九分厂", "工")
		var want []string
		task := func(name string, grade cases.Grade, due time.Duration) cases.ID {
			id := cases.ID(db.NewID())
			err := store.Insert(t.Context(), cases.Task{
				ID: id, Case: c.ID, Step: name, Officer: officer.ID, State: cases.TaskOpen, Grade: grade, DueAt: testNow.Add(due), CreatedAt: testNow,
			})
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, name)
			return id
		}
		for i := range 3 {
			task(fmt.Sprintf("danger%d", i), cases.Danger, time.Hour)
		}
		for i := range 7 { // all of one time, as those that end with a day
			grade := cases.Plain
			if i%2 == 0 {
				grade = cases.Urged
			}
			task(fmt.Sprintf("late%d", i), grade, -time.Hour)
		}
		for i := range 5 {
			task(fmt.Sprintf("urged%d", i), cases.Urged, 90*time.Hour)
		}
		var plain []cases.ID
		for i := range 8 {
			plain = append(plain, task(fmt.Sprintf("plain%d", i), cases.Plain, 10*time.Minute))
		}
		var got []string
		after := cases.Spot{At: testNow}
		for page := range 20 {
			if page == 5 {
				if err := store.Hand(t.Context(), plain[1], testNow); err != nil {
					t.Fatal(err)
				}
				want = slices.DeleteFunc(want, func(name string) bool { return name == "plain1" })
			}
			list, err := store.OfOfficer(t.Context(), officer.ID, after, 3)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			for _, one := range list {
				got = append(got, one.Step)
			}
			after = list[len(list)-1].SpotAt(after.At)
		}
		if !slices.Equal(got, want) {
			t.Errorf("read %v, want %v", got, want)
		}
		for most, n := range map[int]int{5: 5, 1000: len(want)} {
			if counted, err := store.CountUpTo(t.Context(), officer.ID, most); err != nil || counted != n {
				t.Errorf("counted %d up to %d, %v; want %d", counted, most, err, n)
			}
		}
	})
}

func TestAPageSaysHowManyThereAreAndHasWhatColleaguesAsk(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.file(t, o.worker, "给锅炉房加个护栏")
		o.copies(t, 20, o.branch.ID)
		seen := map[cases.ID]bool{}
		var after cases.Spot
		for pages := 0; ; pages++ {
			page, err := o.TaskPage(t.Context(), o.branch.ID, after, 9, true)
			if err != nil || page.All != 21 || pages > 2 {
				t.Fatalf("page %d has %d of %d lines, %v", pages, len(page.Lines), page.All, err)
			}
			for _, l := range page.Lines {
				seen[l.Task.ID] = true
			}
			if page.Next == nil {
				break
			}
			after = *page.Next
		}
		if len(seen) != 21 {
			t.Errorf("read %d of 21 lines", len(seen))
		}
	})
}
