package answer

import (
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/union/calendar"
)

// Days are a span of days that a sentence names, both ends included.
type Days struct{ From, To calendar.Date }

// DaysReading is what reading a span came to: Found, a Problem that says what is wrong with it, or neither where the sentence
// names no day at all.
type DaysReading struct {
	Days
	Found   bool
	Problem string
	// Open says that it begins and does not end: 从明天起.
	Open bool
	// Said is the part of the sentence that names the days.
	Said string
}

var (
	link      = `\s*(?:\([^)]{1,6}\))?\s*(?:一?直?到|至|~|—+|-+)\s*`
	lastDay   = `(?:` + day + `|` + figure + `{1,3}[日号]?)`
	spanDays  = regexp.MustCompile(`(` + day + `)(?:起|开始)?` + link + `(` + lastDay + `)`)
	untilDays = regexp.MustCompile(`(?:到|至)\s*(` + day + `)`)
	countDays = regexp.MustCompile(`(` + day + `)\s*(?:起|开始)?\s*,?\s*[^\d零〇一二两三四五六七八九十]{0,4}?(` + figure + `{1,3})\s*(天|周|个星期|个礼拜)`)
	openDays  = regexp.MustCompile(`(` + day + `)\s*(?:以后|之后|起|开始)`)
	wholeWeek = regexp.MustCompile(`(下下个?|下个?|这个?|本)?(?:周|星期|礼拜)(?:全周|整周|一周|都)?`)
	nextWeek  = regexp.MustCompile(`下{1,2}(?:周|星期|礼拜)`)
	onlyDay   = regexp.MustCompile(day)
	barePart  = regexp.MustCompile(`^` + figure + `{1,3}[日号]?$`)
	plainWeek = regexp.MustCompile(`^(?:周|星期|礼拜)[一二三四五六日天]$`)
)

// FindDays finds the span of days that a sentence names: 12月1日到7日, 明天至周五, 到周五, 12月1日起5天, 明天. today is the day in the
// zone in which people speak; of a span that has begun the days that are left count.
func FindDays(text string, today calendar.Date) DaysReading {
	text = strings.NewReplacer("（", "(", "）", ")", "－", "-", "–", "-", "～", "~", "，", ",").Replace(text)
	if m := spanDays.FindStringSubmatchIndex(text); m != nil {
		first := coming(text[m[2]:m[3]], today)
		return spanOf(first, text[m[4]:m[5]], today, text[m[0]:m[1]])
	}
	if m := countDays.FindStringSubmatch(text); m != nil {
		return counted(m[1], m[2], m[3], today, m[0])
	}
	if m := openDays.FindString(text); m != "" {
		return DaysReading{Open: true, Said: m}
	}
	if m := untilDays.FindStringSubmatch(text); m != nil {
		from := value("", today.String())
		if w := nextWeek.FindString(text[:strings.Index(text, m[0])]); w != "" { // 下周住院,到12月10日
			from = coming(w+"一", today)
		}
		return spanOf(from, m[1], today, m[0])
	}
	if said := onlyDay.FindString(text); said != "" {
		return spanOf(coming(said, today), said, today, said)
	}
	if m := wholeWeek.FindStringSubmatch(text); m != nil {
		first, ok := ofWeek(m[1]+"周一", today)
		return DaysReading{Days: Days{first, first.AddDays(6)}, Found: ok, Said: m[0]}.left(today)
	}
	return DaysReading{}
}

// coming reads a day of which a weekday that has passed in this week is that of the next: 周二, said on a Sunday.
func coming(text string, today calendar.Date) Reading {
	r := Date(text, today, DateLimits{})
	if d, ok := dayOf(r); ok && d.Before(today) && plainWeek.MatchString(text) {
		return value("", d.AddDays(7).String())
	}
	return r
}

// spanOf reads the last day of a span after its first.
func spanOf(first Reading, last string, today calendar.Date, said string) DaysReading {
	from, ok := dayOf(first)
	if !ok {
		return DaysReading{Problem: problemOf(first), Said: said}
	}
	r := lastOfSpan(from, last, today)
	to, ok := dayOf(r)
	if !ok {
		return DaysReading{Problem: problemOf(r), Said: said}
	}
	return DaysReading{Days: Days{from, to}, Found: true, Said: said}.left(today)
}

// lastOfSpan reads 7日 as of the month of the first day, 周五 as the first one after it, and 1月3日 as of the year in which it
// follows.
func lastOfSpan(from calendar.Date, last string, today calendar.Date) Reading {
	if barePart.MatchString(last) {
		return Date(strings.TrimRight(last, "日号")+"日", from, DateLimits{Future: true})
	}
	r := coming(last, today)
	to, ok := dayOf(r)
	if !ok || !to.Before(from) {
		return r
	}
	if plainWeek.MatchString(last) {
		return value("", to.AddDays(7).String())
	}
	later := Date(last, from, DateLimits{Future: true})
	if d, ok := dayOf(later); ok && relative[last] == 0 && d.Before(from.AddDays(halfYear)) {
		return later
	}
	return r
}

// halfYear is how far behind the first day the last may lie that is said without its year: 12月7日到12月1日 is a slip.
const halfYear = 183

// counted reads 12月1日起5天.
func counted(first, n, unit string, today calendar.Date, said string) DaysReading {
	from, ok := dayOf(coming(first, today))
	count, whole := small(n, 0)
	if !ok || !whole || count == 0 {
		return DaysReading{Said: said}
	}
	if unit != "天" {
		count *= 7
	}
	return DaysReading{Days: Days{from, from.AddDays(count - 1)}, Found: true, Said: said}.left(today)
}

// left leaves out the days that have passed.
func (r DaysReading) left(today calendar.Date) DaysReading {
	switch {
	case r.To.Before(r.From):
		r.Found, r.Problem = false, "结束的日子在开始之前,请核对一下。"
	case r.To.Before(today):
		r.Found, r.Problem = false, Day(r.To)+"已经过了,请写今天或以后的日子。"
	case r.From.Before(today):
		r.From = today
	}
	return r
}

func problemOf(r Reading) string {
	if r.Problem != "" {
		return r.Problem
	}
	return "没有听懂是哪几天。"
}
