package service_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union/service"
)

// home is small with a household, sums over it and the category that follows.
const home = `  - name: family
    kind: list
    label: 家庭成员
    ask: 家里还有谁?
    max: 4
    fields:
      - name: relation
        kind: choice
        label: 关系
        ask: 是您的什么人?
        choices: [{name: spouse, label: 配偶, synonyms: [老婆]}, {name: child, label: 子女}]
      - {name: age, kind: number, label: 年龄, ask: '多大?', unit: 岁, age: true, max: 120, optional: true}
      - {name: income, kind: money, label: 月收入, ask: '多少?', when: age > 15 or not answered.age}
sums:
  - {name: persons, label: 人口, value: family + 1, unit: 人}
  - {name: month, label: 月收入合计, value: sum(family_income)}
  - {name: head, label: 人均, value: 'each(month, persons)', formula: '{month} ÷ {persons}'}
category:
  name: hardship
  label: 类别
  of:
    - {name: deep, label: 深度, when: 'head < yuan(500) and any(family_age, # > 60)'}
    - {name: none, label: 未达到}
`

func withHome(t *testing.T, changes ...string) (*service.Service, error) {
	t.Helper()
	text := strings.NewReplacer(changes...).Replace(home)
	return service.Parse("idea", []byte(strings.Replace(small, "summary:\n", text+"summary:\n", 1)))
}

func TestAHouseholdIsCountedAndSummed(t *testing.T) {
	s, err := withHome(t)
	if err != nil {
		t.Fatal(err)
	}
	raw := `{"entries":[{"relation":{"text":"配偶","raw":"spouse"},"age":{"text":"66 岁","raw":66},"income":{"text":"1,000.01 元","raw":100001}},
		{"relation":{"text":"子女","raw":"child"},"age":{"text":"9 岁","raw":9}}]}`
	facts := s.Facts(func(field string) (service.Answer, bool) {
		return service.Answer{Text: "2 人", Raw: []byte(raw)}, field == "family"
	})
	if diff := cmp.Diff([]int{100001, 0}, facts["family_income"]); diff != "" {
		t.Error(diff)
	}
	sums, err := s.Compute(facts)
	if diff := cmp.Diff(map[string]int{"persons": 3, "month": 100001, "head": 33334}, sums); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if rank, ok := s.Classify(facts.WithSums(sums)); !ok || rank.Name != "deep" {
		t.Errorf("it is %+v", rank)
	}
	sums["head"] = 50000
	if rank, _ := s.Classify(facts.WithSums(sums)); rank.Name != "none" {
		t.Errorf("it is %+v", rank)
	}
	field, _ := s.Field("family")
	if asked := field.ShownOf(service.ListOf([]byte(raw)).Entries[1]); len(asked) != 2 {
		t.Errorf("a child of nine is asked %d questions", len(asked))
	}
}

func TestListsAreStrictlyChecked(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"more than can be", "max: 4", "max: 40", "form[3].max: a number from 1 to 20"},
		{"no choice at its head", "- name: relation\n        kind: choice", "- name: relation\n        kind: text", "fields[1]: a choice that is always asked is expected first"},
		{"a kind that is looked up", "kind: money, label: 月收入", "kind: member, label: 月收入", "fields[3].kind: questions here are of kind"},
		{"a condition on what is asked later", "when: age > 15 or not answered.age", "when: incom > 15", "fields[3].when"},
		{"a name twice", "{name: income, kind", "{name: age, kind", `fields[3].name: "age" is the name of another one above`},
		{"a key that is for forms", "unit: 岁, age", "unasked: true, unit: 岁, age", "fields[2]: every question is asked here"},
		{"an age of money", "{name: income, kind: money", "{name: income, age: true, kind: money", "fields[3].age: is for fields of kind number"},
		{"a column's name", "{name: month,", "{name: family_income,", `sums[2].name: "family_income" is the name of another one above`},
		{"no condition but in the last", ", when: 'head < yuan(500) and any(family_age, # > 60)'", "", "category.of[1].when"},
		{"a formula of unknown names", "'{month} ÷ {persons}'", "'{months} ÷ {persons}'", "sums[3].formula"},
		{"questions of another kind", "kind: list", "kind: number", "form[3].fields: is for fields of kind list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := withHome(t, c.from, c.to)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %v, want %q", err, c.want)
			}
		})
	}
}
