package storage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Whatever is decided, returned, added, urged or left to silence: a case is in one place, somebody real who is not its
// author has it, and its clocks stand still exactly while it waits for its author.
func TestACaseIsAlwaysInOnePlaceAndWithSomebody(t *testing.T) {
	property(t, func(r *rapid.T, o *office) {
		clocks := storage.NewClocks(o.db)
		o.person(t, "", "管理员", union.Admin)
		second := o.person(t, "一分厂", "副主席", union.BranchChair)
		author := o.worker
		if rapid.Bool().Draw(r, "the author is an officer") {
			author = o.branch
		}
		c := o.file(t, author, "给锅炉房加个护栏")
		number, left := numberOf(t, o, c), map[union.MemberID]bool{}
		var standing cases.Clock
		for range rapid.IntRange(1, 12).Draw(r, "things") {
			before := o.at(t, c)
			what := rapid.SampledFrom([]string{"accept", "return", "refuse", "add", "urge", "wait", "wait", "wait", "leave", "reconsider"}).Draw(r, "what")
			officer := rapid.SampledFrom([]union.Member{o.branch, second, o.chair, o.mate, o.other}).Draw(r, "officer")
			switch what {
			case "accept", "return", "refuse":
				_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: officer.ID, Act: cases.Act(what), Note: "因为"})
				expected(t, err)
			case "add":
				_, err := o.Supplement(t.Context(), author.ID, number, "靠窗第二张", nil)
				expected(t, err)
			case "urge":
				_, err := o.Urge(t.Context(), author.ID, number)
				expected(t, err)
			case "reconsider":
				_, err := o.Reconsider(t.Context(), author.ID, number, "不服")
				expected(t, err)
			case "wait":
				o.now.set(o.now.Now().Add(time.Duration(rapid.IntRange(1, 200).Draw(r, "hours")) * time.Hour))
				o.tick(t)
			case "leave":
				if officer.ID != author.ID && officer.ID != o.chair.ID && !left[officer.ID] {
					left[officer.ID] = true
					o.leave(t, officer)
				}
			}
			if what == "leave" || what == "wait" {
				o.now.set(nextMorning(o.now.Now()))
				o.tick(t)
			}
			standing = inOnePlace(t, r, o, clocks, c, author, left, before, standing)
		}
	})
}

func nextMorning(now time.Time) time.Time {
	for now = now.Add(time.Hour); now.Weekday() == time.Saturday || now.Weekday() == time.Sunday || now.UTC().Hour() > 8 || now.UTC().Hour() < 1; {
		now = now.Add(time.Hour)
	}
	return now
}

// expected are refusals that people hear.
func expected(t *testing.T, err error) {
	t.Helper()
	for _, known := range []error{nil, union.ErrForbidden, union.ErrNotFound, union.ErrSettled, cases.ErrActNotAllowed, union.ErrNoOfficer} {
		if errors.Is(err, known) {
			return
		}
	}
	t.Errorf("nobody expects %v", err)
}

func numberOf(t *testing.T, o *office, c cases.Case) string {
	t.Helper()
	return o.at(t, c).Number
}

func (o *office) at(t *testing.T, c cases.Case) cases.Case {
	t.Helper()
	now, err := storage.NewCases(o.db).ByID(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func inOnePlace(t *testing.T, r *rapid.T, o *office, store *storage.Clocks, c cases.Case, author union.Member, left map[union.MemberID]bool, before cases.Case, stood cases.Clock) cases.Clock {
	t.Helper()
	now := o.at(t, c)
	open, err := storage.NewTasks(o.db).OfCases(t.Context(), true, c.ID)
	if err != nil {
		r.Fatal(err)
	}
	list, err := store.Of(t.Context(), c.ID)
	if err != nil || len(list) == 0 {
		r.Fatalf("clocks %v, %v", list, err)
	}
	at := slices.IndexFunc(list, func(c cases.Clock) bool { return c.Kind == cases.ClockStep })
	if at < 0 || len(list) < 2 {
		r.Fatalf("clocks of the step and of the whole matter: %+v", list)
	}
	step := list[at]
	for _, whole := range slices.Delete(list, at, at+1) {
		switch runs := whole.Runs(); {
		case runs && now.State != cases.Open:
			r.Fatalf("%+v of a case that is %s", whole, now.State)
		case runs && whole.Due.After(o.now.Now()) && now.DueAt.After(whole.Due):
			r.Fatalf("%s is promised, and %+v runs", now.DueAt, whole)
		case !runs && now.State == cases.Open && whole.Ended.IsZero():
			r.Fatalf("%+v stands still, and nobody is waited for", whole)
		}
	}
	switch now.State {
	case cases.Open:
		if len(open) == 0 || now.DueAt.IsZero() || !step.Runs() || step.Wake.IsZero() {
			r.Fatalf("nobody has %+v, clock %+v", now, step)
		}
		for _, task := range open {
			if task.Officer == author.ID || task.Step != now.Step || left[task.Officer] || !task.DueAt.Equal(now.DueAt) {
				r.Fatalf("task %+v of case %+v; left %v", task, now, left)
			}
		}
	case cases.Returned:
		if len(open) != 0 || step.Runs() || step.Paused.IsZero() {
			r.Fatalf("it runs while the author is waited for: %+v, tasks %v", step, open)
		}
		if before.State == cases.Returned && (step.Amount != stood.Amount || step.Due != stood.Due) {
			r.Fatalf("%+v ran on to %+v", stood, step)
		}
	case cases.Accepted, cases.Refused, cases.Merged, cases.Withdrawn:
		if len(open) != 0 || step.Runs() || !step.Wake.IsZero() {
			r.Fatalf("it has ended, and %+v, tasks %v", step, open)
		}
	}
	return step
}
