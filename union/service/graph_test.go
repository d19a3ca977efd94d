package service_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union/service"
)

var update = flag.Bool("update", false, "write the golden files")

// loan has everything that a drawing shows: two steps and one that is switched off, each act, a question with a condition,
// one that may be skipped and one that is not asked.
const loan = `prefix: JJ
title: 工具借用
short: 借用
understand: {phrases: [借工具]}
form:
  - {name: tool, kind: text, label: 工具, ask: 借哪样}
  - {name: days, kind: number, label: 天数, ask: 借几天}
  - {name: reason, kind: text, label: 用途, ask: 做什么用, when: days > 3}
  - {name: note, kind: text, label: 备注, ask: 还要说什么, optional: true}
  - {name: pictures, kind: pictures, label: 照片, optional: true, unasked: true}
summary: {title: '{tool}'}
review:
  - name: first
    title: 初审
    who: {role: group_leader, otherwise: [branch_chair, chair]}
    days: 1
    acts: [{act: accept, word: 准借}, {act: return, word: 补充}]
  - name: off
    title: 复核
    disabled: true
    who: {role: chair}
    days: 2
    acts: [{act: accept, word: 准}]
  - name: last
    title: 审批
    who: {role: chair}
    days: 3
    acts: [{act: accept, word: 借出}, {act: refuse, word: 不借}, {act: merge, word: 并入}]
words: {filed: 收到, accepted: 借出, passed: 通过, refused: 不借, returned: 补充, merged: 并入, supplemented: 谢谢, withdrawn: 撤回}
`

func TestServicesAreDrawn(t *testing.T) {
	for golden, set := range map[string]*service.Set{
		"testdata/one.mmd": loaded(t, folder("idea.yaml", small)),
		"testdata/two.mmd": loaded(t, folder("idea.yaml", small, "loan.yaml", loan)),
	} {
		got := service.Graph(set.On("").All()...)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", golden, diff)
		}
	}
}

// TestAGraphCannotBeBrokenByWords uses what Mermaid takes for its own.
func TestAGraphCannotBeBrokenByWords(t *testing.T) {
	s, err := service.Parse("end", []byte(strings.NewReplacer("word: 受理", `word: 'a"]|b#c'`, "label: 建议", "label: '<b>`x`'").Replace(small)))
	if err != nil {
		t.Fatal(err)
	}
	drawn := service.Graph(s)
	for _, want := range []string{`-->|"a#quot;]|b#35;c"|`, "#lt;b#gt;#96;x#96;"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("no %s in\n%s", want, drawn)
		}
	}
	if strings.Contains(drawn, " end[") || strings.Contains(drawn, "subgraph end ") {
		t.Errorf("a node bears the word that ends a subgraph:\n%s", drawn)
	}
}
