package answer

import (
	"fmt"
	"regexp"
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
	if strings.HasSuffix(text, "月底") {
		return monthEnd(text, today, limits)
	}
	if l, ok := lunarOf(text); ok {
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

func monthEnd(text string, today calendar.Date, limits DateLimits) Reading {
	month, year := int(today.Month), today.Year
	switch head := strings.TrimSuffix(text, "月底"); head {
	case "", "本", "这个", "这":
	case "上", "上个":
		month--
	case "下", "下个":
		month++
	default:
		n, _, ok := quantity(head)
		if !ok || n < 100 || n > 1200 || n%100 != 0 {
			return Reading{}
		}
		return limits.nearest(int(n/100), 0, today)
	}
	return limits.day(lastOf(year, month), today)
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

// nearest finds the year of a month and day. Day 0 is the last of the month.
func (l DateLimits) nearest(month, day int, today calendar.Date) Reading {
	return l.pick(today, func(step int) (calendar.Date, bool) {
		year := today.Year + step
		if day == 0 {
			return lastOf(year, month), month >= 1 && month <= 12
		}
		d := calendar.Date{Year: year, Month: time.Month(month), Day: day}
		return d, exists(d)
	})
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
