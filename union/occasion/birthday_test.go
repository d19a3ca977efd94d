package occasion

import (
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

// published is the table of lunar years 1990 to 2050 that is printed in almanacs and in many programs, and that the lunar library
// does not use: it computes. Bits 15 to 4 are the twelve months, set for one of 30 days, bits 3 to 0 the leap month, and bit 16 is set
// where that has 30 days.
var published = []int{
	0x04af5, 0x04970, 0x064b0, 0x074a3, 0x0ea50, 0x06b58, 0x05ac0, 0x0ab60, 0x096d5, 0x092e0, // 1990
	0x0c960, 0x0d954, 0x0d4a0, 0x0da50, 0x07552, 0x056a0, 0x0abb7, 0x025d0, 0x092d0, 0x0cab5, // 2000
	0x0a950, 0x0b4a0, 0x0baa4, 0x0ad50, 0x055d9, 0x04ba0, 0x0a5b0, 0x15176, 0x052b0, 0x0a930, // 2010
	0x07954, 0x06aa0, 0x0ad50, 0x05b52, 0x04b60, 0x0a6e6, 0x0a4e0, 0x0d260, 0x0ea65, 0x0d530, // 2020
	0x05aa0, 0x076a3, 0x096d0, 0x04afb, 0x04ad0, 0x0a4d0, 0x1d0b6, 0x0d250, 0x0d520, 0x0dd45, // 2030
	0x0b5a0, 0x056d0, 0x055b2, 0x049b0, 0x0a577, 0x0a4b0, 0x0aa50, 0x1b255, 0x06d20, 0x0ada0, // 2040
	0x14b63, // 2050
}

// lunarMonth is a month of the table with its first day.
type lunarMonth struct {
	month, days int
	leap        bool
	first       calendar.Date
}

// monthsOf are the months of the table's years, from 正月初一 of 1990 on, which was 27 January.
func monthsOf() map[int][]lunarMonth {
	day := calendar.Date{Year: 1990, Month: time.January, Day: 27}
	all := map[int][]lunarMonth{}
	for i, bits := range published {
		year := 1990 + i
		add := func(month int, leap, long bool) {
			days := 29
			if long {
				days = 30
			}
			all[year] = append(all[year], lunarMonth{month, days, leap, day})
			day = day.AddDays(days)
		}
		for month := 1; month <= 12; month++ {
			add(month, false, bits&(0x10000>>month) != 0)
			if bits&0xf == month {
				add(month, true, bits&0x10000 != 0)
			}
		}
	}
	return all
}

func lunarCandidate(month, day int, leap bool) Candidate {
	l := calendar.Lunar{Month: month, Day: day, Leap: leap}
	return Candidate{Member: union.Member{LunarBirthday: l.String()}}
}

// Every lunar birthday is kept on the day on which the table has it, in every year from 1990 to 2050: in the ordinary month where there
// is no such leap month, and on the 29th where there is no 30th, so that 腊月三十 is 除夕 and never 正月初一.
func TestLunarBirthdaysAreKeptOnTheDaysOfThePublishedTable(t *testing.T) {
	all := monthsOf()
	for year := 1990; year <= 2050; year++ {
		for month := 1; month <= 12; month++ {
			for _, leap := range []bool{false, true} {
				its := kept(all[year], month, leap)
				for _, day := range []int{1, 13, 29, 30} {
					want := its.first.AddDays(min(day, its.days) - 1)
					who := lunarCandidate(month, day, leap)
					if got, ok := birthdayOn(who, want); !ok || got != year {
						t.Fatalf("%s of %d is not kept on %s: %d, %v", who.LunarBirthday, year, want, got, ok)
					}
					if _, ok := birthdayOn(who, want.AddDays(1)); ok {
						t.Fatalf("%s of %d is kept on the day after %s too", who.LunarBirthday, year, want)
					}
					found := false
					for _, md := range lunarDays(want) {
						found = found || md == who.LunarBirthday[len(who.LunarBirthday)-5:]
					}
					if !found {
						t.Fatalf("on %s nobody looks for %s: %v", want, who.LunarBirthday, lunarDays(want))
					}
				}
			}
		}
	}
}

// kept is the month in which a birthday is kept: the leap month itself where the year has it.
func kept(months []lunarMonth, month int, leap bool) (its lunarMonth) {
	for _, m := range months {
		if m.month == month && (!m.leap || leap) {
			its = m
		}
	}
	return its
}

// The days are known from elsewhere: of the State Council's notices, and of the calendar on the wall.
func TestBirthdaysThatEverybodyKnows(t *testing.T) {
	for _, c := range []struct {
		solar, lunar, day string
		ok                bool
		year              int
	}{
		{"", "L1974-10-13", "2026-11-21", true, 2026},
		{"", "L0000-01-01", "2026-02-17", true, 2026},
		{"", "L0000-12-30", "2026-02-16", true, 2025}, // 腊月 of 2025 has 29 days: 除夕
		{"", "L0000-12-30", "2026-02-17", false, 0},   // and never 正月初一
		{"", "L0000-08-15", "2025-10-06", true, 2025},
		{"", "LR0000-06-03", "2025-07-27", true, 2025}, // the leap month
		{"", "L0000-06-03", "2025-07-27", false, 0},    // is not the other one
		{"", "L0000-06-03", "2025-06-27", true, 2025},
		{"", "LR0000-06-03", "2026-07-16", true, 2026}, // no leap month: the ordinary one
		{"2000-02-29", "", "2026-02-28", true, 2026},
		{"2000-02-29", "", "2028-02-28", false, 0},
		{"2000-02-29", "", "2028-02-29", true, 2028},
		{"2000-02-29", "", "2026-03-01", false, 0},
		{"1985-11-24", "L1985-10-13", "2026-11-24", false, 0}, // the lunar day counts where it is known
		{"", "L0000-13-40", "2026-02-17", false, 0},
		{"0000-00-00", "", "2026-02-17", false, 0},
		{"", "L0000-01-01", "2300-02-17", false, 0},
	} {
		day, err := calendar.ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		year, ok := birthdayOn(Candidate{Member: union.Member{Birthday: c.solar, LunarBirthday: c.lunar}}, day)
		if ok != c.ok || ok && year != c.year {
			t.Errorf("%s%s on %s: %d, %v", c.solar, c.lunar, c.day, year, ok)
		}
	}
}

func TestYearsOfServiceAreWholeYears(t *testing.T) {
	for _, c := range []struct {
		joined, day string
		want        int
	}{
		{"2008-07-01", "2026-07-01", 18}, {"2008-07-01", "2026-06-30", 17}, {"2008-02-29", "2026-02-28", 18}, {"2008-02-29", "2028-02-28", 19}, {"", "2026-01-01", 0}, {"2030-01-01", "2026-01-01", 0},
	} {
		day, _ := calendar.ParseDate(c.day)
		if got := yearsSince(c.joined, day); got != c.want {
			t.Errorf("from %s to %s: %d, want %d", c.joined, c.day, got, c.want)
		}
	}
}

func FuzzNoBirthdayPanics(f *testing.F) {
	f.Add("L1974-10-13", "1974-11-26", 2026, 11, 21)
	f.Add("LR2025-06-30", "0000-00-00", 1, 1, 1)
	f.Fuzz(func(_ *testing.T, lunar, solar string, year, month, day int) {
		d := calendar.Date{Year: year % 10000, Month: time.Month(month%13 + 1), Day: day % 40}
		birthdayOn(Candidate{Member: union.Member{Birthday: solar, LunarBirthday: lunar}}, d)
		_ = fmt.Sprint(solarDays(d), lunarDays(d), yearsSince(solar, d))
	})
}
