package storage_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

func TestAddedInTurn(t *testing.T) {
	inOpenOffices(t, []suite{
		{"one signs after the other, wherever they stand", testTurnPlaces},
		{"who leaves, stays out or is not needed any more keeps nobody waiting", testTurnGaps},
		{"who stands in signs when the turn comes, and stays in line", testTurnStandIn},
		{"asked anew after a change, they sign in their order again", testTurnAnew},
		{"asked anew after a change, nobody waits for whoever stays out since", testTurnAnewWithout},
		{"whoever changes what they have signed is asked anew as well", testTurnAnewOwn},
		{"who stands in for two signs for one, also asked anew after a change", testTurnStandInForTwo},
		{"who stands in for one and is added too signs once", testTurnStandInAdded},
		{"asked anew after a change, they read of all who sign", testTurnAnewNames},
		{"of all at once each signs in turn, once", testTurnRace},
	})
}

func (o *office) addInTurn(t *testing.T, c cases.Case, place cases.Place, to ...union.Member) {
	t.Helper()
	in := cases.Adding{Number: numberOf(t, o, c), From: o.branch.ID, Place: place, InTurn: true}
	for _, m := range to {
		in.To = append(in.To, []union.MemberID{m.ID})
	}
	if _, err := o.AddSigners(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// three are those who are added.
func (o *office) three(t *testing.T) (all []union.Member) {
	t.Helper()
	for _, name := range []string{"马超", "吴刚", "何平"} {
		all = append(all, o.person(t, "一分厂", name, union.SafetyOfficer))
	}
	return all
}

// asked are those who have an open task of a case by which they were added.
func (o *office) asked(t *testing.T, c cases.Case) (ids []union.MemberID) {
	t.Helper()
	for _, task := range o.openOf(t, c) {
		if task.Added != "" {
			ids = append(ids, task.Officer)
		}
	}
	return ids
}

func (o *office) wantAsked(t *testing.T, what string, c cases.Case, who ...union.Member) {
	t.Helper()
	var want []union.MemberID
	for _, m := range who {
		want = append(want, m.ID)
	}
	if got := o.asked(t, c); !slices.Equal(got, want) {
		t.Errorf("%s: asked are %v, want %v", what, got, want)
	}
}

func testTurnPlaces(t *testing.T, o *office) {
	three := o.three(t)
	for _, place := range []cases.Place{cases.Before, cases.After, cases.Beside} {
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		o.addInTurn(t, c, place, three...)
		if place == cases.After {
			o.wantAsked(t, string(place), c)
			if err := o.accepts(t, c, o.branch); err != nil {
				t.Fatal(err)
			}
		}
		for i, m := range three {
			o.wantAsked(t, string(place), c, m)
			for _, later := range three[i+1:] {
				if err := o.accepts(t, c, later); !errors.As(err, new(*cases.WaitsError)) {
					t.Errorf("%s: %s before %s: %v", place, later.Name, m.Name, err)
				}
			}
			if err := o.accepts(t, c, o.branch); place == cases.Before && !errors.As(err, new(*cases.WaitsError)) {
				t.Errorf("%s: the officer before %s: %v", place, m.Name, err)
			} else if place == cases.Beside && i == 0 && err != nil { // whenever they like
				t.Errorf("%s: the officer: %v", place, err)
			}
			o.outbox.take()
			if err := o.accepts(t, c, m); err != nil {
				t.Fatalf("%s: %s: %v", place, m.Name, err)
			}
			put := o.outbox.take()
			for j, later := range three[i+1:] {
				if got := len(told(put, later)); got != max(0, 1-j) {
					t.Errorf("%s: after %s %s is told %d", place, m.Name, later.Name, got)
				}
			}
		}
		if place == cases.Before {
			if err := o.accepts(t, c, o.branch); err != nil {
				t.Error(err)
			}
		}
		if now := o.at(t, c); now.State != cases.Accepted || len(o.openOf(t, c)) > 0 {
			t.Errorf("%s: it is %s", place, now.State)
		}
	}
}

func testTurnGaps(t *testing.T, o *office) {
	for _, place := range []cases.Place{cases.Before, cases.After} {
		three := o.three(t)
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		o.addInTurn(t, c, place, three...)
		if place == cases.After {
			if err := o.accepts(t, c, o.branch); err != nil {
				t.Fatal(err)
			}
		}
		o.leave(t, three[0])
		o.tick(t)
		o.wantAsked(t, string(place)+": the first left", c, three[1])
		if _, err := o.Recuse(t.Context(), cases.Recusal{Number: numberOf(t, o, c), Officer: three[1].ID}); err != nil {
			t.Fatal(err)
		}
		o.wantAsked(t, string(place)+": the second stays out", c, three[2])
		if err := o.accepts(t, c, three[2]); err != nil {
			t.Error(err)
		}
		if place == cases.Before {
			if err := o.accepts(t, c, o.branch); err != nil {
				t.Error(err)
			}
		}
		if now := o.at(t, c); now.State != cases.Accepted {
			t.Errorf("%s: it is %s", place, now.State)
		}
	}
	three := o.three(t)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.addInTurn(t, c, cases.Before, three[:2]...)
	o.leave(t, three[1]) // before the turn comes
	o.addInTurn(t, c, cases.Before, three[2])
	if _, err := o.Recall(t.Context(), cases.Handing{Number: numberOf(t, o, c), From: o.branch.ID, To: three[0].ID}); err != nil {
		t.Fatal(err)
	}
	o.wantAsked(t, "the first is not needed", c, three[1])
	o.tick(t)
	o.wantAsked(t, "the second has left", c, three[2])
}

func testTurnStandIn(t *testing.T, o *office) {
	three, deputy := o.three(t), o.person(t, "一分厂", "代吴", union.SafetyOfficer)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.addInTurn(t, c, cases.Before, three...)
	o.lend(t, three[1], deputy, 2) // added later, for a turn that is yet to come
	if err := o.accepts(t, c, three[0]); err != nil {
		t.Fatal(err)
	}
	o.wantAsked(t, "the second is away", c, deputy)
	if err := o.accepts(t, c, three[2]); !errors.As(err, new(*cases.WaitsError)) {
		t.Errorf("before who stands in: %v", err)
	}
	v, err := o.Case(t.Context(), o.branch.ID, numberOf(t, o, c))
	var names []string
	for _, s := range v.Signed.Added {
		names = append(names, s.Name)
	}
	if want := []string{"马超", "代吴代吴刚", "何平"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("shown are %v, %v, want %v", names, err, want)
	}
	if _, err := o.EndAbsence(t.Context(), three[1].ID); err != nil {
		t.Fatal(err)
	}
	o.sweepStandIns(t)
	o.wantAsked(t, "the second is back", c, three[1])
	o.lend(t, three[2], three[0], 2) // who has signed already stands in for the last
	if err := o.accepts(t, c, three[1]); err != nil {
		t.Fatal(err)
	}
	open := o.openOf(t, c)
	if len(open) != 2 {
		t.Fatalf("open are %+v", open)
	}
	last := open[slices.IndexFunc(open, func(task cases.Task) bool { return task.Added != "" })]
	if err := o.accepts(t, c, union.Member{ID: last.Officer}); err != nil {
		t.Errorf("%+v: %v", last, err)
	}
	if err := o.accepts(t, c, o.branch); err != nil || o.at(t, c).State != cases.Accepted {
		t.Errorf("in the end: %v, it is %s", err, o.at(t, c).State)
	}
}

// signedByFirst is a case about money before whose officer the three sign in turn, the first of whom has.
func (o *office) signedByFirst(t *testing.T, three []union.Member) cases.Case {
	t.Helper()
	c := o.fileMoney(t, prolongable)
	o.addInTurn(t, c, cases.Before, three...)
	if err := o.accepts(t, c, three[0]); err != nil {
		t.Fatal(err)
	}
	return c
}

// fileMoney files a case of 1000 yuan.
func (o *office) fileMoney(t *testing.T, text string) cases.Case {
	t.Helper()
	s := o.serviceOf(t, "prolongable", text)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
		Values: map[string]cases.Value{"what": {Text: "住院"}, "cost": {Text: "1000", Raw: []byte("100000")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return filed.Case
}

func (o *office) correct(t *testing.T, c cases.Case) {
	t.Helper()
	in := cases.Correction{Number: c.Number, Officer: o.branch.ID, Less: 100_00, Why: "重复"}
	asked, err := o.Correct(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	var cents int64
	if err := json.Unmarshal(asked.To.Raw, &cents); err != nil {
		t.Fatal(err)
	}
	in.Sure = &cases.Sure{Fen: cents, NoTies: true}
	if done, err := o.Correct(t.Context(), in); err != nil || !done.Written {
		t.Fatalf("%+v, %v", done, err)
	}
}

func testTurnAnewWithout(t *testing.T, o *office) {
	three := o.three(t)
	c := o.signedByFirst(t, three)
	if _, err := o.Recuse(t.Context(), cases.Recusal{Number: c.Number, Officer: three[0].ID}); err != nil {
		t.Fatal(err)
	}
	o.correct(t, c)
	for _, m := range three[1:] {
		o.wantAsked(t, "without the first", c, m)
		if err := o.accepts(t, c, m); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.accepts(t, c, o.branch); err != nil {
		t.Error(err)
	}
}

func testTurnAnewOwn(t *testing.T, o *office) {
	for place, after := range map[cases.Place]bool{cases.After: true, cases.Beside: false} {
		safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
		c := o.fileMoney(t, prolongable)
		if err := o.addSigner(t, c, o.branch, place, safety); err != nil {
			t.Fatal(err)
		}
		if err := o.accepts(t, c, o.branch); err != nil {
			t.Fatal(err)
		}
		o.outbox.take()
		o.correct(t, c)
		if put := o.outbox.take(); !slices.Contains(told(put, o.branch), notice.KindTask) || slices.Contains(told(put, safety), notice.KindTask) == after {
			t.Errorf("%s: told was %+v", place, put)
		}
		for _, officer := range []union.Member{o.branch, safety} {
			if !slices.ContainsFunc(o.openOf(t, c), func(task cases.Task) bool { return task.Officer == officer.ID }) {
				t.Fatalf("%s: %+v have it", place, o.openOf(t, c))
			}
			if err := o.accepts(t, c, officer); err != nil {
				t.Fatalf("%s: %s: %v", place, officer.Name, err)
			}
		}
		if now := o.at(t, c); now.Step != "hold" {
			t.Errorf("%s: signed by both it is at %s", place, now.Step)
		}
	}
}

func testTurnAnew(t *testing.T, o *office) {
	three := o.three(t)
	c := o.signedByFirst(t, three)
	o.outbox.take()
	o.correct(t, c)
	o.wantAsked(t, "after a change", c, three[0])
	if put := o.outbox.take(); len(told(put, three[1])) != 1 || len(told(put, three[2])) != 0 { // that it is over for now
		t.Errorf("the second is told %d, the third %d", len(told(put, three[1])), len(told(put, three[2])))
	}
	for i, m := range three {
		o.wantAsked(t, "in turn again", c, m)
		if err := o.accepts(t, c, m); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	if err := o.accepts(t, c, o.branch); err != nil {
		t.Error(err)
	}
	if v, err := o.Case(t.Context(), o.chair.ID, c.Number); err != nil || v.Step != "hold" {
		t.Errorf("signed by all it went to %q, %v", v.Step, err)
	}
}

// Whoever stands in for two who are added at once signs for one of them, as for everybody: the other was chosen by name and is
// waited for. After a change all of them are asked again.
func testTurnStandInForTwo(t *testing.T, o *office) {
	three, deputy := o.three(t), o.person(t, "一分厂", "代吴", union.SafetyOfficer)
	o.lend(t, three[1], deputy, 2)
	o.lend(t, three[2], deputy, 2)
	c := o.fileMoney(t, strings.Replace(prolongable, "otherwise: [chair]}, days", "otherwise: [chair]}, lend: always, days", 1))
	in := cases.Adding{Number: c.Number, From: o.branch.ID, Place: cases.Before, To: [][]union.MemberID{{three[0].ID}, {three[1].ID}, {three[2].ID}}}
	if _, err := o.AddSigners(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	o.wantAsked(t, "at first", c, three[0], deputy, three[2])
	o.correct(t, c)
	o.wantAsked(t, "after a change", c, three[0], deputy, three[2])

	for _, m := range []union.Member{three[0], deputy, three[2], o.branch} {
		if err := o.accepts(t, c, m); err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
	}
	if v, err := o.Case(t.Context(), o.chair.ID, c.Number); err != nil || v.Step != "hold" {
		t.Errorf("signed by all it went to %q, %v", v.Step, err)
	}
}

// signersOn keeps who was shown as added on the last card of each task.
type signersOn struct {
	cases.Words
	all map[union.MemberID]int
}

func (w signersOn) TaskCard(t cases.TaskView) notice.Body {
	w.all[t.Officer] = len(t.Signed.Added)
	return w.Words.TaskCard(t)
}

func testTurnAnewNames(t *testing.T, o *office) {
	three, words := o.three(t), signersOn{o.deps.Words, map[union.MemberID]int{}}
	o.deps.Words = words
	o.Desk = cases.NewDesk(o.deps)
	c := o.signedByFirst(t, three)
	clear(words.all)
	o.correct(t, c)
	if n := words.all[three[0].ID]; n != 3 {
		t.Errorf("the first is shown %d who were added", n)
	}
}

// Whoever is added and would stand in for another of those who are signs for themselves: the other was chosen by name and is waited
// for, in whichever order they are named, and also where one of the two is enough.
func testTurnStandInAdded(t *testing.T, o *office) {
	away, deputy := o.person(t, "一分厂", "马超", union.SafetyOfficer), o.person(t, "一分厂", "何平", union.SafetyOfficer)
	o.lend(t, away, deputy, 2)
	for _, to := range [][][]union.MemberID{{{away.ID}, {deputy.ID}}, {{deputy.ID}, {away.ID}}, {{away.ID, deputy.ID}}} {
		c := o.fileMoney(t, strings.Replace(prolongable, "otherwise: [chair]}, days", "otherwise: [chair]}, lend: always, days", 1))
		if _, err := o.AddSigners(t.Context(), cases.Adding{Number: c.Number, From: o.branch.ID, Place: cases.Beside, To: to}); err != nil {
			t.Fatal(err)
		}
		asked := o.asked(t, c)
		for _, m := range []union.Member{away, deputy} {
			if n := len(slices.DeleteFunc(slices.Clone(asked), func(id union.MemberID) bool { return id != m.ID })); n != 1 {
				t.Errorf("%v: %s is asked %d times", to, m.Name, n)
			}
		}
	}
}

func testTurnRace(t *testing.T, o *office) {
	three := o.three(t)
	for range 6 {
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		o.addInTurn(t, c, cases.Before, three...)
		var all sync.WaitGroup
		for _, m := range append(three, append(three, o.branch)...) {
			all.Go(func() {
				for range 40 {
					err := o.accepts(t, c, m)
					if waits := (*cases.WaitsError)(nil); !errors.As(err, &waits) {
						if err != nil && !errors.Is(err, union.ErrSettled) {
							t.Errorf("%s: %v", m.Name, err)
						}
						return
					}
				}
			})
		}
		all.Wait()
		for _, m := range append(three, o.branch) { // who had no more tries
			if err := o.accepts(t, c, m); err != nil && !errors.Is(err, union.ErrSettled) {
				t.Errorf("%s: %v", m.Name, err)
			}
		}
		events, err := storage.NewTimeline(o.db).Of(t.Context(), c.ID)
		var signed []union.MemberID
		for _, e := range events {
			if e.Kind == cases.EventSigned || e.Kind == cases.EventAccepted {
				signed = append(signed, e.Actor)
			}
		}
		if want := []union.MemberID{three[0].ID, three[1].ID, three[2].ID, o.branch.ID}; err != nil || !slices.Equal(signed, want) {
			t.Errorf("signed have %v, %v, want %v", signed, err, want)
		}
	}
}
