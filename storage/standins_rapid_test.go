package storage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/standin"
)

// standsAt is the world of a random test: whose office is whose, and who has left.
type standsAt struct {
	o       *office
	offices map[union.MemberID][]union.Role // of which all cover the case
	left    map[union.MemberID]bool
}

// entitled judges anew, by rules that share no code with the desk, whether a member may have a step today: by an office of
// theirs, or in the place of somebody who is away and holds one.
func (w standsAt) entitled(t *testing.T, c cases.Case, author union.MemberID, task cases.Task) bool {
	t.Helper()
	holds := func(m union.MemberID) bool {
		return !w.left[m] && m != author && slices.ContainsFunc(w.offices[m], func(r union.Role) bool {
			return r == union.BranchChair || r == union.Department || r == union.Chair || r == union.Admin
		})
	}
	if task.For == 0 {
		return holds(task.Officer)
	}
	if task.Officer == author || w.left[task.Officer] || !holds(task.For) {
		return false
	}
	all, err := storage.NewStandIns(w.o.db).Accepted(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at, today := task.For, w.today()
	for range all {
		i := slices.IndexFunc(all, func(s standin.Standin) bool {
			return s.Absent == at && s.State == standin.Accepted && s.From.String() <= today.String() && s.To.String() >= today.String()
		})
		if i < 0 {
			break
		}
		if at = all[i].By; at == author || w.left[at] || at == task.For {
			return false
		}
	}
	return at == task.Officer
}

func (w standsAt) today() calendar.Date {
	now := w.o.now.Now().In(time.FixedZone("CST", 8*60*60))
	return calendar.Date{Year: now.Year(), Month: now.Month(), Day: now.Day()}
}

// Whoever is asked to stand in, accepts, refuses, calls it off, comes back, leaves or loses an office, on whatever days, and
// whatever is decided meanwhile: a case is with exactly one member who is there and may decide it, and nobody decides their own.
func TestWhoeverIsAwayACaseIsWithOneMemberWhoMayDecideIt(t *testing.T) {
	property(t, func(r *rapid.T, o *office) {
		admin := o.person(t, "", "管理员", union.Admin)
		department := o.person(t, "", "部长", union.Department)
		all := []union.Member{o.branch, department, o.chair, admin, o.worker, o.mate}
		w := standsAt{o: o, left: map[union.MemberID]bool{}, offices: map[union.MemberID][]union.Role{
			o.branch.ID: {union.BranchChair}, o.chair.ID: {union.Chair}, admin.ID: {union.Admin}, department.ID: {union.Department},
		}}
		c := o.twoStepCase(t)
		for range rapid.IntRange(5, 25).Draw(r, "things") {
			w.randomly(t, r, c, all)
			if rapid.IntRange(0, 3).Draw(r, "swept") == 0 { // what is decided before is judged all the same
				continue
			}
			if _, err := o.MoveStandIns(t.Context(), 10_000); err != nil {
				r.Fatal(err)
			}
			w.holds(t, r, c)
		}
	})
}

// randomly does something.
func (w standsAt) randomly(t *testing.T, r *rapid.T, c cases.Case, all []union.Member) {
	t.Helper()
	o := w.o
	one, other := rapid.SampledFrom(all).Draw(r, "one"), rapid.SampledFrom(all).Draw(r, "other")
	switch what := rapid.SampledFrom([]string{"ask", "ask", "answer", "answer", "answer", "cancel", "back", "wait", "night", "accept", "accept", "return", "add", "hand", "leave", "lose"}).Draw(r, "what"); what {
	case "ask":
		one = rapid.SampledFrom(all[:3]).Draw(r, "absent") // whose it may be
		from := w.today().AddDays(max(0, rapid.IntRange(-3, 3).Draw(r, "from")))
		v, err := o.AskStandIn(t.Context(), cases.StandInWish{Absent: one.ID, By: other.ID, From: from, To: from.AddDays(rapid.IntRange(0, 4).Draw(r, "days"))})
		var overlap *standin.OverlapError
		if !errors.As(err, &overlap) && !errors.Is(err, standin.ErrSelf) {
			expected(t, err)
		}
		if err == nil && rapid.Bool().Draw(r, "accepts at once") {
			_, err := o.AnswerStandIn(t.Context(), other.ID, v.ID, true)
			expected(t, err)
		}
	case "answer", "cancel":
		list, err := o.StandIns(t.Context(), one.ID)
		if err != nil {
			r.Fatal(err)
		}
		for _, v := range list {
			if what == "cancel" {
				_, err = o.CancelStandIn(t.Context(), one.ID, v.ID)
			} else {
				_, err = o.AnswerStandIn(t.Context(), one.ID, v.ID, rapid.IntRange(0, 5).Draw(r, "yes") > 0)
			}
			var overlap *standin.OverlapError
			if !errors.As(err, &overlap) && !errors.Is(err, standin.ErrPast) {
				expected(t, err)
			}
		}
	case "back":
		one = rapid.SampledFrom(all[:3]).Draw(r, "who is back")
		if _, err := o.EndAbsence(t.Context(), one.ID); err != nil {
			r.Fatal(err)
		}
	case "accept", "return":
		if open := o.openOf(t, c); len(open) > 0 && rapid.Bool().Draw(r, "who has it") {
			one = all[slices.IndexFunc(all, func(m union.Member) bool { return m.ID == open[0].Officer })]
		}
		w.decide(t, r, c, one, cases.Act(what))
	case "add":
		_, err := o.Supplement(t.Context(), o.worker.ID, numberOf(t, o, c), "靠窗第二张", nil)
		expected(t, err)
	case "hand":
		_, err := o.HandOver(t.Context(), cases.Handing{Number: numberOf(t, o, c), From: one.ID, To: other.ID})
		var unfit *cases.UnfitError
		if !errors.As(err, &unfit) {
			expected(t, err)
		}
	case "wait":
		o.now.set(nextMorning(o.now.Now().Add(time.Duration(rapid.IntRange(1, 100).Draw(r, "hours")) * time.Hour)))
		o.tick(t)
	case "night": // nobody has looked after the stand-ins yet
		o.now.set(o.now.Now().Add(time.Duration(rapid.IntRange(10, 30).Draw(r, "hours")) * time.Hour))
	case "leave", "lose":
		w.goes(t, one, what == "leave")
	}
}

// goes has a member leave, or lose their offices. Chair and administrator stay, lest nobody is left at all.
func (w standsAt) goes(t *testing.T, m union.Member, leaves bool) {
	t.Helper()
	if m.ID == w.o.chair.ID || m.ID == w.o.worker.ID || slices.Contains(w.offices[m.ID], union.Admin) {
		return
	}
	if leaves {
		w.left[m.ID] = true
		w.o.leave(t, m)
	} else {
		for _, role := range w.offices[m.ID] {
			if err := w.o.members.Revoke(t.Context(), m.ID, role, m.Org); err != nil {
				t.Fatal(err)
			}
		}
		w.offices[m.ID] = nil
	}
	w.o.now.set(nextMorning(w.o.now.Now())) // others are told when people are at work
	w.o.tick(t)
}

// decide has a member try, and looks whether who succeeded was allowed to.
func (w standsAt) decide(t *testing.T, r *rapid.T, c cases.Case, who union.Member, act cases.Act) {
	t.Helper()
	open := w.o.openOf(t, c)
	_, err := w.o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: who.ID, Act: act, Note: "因为"})
	expected(t, err)
	if err != nil {
		return
	}
	own := cases.Task{Officer: who.ID}
	given := slices.ContainsFunc(open, func(task cases.Task) bool { return task.Officer == who.ID && w.entitled(t, c, w.o.worker.ID, task) })
	if who.ID == w.o.worker.ID || !given && !w.entitled(t, c, w.o.worker.ID, own) {
		r.Fatalf("%s has decided; open were %+v", who.Name, open)
	}
}

