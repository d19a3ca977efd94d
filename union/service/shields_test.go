package service

import (
	"maps"
	"strings"
	"testing"
)

const shielding = `prefix: ZZ
title: 探望
short: 探望
menu: 50
shields:
  - {cheer: author, when: 'for_whom == "self"'}
  - {cheer: colleague, when: 'bad', days: 90}
understand:
  phrases: [去探望]
form:
  - name: for_whom
    kind: choice
    label: 替谁
    ask: 替谁?
    choices:
      - {name: self, label: 自己}
      - {name: other, label: 同事}
  - {name: bad, kind: yes_no, label: 重, ask: '重不重?'}
  - {name: colleague, kind: member, label: 同事, ask: '谁?', optional: true}
summary:
  title: '{for_whom}'
review:
  - name: first
    title: 一
    who: {role: branch_chair}
    days: 3
    acts: [{act: accept, word: 同意}]
words: {filed: 收到, accepted: 同意, passed: 通过, withdrawn: 撤回}
`

func TestACaseShieldsThoseOfWhomItsServiceSaysSo(t *testing.T) {
	s, err := Parse("zz", []byte(shielding))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		whom, bad string
		want      map[string]int
	}{
		{`"self"`, "true", map[string]int{"author": 0, "colleague": 90}}, {`"other"`, "true", map[string]int{"colleague": 90}},
		{`"self"`, "false", map[string]int{"author": 0}}, {`"other"`, "false", nil},
	} {
		facts := s.Facts(func(field string) (Answer, bool) {
			raw := map[string]string{"for_whom": c.whom, "bad": c.bad}[field]
			return Answer{Text: raw, Raw: []byte(raw)}, raw != ""
		})
		if got := s.Shielded(facts); !maps.Equal(got, c.want) {
			t.Errorf("%s, %s shields %v, want %v", c.whom, c.bad, got, c.want)
		}
	}
	for by, want := range map[string]string{
		"cheer: bad": "shields[2].cheer: whom the case shields", "cheer: colleague, when: 'worse'": "shields[2].when",
		"cheer: colleague, days: 400": "shields[2].days",
	} {
		_, err := Parse("zz", []byte(strings.Replace(shielding, "cheer: colleague, when: 'bad', days: 90", by, 1)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", by, err)
		}
	}
}
