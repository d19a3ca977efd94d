package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// threeHands is a service that may go from a group's leader up to the chair.
const threeHands = `prefix: XM
title: 报修
short: 报修
understand: {phrases: [报修]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么坏了}
summary: {title: '{what}', anonymous: true}
review:
  - name: mend
    title: 修理
    who: {role: group_leader, otherwise: [branch_chair, chair]}
    days: 3
    acts: [{act: accept, word: 修好了}, {act: refuse, word: 不修}]
words: {filed: 收到, accepted: 办结, refused: 不修, withdrawn: 撤回}
`

func (o *office) threeHandsCase(t *testing.T, anonymous bool, more string) cases.Case {
	t.Helper()
	s := o.serviceOf(t, "repair", threeHands+more)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, Anonymous: anonymous,
		Values: map[string]cases.Value{"what": {Text: "门坏了"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return filed.Case
}

func (o *office) unrated(t *testing.T) []string {
	t.Helper()
	list, err := o.Unrated(t.Context(), o.worker.ID)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []string
	for _, c := range list {
		numbers = append(numbers, c.Number)
	}
	return numbers
}

func testRating(t *testing.T, o *office) {
	leader := o.person(t, "一分厂/锅炉班", "孙丽", union.GroupLeader)
	first, second := o.threeHandsCase(t, false, ""), o.threeHandsCase(t, false, "")
	o.decide(t, leader, first, cases.Accept, "")
	o.now.set(o.now.Now().Add(time.Minute))
	o.decide(t, leader, second, cases.Refuse, "没有料")
	for _, c := range []cases.Case{o.threeHandsCase(t, true, ""), o.threeHandsCase(t, false, "satisfaction: false\n")} {
		o.decide(t, leader, c, cases.Accept, "")
	}
	spared := o.threeHandsCase(t, false, "")
	if _, err := o.Decide(t.Context(), cases.Decision{Case: spared.ID, Officer: leader.ID, Act: cases.Accept, Unasked: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{second.Number, first.Number}, o.unrated(t)); diff != "" {
		t.Fatalf("asked after (-want +got):\n%s", diff)
	}
	if _, err := o.Rate(t.Context(), o.mate.ID, first.Number, cases.Content, ""); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("somebody else rates it: %v", err)
	}
	if _, err := o.Rate(t.Context(), o.worker.ID, spared.Number, cases.Content, ""); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("a case is rated that nobody asked after: %v", err)
	}
	var incomplete *cases.IncompleteError
	if _, err := o.Rate(t.Context(), o.worker.ID, first.Number, cases.Discontent, " "); !errors.As(err, &incomplete) {
		t.Errorf("no reason is asked for: %v", err)
	}
	done, err := o.Rate(t.Context(), o.worker.ID, first.Number, cases.Discontent, "又坏了")
	if err != nil || done.Higher || len(done.Officers) != 1 || done.Officers[0].ID != o.branch.ID || done.Case.State != cases.Open {
		t.Fatalf("others look again: %+v, %v", done, err)
	}
	for _, again := range []cases.Rating{cases.Content, cases.Discontent} {
		if _, err := o.Rate(t.Context(), o.worker.ID, first.Number, again, ""); !errors.Is(err, cases.ErrRated) {
			t.Errorf("it is rated twice: %v", err)
		}
	}
	o.decide(t, o.branch, first, cases.Accept, "")
	if _, err := o.Reconsider(t.Context(), o.worker.ID, second.Number, "有料"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Rate(t.Context(), o.worker.ID, second.Number, cases.Content, ""); !errors.Is(err, cases.ErrLookedAtAgain) || len(o.unrated(t)) > 0 {
		t.Errorf("it is rated while others look again: %v, %v", err, o.unrated(t))
	}
	o.decide(t, o.branch, second, cases.Refuse, "还是没有")
	done, err = o.Rate(t.Context(), o.worker.ID, second.Number, cases.Discontent, "仓库里有")
	if err != nil || !done.Higher || len(done.Officers) != 1 || done.Officers[0].ID != o.chair.ID {
		t.Fatalf("after a second look those above have it: %+v, %v", done, err)
	}
	if left := o.unrated(t); len(left) > 0 {
		t.Errorf("asked twice: %v", left)
	}
	ratings, err := o.Ratings(t.Context(), o.chair.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(cases.RatingRow{Asked: 2, Discontent: 2}, ratings.Sum); diff != "" || len(ratings.Units) != 1 || len(ratings.Services) != 1 {
		t.Errorf("counted (-want +got):\n%s%+v", diff, ratings)
	}
	if _, err := o.Ratings(t.Context(), o.worker.ID); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("everybody reads the counts: %v", err)
	}
}

// testThirdLook: what was answered is looked at by those above, and once more by those above them, and then no more.
func testThirdLook(t *testing.T, o *office) {
	leader := o.person(t, "一分厂/锅炉班", "孙丽", union.GroupLeader)
	c := o.threeHandsCase(t, false, "clocks: {second_look: {days: 30, calendar: true}, third_look: {days: 30, calendar: true}, third_answer: {days: 10}}\n")
	look := func(why string) (cases.Reconsidered, error) {
		return o.Reconsider(t.Context(), o.worker.ID, c.Number, why)
	}
	o.decide(t, leader, c, cases.Accept, "")
	for i, above := range []union.Member{o.branch, o.chair} {
		o.now.set(o.now.Now().Add(time.Hour))
		done, err := look("不服")
		if err != nil || len(done.Officers) != 1 || done.Officers[0].ID != above.ID {
			t.Fatalf("look %d: %+v, %v", i+2, done.Officers, err)
		}
		if _, err := look("还是不服"); !errors.Is(err, cases.ErrActNotAllowed) {
			t.Errorf("it is asked for while others look: %v", err)
		}
		o.now.set(o.now.Now().Add(time.Hour))
		o.decide(t, above, c, cases.Accept, "")
	}
	if _, err := look("不服"); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("a fourth look is taken: %v", err)
	}
}

func testRatingTooLate(t *testing.T, o *office) {
	leader := o.person(t, "一分厂/锅炉班", "孙丽", union.GroupLeader)
	c := o.threeHandsCase(t, false, "")
	o.decide(t, leader, c, cases.Accept, "")
	o.now.set(o.now.Now().Add(31 * 24 * time.Hour))
	if left := o.unrated(t); len(left) > 0 {
		t.Errorf("still asked after: %v", left)
	}
	if _, err := o.Rate(t.Context(), o.worker.ID, c.Number, cases.Content, ""); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("rated a month later: %v", err)
	}
}
