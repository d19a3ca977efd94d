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

// Whoever signs, hands over, leaves, asks for more or lets time pass: nobody signs twice, no seat is signed and open at once,
// whoever has left has nothing for which somebody else is there, and what all had to sign is accepted by all.
func TestSeatsAreNeverLostNorSignedTwice(t *testing.T) {
	modes := []string{allJudges, "role: judge, otherwise: [chair]}\n    mode: share\n    share: 60", "seats: [judge, auditor, finance], otherwise: [chair]}\n    mode: in_order", "role: judge, otherwise: [chair]}"}
	property(t, func(r *rapid.T, o *office) {
		tasks := storage.NewTasks(o.db)
		o.person(t, "", "管理员", union.Admin)
		people := append(o.judges(t, 3), o.person(t, "", "审计", union.Auditor), o.person(t, "", "财务", union.Finance, union.Judge), o.chair)
		mode := rapid.SampledFrom(modes).Draw(r, "mode")
		c := o.signedCase(t, mode)
		number, left := numberOf(t, o, c), map[union.MemberID]bool{}
		for range rapid.IntRange(1, 14).Draw(r, "things") {
			officer := rapid.SampledFrom(people).Draw(r, "officer")
			switch what := rapid.SampledFrom([]string{"accept", "accept", "accept", "refuse", "return", "hand", "hand", "sign", "sign", "recall", "add", "wait", "leave"}).Draw(r, "what"); what {
			case "accept", "refuse", "return":
				in := cases.Decision{Case: c.ID, Officer: officer.ID, Act: cases.Act(what), Note: "因为"}
				_, err := o.Decide(t.Context(), in)
				if !errors.As(err, new(*cases.WaitsError)) {
					expected(t, err)
				}
				if _, again := o.Decide(t.Context(), in); err == nil && again == nil {
					r.Fatalf("%s of %s counts twice", what, officer.Name)
				}
			case "hand":
				to := rapid.SampledFrom(people).Draw(r, "to")
				err := o.handOver(t, c, officer, to)
				if !errors.As(err, new(*cases.UnfitError)) && !errors.Is(err, cases.ErrHandedOften) {
					expected(t, err)
				}
				if _, decided := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: officer.ID, Act: cases.Accept}); err == nil && decided == nil {
					r.Fatalf("%s decides what is %s's now", officer.Name, to.Name)
				}
			case "sign":
				someone := rapid.Custom(func(r *rapid.T) union.MemberID { return rapid.SampledFrom(people).Draw(r, "somebody").ID })
				to := rapid.SliceOfN(rapid.SliceOfN(someone, 1, 2), 1, 2).Draw(r, "to")
				place := rapid.SampledFrom([]cases.Place{cases.Before, cases.After, cases.Beside}).Draw(r, "place")
				_, err := o.AddSigners(t.Context(), cases.Adding{
					Number: number, From: officer.ID, To: to, Place: place, InTurn: rapid.Bool().Draw(r, "in turn"),
				})
				if !errors.As(err, new(*cases.UnfitError)) && !errors.Is(err, cases.ErrAddedEnough) && !errors.Is(err, cases.ErrPlaceNotAllowed) {
					expected(t, err)
				}
			case "recall":
				_, err := o.Recall(t.Context(), cases.Handing{Number: number, From: officer.ID})
				expected(t, err)
			case "add":
				_, err := o.Supplement(t.Context(), o.worker.ID, number, "靠窗第二张", nil)
				expected(t, err)
			case "wait":
				o.now.set(nextMorning(o.now.Now().Add(time.Duration(rapid.IntRange(1, 120).Draw(r, "hours")) * time.Hour)))
				o.tick(t)
			case "leave":
				if officer.ID != o.chair.ID && !left[officer.ID] {
					left[officer.ID] = true
					o.leave(t, officer)
					o.now.set(nextMorning(o.now.Now()))
					o.tick(t)
				}
			}
			seatsAreWhole(t, r, o, tasks, c, left)
		}
	})
}

func seatsAreWhole(t *testing.T, r *rapid.T, o *office, store *storage.Tasks, c cases.Case, left map[union.MemberID]bool) {
	t.Helper()
	now := o.at(t, c)
	all, err := store.OfCases(t.Context(), false, c.ID)
	if err != nil {
		r.Fatal(err)
	}
	signed, open, has := map[int]bool{}, map[int]bool{}, map[union.MemberID]int{}
	stays := false
	for _, task := range all {
		inTurn := func(before cases.Task) bool { // nobody is asked before their turn, and somebody is asked before
			return before.State == cases.TaskOpen && (before.Added != task.Added || before.InTurn && task.InTurn && before.Seat < task.Seat)
		}
		switch task.State {
		case cases.TaskWaiting:
			has[task.Officer]++
			if !slices.ContainsFunc(all, inTurn) {
				r.Fatalf("nobody signs before %+v: %+v", task, all)
			}
			if now.State != cases.Open || task.Step != now.Step {
				r.Fatalf("%+v of %+v", task, now)
			}
		case cases.TaskSigned:
			signed[task.Seat] = true
			has[task.Officer]++
		case cases.TaskOpen:
			open[task.Seat] = true
			has[task.Officer]++
			stays = stays || !left[task.Officer]
			if task.Officer == o.worker.ID || task.Step != now.Step {
				r.Fatalf("%+v of %+v", task, now)
			}
		case cases.TaskDone, cases.TaskVoid, cases.TaskHanded:
		}
	}
	for seat := range signed {
		if open[seat] {
			r.Fatalf("seat %d is signed and open: %+v", seat, all)
		}
	}
	for officer, n := range has {
		if n > 1 {
			r.Fatalf("%d has %d seats: %+v", officer, n, all)
		}
	}
	kinds := o.kinds(t, c)
	switch {
	case now.State == cases.Open && !stays && !slices.Contains(kinds, cases.EventStuck):
		r.Fatalf("nobody who is there has it: %+v, %v", all, kinds)
	case now.State != cases.Open && len(open) > 0, now.State.Ended() && len(signed) > 0:
		r.Fatalf("%s, and %+v", now.State, all)
	}
}
