package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

// paying is the least service that pays what an officer grants.
const paying = `prefix: BF
title: 救助
short: 救助
understand: {phrases: [求救助]}
form:
  - {name: cause, kind: text, label: 原因, ask: 为什么}
  - {name: urgent, kind: yes_no, label: 急, ask: 急吗}
fund: aid
summary: {title: '{cause}'}
review:
  - name: grant
    title: 核定
    who: {role: branch_chair}
    days: 1
    acts: [{act: accept, word: 核定, ceiling: 5000}]
  - name: second
    title: 复签
    who: {role: aid_officer}
    days: 1
    reserve: true
    acts: [{act: accept, word: 复签}]
  - name: pay
    title: 付款
    who: {role: finance}
    days: 1
    pay: true
    acts: [{act: accept, word: 已付}]
words: {filed: 收到, accepted: 办结, passed: 通过, withdrawn: 撤回}
`

// What the parser refuses here would leave money set aside for ever, stop a case before its payment, or pay another sum
// than was set aside.
func TestMoneyOfAServiceCannotBeLost(t *testing.T) {
	if _, err := service.Parse("aid", []byte(paying)); err != nil {
		t.Fatal(err)
	}
	const accepts = "acts: [{act: accept, word: 已付}]"
	for _, c := range []struct{ name, old, new, want string }{
		{"one step sets aside and pays", "    reserve: true\n", "    reserve: true\n    pay: true\n", `the step "second" pays what no step before it has reserved`},
		{"a payment that some cases pass by", "    pay: true\n", "    pay: true\n    when: urgent\n", `the step "pay" moves money in every case; it has no ` + "`when`"},
		{"a reservation that some cases pass by", "    reserve: true\n", "    reserve: true\n    when: urgent\n", `the step "second" moves money in every case`},
		{"a way back behind the reservation", accepts, "acts: [{act: accept, word: 已付}, {act: reopen, word: 不对}]", `the step "pay" cannot lead back`},
		{"a sum set after the reservation", accepts, "acts: [{act: accept, word: 已付, ceiling: 5}]", `the step "pay" sets a sum that is reserved already`},
		{"a sum that some cases get none of", "    days: 1\n    acts: [{act: accept, word: 核定", "    days: 1\n    when: urgent\n    acts: [{act: accept, word: 核定", "grant: no step sets it in every case"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(paying, c.old) {
				t.Fatalf("the service has no %q", c.old)
			}
			_, err := service.Parse("aid", []byte(strings.Replace(paying, c.old, c.new, 1)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the problems do not say %q: %v", c.want, err)
			}
		})
	}
}

// A rule may come to nothing: then no officer decides about money that is not there, and what is set aside is always paid.
func TestACaseThatIsGrantedNothingPassesByTheStepsThatMoveMoney(t *testing.T) {
	ruled := strings.NewReplacer("kind: text, label: 原因", "kind: money, label: 原因", ", ceiling: 5000", "", "fund: aid\n", "fund: aid\ngrant: aid\nsums: [{name: aid, label: 金额, value: cause}]\n").Replace(paying)
	reserves, pays := "    reserve: true\n", "    pay: true\n"
	when := func(condition string) string { return "    when: " + condition + "\n" }
	s, err := service.Parse("aid", []byte(strings.NewReplacer(reserves, reserves+when("aid > 0"), pays, pays+when("aid > 0")).Replace(ruled)))
	if err != nil {
		t.Fatal(err)
	}
	for fen, want := range map[int]int{0: 1, 100: 3} {
		if steps := s.StepsFor(service.Facts{"aid": fen}); len(steps) != want {
			t.Errorf("a grant of %d fen goes through %d steps, want %d", fen, len(steps), want)
		}
	}
	for name, c := range map[string]struct{ file, want string }{
		"only the first":        {strings.Replace(ruled, reserves, reserves+when("aid > 0"), 1), "the same `when` is expected at both"},
		"only the second":       {strings.Replace(ruled, pays, pays+when("aid > 0"), 1), "the same `when` is expected at both"},
		"another condition":     {strings.NewReplacer(reserves, reserves+when("urgent"), pays, pays+when("urgent")).Replace(ruled), "no `when` but `aid > 0` is expected"},
		"where an officer says": {strings.NewReplacer(reserves, reserves+when("granted > 0"), pays, pays+when("granted > 0")).Replace(paying), "moves money in every case"},
	} {
		if _, err := service.Parse("aid", []byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
