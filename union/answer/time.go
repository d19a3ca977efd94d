package answer

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
)

// TimeLimits say where a moment lies, as DateLimits do.
type TimeLimits struct {
	DateLimits
	// PartOfDay takes 明天下午 without its hour.
	PartOfDay bool
}

// momentForm is how a moment is kept, in the zone in which people speak.
const momentForm = "2006-01-02T15:04"

// partsOfDay are how people call the parts, the name by which each is kept, and the hours that it has. An hour of up to
// twelve that lies in the part only twelve hours later is meant so.
var partsOfDay = map[string]struct {
	name       string
	from, till int
}{
	"凌晨": {"early", 0, 5}, "清晨": {"morning", 4, 9}, "清早": {"morning", 4, 9}, "早晨": {"morning", 4, 10}, "早上": {"morning", 4, 11}, "早": {"morning", 4, 11},
	"上午": {"morning", 6, 12}, "中午": {"noon", 10, 14}, "下午": {"afternoon", 12, 19}, "傍晚": {"evening", 16, 20},
	"晚上": {"evening", 17, 23}, "晚间": {"evening", 17, 23}, "晚": {"evening", 17, 23}, "夜里": {"night", 18, 23}, "夜间": {"night", 18, 23},
	"半夜": {"night", 21, 23}, "深夜": {"night", 21, 23},
}

var (
	dayPart = regexp.MustCompile(`^(.*?)(凌晨|清晨|清早|早晨|早上|上午|中午|下午|傍晚|晚上|晚间|夜里|夜间|半夜|深夜|早|晚)?$`)
	clock   = regexp.MustCompile(`(\d{1,2}|[零〇一二两三四五六七八九十]{1,3})(?:点钟?|时)(半|整|一刻|三刻|(?:\d{1,2}|[零〇一二三四五六七八九十]{1,3})分?)?$`)
	// hourPoint is a 点 that would be read as that of a fraction: 三点二十.
	hourPoint = regexp.MustCompile(`([零〇一二两三四五六七八九十])点([一二三四五六七八九十零〇])`)
	// signed is a time with a colon; only of one with two figures before it, which people take from a clock, is the half of the day known.
	signed = regexp.MustCompile(`(\d{1,2}):(\d{2})(?::00)?$`)
	// oneDay is how the day before an evening or a morning is called: 今晚, 明早.
	oneDay = map[string]string{"今": "今天", "明": "明天", "昨": "昨天", "后": "后天", "前": "前天", "当": "今天"}
)

// Time reads a day with its time, as JSON's "2026-12-05T15:00": 明天下午3点, 下周三 14:00, 今晚8点. Where a part of the day is
// enough it is "2026-12-05 afternoon". An hour that may be of either half of the day is asked back, and of a day or an
// hour alone the other; Rest is then what was said, to be put before the next answer.
func Time(text string, now time.Time, limits TimeLimits) Reading {
	text = strings.TrimSuffix(plain(hourPoint.ReplaceAllString(text, "${1}时${2}")), "左右")
	if text == "" || len(text) > mostBytes {
		return Reading{}
	}
	today := calendar.Date{Year: now.Year(), Month: now.Month(), Day: now.Day()}
	head, at, said := clockOf(text)
	if said && !at.exists() {
		return problem("没有这个钟点,请核对一下。")
	}
	found := dayPart.FindStringSubmatch(strings.TrimRight(head, " t的,"))
	if found == nil {
		return Reading{}
	}
	day, part := strings.TrimRight(found[1], " 的,"), found[2]
	if named, ok := oneDay[day]; ok && part != "" {
		day = named
	}
	if day == "" && (said || part != "") {
		return Reading{Problem: "是哪一天" + part + "?请连日期一起说,比如明天下午3点。"}
	}
	d := Date(day, today, DateLimits{})
	if limits.Past || limits.Future {
		d = Date(day, today, limits.DateLimits)
	}
	switch {
	case len(d.Either) > 0:
		return overEach(d.Either, part, at, said, now, limits)
	case !d.OK():
		return d
	}
	return onDay(d, part, at, said, now, limits)
}

// overEach reads the time on each of the days that may be meant.
func overEach(days []Reading, part string, at hour, said bool, now time.Time, limits TimeLimits) Reading {
	var all []Reading
	for _, d := range days {
		r := onDay(d, part, at, said, now, limits)
		if r.Problem != "" {
			return Reading{Problem: "请把日期和钟点一起说清楚,比如12月5日下午3点。"}
		}
		all = append(append(all, r.Either...), r)
	}
	var possible []Reading
	for _, r := range all {
		if r.OK() {
			possible = append(possible, r)
		}
	}
	return Reading{Either: possible}
}

