package answer

import (
	"strings"

	"github.com/unionbot/unionbot/union/calendar"
)

// lunarOf reads a day of the lunar calendar, without its year.
func lunarOf(text string) (calendar.Lunar, bool) {
	l, err := calendar.ParseLunar(text)
	return l, err == nil && l.Year == 0
}

// surely says whether only a lunar date is said so: 农历…, 初三, 廿三, 腊月, 闰六月. 十月十三 may be either.
func surely(text string) bool {
	return strings.ContainsAny(text, "农阴闰初廿正冬腊")
}

// lunarDay finds the day on which a lunar date is kept, nearest to today.
func lunarDay(l calendar.Lunar, text string, today calendar.Date, limits DateLimits) Reading {
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
	if r.OK() {
		r.Shown += ",农历" + day.Speech()
	}
	return r
}
