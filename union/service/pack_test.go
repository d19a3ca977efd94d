package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

// packed is the least service that hands something over apart.
const packed = `prefix: FL
title: 法律援助
short: 法律援助
sensitive: true
understand: {phrases: [找律师]}
form:
  - {name: topic, kind: text, label: 事由, ask: 哪方面}
  - {name: facts, kind: text, label: 经过, ask: 说说}
  - {name: papers, kind: pictures, label: 照片, ask: 照片, optional: true}
pack: {title: 事实材料, holds: [facts, papers], events: facts, consent: 交给他吗}
summary: {title: '{topic}'}
review:
  - name: take
    title: 接案
    who: {role: lawyer}
    days: 1
    acts: [{act: accept, word: 接案}]
words: {filed: 收到, accepted: 接案, withdrawn: 撤回}
`

// What the parser refuses here would tell officers of what is not handed over yet, or let them decide without it.
func TestAPackIsNotReadElsewhere(t *testing.T) {
	if s, err := service.Parse("legal", []byte(packed)); err != nil || !s.Pack.On() {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"an unknown question":  {"holds: [facts, papers]", "holds: [facts, paper]", `pack.holds[2]: a question of the form is expected: "paper" is none of`},
		"one twice":            {"holds: [facts, papers]", "holds: [facts, facts]", "stands here twice"},
		"in the title":         {"'{topic}'", "'{topic} {facts}'", `"facts" stands in the summary`},
		"in the card":          {"{title: '{topic}'}", "{title: '{topic}', detail: facts}", `"facts" stands in the summary`},
		"what like cases say":  {"{title: '{topic}'}", "{title: '{topic}', similar: facts}", `"facts" stands in the summary`},
		"a step's condition":   {"    days: 1\n", "    days: 1\n    when: facts != \"\"\n", `a step goes by "facts"`},
		"no timeline":          {"events: facts", "events: topic", "pack.events: a text question among `holds`"},
		"read by many":         {"sensitive: true\n", "", "`sensitive` and not `sealed`"},
		"no consent":           {", consent: 交给他吗", "", "pack.consent"},
		"nothing":              {"holds: [facts, papers], ", "", "pack.holds: at least one"},
		"sums to decide about": {"summary:", "sums: [{name: n, label: 数, value: yuan(1)}]\nsummary:", "officers have to see"},
	} {
		if !strings.Contains(packed, c.old) {
			t.Fatalf("the service has no %q", c.old)
		}
		if _, err := service.Parse("legal", []byte(strings.Replace(packed, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
