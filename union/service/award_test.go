package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

// rewarded is a service whose officers grade, and that awards something by the grade.
const rewarded = `prefix: HL
title: 点子
short: 点子
understand: {phrases: [报点子]}
form:
  - {name: idea, kind: text, label: 点子, ask: '什么点子?'}
fund: award
award:
  label: 奖励
  by: grade
  tiers: [{choice: small, yuan: 50}, {choice: large, yuan: 500}]
  not_for: [duty]
summary: {title: '{idea}'}
review:
  - name: first
    title: 定级
    who: {role: branch_chair}
    days: 3
    acts:
      - act: accept
        word: 定级
        form:
          - {name: grade, kind: choice, label: 等级, ask: '哪一级?', choices: [{name: small, label: 一般}, {name: large, label: 重大}, {name: none, label: 不算}]}
  - name: award
    title: 核准
    who: {role: chair}
    not_by: [first]
    days: 3
    reserve: true
    acts: [{act: accept, word: 核准}, {act: waive, word: 不奖励}]
  - {name: pay, title: 发放, who: {role: finance}, days: 3, pay: true, acts: [{act: accept, word: 已付}]}
words: {filed: '{number}', accepted: '{number}', passed: '{number}', withdrawn: '{number}'}
`

func TestAnAwardFollowsFromWhatOfficersAnswer(t *testing.T) {
	s, err := service.Parse("idea", []byte(rewarded))
	if err != nil {
		t.Fatal(err)
	}
	for raw, want := range map[string]int64{`"small"`: 50_00, `"large"`: 500_00, `"none"`: 0, `7`: 0, ``: 0} {
		if got := s.Award.Worth(service.KindChoice, []byte(raw)); got != want {
			t.Errorf("%s is worth %d, not %d", raw, got, want)
		}
	}
	none := s.Facts(func(string) (service.Answer, bool) { return service.Answer{}, false })
	if steps := s.StepsFor(none); len(steps) != 1 {
		t.Errorf("without an award it goes through %d steps", len(steps))
	}
	if steps := s.StepsFor(none.WithSums(map[string]int{service.FieldAward: 50_00})); len(steps) != 3 {
		t.Errorf("with an award it goes through %d steps", len(steps))
	}
	if graph := service.Graph(s); !strings.Contains(graph, "only with an award by grade") || !strings.Contains(graph, "定级: 等级") {
		t.Errorf("the graph does not tell of the award:\n%s", graph)
	}
}

func TestTiersOfASumEndBelowTheNext(t *testing.T) {
	a := service.Award{By: "value", Tiers: []service.Tier{{To: 10_000, Yuan: 300}, {To: 100_000, Yuan: 500}, {Yuan: 2_500}}}
	for raw, want := range map[string]int64{"0": 0, "1": 300_00, "999999": 300_00, "1000000": 500_00, "10000000": 2_500_00, "-5": 0, `"x"`: 0} {
		if got := a.Worth(service.KindMoney, []byte(raw)); got != want {
			t.Errorf("%s fen are worth %d, not %d", raw, got, want)
		}
	}
}

func TestAwardsThatCouldNotBeGivenAreRefused(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"by: grade", "by: idea", "award.by: a question of an act, of kind choice or money, is expected"},
		{"choice: small", "choice: smal", `award.tiers[1].choice: a choice of "grade" is expected`},
		{"choice: large", "choice: small", `award.tiers[2].choice: "small" stands here twice`},
		{"{choice: small, yuan: 50}", "{choice: small, to: 5, yuan: 50}", "award.tiers[1].to: is for tiers of a sum"},
		{"fund: award\n", "", "fund: is missing; the fund from which awards are paid is expected"},
		{"    acts:\n      - act: accept", "    acts:\n      - {act: waive, word: 不给}\n      - act: accept", `review[1].acts: "waive" is for the step that says`},
		{"days: 3\n    acts:", "days: 3\n    disabled: true\n    acts:", `moves the award before "grade" is answered`},
		{"not_for: [duty]", "not_for: [doorman]", "award.not_for[1]"},
		{"kind: choice, label: 等级", "kind: pictures, label: 等级", "officers answer questions of kind text, choice"},
		{"name: grade, kind", "name: idea, kind", `"idea" is the name of another one above`},
		{"{name: idea, kind", "{name: award, kind", `form[1].name: "award" is kept for what is awarded`},
	} {
		if _, err := service.Parse("idea", []byte(strings.Replace(rewarded, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}

func TestOneLineLeavesTheAwardOut(t *testing.T) {
	off := strings.Replace(rewarded, "  by: grade\n", "  by: grade\n  disabled: true\n", 1)
	first := "  - {name: screen, title: 初审, who: {role: branch_chair}, days: 3, acts: [{act: accept, word: 受理}]}\n"
	s, err := service.Parse("idea", []byte(strings.Replace(off, "review:\n", "review:\n"+first, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if steps := s.Steps(); len(steps) != 1 || steps[0].Name != "screen" || s.Awards() {
		t.Errorf("%d steps are left, awards: %t", len(steps), s.Awards())
	}
	_, err = service.Parse("idea", []byte(strings.Replace(rewarded, "  by: grade\n", "  by: grade\n  earlier: number\n", 1)))
	if err == nil || !strings.Contains(err.Error(), "award.earlier: an optional text question beside") {
		t.Errorf("an unknown question for the earlier case: %v", err)
	}
}
