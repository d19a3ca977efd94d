package answer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
)

// DateLimits say where a date lies. With Past or Future a date on the other side of today is refused, and one said
// without its year is the nearest on that side; without either it is the nearest.
type DateLimits struct{ Past, Future bool }

var weekdays = []string{"日", "一", "二", "三", "四", "五", "六"}

// Day shows a date with its weekday: 2026年12月5日(周六).
func Day(d calendar.Date) string {
	return fmt.Sprintf("%d年%d月%d日(周%s)", d.Year, int(d.Month), d.Day, weekdays[d.Weekday()])
}

// Date reads a day, as JSON's "2026-12-05": 12月5号, 明天, 上周三, 月底, 农历十月十三. today is the day in the zone in which
// people speak.
func Date(text string, today calendar.Date, limits DateLimits) Reading {
	text = strings.TrimSuffix(plain(text), "那天")
	if text == "" || len(text) > mostBytes {
		return Reading{}
	}
	if found := withWeekday.FindStringSubmatch(text); found != nil {
		return onWeekday(Date(found[1], today, limits), found[2])
	}
	if solar := saidSolar.ReplaceAllString(text, ""); solar != text {
		return solarDay(solar, today, limits)
	}
	if days, ok := relative[text]; ok {
		return limits.day(today.AddDays(days), today)
	}
	if found := daysAway.FindStringSubmatch(text); found != nil {
		if n, ok := small(found[1], 0); ok {
			return limits.day(today.AddDays(n*map[string]int{"后": 1, "前": -1}[found[2]]), today)
		}
	}
	if d, ok := ofWeek(text, today); ok {
		if strings.HasSuffix(text, "末") {
			return Reading{Either: []Reading{limits.day(d, today), limits.day(d.AddDays(1), today)}}
		}
		return limits.day(d, today)
	}
	if found := partOfMonth.FindStringSubmatch(text); found != nil {
		return ofMonth(found[1], found[2], today, limits)
	}
	if found := dayOfMonth.FindStringSubmatch(text); found != nil {
		return ofMonthNear(found[1], found[2], today, limits)
	}
	if r, ok := feast(text, today, limits); ok {
		return r
	}
	if l, ok := lunarOf(text, today); ok {
		return lunarDay(l, text, today, limits)
	}
	return solarDay(text, today, limits)
}

var relative = map[string]int{
	"今天": 0, "今日": 0, "今儿": 0, "今早": 0, "今晚": 0, "刚才": 0, "明天": 1, "明日": 1, "明儿": 1, "明早": 1, "后天": 2, "大后天": 3,
	"昨天": -1, "昨日": -1, "昨晚": -1, "昨儿": -1, "前天": -2, "大前天": -3,
}

var daysAway = regexp.MustCompile(`^(.{1,3})天(?:以|之)?([后前])$`)

var weekPattern = regexp.MustCompile(`^(上上|上个|上|这个|这|本|下下|下个|下)?(?:周|星期|礼拜)([一二三四五六日天末])$`)

var weeksAway = map[string]int{"上上": -2, "上个": -1, "上": -1, "下个": 1, "下": 1, "下下": 2}

