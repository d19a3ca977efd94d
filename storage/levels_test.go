package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

const leveled = `prefix: JC
title: 层级
short: 层级
understand: {phrases: [层级]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
review:
  - name: first
    title: 初审
    who: FIRST
    days: 3
    acts: [{act: accept, word: 同意}, {act: refuse, word: 不同意}]
  - name: second
    title: 复审
    who: {role: branch_chair, above: first, otherwise: [chair]}
    days: 3
    acts: [{act: accept, word: 同意}, {act: refuse, word: 不同意}]
words: {filed: 收到, accepted: 同意, passed: 通过, refused: 不同意, withdrawn: 撤回}
`

func (o *office) leveled(t *testing.T, first string) cases.Case {
	t.Helper()
	return o.fileOf(t, strings.Replace(leveled, "FIRST", first, 1))
}

func TestStepsAtALevelOfTheTree(t *testing.T) {
	team := func(t *testing.T, o *office) union.Member {
		m := o.person(t, "一分厂", "班组长")
		if err := o.members.Grant(t.Context(), m.ID, union.BranchChair, o.worker.Org); err != nil {
			t.Fatal(err)
		}
		return m
	}
	asked := func(t *testing.T, o *office, c cases.Case, want ...string) {
		t.Helper()
		if got := o.has(t, c); !slices.Equal(got, want) {
			t.Errorf("it is with %v, want %v", got, want)
		}
	}
	inOpenOffices(t, []suite{
		{"the branch has it whoever is nearer, and decides it alone", func(t *testing.T, o *office) {
			near := team(t, o)
			c := o.leveled(t, "{role: branch_chair, level: 1, otherwise: [chair]}")
			asked(t, o, c, o.branch.Name)
			if err := o.accepts(t, c, near); err == nil {
				t.Error("who is nearer decides it")
			}
			o.decide(t, o.branch, c, cases.Accept, "")
			asked(t, o, c, o.chair.Name) // nobody holds the role above the branch
		}},
		{"one above whoever decided, and never the same", func(t *testing.T, o *office) {
			near := team(t, o)
			c := o.leveled(t, "{role: branch_chair}")
			asked(t, o, c, near.Name)
			o.decide(t, near, c, cases.Accept, "")
			asked(t, o, c, o.branch.Name)
			o.decide(t, o.branch, c, cases.Accept, "")
		}},
		{"whoever decided has left: nobody below has it for that", func(t *testing.T, o *office) {
			team(t, o)
			admin := o.person(t, "", "管理员", union.Admin)
			c := o.leveled(t, "{role: branch_chair, level: 1, otherwise: [chair]}")
			o.decide(t, o.branch, c, cases.Accept, "")
			o.leave(t, o.branch)
			o.leave(t, o.chair)
			o.tick(t)
			asked(t, o, c, admin.Name)
		}},
		{"whoever decided stands lower by now: it is not brought down", func(t *testing.T, o *office) {
			team(t, o)
			admin := o.person(t, "", "管理员", union.Admin)
			c := o.leveled(t, "{role: branch_chair, level: 1, otherwise: [chair]}")
			o.decide(t, o.branch, c, cases.Accept, "")
			asked(t, o, c, o.chair.Name)
			o.person(t, "一分厂", "新主席", union.BranchChair)
			if err := errors.Join(o.members.Revoke(t.Context(), o.branch.ID, union.BranchChair, o.branch.Org), o.members.Grant(t.Context(), o.branch.ID, union.BranchChair, o.worker.Org)); err != nil {
				t.Fatal(err)
			}
			o.leave(t, o.chair)
			o.tick(t)
			asked(t, o, c, admin.Name)
			if at := o.at(t, c).Levels["first"]; at != (cases.Level{Deep: 1, Unit: "一分厂"}) {
				t.Errorf("the first step was decided at %+v", at)
			}
		}},
		{"nobody holds it there: the other roles do", func(t *testing.T, o *office) {
			admin := o.person(t, "", "管理员", union.Admin)
			c := o.leveled(t, "{role: branch_chair, level: 3, otherwise: [chair]}")
			asked(t, o, c, o.chair.Name)
			o.decide(t, o.chair, c, cases.Accept, "")
			asked(t, o, c, admin.Name) // nobody is above the chair, who does not decide both
		}},
	})
}
