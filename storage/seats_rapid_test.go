package storage_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/standin"
)

// seated is the world of a random test: who may be asked, and who stays out of the case or has left.
type seated struct {
	*office

	tasks     *storage.Tasks
	c         cases.Case
	number    string
	people    []union.Member
	others    []union.Member // who are added, and stand in
	out, left map[union.MemberID]bool
}

// Whoever signs, hands over, leaves, stays out, is away, corrects the sum, asks for more or lets time pass: nobody signs twice, no
// seat is signed and open at once, whoever has left has nothing for which somebody else is there, and what all had to sign is
// accepted by all, as it is now.
func TestSeatsAreNeverLostNorSignedTwice(t *testing.T) {
	modes := []string{allJudges, "role: judge, otherwise: [chair]}\n    mode: share\n    share: 60", "seats: [judge, auditor, finance], otherwise: [chair]}\n    mode: in_order", "role: judge, otherwise: [chair]}"}
	property(t, func(r *rapid.T, o *office) {
		o.person(t, "", "管理员", union.Admin)
		w := seated{office: o, tasks: storage.NewTasks(o.db), out: map[union.MemberID]bool{}, left: map[union.MemberID]bool{}}
		w.others = []union.Member{
			o.person(t, "", "审计", union.Auditor), o.person(t, "", "财务", union.Finance, union.Judge), o.chair,
			o.person(t, "一分厂", "马超", union.SafetyOfficer), o.person(t, "一分厂", "何平", union.SafetyOfficer),
		}
		w.people = append(o.judges(t, 3), w.others...)
		w.c = o.fileMoney(t, severalSums(rapid.SampledFrom(modes).Draw(r, "mode")))
		w.number = numberOf(t, o, w.c)
		for range rapid.IntRange(1, 14).Draw(r, "things") {
			officer := rapid.SampledFrom(w.people).Draw(r, "officer")
			if open := o.openOf(t, w.c); len(open) > 0 && rapid.IntRange(0, 2).Draw(r, "who has it") > 0 {
				if i := slices.IndexFunc(w.people, func(m union.Member) bool { return m.ID == open[0].Officer }); i >= 0 {
					officer = w.people[i]
				}
			}
			what := rapid.SampledFrom([]string{"accept", "accept", "accept", "refuse", "return", "hand", "hand", "sign", "sign", "recall", "add", "wait", "leave", "correct", "correct", "stand in", "stand in", "recuse"}).Draw(r, "what")
			w.signs(t, r, officer, what)
			w.changes(t, r, officer, what)
			seatsAreWhole(t, r, o, w.tasks, w.c, w.out)
		}
	})
}

// signs has an officer decide, or have others do so.
func (w *seated) signs(t *testing.T, r *rapid.T, officer union.Member, what string) {
	t.Helper()
	switch what {
	case "accept", "refuse", "return":
		in := cases.Decision{Case: w.c.ID, Officer: officer.ID, Act: cases.Act(what), Note: "因为"}
		_, err := w.Decide(t.Context(), in)
		if !errors.As(err, new(*cases.WaitsError)) && !errors.Is(err, fund.ErrUnknown) {
			expected(t, err)
		}
		if _, again := w.Decide(t.Context(), in); err == nil && again == nil {
			r.Fatalf("%s of %s counts twice", what, officer.Name)
		}
	case "hand":
		to := rapid.SampledFrom(w.people).Draw(r, "to")
		err := w.handOver(t, w.c, officer, to)
		if !errors.As(err, new(*cases.UnfitError)) && !errors.Is(err, cases.ErrHandedOften) {
			expected(t, err)
		}
		if _, decided := w.Decide(t.Context(), cases.Decision{Case: w.c.ID, Officer: officer.ID, Act: cases.Accept}); err == nil && decided == nil {
			r.Fatalf("%s decides what is %s's now", officer.Name, to.Name)
		}
	case "sign":
		someone := rapid.Custom(func(r *rapid.T) union.MemberID { return rapid.SampledFrom(w.others).Draw(r, "somebody").ID })
		to := rapid.SliceOfN(rapid.SliceOfN(someone, 1, 2), 1, 2).Draw(r, "to")
		place := rapid.SampledFrom([]cases.Place{cases.Before, cases.After, cases.Beside}).Draw(r, "place")
		_, err := w.AddSigners(t.Context(), cases.Adding{
			Number: w.number, From: officer.ID, To: to, Place: place, InTurn: rapid.Bool().Draw(r, "in turn"),
		})
		if !errors.As(err, new(*cases.UnfitError)) && !errors.Is(err, cases.ErrAddedEnough) && !errors.Is(err, cases.ErrPlaceNotAllowed) {
			expected(t, err)
		}
	case "recall":
		_, err := w.Recall(t.Context(), cases.Handing{Number: w.number, From: officer.ID})
		expected(t, err)
	}
}

