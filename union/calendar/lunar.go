package calendar

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	lunar "github.com/6tail/lunar-go/calendar"
)

// The lunar years of which the months are computed: no living member was born before.
const (
	firstLunarYear = 1900
	lastLunarYear  = 2100
)

// Lunar is a day of the lunar calendar.
type Lunar struct {
	Year  int // 0 when unknown
	Month int
	Leap  bool // the month after the one with the same number
	Day   int
}

// String returns the form in which it is stored: L1974-10-13, LR2025-06-03 in a leap month, L0000-10-13 when the year
// is unknown.
func (l Lunar) String() string {
	prefix := "L"
	if l.Leap {
		prefix = "LR"
	}
	return fmt.Sprintf("%s%04d-%02d-%02d", prefix, l.Year, l.Month, l.Day)
}

// Speech puts it as people say it, without the year: 十月十三, 闰六月初三.
func (l Lunar) Speech() string {
	if !l.plausible() {
		return ""
	}
	leap := ""
	if l.Leap {
		leap = "闰"
	}
	return leap + monthNames[l.Month-1] + "月" + dayNames[l.Day-1]
}

// lastLunar is the day that was asked for last: a day's birthdays ask for the same one.
var lastLunar atomic.Pointer[struct {
	of Date
	is Lunar
}]

// LunarOf returns the lunar date of a day between 1900 and 2100, and of any other day none.
func LunarOf(d Date) Lunar {
	d = dateOf(d.noon()) // lunar-go panics at a 31st of June
	if d.Year < firstLunarYear || d.Year > lastLunarYear {
		return Lunar{}
	}
	if last := lastLunar.Load(); last != nil && last.of == d {
		return last.is
	}
	is := lunarOf(d)
	lastLunar.Store(&struct {
		of Date
		is Lunar
	}{d, is})
	return is
}

func lunarOf(d Date) Lunar {
	l := lunar.NewSolarFromYmd(d.Year, int(d.Month), d.Day).GetLunar()
	month := l.GetMonth() // negative in a leap month
	return Lunar{Year: l.GetYear(), Month: max(month, -month), Leap: month < 0, Day: l.GetDay()}
}

// In returns the day on which it is kept in a lunar year from 1900 to 2100: in the ordinary month where the year has no
// such leap month, and on the last day where the month is a day short.
func (l Lunar) In(lunarYear int) (Date, error) {
	if !l.plausible() || lunarYear < firstLunarYear || lunarYear > lastLunarYear {
		return Date{}, fmt.Errorf("no day %v in the lunar year %d", l, lunarYear)
	}
	month := l.signedMonth()
	if daysIn(lunarYear, month) == 0 {
		month = l.Month
	}
	day := min(l.Day, daysIn(lunarYear, month))
	s := lunar.NewLunarFromYmd(lunarYear, month, day).GetSolar()
	return Date{Year: s.GetYear(), Month: time.Month(s.GetMonth()), Day: s.GetDay()}, nil
}

// Exists says whether there was such a day; of an unknown year, whether there can be.
func (l Lunar) Exists() bool {
	if !l.plausible() {
		return false
	}
	return l.Year == 0 || l.Day <= daysIn(l.Year, l.signedMonth())
}

func (l Lunar) plausible() bool {
	return l.Month >= 1 && l.Month <= 12 && l.Day >= 1 && l.Day <= 30
}

// signedMonth is the month as lunar-go counts: negative for a leap month.
func (l Lunar) signedMonth() int {
	if l.Leap {
		return -l.Month
	}
	return l.Month
}

// monthLengths keeps how long the months of a lunar year are, computed once a year: lunar-go remembers a single year, and an
// import asks for many in turn.
var monthLengths sync.Map

// daysIn returns how many days the month has, 0 if there is no such month.
func daysIn(year, signedMonth int) int {
	kept, ok := monthLengths.Load(year)
	if !ok {
		lengths := map[int]int{}
		for month := -12; month <= 12 && year >= firstLunarYear && year <= lastLunarYear; month++ {
			if m := lunar.NewLunarMonthFromYm(year, month); month != 0 && m != nil {
				lengths[month] = m.GetDayCount()
			}
		}
		kept, _ = monthLengths.LoadOrStore(year, lengths)
	}
	lengths, _ := kept.(map[int]int) // nothing else is kept
	return lengths[signedMonth]
}
