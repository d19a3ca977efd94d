package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

// signed is a service whose step several sign; WHO and MODE are put in by the tests.
const signed = `prefix: HQ
title: 会签
short: 会签
understand: {phrases: [会签]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
review:
  - name: sign
    title: 会签
    who: {WHO}
    days: 3
    MODE
    acts: [{act: accept, word: 同意}, {act: refuse, word: 不同意}]
words: {filed: 收到, accepted: 同意, refused: 不同意, withdrawn: 撤回}
`

func signedBy(who, mode string) []byte {
	return []byte(strings.NewReplacer("{WHO}", "{"+who+"}", "    MODE\n", "    "+strings.ReplaceAll(mode, "; ", "\n    ")+"\n").Replace(signed))
}

func TestHowSeveralSignIsChecked(t *testing.T) {
	for _, c := range []struct{ name, who, mode, want string }{
		{"an unknown mode names the nearest", "role: judge", "mode: inorder", `"in_order"`},
		{"a share without its percent", "role: judge", "mode: share", "percent of the seats from 1 to 100 are expected, not 0"},
		{"a share of more than all", "role: judge", "mode: share; share: 101", "1 to 100 are expected, not 101"},
		{"a percent without its mode", "role: judge", "mode: all; share: 60", "belongs to `mode: share`"},
		{"a veto where all sign", "role: judge", "mode: all; veto: [auditor]", "one refusal ends the step anyway"},
		{"a veto of nobody's seat", "seats: [finance, auditor]", "mode: share; share: 60; veto: [audito]", `"auditor"`},
		{"a veto of an office without a seat", "seats: [finance, chair]", "mode: share; share: 60; veto: [auditor]", "one of the seats is expected"},
		{"an order of nobody", "role: judge", "mode: in_order", "the offices that sign one after the other are expected"},
		{"seats where one decides", "seats: [finance, auditor]", "mode: any", "belongs to `mode: all`"},
		{"seats beside a role", "role: judge, seats: [finance, auditor]", "mode: all", "leave one of the two"},
		{"one seat", "seats: [finance]", "mode: all", "from 2 to 9 offices are expected, not 1"},
		{"an office twice", "seats: [finance, finance]", "mode: all", "stands here twice"},
		{"silence that signs", "role: judge", "mode: all; silence: [{do: pass}]", "silence signs for nobody"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := service.Parse("signed", signedBy(c.who, c.mode))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("problems %v, want %q", err, c.want)
			}
		})
	}
	for _, form := range []string{
		`{act: accept, word: 同意, ceiling: 500}`, `{act: accept, word: 同意, form: [{name: how, kind: text, label: 办法, ask: 怎么办}]}`,
		`{act: accept, word: 同意}, {act: merge, word: 并入}`,
	} {
		source := strings.Replace(string(signedBy("role: judge", "mode: all")), `{act: accept, word: 同意}`, form, 1)
		if _, err := service.Parse("signed", []byte(source)); err == nil || !strings.Contains(err.Error(), "several") {
			t.Errorf("%s is taken: %v", form, err)
		}
	}
}

func TestAGraphSaysHowSeveralSign(t *testing.T) {
	for _, c := range []struct{ who, mode, want string }{
		{"role: judge", "mode: any", "会签<br/>judge<br/>3 working days"},
		{"role: judge, otherwise: [chair]", "mode: all", "judge, else chair<br/>3 working days<br/>all sign"},
		{"seats: [finance, chair], otherwise: [admin]", "mode: in_order", "finance + chair, else admin<br/>3 working days<br/>sign one after the other"},
		{"role: judge", "mode: share; share: 60; veto: [auditor]", "60 percent sign, veto of auditor"},
	} {
		s, err := service.Parse("signed", signedBy(c.who, c.mode))
		if err != nil {
			t.Fatal(err)
		}
		if graph := service.Graph(s); !strings.Contains(graph, c.want) {
			t.Errorf("%q is not in\n%s", c.want, graph)
		}
	}
}