// changes has what is decided, or who is there to, become another.
func (w *seated) changes(t *testing.T, r *rapid.T, officer union.Member, what string) {
	t.Helper()
	switch what {
	case "correct":
		correctsAnew(t, r, w.office, w.tasks, cases.Correction{Number: w.number, Officer: officer.ID, Less: 1, Why: "重复"})
	case "stand in":
		absent, by := rapid.SampledFrom(w.people).Draw(r, "absent"), rapid.SampledFrom(w.others).Draw(r, "by")
		day := standsAt{o: w.office}.today()
		v, err := w.AskStandIn(t.Context(), cases.StandInWish{Absent: absent.ID, By: by.ID, From: day, To: day.AddDays(3)})
		if err == nil {
			_, err = w.AnswerStandIn(t.Context(), by.ID, v.ID, true)
		}
		if !errors.As(err, new(*standin.OverlapError)) && !errors.Is(err, standin.ErrSelf) {
			expected(t, err)
		}
		w.sweepStandIns(t)
	case "recuse":
		_, err := w.Recuse(t.Context(), cases.Recusal{Number: w.number, Officer: officer.ID})
		expected(t, err)
		w.out[officer.ID] = w.out[officer.ID] || err == nil
	case "add":
		_, err := w.Supplement(t.Context(), w.worker.ID, w.number, "靠窗第二张", nil)
		expected(t, err)
	case "wait":
		w.now.set(nextMorning(w.now.Now().Add(time.Duration(rapid.IntRange(1, 120).Draw(r, "hours")) * time.Hour)))
		w.tick(t)
	case "leave":
		if officer.ID != w.chair.ID && !w.left[officer.ID] {
			w.out[officer.ID], w.left[officer.ID] = true, true
			w.leave(t, officer)
			w.now.set(nextMorning(w.now.Now()))
			w.tick(t)
		}
	}
}

// correctsAnew has an officer correct the sum: what was signed before does not stand for it any more, whoever it was.
func correctsAnew(t *testing.T, r *rapid.T, o *office, store *storage.Tasks, in cases.Correction) {
	t.Helper()
	asked, err := o.Correct(t.Context(), in)
	if err != nil {
		if !errors.Is(err, cases.ErrNoMoney) {
			expected(t, err)
		}
		return
	}
	in.Sure = &cases.Sure{NoTies: true}
	if err := json.Unmarshal(asked.To.Raw, &in.Sure.Fen); err != nil {
		r.Fatal(err)
	}
	done, err := o.Correct(t.Context(), in)
	if err != nil || !done.Written {
		r.Fatalf("%+v, %v", done, err)
	}
	all, err := store.OfCases(t.Context(), false, done.Case.ID)
	if err != nil || slices.ContainsFunc(all, func(task cases.Task) bool { return task.State == cases.TaskSigned }) {
		r.Fatalf("signed before the sum changed, and still: %+v, %v", all, err)
	}
}

// severalSums is a service whose committee, in the way of mode, approves a sum that any of it may correct.
func severalSums(mode string) string {
	return strings.NewReplacer("form:", "fund: nothing\nbase: cost\ngrant: grant\nform:",
		"summary:", "  - {name: cost, kind: money, label: 花费, ask: 多少}\nsums: [{name: grant, label: 补助, value: 'percent(cost, 10)'}]\nsummary:",
		"{MODE}", "{"+mode+"\n    lend: always",
		"words: {", `  - {name: hold, title: 核定, who: {role: chair}, days: 3, reserve: true, acts: [{act: accept, word: 同意}]}
  - {name: pay, title: 付款, who: {role: finance}, days: 3, pay: true, acts: [{act: accept, word: 同意}]}
words: {passed: 通过, `).Replace(several)
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
			if task.For != 0 {
				has[task.For]++ // whose it is signs by it
			}
			if !slices.ContainsFunc(all, inTurn) {
				r.Fatalf("nobody signs before %+v: %+v", task, all)
			}
			if now.State != cases.Open || task.Step != now.Step {
				r.Fatalf("%+v of %+v", task, now)
			}
		case cases.TaskSigned:
			signed[task.Seat] = true
			has[task.Officer]++
			if task.For != 0 {
				has[task.For]++ // whose it is signs by it
			}
		case cases.TaskOpen:
			open[task.Seat] = true
			has[task.Officer]++
			if task.For != 0 {
				has[task.For]++ // whose it is signs by it
			}
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
	case now.State == cases.Open && !stays && !stuckSince(kinds):
		r.Fatalf("nobody who is there has it: %+v, %v", all, kinds)
	case now.State != cases.Open && len(open) > 0, now.State.Ended() && len(signed) > 0:
		r.Fatalf("%s, and %+v", now.State, all)
	}
}

// stuckSince says whether nobody was left for a case when it was last given to somebody.
func stuckSince(kinds []string) bool {
	gives := []string{cases.EventClimbed, cases.EventStoodIn, cases.EventLeft, cases.EventVacated, cases.EventHandedOver, cases.EventSupplemented, cases.EventPassed, cases.EventSentBack}
	for _, kind := range slices.Backward(kinds) {
		if slices.Contains(gives, kind) {
			return false
		}
		if kind == cases.EventStuck {
			return true
		}
	}
	return false
}
