package answer

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Option is one of several choices, with other words for it.
type Option struct {
	Name, Label string
	Synonyms    []string
}

// ChoicesLimits bound how many may be taken together; Max 0 is all of them. Any takes 都行 and 随便 for all of them.
type ChoicesLimits struct {
	Min, Max int
	Any      bool
}

// allOfThem is how people take every choice.
var allOfThem = []string{"都要", "全要", "全选", "都选", "全部", "都有", "都是"}

// anyOfThem is how people leave it open, which takes every choice where Any says so.
var anyOfThem = []string{"都行", "都可以", "都方便", "随便", "哪个都行", "哪样都行", "什么时候都行", "啥时候都行", "任何时间", "随时"}

// Several reads several choices: 1 3, 1、3和5, 134 where there are fewer than ten, names of them, 都要, 除了2.
func Several(text string, options []Option, limits ChoicesLimits) Reading {
	text = strings.TrimRight(strings.TrimSpace(text), "。.!！")
	if i := slices.IndexFunc(options, func(o Option) bool { return o.Label == text }); i >= 0 { // it may hold a 和 itself
		taken := make([]bool, len(options))
		taken[i] = true
		return chosen(options, taken, limits)
	}
	rest, without := text, false
	for _, head := range []string{"除了", "除去", "不要", "不选"} {
		if r, ok := strings.CutPrefix(text, head); ok {
			rest, without = strings.TrimSuffix(r, "都要"), true
		}
	}
	if without && strings.Trim(rest, "了 ") == "" { // 不要 is not all of them
		return Reading{}
	}
	taken := make([]bool, len(options))
	if !without && (slices.Contains(allOfThem, rest) || limits.Any && slices.Contains(anyOfThem, rest)) {
		for i := range taken {
			taken[i] = true
		}
		return chosen(options, taken, limits)
	}
	for _, part := range partsOf(rest, len(options)) {
		i, ok := optionAt(part, options)
		if !ok {
			if slices.Contains(taken, true) {
				return problem(fmt.Sprintf("没有“%s”这一项。", part))
			}
			return Reading{}
		}
		taken[i] = true
	}
	if without {
		for i := range taken {
			taken[i] = !taken[i]
		}
	}
	return chosen(options, taken, limits)
}

// partsOf splits an answer where signs, blanks or words for and stand, and figures that run together.
func partsOf(text string, options int) []string {
	list := strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",，、;；和跟与及/+&", r)
	})
	if len(list) != 1 || options > 9 || len(list[0]) > options || strings.Trim(list[0], "0123456789") != "" { // a telephone is no list
		return list
	}
	return strings.Split(list[0], "")
}

func optionAt(part string, options []Option) (int, bool) {
	folded := strings.TrimSuffix(strings.TrimPrefix(part, "第"), "项")
	if n, exact, ok := quantity(plain(folded)); ok && exact && n%100 == 0 && n >= 100 && n <= int64(len(options))*100 {
		return int(n/100) - 1, true
	}
	i := slices.IndexFunc(options, func(o Option) bool { return o.Label == part || slices.Contains(o.Synonyms, part) })
	return i, i >= 0
}

func chosen(options []Option, taken []bool, limits ChoicesLimits) Reading {
	labels, names := []string{}, []string{}
	for i, o := range options {
		if taken[i] {
			labels, names = append(labels, o.Label), append(names, o.Name)
		}
	}
	switch {
	case len(names) == 0:
		return Reading{}
	case len(names) < limits.Min:
		return problem(fmt.Sprintf("请至少选 %d 项。", limits.Min))
	case limits.Max > 0 && len(names) > limits.Max:
		return problem(fmt.Sprintf("最多选 %d 项。", limits.Max))
	}
	return value(strings.Join(labels, "、"), names)
}