// ofWeek reads 上周三: the Wednesday of the week before, where weeks begin on Monday.
func ofWeek(text string, today calendar.Date) (calendar.Date, bool) {
	found := weekPattern.FindStringSubmatch(text)
	if found == nil {
		return calendar.Date{}, false
	}
	day := map[string]int{"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "末": 5, "日": 6, "天": 6}[found[2]]
	monday := today.AddDays(-(int(today.Weekday()) + 6) % 7)
	return monday.AddDays(7*weeksAway[found[1]] + day), true
}

// dayOfMonth is a day of a month that is named from this one.
var dayOfMonth = regexp.MustCompile(`^(上上|上|这|本|下下|下)个?月的?(.{1,3}?)(?:日|号)$`)

var monthsAway = map[string]int{"上上": -2, "上": -1, "下": 1, "下下": 2}

// ofMonthNear reads 上个月1号.
func ofMonthNear(which, said string, today calendar.Date, limits DateLimits) Reading {
	day, ok := small(said, 0)
	if !ok {
		return Reading{}
	}
	d := dayOfPart(today.Year, int(today.Month)+monthsAway[which], "月初")
	d.Day = day
	return limits.exact(d, today)
}

// partOfMonth is a time of the month that people name without a day.
var partOfMonth = regexp.MustCompile(`^(.*?)月?(月底|月末|月初|月中|年底|年末|年初)$`)

// ofMonth offers the day that is mostly meant with 月底, 月中, 月初 or 年底, and has it confirmed: 月底 may be the 28th as well.
func ofMonth(head, part string, today calendar.Date, limits DateLimits) Reading {
	month, year := int(today.Month), today.Year
	if strings.HasPrefix(part, "年") {
		by, ok := map[string]int{"": 0, "今": 0, "本": 0, "明": 1, "去": -1}[strings.TrimSuffix(head, "年")]
		if year += by; !ok {
			return Reading{}
		}
		if month = 12; part == "年初" {
			month = 1
		}
		part = strings.Replace(part, "年", "月", 1)
		return asked(limits.day(dayOfPart(year, month, part), today))
	}
	switch head {
	case "", "本", "这个", "这":
	case "上", "上个":
		month--
	case "下", "下个":
		month++
	default:
		n, ok := small(head, 0)
		if !ok || n < 1 || n > 12 {
			return Reading{}
		}
		return asked(limits.pick(today, func(step int) (calendar.Date, bool) { return dayOfPart(today.Year+step, n, part), true }))
	}
	return asked(limits.day(dayOfPart(year, month, part), today))
}

func dayOfPart(year, month int, part string) calendar.Date {
	switch part {
	case "月初":
		return lastOf(year, month-1).AddDays(1)
	case "月中":
		return lastOf(year, month-1).AddDays(15)
	}
	return lastOf(year, month)
}

// asked is a reading that is not taken before the person has confirmed it.
func asked(r Reading) Reading {
	if !r.OK() {
		return r
	}
	return Reading{Either: []Reading{r}}
}

var (
	// saidSolar says that no day of the lunar calendar is meant.
	saidSolar = regexp.MustCompile(`^(?:阳历|公历|新历|西历)的?`)
	// withWeekday is a date with its weekday behind it: 11月25日(周三).
	withWeekday = regexp.MustCompile(`^(.*[日号天\d])\(?(?:周|星期|礼拜)([一二三四五六日天])\)?$`)
)

// onWeekday refuses a date whose weekday is another than was said: one of the two is a slip.
func onWeekday(r Reading, weekday string) Reading {
	if weekday == "天" {
		weekday = "日"
	}
	said := "(周" + weekday + ")"
	if len(r.Either) > 0 {
		r.Either = slices.DeleteFunc(r.Either, func(e Reading) bool { return !strings.Contains(e.Shown, said) })
		if len(r.Either) == 1 {
			return r.Either[0]
		}
		return r
	}
	if r.OK() && !strings.Contains(r.Shown, said) {
		return problem(r.Shown + "不是周" + weekday + ",请核对一下是哪天。")
	}
	return r
}

// lastOf is the last day of a month, which may lie in a neighbouring year.
func lastOf(year, month int) calendar.Date {
	t := time.Date(year, time.Month(month)+1, 0, 12, 0, 0, 0, time.UTC)
	return calendar.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}

var (
	digits  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	signs   = regexp.MustCompile(`^(?:(\d{2,4})[-./])?(\d{1,2})[-./](\d{1,2})$`)
	spoken  = regexp.MustCompile(`^(?:(今|明|去|前|\d{2,4}|[一二三四五六七八九零〇]{2,4})年)?(?:(.{1,2})月(?:份)?)?(.{1,3}?)(?:日|号)?$`)
	yearsBy = map[string]int{"今": 0, "明": 1, "去": -1, "前": -2}
)

func solarDay(text string, today calendar.Date, limits DateLimits) Reading {
	found := digits.FindStringSubmatch(text)
	if found == nil {
		found = signs.FindStringSubmatch(text)
	}
	if found == nil {
		found = spoken.FindStringSubmatch(text)
		if found != nil && found[2] == "" && (found[1] != "" || !strings.ContainsAny(text, "日号")) {
			return Reading{} // a bare number is no date
		}
	}
	if found == nil {
		return Reading{}
	}
	month, ok := small(found[2], int(today.Month))
	day, known := small(found[3], 0)
	switch {
	case !ok || !known:
		return Reading{}
	case day == 0: // it would be the last of the month
		return problem(noSuchDay)
	}
	switch year, said := yearOf(found[1], today); {
	case said:
		return limits.exact(calendar.Date{Year: year, Month: time.Month(month), Day: day}, today)
	case found[2] == "":
		return limits.ofMonths(day, today)
	default:
		return limits.nearest(month, day, today)
	}
}

// small reads a month or a day, in figures or characters.
func small(text string, empty int) (int, bool) {
	if text == "" {
		return empty, true
	}
	n, _, ok := quantity(text)
	return int(n / 100), ok && n%100 == 0 && n <= 9900
}

// yearOf reads a year: 2026, 26, 去, 二〇二六.
func yearOf(text string, today calendar.Date) (year int, said bool) {
	if text == "" {
		return 0, false
	}
	if by, ok := yearsBy[text]; ok {
		return today.Year + by, true
	}
	n, _, ok := quantity(text)
	if year = int(n / 100); year < 100 {
		if year += today.Year / 100 * 100; year > today.Year+yearsAhead {
			year -= 100 // 98年
		}
	}
	return year, ok
}

// yearsAhead is how far ahead a year said in two figures may lie.
const yearsAhead = 20

const noSuchDay = "没有这一天,请核对一下日期。"

func exists(d calendar.Date) bool {
	_, err := calendar.ParseDate(fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day))
	return err == nil
}