// hour is a time of the day as it was said.
type hour struct {
	hour, minute int
	exact        bool // of the clock with twenty-four hours
}

func (h hour) exists() bool {
	return h.hour >= 0 && h.hour <= 24 && h.minute >= 0 && h.minute < 60 && (h.hour < 24 || h.minute == 0)
}

// clockOf takes the hour off the end of a text.
func clockOf(text string) (head string, at hour, said bool) {
	if found := signed.FindStringSubmatchIndex(text); found != nil {
		h, _ := small(text[found[2]:found[3]], 0)
		m, _ := small(text[found[4]:found[5]], 0)
		return text[:found[0]], hour{h, m, h > 12 || found[3]-found[2] == 2}, true
	}
	found := clock.FindStringSubmatchIndex(text)
	if found == nil {
		return text, hour{}, false
	}
	h, ok := small(text[found[2]:found[3]], 0)
	m := 0
	if ok && found[4] >= 0 {
		switch minutes := text[found[4]:found[5]]; minutes {
		case "半":
			m = 30
		case "一刻":
			m = 15
		case "三刻":
			m = 45
		case "整":
		default:
			m, ok = small(strings.TrimLeft(strings.TrimSuffix(minutes, "分"), "零〇"), 0)
		}
	}
	if !ok {
		return text, hour{-1, 0, true}, true
	}
	return text[:found[0]], hour{h, m, h > 12}, true
}

func onDay(r Reading, part string, at hour, said bool, now time.Time, limits TimeLimits) Reading {
	d, ok := dayOf(r)
	if !ok {
		return Reading{}
	}
	name := r.Shown + part
	switch {
	case !said && part != "" && limits.PartOfDay:
		return value(name, d.String()+" "+partsOfDay[part].name)
	case !said && part == "":
		return Reading{Problem: Day(d) + "几点?请写钟点,比如下午3点。", Rest: Day(d)}
	case !said:
		return Reading{Problem: Day(d) + part + "几点?", Rest: Day(d) + part}
	}
	hours := at.within(part)
	if len(hours) == 0 {
		return problem(fmt.Sprintf("%s没有%d点,请核对一下。", part, at.hour))
	}
	var readings []Reading
	for _, h := range hours {
		moment := time.Date(d.Year, d.Month, d.Day, h, at.minute, 0, 0, now.Location())
		readings = append(readings, limits.moment(moment, now))
	}
	return either(readings...)
}

// within lists the hours of the day that are meant, more than 23 for those of the night that follows.
func (h hour) within(part string) (hours []int) {
	p, known := partsOfDay[part]
	switch {
	case h.exact && (!known || h.hour >= p.from && h.hour <= p.till || h.hour >= 24 || h.hour == 0):
		return []int{h.hour}
	case h.hour == 12 && !known, h.hour == 12 && part == "中午", h.hour == 12 && (part == "上午" || part == "下午"):
		if !known {
			return []int{12, 24}
		}
		return []int{12}
	case h.hour == 12 || h.hour == 0: // midnight begins the day or ends it
		return []int{0, 24}
	case !known:
		return []int{h.hour, h.hour + 12}
	case (p.name == "evening" || p.name == "night") && h.hour <= 4: // 晚上2点 is of the night that follows, or of the one before
		return []int{h.hour, h.hour + 24}
	}
	for _, at := range []int{h.hour, h.hour + 12} {
		if at >= p.from && at <= p.till {
			hours = append(hours, at)
		}
	}
	return hours
}

// moment is the reading of a moment, unless it lies on the wrong side of now.
func (l TimeLimits) moment(at, now time.Time) Reading {
	shown := Day(calendar.Date{Year: at.Year(), Month: at.Month(), Day: at.Day()}) + at.Format("15:04")
	switch {
	case l.Past && at.After(now):
		return problem(shown + "还没到,请写已经过去的时间。")
	case l.Future && at.Before(now):
		return problem(shown + "已经过了,请写以后的时间。")
	}
	return value(shown, at.Format(momentForm))
}

// ShownTime shows a value that Time made; ok is false for any other.
func ShownTime(raw string) (shown string, ok bool) {
	at, err := time.Parse(momentForm, raw)
	if err != nil {
		day, part, _ := strings.Cut(raw, " ")
		d, err := calendar.ParseDate(day)
		if err != nil {
			return "", false
		}
		for _, p := range partsOfDay {
			ok = ok || p.name == part
		}
		return Day(d), ok
	}
	return Day(calendar.Date{Year: at.Year(), Month: at.Month(), Day: at.Day()}) + at.Format("15:04"), true
}
