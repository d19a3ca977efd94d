package calendar

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ErrNotLunar means that a text is no lunar date, or names a day that never was.
var ErrNotLunar = errors.New("not a lunar date")

var (
	monthNames = []string{"正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊"}
	// otherMonths are the other names of the first, eleventh and twelfth month.
	otherMonths = map[string]int{"一": 1, "十一": 11, "十二": 12}

	dayNames = []string{
		"初一", "初二", "初三", "初四", "初五", "初六", "初七", "初八", "初九", "初十",
		"十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十",
		"廿一", "廿二", "廿三", "廿四", "廿五", "廿六", "廿七", "廿八", "廿九", "三十",
	}

	storedLunar = regexp.MustCompile(`^L(R?)(\d{4})-(\d{1,2})-(\d{1,2})$`)
)

// ParseLunar reads a lunar date as the members file writes it: 十月十三, 闰六月初三, 农历腊月廿三, or L1974-10-13 (a
// lunar year, month and day; LR2025-06-03 in a leap month).
func ParseLunar(text string) (Lunar, error) {
	text = strings.Join(strings.Fields(text), "")
	l, ok := parseStored(strings.ToUpper(text))
	if !ok {
		l, ok = parseSpoken(text)
	}
	if !ok || !l.Exists() {
		return Lunar{}, ErrNotLunar
	}
	return l, nil
}

func parseStored(text string) (Lunar, bool) {
	parts := storedLunar.FindStringSubmatch(text)
	if parts == nil {
		return Lunar{}, false
	}
	l := Lunar{Leap: parts[1] == "R"}
	// The pattern holds digits only, and few.
	l.Year, _ = strconv.Atoi(parts[2])
	l.Month, _ = strconv.Atoi(parts[3])
	l.Day, _ = strconv.Atoi(parts[4])
	return l, true
}

func parseSpoken(text string) (Lunar, bool) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "农历"), "阴历")
	rest, leap := strings.CutPrefix(text, "闰")
	month, day, ok := strings.Cut(rest, "月")
	if !ok {
		return Lunar{}, false
	}
	l := Lunar{Leap: leap, Month: slices.Index(monthNames, month) + 1}
	if l.Month == 0 {
		l.Month = otherMonths[month]
	}
	day = strings.TrimSuffix(day, "日")
	if tens, ok := strings.CutPrefix(day, "二十"); ok && tens != "" {
		day = "廿" + tens
	}
	switch day {
	case "卅":
		day = "三十"
	case "廿":
		day = "二十"
	}
	l.Day = slices.Index(dayNames, day) + 1
	return l, l.Month > 0 && l.Day > 0
}
