package answer

import (
	"fmt"
	"regexp"
	"strings"
)

// NumberLimits bound a whole number; both 0 is no bound.
type NumberLimits struct {
	Min, Max int64
	// Unit is what is counted: 天. It may stand behind the number.
	Unit string
}

// mostNumber is the largest number that somebody means: a thousand million.
const mostNumber = 1_000_000_000

// Number reads a whole number: 12, 十二, 12天. Of 三四天 it asks back.
func Number(text string, limits NumberLimits) Reading {
	text = plain(text)
	if len(text) > mostBytes {
		return Reading{}
	}
	bare := strings.TrimSuffix(strings.TrimSuffix(text, limits.Unit), "个")
	if strings.ContainsAny(bare, " ,") {
		return Reading{}
	}
	if low, high, ok := pair(bare); ok {
		return Reading{Either: []Reading{number(low, limits), number(high, limits)}}
	}
	if some.MatchString(bare) {
		return problem("请写一个准数。")
	}
	if sharp := vague.ReplaceAllString(bare, ""); sharp != bare {
		if r := number(strings.TrimSuffix(sharp, limits.Unit), limits); r.OK() {
			return Reading{Either: []Reading{r}}
		}
		return Reading{}
	}
	return number(bare, limits)
}

var pairEnd = regexp.MustCompile(`^(.*[十百])?([一二两三四五六七八九])([二两三四五六七八九])$`)

// pair takes 三四 apart, and 十七八.
func pair(text string) (low, high string, ok bool) {
	found := pairEnd.FindStringSubmatch(text)
	if found == nil || figures[[]rune(found[2])[0]]+1 != figures[[]rune(found[3])[0]] {
		return "", "", false
	}
	return found[1] + found[2], found[1] + found[3], true
}

func number(text string, limits NumberLimits) Reading {
	negative := strings.HasPrefix(text, "-") || strings.HasPrefix(text, "负")
	n, exact, ok := quantity(strings.TrimPrefix(strings.TrimPrefix(text, "-"), "负"))
	if !ok {
		return Reading{}
	}
	if !exact || n%100 != 0 {
		return problem("请写一个整数。")
	}
	if n /= 100; negative {
		n = -n
	}
	if n > mostNumber || n < -mostNumber {
		return problem("这个数太大了,请核对一下是不是多写了。")
	}
	bounded := limits.Min != 0 || limits.Max != 0
	switch {
	case bounded && n < limits.Min:
		return problem(fmt.Sprintf("最少是 %d%s。", limits.Min, limits.Unit))
	case limits.Max != 0 && n > limits.Max:
		return problem(fmt.Sprintf("最多是 %d%s。", limits.Max, limits.Unit))
	}
	return value(fmt.Sprintf("%d%s", n, limits.Unit), n)
}

// ratings are what people say instead of a figure.
var ratings = map[string]int64{
	"非常满意": 5, "很满意": 5, "很好": 5, "非常好": 5, "满意": 4, "好": 4, "不错": 4, "一般": 3, "还行": 3, "凑合": 3,
	"不满意": 2, "不好": 2, "差": 2, "很不满意": 1, "非常不满意": 1, "很差": 1, "太差": 1,
}

// Rating reads a mark from 1 to 5: 5, 四星, 4分, 不满意.
func Rating(text string) Reading {
	text = plain(text)
	n, named := ratings[text]
	if !named {
		hundredths, exact, ok := quantity(strings.TrimRight(text, "星颗分"))
		if !ok {
			return Reading{}
		}
		if n = hundredths / 100; !exact || hundredths%100 != 0 || n < 1 || n > 5 {
			return problem("请打 1 到 5 分,5 分最好。")
		}
	}
	return value(fmt.Sprintf("%d 分", n), n)
}
