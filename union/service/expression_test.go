package service_test

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union/service"
)

// aid is small with what an expression may look at.
var aid = strings.NewReplacer(
	"summary:\n", `  - {name: cost, kind: money, label: 自付, ask: 自付多少, max: 1000000}
  - {name: back, kind: money, label: 报销, ask: 报回多少, when: 'cost > yuan(1000)'}
  - {name: days, kind: number, label: 天数, ask: 几天, unit: 天, min: 1, max: 400}
  - {name: on, kind: date, label: 日期, ask: 哪天, past: true}
  - {name: kin, kind: yes_no, label: 家属, ask: 是家属吗}
  - {name: who, kind: text, label: 谁, ask: 是谁, when: kin}
  - {name: papers, kind: choices, label: 材料, ask: 有哪些, when: 'place == "shop" && days in 3..400', choices: [{name: bill, label: 结算单}, {name: note, label: 小结}]}
  - {name: why, kind: text, label: 原因, ask: 为什么没有, optional: true, when: 'answered.papers && !("bill" in papers)'}
sums:
  - {name: own, label: 自付净额, value: 'max(0, cost - back)'}
  - {name: grant, label: 测算, value: 'min(percent(own, 15), yuan(30000))'}
summary:
`).Replace(small)

func TestAFormShowsWhatItsConditionsSay(t *testing.T) {
	s, err := service.Parse("aid", []byte(aid))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		answers map[string]service.Answer
		want    string // of the fields behind the first two
	}{
		{"nothing answered", nil, "cost days on kin"},
		{"a sum above the bound", map[string]service.Answer{"cost": raw("1,000.01 元", "100001")}, "cost back days on kin"},
		{"a sum at the bound", map[string]service.Answer{"cost": raw("1,000.00 元", "100000")}, "cost days on kin"},
		{"yes", map[string]service.Answer{"kin": raw("是", "true")}, "cost days on kin who"},
		{"no", map[string]service.Answer{"kin": raw("否", "false")}, "cost days on kin"},
		{"a choice and a number", map[string]service.Answer{"place": raw("车间", `"shop"`), "days": raw("3天", "3")}, "cost days on kin papers"},
		{"one of several choices lacks", map[string]service.Answer{
			"place": raw("车间", `"shop"`), "days": raw("3天", "3"), "papers": raw("小结", `["note"]`),
		}, "cost days on kin papers why"},
		{"an answer to what does not belong any more counts as none", map[string]service.Answer{
			"place": raw("食堂", `"canteen"`), "days": raw("3天", "3"), "papers": raw("小结", `["note"]`),
		}, "cost days on kin"},
		{"an answer that cannot be read counts as none", map[string]service.Answer{"cost": raw("很多", `"much"`)}, "cost days on kin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var names []string
			for _, f := range s.Shown(s.Facts(answers(c.answers)))[2:] {
				names = append(names, f.Name)
			}
			if diff := cmp.Diff(c.want, strings.Join(names, " ")); diff != "" {
				t.Errorf("shown (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFormWithoutConditionsIsShownAlikeWithoutFacts(t *testing.T) {
	s, err := service.Parse("idea", []byte(strings.Replace(small, "    ask: 您建议怎么做?\n", strings.Replace(sharedForm, "shares: true", "shares: true, unasked: true", 1), 1)))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		answers map[string]service.Answer
		shared  bool
	}{
		"nobody named": {nil, false},
		"named":        {map[string]service.Answer{"authors": raw("张伟 60%、王强 40%", `{"ids":[1,2],"shares":[60,40]}`)}, true},
		"not readable": {map[string]service.Answer{"authors": raw("张伟", `"zhang"`)}, false},
		"taken back":   {map[string]service.Answer{"authors": {}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			quick, ok := s.ShownByAnswers(answers(c.answers))
			slow := s.Shown(s.Facts(answers(c.answers)))
			authors := func(fields []*service.Field) bool {
				return slices.ContainsFunc(fields, func(f *service.Field) bool { return f.Name == "authors" })
			}
			if !ok || len(quick) != len(slow) || authors(quick) != c.shared || authors(slow) != c.shared {
				t.Errorf("%d fields without facts (%v), %d with, want the shares shown: %v", len(quick), ok, len(slow), c.shared)
			}
		})
	}
	conditional, err := service.Parse("aid", []byte(aid))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := conditional.ShownByAnswers(answers(nil)); ok {
		t.Error("a form with conditions is shown without facts")
	}
}

func TestSumsFollowFromTheAnswers(t *testing.T) {
	s, err := service.Parse("aid", []byte(aid))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cost, back string
		own, grant int
	}{
		{"5200000", "0", 52_000_00, 7_800_00},
		{"5200000", "5300000", 0, 0},
		{"100003", "0", 1_000_03, 150_00}, // 150.0045 is 150.00
		{"100010", "0", 1_000_10, 150_02}, // 150.015 is 150.02
		{"100000000", "0", 1_000_000_00, 30_000_00},
	} {
		got, err := s.Compute(s.Facts(answers(map[string]service.Answer{"cost": raw("x", c.cost), "back": raw("x", c.back)})))
		if diff := cmp.Diff(map[string]int{"own": c.own, "grant": c.grant}, got); diff != "" || err != nil {
			t.Errorf("%s - %s: %v (-want +got):\n%s", c.cost, c.back, err, diff)
		}
	}
}

func TestMistakesInExpressionsAreExplained(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"when: kin", "when: kim", `form[8].when: "kim" is none of answered, back, cost, days, kin, on, place, proposal; did you mean "kin"? (character 1)`},
		{"when: kin", "when: cost", `form[8].when: a condition (true or false) is expected, and "cost" is a number`},
		{"when: kin", "when: [kin]", "form[8].when: an expression is expected, in one line"},
		{"when: kin", "when: who == ''", `form[8].when: "who" is none of`},
		{"when: kin", "when: 'kin &&'", "form[8].when: unexpected token EOF"},
		{"when: kin", "when: 'cost > \"5\"'", "form[8].when: invalid operation: > (mismatched types int and string)"},
		{"when: kin", "when: '" + strings.Repeat("kin || ", 60) + "kin'", "form[8].when: compilation failed: expression exceeds maximum allowed nodes"},
		{"when: kin", "when: '" + strings.Repeat("kin || ", 100) + "kin'", "form[8].when: at most 500 characters are expected"},
		{"when: kin", `when: 'fromJSON("1") == 1'`, `form[8].when: "fromJSON" is none of`},
		{"percent(own, 15)", "own / 7", "sums[2].value: "},
		{"percent(own, 15)", "own > 7", "sums[2].value: "},
		{"percent(own, 15)", "own % days", "sums[2].value: fails where nothing is answered"},
		{"name: grant", "name: cost", `sums[2].name: "cost" is the name of another one above`},
		{"value: 'max(0, cost - back)'", "value: ''", "sums[1].value: is missing"},
		{"min: 1, max: 400", "min: 500, max: 400", "form[5].min: 500 is more than the most, 400"},
		{"max: 1000000}", "max: 1000000000}", "form[3].max: a number from 1 to 100000000 is expected"},
		{"past: true", "unit: 天", "form[6].unit: is for fields of kind number"},
		{"unit: 天", "past: true", "form[5].past: is for fields of kind date and time"},
		{"past: true", "past: true, future: true", "form[6].future: a date lies in the past or in the future"},
		{"past: true", "any: true", "form[6].any: is for fields of kind choices"},
		{"past: true", "unsure: {zh: 不清楚}", "form[6].unsure: is for fields of kind yes_no"},
		{"past: true", "min: 3", "form[6].min: is for fields of kind number, money, choices, members and list"},
	} {
		if !strings.Contains(aid, c.old) {
			t.Fatalf("the service has no %q", c.old)
		}
		if _, err := service.Parse("aid", []byte(strings.Replace(aid, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: want %s\ngot %v", c.new, c.want, err)
		}
	}
}

// A loop over many things that its author did not mean ends, and the question is asked.
func TestAConditionThatCostsTooMuchIsGivenUp(t *testing.T) {
	s, err := service.Parse("aid", []byte(strings.Replace(aid, "when: kin", "when: 'any(1..1000000, # > 1000001)'", 1)))
	if err != nil {
		t.Fatal(err)
	}
	field, _ := s.Field("who")
	if !field.Shows(s.Facts(answers(nil))) {
		t.Error("it is not asked")
	}
}

func raw(text, typed string) service.Answer { return service.Answer{Text: text, Raw: []byte(typed)} }

func answers(of map[string]service.Answer) func(string) (service.Answer, bool) {
	return func(field string) (service.Answer, bool) {
		a, ok := of[field]
		return a, ok
	}
}

func TestASumThatIsTooLargeIsRefusedAndNeverWrong(t *testing.T) {
	for source, want := range map[string]int{
		"amount + days": 0, "amount * days": 0, "percent(amount, days)": 0, "yuan(amount)": 0, "-amount - amount - amount": 0,
		"amount - days": math.MaxInt - 7, "days * days - days": 42, "days + -days": 0, "min(days, amount)": 7,
	} {
		file := strings.Replace(small, "summary:\n", "  - {name: amount, kind: money, label: 钱, ask: '多少?'}\n  - {name: days, kind: number, label: 天, ask: '几天?'}\nsums:\n  - {name: total, label: 合计, value: "+strconv.Quote(source)+"}\nsummary:\n", 1)
		s, err := service.Parse("idea", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		sums, err := s.Compute(s.Facts(func(field string) (service.Answer, bool) {
			raw := map[string]string{"amount": strconv.Itoa(math.MaxInt), "days": "7"}[field]
			return service.Answer{Text: raw, Raw: []byte(raw)}, raw != ""
		}))
		if tooLarge := want == 0 && source != "days + -days"; tooLarge != errors.Is(err, service.ErrTooLarge) {
			t.Errorf("%s: %v, %v", source, sums, err)
		} else if !tooLarge && sums["total"] != want {
			t.Errorf("%s = %d, want %d", source, sums["total"], want)
		}
	}
}
