package service

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Ranking compares the teams of a plant by what they reported for a month, once it is accepted.
type Ranking struct {
	Title Text `yaml:"title"` // 班组成本排名
	// Words ask for it, with or without a month behind them: 成本排名 11月.
	Words []string `yaml:"words"`
	// By is the sum that counts, Of the sum of which it is a share: who saves the largest share stands first.
	By string `yaml:"by"`
	Of string `yaml:"of"`
	// Period is the choice question that says the month; its choices are named m01 to m12.
	Period string `yaml:"period"`
}

// On says whether the service ranks anybody.
func (r Ranking) On() bool { return r.By != "" }

// MonthOf is the month that a choice of the period names, from 1; 0 for none.
func MonthOf(choice string) int {
	figures, ok := strings.CutPrefix(choice, "m")
	n, err := strconv.Atoi(figures)
	if !ok || len(figures) != 2 || err != nil || n < 1 || n > 12 {
		return 0
	}
	return n
}

// checkRanking looks at whether what is compared is there.
func (p *parser) checkRanking(s *Service) {
	r := s.Ranking
	if reflect.ValueOf(r).IsZero() {
		return
	}
	p.text("ranking.title", r.Title)
	if len(r.Words) == 0 {
		p.addAt("ranking.words", "at least one is expected, by which people ask for it")
	}
	p.distinct("ranking.words", r.Words)
	sums := s.moneySums()
	for path, name := range map[string]string{"ranking.by": r.By, "ranking.of": r.Of} {
		if !slices.Contains(sums, name) {
			p.addAt(path, "a sum is expected: %s", oneOf(name, sums))
		}
	}
	field, ok := s.Field(r.Period)
	if choices := s.named(KindChoice); !ok || field.Kind != KindChoice {
		p.addAt("ranking.period", "a choice question is expected: %s", oneOf(r.Period, choices))
		return
	}
	for _, c := range field.Choices {
		if MonthOf(c.Name) == 0 {
			p.addAt("ranking.period", "the choices of %q are expected to be named m01 to m12, by their months; %q is not", r.Period, c.Name)
			return
		}
	}
	if s.Sensitive {
		p.addAt("ranking", "a sensitive service ranks nobody")
	}
}

// String says what is ranked, for the graph.
func (r Ranking) String() string {
	return fmt.Sprintf("ranked by %s / %s, each %s", r.By, r.Of, r.Period)
}