// holds looks whether the case is with one who may have it.
func (w standsAt) holds(t *testing.T, r *rapid.T, c cases.Case) {
	t.Helper()
	now, open := w.o.at(t, c), w.o.openOf(t, c)
	if now.State != cases.Open {
		if len(open) > 0 {
			r.Fatalf("it is %s, and %+v have it", now.State, open)
		}
		return
	}
	if len(open) != 1 || open[0].Step != now.Step || !w.entitled(t, c, w.o.worker.ID, open[0]) {
		events, err := storage.NewTimeline(w.o.db).Of(t.Context(), c.ID)
		for _, e := range events {
			r.Logf("%s %s %s %s", e.At, e.Name, e.Kind, e.Note)
		}
		for member := range w.offices {
			list, err := w.o.StandIns(t.Context(), member)
			for _, v := range list {
				r.Logf("%s for %s, %s to %s, %s %v", v.ByMember.Name, v.AbsentMember.Name, v.From, v.To, v.State, err)
			}
		}
		r.Fatalf("on %s %+v have it, %v; left %v, offices %v", w.today(), open, err, w.left, w.offices)
	}
	tasks, err := storage.NewTasks(w.o.db).OfCases(t.Context(), false, c.ID)
	if err != nil {
		r.Fatal(err)
	}
	for _, task := range tasks {
		if task.State == cases.TaskDone && task.Officer == w.o.worker.ID {
			r.Fatalf("the author has decided: %+v", task)
		}
	}
}
