package bot

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pick knows 2, ②, 第二个, 选2, 2. and 2、.
var pick = regexp.MustCompile(`^(?:我?选|第)?\s*(\d{1,3}|[一二两三四五六七八九十]{1,3}|[①-⑳])\s*(?:个|项|条|号|件|种)?\s*[.、)。]?$`)

// harmless are the characters that people put around the choice they name, as in 我选提交吧. Anything else may turn it
// into something different: 先不提交, 提交了会怎样.
const harmless = "我要选想就请吧了的呢啊呀哦好是那嗯个这觉得应该还算属于类可以行帮给直接现在先 ,、;:"

// Choose finds which of the choices the text means: its number in any writing, what a tap on it says, its label, or a
// part of the label that no other shares. The index counts from 0.
func Choose(text string, choices []Choice) (index int, ok bool) {
	plain := fold(text)
	if plain == "" {
		return 0, false
	}
	if n, ok := Ordinal(plain); ok {
		if n >= 1 && n <= len(choices) {
			return n - 1, true
		}
		return 0, false
	}
	for i, c := range choices {
		if plain == fold(c.Label) || c.Say != "" && plain == fold(c.Say) {
			return i, true
		}
	}
	found := -1
	for i, c := range choices {
		label := fold(c.Label)
		if !partOf(label, plain) && !named(label, plain) {
			continue
		}
		if found >= 0 {
			return 0, false
		}
		found = i
	}
	return found, found >= 0
}

// partOf says whether a text is a piece of a label that means the same: 设备 of 设备设施, and not 一样 of 不一样.
func partOf(label, text string) bool {
	before, _, found := strings.Cut(label, text)
	negated := strings.HasSuffix(before, "不") || strings.HasSuffix(before, "没") || strings.HasSuffix(before, "别")
	return found && !negated && utf8.RuneCountInString(text) >= 2
}

// named says whether a text is a label and nothing more of any weight.
func named(label, text string) bool {
	before, after, found := strings.Cut(text, label)
	return found && label != "" && strings.Trim(before+after, harmless) == ""
}

// Ordinal reads a number in the ways people answer a numbered list, from 1: 2, ２, ②, 第二个, 选2, "2.".
func Ordinal(text string) (n int, ok bool) {
	m := pick.FindStringSubmatch(fold(text))
	if m == nil {
		return 0, false
	}
	if n, err := strconv.Atoi(m[1]); err == nil {
		return n, true
	}
	first, _ := utf8.DecodeRuneInString(m[1])
	if first >= '①' && first <= '⑳' {
		return int(first-'①') + 1, true
	}
	return chineseNumber(m[1])
}

// chineseNumber reads 一 to 九十九.
func chineseNumber(s string) (int, bool) {
	digits := map[rune]int{'一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	tens, ones, seenTen := 0, 0, false
	for _, r := range s {
		switch {
		case r == '十' && !seenTen:
			tens, ones, seenTen = max(ones, 1), 0, true
		case ones == 0 && digits[r] > 0:
			ones = digits[r]
		default:
			return 0, false
		}
	}
	return tens*10 + ones, true
}

// Circled writes a number as it is shown in front of a value: ①. Beyond 20 it stays plain.
func Circled(n int) string {
	if n < 1 || n > 20 {
		return strconv.Itoa(n)
	}
	return string(rune('①' + n - 1))
}
