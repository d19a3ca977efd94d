package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

const ranked = `prefix: HL
title: 成本
short: 成本
understand: {phrases: [报成本]}
form:
  - {name: month, kind: choice, label: 月, ask: '几月?', choices: [{name: m01, label: 1月}, {name: m02, label: 2月}]}
  - {name: cost, kind: money, label: 花费, ask: '多少?'}
sums:
  - {name: budget, label: 目标, value: yuan(100)}
  - {name: saving, label: 节约, value: budget - cost}
ranking: {title: 排名, words: [成本排名], by: saving, of: budget, period: month}
summary: {title: '{month}'}
review:
  - {name: first, title: 核对, who: {role: branch_chair}, days: 3, acts: [{act: accept, word: 无误}]}
words: {filed: '{number}', accepted: '{number}', withdrawn: '{number}'}
`

func TestARankingNamesWhatItCompares(t *testing.T) {
	s, err := service.Parse("idea", []byte(ranked))
	if err != nil {
		t.Fatal(err)
	}
	if graph := service.Graph(s); !s.Ranking.On() || !strings.Contains(graph, "ranked by saving / budget, each month") {
		t.Errorf("the graph does not tell of the ranking:\n%s", graph)
	}
	for _, c := range []struct{ old, new, want string }{
		{"by: saving", "by: savin", `ranking.by: a sum is expected: "savin" is none of budget, saving; did you mean "saving"?`},
		{", of: budget", "", "ranking.of: a sum is expected"},
		{"period: month", "period: cost", "ranking.period: a choice question is expected"},
		{"name: m02", "name: feb", `"feb" is not`},
		{"words: [成本排名]", "words: []", "ranking.words: at least one is expected"},
	} {
		if _, err := service.Parse("idea", []byte(strings.Replace(ranked, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}