func (l DateLimits) exact(d, today calendar.Date) Reading {
	if !exists(d) {
		return problem(noSuchDay)
	}
	return l.day(d, today)
}

// nearest finds the year of a month and day. One that lies years away, as a 29th of February may, is asked back.
func (l DateLimits) nearest(month, day int, today calendar.Date) Reading {
	years := 0
	r := l.pick(today, func(step int) (calendar.Date, bool) {
		d := calendar.Date{Year: today.Year + step, Month: time.Month(month), Day: day}
		return d, exists(d)
	})
	if d, ok := dayOf(r); ok {
		years = d.Year - today.Year
	}
	if years < -1 || years > 1 {
		return asked(r)
	}
	return r
}

// dayOf is the day of a reading.
func dayOf(r Reading) (calendar.Date, bool) {
	text, err := strconv.Unquote(string(r.Raw))
	if err != nil {
		return calendar.Date{}, false
	}
	d, err := calendar.ParseDate(text)
	return d, err == nil
}

// ofMonths finds the month of a day.
func (l DateLimits) ofMonths(day int, today calendar.Date) Reading {
	return l.pick(today, func(step int) (calendar.Date, bool) {
		first := lastOf(today.Year, int(today.Month)+step-1).AddDays(1)
		d := calendar.Date{Year: first.Year, Month: first.Month, Day: day}
		return d, exists(d)
	})
}

// reach is how many years or months around today are looked through: a 29th of February is at most eight years away.
const reach = 8

// pick takes the nearest of some days on the side of today where it has to lie.
func (l DateLimits) pick(today calendar.Date, at func(step int) (calendar.Date, bool)) Reading {
	var best calendar.Date
	found := false
	for step := -reach; step <= reach; step++ {
		d, ok := at(step)
		if !ok || l.Past && today.Before(d) || l.Future && d.Before(today) {
			continue
		}
		if !found || apart(d, today) < apart(best, today) {
			best, found = d, true
		}
	}
	if !found {
		return problem(noSuchDay)
	}
	return l.day(best, today)
}

func apart(a, b calendar.Date) time.Duration {
	at := func(d calendar.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }
	return at(a).Sub(at(b)).Abs()
}

// day is the reading of a day, unless it lies on the wrong side of today.
func (l DateLimits) day(d, today calendar.Date) Reading {
	switch {
	case d.Year < 1900 || d.Year > 2100:
		return problem("请核对一下年份。")
	case l.Past && today.Before(d):
		return problem(fmt.Sprintf("%s还没到,请写已经过去的日子。", Day(d)))
	case l.Future && d.Before(today):
		return problem(fmt.Sprintf("%s已经过了,请写今天或以后的日子。", Day(d)))
	}
	return value(Day(d), d.String())
}
