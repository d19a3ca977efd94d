package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

func TestHandingOver(t *testing.T) {
	inOffices(t, []suite{
		{"a task goes to another for good, and its time stays", testHandOver},
		{"nobody gets it who may not decide it or is apart", testHandOverUnfit},
		{"nobody gets it whom the case names, or who has disowned it", testHandOverApart},
		{"whom the case names is kept out of it", testNamedKeptOut},
		{"of a decision and a hand-over at once one wins", testHandOverRace},
		{"who got it and leaves is followed by others", testHandOverLeaver},
		{"a sealed one goes to and fro within an hour", testHandOverSealed},
		{"a sealed one never goes to whoever filed it", testHandOverSealedAuthor},
		{"it is not passed on and on", testHandOverOften},
		{"only who was given it reads what was said with it", testHandOverSaid},
		{"one hand-over and one signature at once both count", testHandOverWhileSigned},
	})
}

// openOf lists who has an open task of a case.
func (o *office) openOf(t testing.TB, c cases.Case) (open []cases.Task) {
	t.Helper()
	open, err := storage.NewTasks(o.db).OfCases(t.Context(), true, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return open
}

func (o *office) handOver(t testing.TB, c cases.Case, from, to union.Member) error {
	t.Helper()
	_, err := o.HandOver(t.Context(), cases.Handing{Number: c.Number, From: from.ID, To: to.ID, Say: "全厂的事"})
	return err
}

func testHandOver(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	due := o.openOf(t, c)[0].DueAt
	if err := o.handOver(t, c, o.branch, o.chair); err != nil {
		t.Fatal(err)
	}
	put := o.outbox.take()
	if got := told(put, o.chair); !slices.Equal(got, []string{"task"}) {
		t.Errorf("the new officer is told %v", got)
	}
	if got := told(put, o.worker); !slices.Equal(got, []string{"answer"}) {
		t.Errorf("the author is told %v", got)
	}
	if got := told(put, o.branch); !slices.Equal(got, []string{"card_update"}) {
		t.Errorf("the old officer is told %v", got)
	}
	open := o.openOf(t, c)
	if len(open) != 1 || open[0].Officer != o.chair.ID || !open[0].DueAt.Equal(due) {
		t.Fatalf("tasks %+v, due %v", open, due)
	}
	for range 2 { // said twice it happens once
		if err := o.handOver(t, c, o.branch, o.chair); !errors.Is(err, union.ErrSettled) {
			t.Errorf("handed over again: %v", err)
		}
	}
	_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept})
	if !errors.Is(err, union.ErrForbidden) {
		t.Errorf("who gave it away decides: %v", err)
	}
	o.decide(t, o.chair, c, cases.Accept, "")
	if got := o.kinds(t, c); !slices.Equal(got, []string{"filed", "handed_over", "accepted"}) {
		t.Errorf("timeline %v", got)
	}
}

func testHandOverUnfit(t *testing.T, o *office) {
	mine := o.file(t, o.worker, "夜班供应热水")
	second := o.person(t, "一分厂", "副主席", union.BranchChair)
	left := o.person(t, "", "前主席", union.Chair)
	o.leave(t, left)
	for name, to := range map[string]union.Member{
		"the author": o.worker, "a member without office": o.mate, "the chair of another plant": o.other, "somebody who left": left,
		"whoever has it": o.branch, "nobody": {ID: 1},
	} {
		var unfit *cases.UnfitError
		err := o.handOver(t, mine, o.branch, to)
		if !errors.As(err, &unfit) {
			t.Errorf("to %s: %v", name, err)
			continue
		}
		ids := []union.MemberID{}
		for _, p := range unfit.Instead {
			ids = append(ids, p.ID)
		}
		if want := []union.MemberID{second.ID, o.chair.ID}; !slices.Equal(ids, want) {
			t.Errorf("instead of %s: %v, want %v", name, ids, want)
		}
	}
	for name, from := range map[string]union.Member{"the author": o.worker, "who has no task": o.chair} {
		if err := o.handOver(t, mine, from, second); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("by %s: %v", name, err)
		}
	}
	if err := o.handOver(t, mine, o.other, second); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("by who may not know of it: %v", err)
	}
}

func testHandOverRace(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	var errs [2]error
	var both sync.WaitGroup
	both.Go(func() { errs[0] = o.handOver(t, c, o.branch, o.chair) })
	both.Go(func() {
		_, errs[1] = o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept})
	})
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("handing over: %v, deciding: %v", errs[0], errs[1])
	}
	open, now := o.openOf(t, c), o.at(t, c)
	if (now.State == cases.Open) != (len(open) == 1) {
		t.Errorf("case %v with tasks %v", now.State, open)
	}
}

