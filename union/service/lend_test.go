package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

// twice is a service with two steps; MORE stands in front of the review, and ONE and TWO in the steps.
const twice = `prefix: ZB
title: 两步
short: 两步
understand: {phrases: [两步]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
MORE
review:
  - name: first
    title: 一
    who: {role: branch_chair}
    days: 3
    acts: [{act: accept, word: 同意}]
    ONE
  - name: second
    title: 二
    who: {role: chair}
    days: 3
    acts: [{act: accept, word: 同意TWO}]
words: {filed: 收到, accepted: 同意, passed: 通过, withdrawn: 撤回}
`

func parseTwice(more, one, two string) (*service.Service, error) {
	text := strings.NewReplacer("MORE\n", more+"\n", "    ONE\n", "    "+one+"\n", "TWO", two).Replace(twice)
	return service.Parse("twice", []byte(text))
}

func TestMoneyAndWhatIsSealedIsNotLent(t *testing.T) {
	s, err := service.Parse("aid", []byte(paying))
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range s.Review {
		if s.AboutMoney(step) != s.Lends(step) {
			continue
		}
		t.Errorf("%s: about money %v, lent %v", step.Name, s.AboutMoney(step), s.Lends(step))
	}
	reserving, _ := s.Step(s.Review[0].Name)
	if !s.AboutMoney(reserving) {
		t.Errorf("%s is before what is set aside", reserving.Name)
	}
	reserving.Lend = service.LendAlways
	if !s.Lends(reserving) {
		t.Error("the file says that it is lent")
	}
	plain, err := parseTwice("", "lend: never", "")
	if err != nil {
		t.Fatal(err)
	}
	if plain.Lends(plain.Review[0]) || !plain.Lends(plain.Review[1]) {
		t.Error("the file says which of the two is not lent")
	}
	plain.Sealed = true
	if plain.Lends(plain.Review[1]) {
		t.Error("what is sealed is lent")
	}
}

func TestOneSignatureIsForAYesAlone(t *testing.T) {
	for name, c := range map[string]struct {
		two  string
		want bool
	}{
		"a yes": {"", true}, "with something asked": {", ask: 编号是什么", false}, "with a form": {", form: [{name: how, kind: text, label: 办法, ask: 怎么办}]", false},
	} {
		s, err := parseTwice("sign_once: true", "lend: always", c.two)
		if (err == nil) != c.want {
			t.Fatalf("%s: %v", name, err)
		}
		if err == nil && !s.SignsOnce(s.Review[1]) {
			t.Errorf("%s is signed twice", name)
		}
	}
	s, err := parseTwice("", "lend: always", "")
	if err != nil || s.SignsOnce(s.Review[1]) {
		t.Errorf("without the key it is signed once: %v", err)
	}
	if _, err := parseTwice("", "lend: sometimes", ""); err == nil || !strings.Contains(err.Error(), "is none of always, never") {
		t.Errorf("an unknown value: %v", err)
	}
}
