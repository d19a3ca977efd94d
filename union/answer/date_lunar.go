package answer

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
)

var lunarYear = regexp.MustCompile(`^(?:农历|阴历|旧历)?(今|明|去|前|\d{2,4}|[一二三四五六七八九零〇]{2,4})年(?:农历|阴历|旧历)?(.+)$`)

// lunarOf reads a day of the lunar calendar: 农历十月十三, 腊月廿三. With a year before it - 去年腊月廿三 - only what is surely
// lunar is: 2026年十月十三 is a day of the other calendar. The year of 今年 is the one of the lunar calendar.
func lunarOf(text string, today calendar.Date) (calendar.Lunar, bool) {
	year := 0
	if found := lunarYear.FindStringSubmatch(text); found != nil && surely(text) {
		now := today
		now.Year = calendar.LunarOf(today).Year
		year, _ = yearOf(found[1], now)
		text = found[2]
	}
	l, err := calendar.ParseLunar(strings.Replace(text, "旧历", "农历", 1))
	if err != nil || l.Year != 0 {
		return calendar.Lunar{}, false
	}
	l.Year = year
	return l, true
}

// surely says whether only a lunar date is said so: 农历…, 初三, 廿三, 腊月, 闰六月. 十月十三 may be either.
func surely(text string) bool {
	return strings.ContainsAny(text, "农阴旧闰初廿正冬腊")
}

// lunarDay finds the day on which a lunar date is kept, nearest to today.
func lunarDay(l calendar.Lunar, text string, today calendar.Date, limits DateLimits) Reading {
	if l.Year != 0 {
		return limits.lunarIn(l, today)
	}
	moon := limits.lunar(l, today)
	if surely(text) {
		return moon
	}
	sun := solarDay(text, today, limits)
	switch {
	case !sun.OK():
		return moon
	case !moon.OK():
		return sun
	}
	return Reading{Either: []Reading{sun, moon}}
}

func (l DateLimits) lunar(day calendar.Lunar, today calendar.Date) Reading {
	year := calendar.LunarOf(today).Year
	r := l.pick(today, func(step int) (calendar.Date, bool) {
		exact := day
		exact.Year = year + step
		// The last evening of the year is called 腊月三十 also where the month has 29 days. Other days that a month lacks are
		// not looked for years away; a leap month is.
		evening := day.Month == 12 && day.Day == 30
		if !evening && (!exact.Exists() || !day.Leap && (step < -1 || step > 1)) {
			return calendar.Date{}, false
		}
		d, err := day.In(exact.Year)
		return d, err == nil
	})
	return lunarShown(r)
}

// lunarIn is a day of the lunar calendar in its year.
func (l DateLimits) lunarIn(day calendar.Lunar, today calendar.Date) Reading {
	evening := day.Month == 12 && day.Day == 30
	if !evening && !day.Exists() {
		return problem(noSuchDay)
	}
	d, err := day.In(day.Year)
	if err != nil {
		return problem(noSuchDay)
	}
	return lunarShown(l.day(d, today))
}

// lunarShown shows the day of the lunar calendar as well; the last evening of a year is not always a 30th.
func lunarShown(r Reading) Reading {
	if d, ok := dayOf(r); ok {
		r.Shown += ",农历" + calendar.LunarOf(d).Speech()
	}
	return r
}

// feasts are days that people call by a name, of the lunar calendar.
var feasts = map[string]calendar.Lunar{
	"除夕": {Month: 12, Day: 30}, "年三十": {Month: 12, Day: 30}, "大年三十": {Month: 12, Day: 30},
	"春节": {Month: 1, Day: 1}, "大年初一": {Month: 1, Day: 1}, "元宵": {Month: 1, Day: 15}, "端午": {Month: 5, Day: 5}, "七夕": {Month: 7, Day: 7},
	"中秋": {Month: 8, Day: 15}, "重阳": {Month: 9, Day: 9}, "腊八": {Month: 12, Day: 8},
}

// solarFeasts are those of the other.
var solarFeasts = map[string][2]int{"元旦": {1, 1}, "妇女节": {3, 8}, "三八节": {3, 8}, "五一": {5, 1}, "劳动节": {5, 1}, "国庆": {10, 1}}

var feastForm = regexp.MustCompile(`^(?:(今|明|去|前|\d{4})年的?)?(.+?)(?:节|当天|那天|晚上)?$`)

// feast reads a day by the name of its feast: 除夕, 去年中秋节, 国庆.
func feast(text string, today calendar.Date, limits DateLimits) (Reading, bool) {
	found := feastForm.FindStringSubmatch(text)
	if found == nil {
		return Reading{}, false
	}
	name := found[2]
	if day, ok := solarFeasts[name]; ok {
		if year, said := yearOf(found[1], today); said {
			return limits.exact(calendar.Date{Year: year, Month: time.Month(day[0]), Day: day[1]}, today), true
		}
		return limits.nearest(day[0], day[1], today), true
	}
	day, ok := feasts[name]
	if !ok {
		return Reading{}, false
	}
	year, said := yearOf(found[1], today)
	if !said {
		return limits.lunar(day, today), true
	}
	day.Year = year
	r := limits.lunarIn(day, today)
	if day.Month != 12 {
		return r, true
	}
	// 去年除夕 may have ended last year or the one before.
	day.Year--
	return either(r, limits.lunarIn(day, today)), true
}

// either offers the readings that can be.
func either(readings ...Reading) Reading {
	possible := slices.DeleteFunc(slices.Clone(readings), func(r Reading) bool { return !r.OK() })
	switch len(possible) {
	case 0:
		return readings[0]
	case 1:
		return possible[0]
	}
	return Reading{Either: possible}
}