func testHandOverLeaver(t *testing.T, o *office) {
	o.now.set(at("2026-11-23", "10:00")) // in duty hours
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	second := o.person(t, "一分厂", "副主席", union.BranchChair)
	if err := o.handOver(t, c, o.branch, second); err != nil {
		t.Fatal(err)
	}
	o.leave(t, second)
	if _, err := o.TakeFromLeavers(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != o.chair.ID {
		t.Errorf("tasks %+v", open)
	}
}

// together is a service whose form names people.
const together = `prefix: HZ
title: 合著
short: 合著
understand: {phrases: [合著]}
form:
  - {name: proposal, kind: text, label: 建议, ask: 您建议怎么做}
  - {name: team, kind: members, label: 一起提的人, ask: 和谁一起, shares: true, max: 5, optional: true}
  - {name: about, kind: member, label: 受益人, ask: 给谁, optional: true}
summary: {title: '{proposal}'}
review:
  - name: first
    title: 初审
    who: {role: branch_chair, otherwise: [chair]}
    days: 3
    acts: [{act: accept, word: 受理}]
words: {filed: 收到, accepted: 采纳, passed: 通过, refused: 不采纳, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

// Whoever profits, has a share or has disowned one is apart, whatever their office.
func testHandOverApart(t *testing.T, o *office) {
	s := o.serviceOf(t, "together", together)
	named := o.person(t, "", "受益人", union.Chair)
	sharing := o.person(t, "一分厂", "合著人", union.BranchChair)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
		Values: map[string]cases.Value{
			"proposal": {Text: "给锅炉房加个护栏"},
			"team":     {Text: "张伟 60%、合著人 40%", Raw: fmt.Appendf(nil, `{"ids":[%d,%d],"shares":[60,40]}`, o.worker.ID, sharing.ID)},
			"about":    {Text: "受益人", Raw: fmt.Appendf(nil, `{"ids":[%d]}`, named.ID)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	refused := func(to union.Member) {
		t.Helper()
		var unfit *cases.UnfitError
		if err := o.handOver(t, filed.Case, o.branch, to); !errors.As(err, &unfit) {
			t.Errorf("%s gets it: %v", to.Name, err)
		} else if len(unfit.Instead) != 1 || unfit.Instead[0].ID != o.chair.ID {
			t.Errorf("offered instead: %v", unfit.Instead)
		}
	}
	refused(named)
	refused(sharing)
	if _, err := o.Disown(t.Context(), sharing.ID, filed.Case.Number); err != nil {
		t.Fatal(err)
	}
	refused(sharing)
}

// Whom the form names neither gets the case nor decides it: it goes to the next, which is put on record.
func testNamedKeptOut(t *testing.T, o *office) {
	s := o.serviceOf(t, "together", together)
	about := func(who union.Member) cases.Case {
		filed, err := o.File(t.Context(), cases.Draft{
			ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
			Values: map[string]cases.Value{"proposal": {Text: "他总是拖着不办"}, "about": {Text: who.Name, Raw: fmt.Appendf(nil, `{"ids":[%d]}`, who.ID)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return filed.Case
	}
	c := about(o.branch)
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != o.chair.ID {
		t.Errorf("it goes to %+v", open)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept}); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("whom it is about decides it: %v", err)
	}
	swaps := func(c cases.Case) (notes []string) {
		events, err := storage.NewTimeline(o.db).Of(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Kind == cases.EventKeptOut {
				notes = append(notes, e.Note)
			}
		}
		return notes
	}
	if got, want := swaps(c), "由 "+o.chair.Name+" 代替 "+o.branch.Name; len(got) != 1 || got[0] != want {
		t.Errorf("on record is %q, not %q", got, want)
	}
	if got := swaps(about(o.mate)); len(got) != 0 {
		t.Errorf("nobody was passed over, and on record is %q", got)
	}
	o.decide(t, o.chair, c, cases.Accept, "")
}

// A matter that nobody wants ends with somebody.
func testHandOverOften(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	two := []union.Member{o.branch, o.chair}
	for i := range cases.MostHandings {
		if err := o.handOver(t, c, two[i%2], two[(i+1)%2]); err != nil {
			t.Fatal(err)
		}
	}
	at := cases.MostHandings % 2
	if err := o.handOver(t, c, two[at], two[1-at]); !errors.Is(err, cases.ErrHandedOften) {
		t.Errorf("handed over once more: %v", err)
	}
	o.decide(t, two[at], c, cases.Accept, "")
}

func testHandOverSaid(t *testing.T, o *office) {
	second := o.person(t, "一分厂", "副主席", union.BranchChair)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.handOver(t, c, o.branch, o.chair); err != nil {
		t.Fatal(err)
	}
	for officer, want := range map[union.MemberID]int{second.ID: 0, o.chair.ID: 1} {
		v, err := o.TaskByNumber(t.Context(), officer, numberOf(t, o, c))
		if err != nil || len(v.Hands) != want {
			t.Errorf("%d reads %v, %v", officer, v.Hands, err)
		}
	}
}

func testHandOverWhileSigned(t *testing.T, o *office) {
	judges := o.judges(t, 2)
	for range 10 {
		c := o.signedCase(t, "role: judge}\n    mode: all")
		fresh := o.person(t, "一分厂", "新评委", union.Judge)
		var errs [2]error
		var both sync.WaitGroup
		both.Go(func() { errs[0] = o.handOver(t, c, judges[0], fresh) })
		both.Go(func() {
			_, errs[1] = o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: judges[1].ID, Act: cases.Accept})
		})
		both.Wait()
		if errs[0] != nil || errs[1] != nil {
			t.Errorf("handing over: %v, signing: %v", errs[0], errs[1])
		}
		if err := o.members.Revoke(t.Context(), fresh.ID, union.Judge, fresh.Org); err != nil {
			t.Fatal(err)
		}
	}
}
