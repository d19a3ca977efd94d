package storage_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// keptOut are the swaps on record.
func (o *office) keptOut(t *testing.T, c cases.Case) (notes []string) {
	t.Helper()
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

// manyHands is a service whose first step several sign.
const manyHands = `prefix: DQ
title: 多签
short: 多签
understand: {phrases: [多签]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
  - {name: about, kind: members, label: 给谁, ask: 给谁, optional: true}
summary: {title: '{what}'}
review:
  - name: check
    title: 会签
    who: WHO
    MODE
    days: 3
    acts: [{act: accept, word: 通过}, {act: refuse, word: 不同意}]
words: {filed: 收到, accepted: 通过, refused: 不同意, withdrawn: 撤回}
`

func signedBy(who, mode string) string {
	return strings.NewReplacer("WHO", who, "MODE", mode).Replace(manyHands)
}

func TestWhoIsKeptOutOfASignature(t *testing.T) {
	inOpenOffices(t, []suite{
		{"of offices that all sign", func(t *testing.T, o *office) {
			p := o.purse(t)
			o.person(t, "", "刘岚", union.WomenOfficer)
			c := p.aboutOf(t, signedBy("{seats: [branch_chair, women_officer], otherwise: [chair]}", "mode: all"), o.branch, nil)
			if notes := o.keptOut(t, c); !slices.Equal(notes, []string{"由 陈静 代替 李芳"}) {
				t.Errorf("on record is %q", notes)
			}
		}},
		{"of offices of which a share is enough", func(t *testing.T, o *office) {
			p := o.purse(t)
			o.person(t, "", "刘岚", union.WomenOfficer)
			c := p.aboutOf(t, signedBy("{seats: [women_officer, branch_chair], otherwise: [chair]}", "mode: share\n    share: 60"), o.branch, nil)
			if notes := o.keptOut(t, c); !slices.Equal(notes, []string{"由 陈静 代替 李芳"}) {
				t.Errorf("on record is %q", notes)
			}
		}},
		{"of offices in their order, once its turn has come", func(t *testing.T, o *office) {
			p := o.purse(t)
			first := o.person(t, "", "刘岚", union.WomenOfficer)
			c := p.aboutOf(t, signedBy("{seats: [women_officer, branch_chair], otherwise: [chair]}", "mode: in_order"), o.branch, nil)
			if notes := o.keptOut(t, c); len(notes) > 0 {
				t.Errorf("before, %q", notes)
			}
			if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: first.ID, Act: cases.Accept}); err != nil {
				t.Fatal(err)
			}
			if notes := o.keptOut(t, c); !slices.Equal(notes, []string{"由 陈静 代替 李芳"}) {
				t.Errorf("on record is %q", notes)
			}
		}},
		{"of all who hold an office", func(t *testing.T, o *office) {
			p := o.purse(t)
			o.person(t, "一分厂", "副主席", union.BranchChair)
			c := p.aboutOf(t, signedBy("{role: branch_chair, otherwise: [chair]}", "mode: all"), o.branch, nil)
			if notes := o.keptOut(t, c); !slices.Equal(notes, []string{"由 副主席 代替 李芳"}) {
				t.Errorf("on record is %q", notes)
			}
		}},
		{"of two offices that both are kept out of", func(t *testing.T, o *office) {
			p := o.purse(t)
			women := o.person(t, "", "刘岚", union.WomenOfficer)
			c := p.aboutOf(t, signedBy("{seats: [branch_chair, women_officer], otherwise: [chair, admin]}", "mode: all"), o.branch,
				map[string]cases.Value{"about": {Text: "两人", Raw: two(o.branch, women)}})
			if notes := strings.Join(o.keptOut(t, c), "; "); !strings.Contains(notes, "李芳") || !strings.Contains(notes, "刘岚") {
				t.Errorf("on record is %q, of %+v", notes, o.openOf(t, c))
			}
		}},
	})
}
