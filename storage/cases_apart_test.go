package storage_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// twoHands is a service that two different people sign, and that an author can keep from somebody.
const twoHands = `prefix: LS
title: 双签
short: 双签
understand: {phrases: [双签]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
  - {name: away, kind: text, label: 不让谁看到, ask: 不让谁看到, optional: true}
summary: {title: '{what}'}
review:
  - name: first
    title: 初签
    who: {role: branch_chair, unless: away}
    days: 3
    acts: [{act: accept, word: 同意}, {act: merge, word: 并入}]
  - name: second
    title: 复签
    who: {role: chair}
    not_by: [first]
    days: 3
    acts: [{act: accept, word: 复签}]
words: {filed: 收到, accepted: 办结, passed: 通过, merged: 并入, withdrawn: 撤回}
`

func (o *office) twoHandsCase(t *testing.T, away string) cases.Case {
	t.Helper()
	s := o.serviceOf(t, "two_hands", twoHands)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1,
		Values: map[string]cases.Value{"what": {Text: "买一台风扇"}, "away": {Text: away}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	return filed.Case
}

// Who holds both roles higher up was never asked for the first step, and decides it by its number all the same.
func TestNobodySignsTwiceByDecidingWithoutATask(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		both := o.person(t, "", "双肩挑", union.BranchChair, union.Chair)
		c := o.twoHandsCase(t, "")
		done := o.decide(t, both, c, cases.Accept, "")
		if len(done.Next) != 1 || done.Next[0].ID != o.chair.ID {
			t.Errorf("the second signature is asked of %+v", done.Next)
		}
		if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: both.ID, Act: cases.Accept}); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("signed twice by one: %v", err)
		}
		if closed := o.decide(t, o.chair, c, cases.Accept, ""); closed.Case.State != cases.Accepted {
			t.Errorf("signed by another, it is %s", closed.Case.State)
		}
	})
}

// Of two who sign, the first is not asked for the second signature: where nobody else is near, those further up are.
func TestWhoHasJustSignedIsNotAskedToSignAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		plant, err := o.members.OrganisationByPath(t.Context(), o.root+"/一分厂")
		if err != nil {
			t.Fatal(err)
		}
		if err := o.members.Grant(t.Context(), o.branch.ID, union.Chair, plant.ID); err != nil {
			t.Fatal(err)
		}
		done := o.decide(t, o.branch, o.twoHandsCase(t, ""), cases.Accept, "")
		if len(done.Next) != 1 || done.Next[0].ID != o.chair.ID {
			t.Errorf("the second signature is asked of %+v", done.Next)
		}
	})
}

func TestNobodyMergesIntoACaseThatIsKeptFromThem(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.person(t, "一分厂", "孙丽", union.BranchChair)
		kept, open := o.twoHandsCase(t, "李芳不要看"), o.twoHandsCase(t, "")
		if _, err := o.Case(t.Context(), o.branch.ID, kept.Number); !errors.Is(err, union.ErrNotFound) {
			t.Fatalf("it is shown to whom it is kept from: %v", err)
		}
		_, err := o.Decide(t.Context(), cases.Decision{Case: open.ID, Officer: o.branch.ID, Act: cases.Merge, Into: kept.Number})
		if !errors.Is(err, cases.ErrTargetUnknown) {
			t.Errorf("merged into what is kept from the officer: %v", err)
		}
	})
}

// What a member wrote of a complaint is told to nobody with whose complaint it is merged, not by the words of an old version either.
func TestAMergeTellsNoTitleOfACaseThatOthersDoNotRead(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, one := range []struct {
			name, similar, where string
			shown                bool
		}{ // both are offered; others read of the second only, and of the last in the plant
			{"demand", "what", "一分厂/锅炉班", false}, {"suggestion", "what", "一分厂/锅炉班", true}, {"suggestion", "what", "二分厂", true},
			{"suggestion", "{by: what, under: plant}", "一分厂/锅炉班", true}, {"suggestion", "{by: what, under: plant}", "二分厂", false},
		} {
			name, shown := one.name, one.shown
			o := newOffice(t, db)
			if err := o.members.Grant(t.Context(), o.branch.ID, union.BranchChair, o.other.Org); err != nil {
				t.Fatal(err)
			}
			old := o.serviceOf(t, name, strings.Replace(twoHands, "summary: {", "summary: {similar: "+one.similar+", ", 1)+"# "+name+one.similar)
			var filed [2]cases.Case
			for i, owner := range []union.Member{o.worker, o.person(t, one.where, "工友")} {
				f, err := o.File(t.Context(), cases.Draft{
					ID: o.NewDraftID(), Owner: owner.ID, Service: name, Hash: old.Hash, Version: 1, UpdatedAt: o.now.Now(),
					Values: map[string]cases.Value{"what": {Text: "工资没发"}, "away": {}},
				})
				if err != nil {
					t.Fatal(err)
				}
				filed[i] = f.Case
			}
			o.outbox.take()
			if _, err := o.Decide(t.Context(), cases.Decision{Case: filed[1].ID, Officer: o.branch.ID, Act: cases.Merge, Into: filed[0].Number}); err != nil {
				t.Fatal(err)
			}
			said := ""
			for _, n := range o.outbox.take() {
				said += n.Body.Text + "\n"
			}
			if !strings.Contains(said, filed[0].Number) || strings.Contains(said, "工资没发") != shown {
				t.Errorf("%s: its title is shown: %v, want %v\n%s", name, !shown, shown, said)
			}
		}
	})
}
