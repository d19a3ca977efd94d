package service_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union/service"
)

const paid = `  - name: pay
    title: 付款
    who: {role: finance}
    days: 2
    later:
      - name: payee
        kind: choice
        label: 收款
        ask: '打到哪里?'
        choices: [{name: card, label: 打到卡上}, {name: counter, label: 到柜台}]
      - {name: number, kind: bank_card, label: 银行卡号, ask: '卡号是多少?', when: payee == "card"}
    acts:
      - {act: accept, word: 已付}
words:
  passed: '{step}'
  later: '请补收款的卡 {number}'
`

func withLater(changes ...string) (*service.Service, error) {
	text := strings.NewReplacer(changes...).Replace(paid)
	return service.Parse("idea", []byte(strings.Replace(small, "words:\n", text, 1)))
}

func TestWhatAStepAsksItsAuthorFollowsFromTheAnswers(t *testing.T) {
	s, err := withLater()
	if err != nil {
		t.Fatal(err)
	}
	step, _ := s.Step("pay")
	for raw, want := range map[string][]string{"": {"payee"}, `"card"`: {"number"}, `"counter"`: nil} {
		missing := step.Missing(func(name string) (service.Answer, bool) {
			return service.Answer{Text: "x", Raw: []byte(raw)}, name == "payee" && raw != ""
		})
		if diff := cmp.Diff(want, missing); diff != "" {
			t.Errorf("after %q: %s", raw, diff)
		}
	}
	if f, _ := s.Question("number"); f.Partly("6222021001116245702") != "尾号 5702" {
		t.Errorf("the card is shown as %s", f.Partly("6222021001116245702"))
	}
}

func TestWhatIsAskedLaterIsStrictlyChecked(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"a name of the form", "name: payee\n", "name: place\n", `review[2].later[1].name: "place" is the name of another one above`},
		{"an unknown name", `payee == "card"`, `payer == "card"`, "review[2].later[2].when"},
		{"a kind that is looked up", "kind: bank_card", "kind: member", "review[2].later[2].kind"},
		{"several who sign", "who: {role: finance}", "who: {role: finance}\n    mode: all", "review[2].later: is for a step that one officer decides"},
		{"no words for it", "  later: '请补收款的卡 {number}'\n", "", "words.later: is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := withLater(c.from, c.to); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %v, want %q", err, c.want)
			}
		})
	}
}
