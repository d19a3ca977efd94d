package answer

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Yuan shows a sum in fen: 52,000.00 元.
func Yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	whole := strconv.FormatInt(fen/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("%s%s.%02d 元", sign, whole, fen%100)
}

// mostBytes is longer than any number or date that somebody writes: what is longer is no answer.
const mostBytes = 90

// MoneyLimits bound a sum, in yuan; Max 0 is no bound but what can be read.
type MoneyLimits struct{ Min, Max int64 }

var (
	// vague are the words with which a sum is none.
	vague = regexp.MustCompile(`左右|上下|大概|大约|差不多|将近|不到|出头|以上|以下|接近|约|[来多]`)
	// between is a span of which the ends are neighbours: 三四千.
	between = regexp.MustCompile(`([一二两三四五六七八九])([二两三四五六七八九])([十百千万])`)
	some    = regexp.MustCompile(`几|若干|好多|很多`)
	span    = regexp.MustCompile(`^(.+?)(?:-|~|—|到|至)(.+)$`)
	// thousandths are what 52.000 has: a point for a comma, or a mistake.
	thousandths = regexp.MustCompile(`^\d{1,3}\.0{3}(?:$|[^\dwk万千])`)
	moneyTail   = regexp.MustCompile(`(?:块钱|元钱|块|元|圆|rmb|人民币)(?:整|正)?$`)
	parts       = regexp.MustCompile(`^(.*?)[块元圆](.+)$`)
)

// nothing is how people say that there is none: 没有收入, 现在一分钱都没有, 没报过. 没钱 is none: it may answer how much is lacking.
var nothing = regexp.MustCompile(`^(?:我|现在|目前|暂时|都|也|还)*(?:没有?|无|零|一[分毛](?:钱)?(?:也|都)?没有?)(?:任何|什么)?(?:收入|工资|退休金|开销|花销|花|报销|报|挣|发)*(?:了|过)?$`)

// Money reads a sum, in fen: 5万2, 一千二, ￥3,000, 三千五百块八毛. Of 两千来块 and 三四千 it asks back.
func Money(text string, limits MoneyLimits) Reading {
	text = plain(text)
	for _, head := range []string{"人民币", "¥", "￥", "一共", "总共", "共", "花了", "自付"} {
		text = strings.TrimPrefix(text, head)
	}
	if nothing.MatchString(moneyTail.ReplaceAllString(text, "")) {
		text = "0"
	}
	if len(text) > mostBytes {
		return Reading{}
	}
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "负") {
		return problem("金额不能是负数。")
	}
	if both := neighbours(text); both != nil {
		return oneOfSums(limits, both...)
	}
	if found := span.FindStringSubmatch(text); found != nil {
		return oneOfSums(limits, withUnit(found[1], found[2]), found[2])
	}
	if _, _, ok := pair(moneyTail.ReplaceAllString(text, "")); ok || some.MatchString(text) || thousandths.MatchString(text) {
		return problem("请写一个准数,比如 52000 或 5万2。")
	}
	if sharp := vague.ReplaceAllString(text, ""); sharp != text {
		return oneOfSums(limits, sharp)
	}
	return sumOf(text, limits)
}

// sumOf reads a sum about which nothing is vague.
func sumOf(text string, limits MoneyLimits) Reading {
	fen, exact, ok := fenOf(text)
	switch {
	case !ok:
		return Reading{}
	case !exact:
		return problem("金额最多写到分(两位小数)。")
	case fen < limits.Min*100:
		return problem(fmt.Sprintf("至少是 %s。", Yuan(limits.Min*100)))
	case limits.Max > 0 && fen > limits.Max*100:
		return problem(fmt.Sprintf("最多填 %s,请核对一下是不是多写了。", Yuan(limits.Max*100)))
	}
	return value(Yuan(fen), fen)
}

// fenOf reads a sum with its jiao and fen: 三千五百块八毛, 3块5, 8毛.
func fenOf(text string) (fen int64, exact, ok bool) {
	if found := parts.FindStringSubmatch(text); found != nil && !moneyTail.MatchString(text) {
		whole, exactly, ok := quantity(found[1])
		small, is := jiao(found[2])
		return whole + small, exactly && whole%100 == 0, ok && is
	}
	if small, is := jiao(text); is && strings.ContainsAny(text, "毛角分") {
		return small, true, true
	}
	return quantity(moneyTail.ReplaceAllString(text, ""))
}

var jiaoFen = regexp.MustCompile(`^(?:(.)[毛角]?)?(?:(.)分)?(?:钱)?$`)

// jiao reads what stands behind the yuan: 八毛五, 5毛, 5, 5分.
func jiao(text string) (fen int64, ok bool) {
	if len(text) == 2 && strings.Trim(text, "0123456789") == "" { // 1块25
		text = text[:1] + "毛" + text[1:] + "分"
	}
	if five := regexp.MustCompile(`^(.)[毛角](.)$`).FindStringSubmatch(text); five != nil && five[2] != "钱" {
		text = five[1] + "毛" + five[2] + "分"
	}
	found := jiaoFen.FindStringSubmatch(text)
	if found == nil {
		return 0, false
	}
	for i, worth := range []int64{10, 1} {
		if found[i+1] == "" {
			continue
		}
		n, _, is := quantity(found[i+1])
		if !is || n >= 1000 {
			return 0, false
		}
		fen += n / 100 * worth
	}
	return fen, true
}

// neighbours takes 三四千 apart into 三千 and 四千.
func neighbours(text string) []string {
	at := between.FindStringSubmatchIndex(text)
	if at == nil {
		return nil
	}
	low, high := text[at[2]:at[3]], text[at[4]:at[5]]
	if figures[[]rune(low)[0]]+1 != figures[[]rune(high)[0]] {
		return nil
	}
	before, after := vague.ReplaceAllString(text[:at[2]], ""), vague.ReplaceAllString(text[at[6]:], "")
	return []string{before + low + after, before + high + after}
}

// withUnit gives the lower end of 3到5千 the unit of the upper.
func withUnit(low, high string) string {
	for r := range units {
		if strings.ContainsRune(high, r) && !strings.ContainsAny(low, "十百千万亿wk") {
			return low + string(r)
		}
	}
	return low
}

// oneOfSums asks which of them it is.
func oneOfSums(limits MoneyLimits, texts ...string) Reading {
	var either []Reading
	for _, text := range texts {
		r := sumOf(text, limits)
		if !r.OK() {
			return problem("请写一个准数,比如 52000 或 5万2。")
		}
		either = append(either, r)
	}
	return Reading{Either: either}
}
