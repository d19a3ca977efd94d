package calendar_test

import (
	"strings"
	"testing"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/union/calendar"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

func newCalendar(t *testing.T) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDeadlinesPassOverHolidaysAndCountMovedWorkingDays(t *testing.T) {
	c := newCalendar(t)
	at := func(text string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04", text, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for _, tt := range []struct {
		from string
		days int
		want string
		why  string
	}{
		{"2026-11-22 20:00", 3, "11月25日(周三)17:30", "a Sunday does not count"},
		{"2026-11-23 09:00", 3, "11月26日(周四)17:30", "nor does the day itself"},
		{"2026-11-27 18:00", 1, "11月30日(周一)17:30", "a weekend"},
		{"2026-02-13 10:00", 1, "2月14日(周六)17:30", "a worked Saturday"},
		{"2026-02-14 10:00", 1, "2月24日(周二)17:30", "the spring festival"},
		{"2026-09-30 10:00", 3, "10月10日(周六)17:30", "the national days, then a worked Saturday"},
		{"2026-11-23 09:00", 0, "11月23日(周一)17:30", "today"},
		{"2026-11-23 17:30", 0, "11月24日(周二)17:30", "today is over"},
		{"2026-11-22 09:00", 0, "11月23日(周一)17:30", "today is free"},
		{"2026-11-22 23:59", 1, "11月23日(周一)17:30", "late at night in the zone, not in UTC"},
		{"2025-01-24 10:00", 2, "1月27日(周一)17:30", "2025 as well"},
	} {
		if got := c.Speech(c.AddWorkingDays(at(tt.from), tt.days)); got != tt.want {
			t.Errorf("%s + %d working days = %s, want %s: %s", tt.from, tt.days, got, tt.want, tt.why)
		}
	}
	utc := time.Date(2026, 11, 22, 16, 30, 0, 0, time.UTC) // Monday already
	if got := c.SpeechDay(c.AddWorkingDays(utc, 1)); got != "11月24日(周二)" {
		t.Errorf("from a moment in UTC: %s", got)
	}
}

func TestADayOfAnotherYearIsSaidWithIt(t *testing.T) {
	c := newCalendar(t).Speaking(func() time.Time { return time.Date(2026, 12, 31, 15, 59, 0, 0, time.UTC) })
	for day, want := range map[string]string{"2026-01-02": "1月2日(周五)", "2027-01-04": "2027年1月4日(周一)", "2025-12-31": "2025年12月31日(周三)"} {
		at, err := time.ParseInLocation(time.DateOnly, day, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.SpeechDay(at); got != want {
			t.Errorf("%s is said as %s, want %s", day, got, want)
		}
		if got := c.Speech(at); got != want+"00:00" {
			t.Errorf("%s is said as %s", day, got)
		}
	}
}

// lunar-go carries a table of the same notices, kept by other people.
func TestHolidaysAgreeWithASecondSource(t *testing.T) {
	c := newCalendar(t)
	for _, year := range []int{2025, 2026} {
		named := 0
		for d := date(t, time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)); d.Year == year; d = d.AddDays(1) {
			want := d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
			if h := HolidayUtil.GetHoliday(d.String()); h != nil {
				named++
				want = h.IsWork()
			}
			if got := c.IsWorkingDay(d); got != want {
				t.Errorf("%s: working day %v, want %v", d, got, want)
			}
		}
		if named < 25 {
			t.Errorf("the second source names %d days of %d: it proves nothing", named, year)
		}
		if !c.Known(year) {
			t.Errorf("%d is not known", year)
		}
	}
	if c.Known(2027) || !c.IsWorkingDay(date(t, "2027-01-01")) {
		t.Error("2027 is not published yet: its weekdays count")
	}
}

func TestHolidayFilesAreCheckedLineByLine(t *testing.T) {
	for wrong, want := range map[string]string{
		"\noff 2027-13-01":                   "line 2: parse date",
		"free 2027-01-01":                    "line 1: want `off` or `work`",
		"off":                                "line 1: want `off` or `work`",
		"off 2027-02-03..2027-02-01":         "no span",
		"off 2027-02-03..2028-02-01":         "no span",
		"off 2027-01-01\nwork 2027-01-01 元旦": "line 2: 2027-01-01 is named twice",
	} {
		if _, err := calendar.Read(shanghai, strings.NewReader(wrong)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", wrong, err, want)
		}
	}
	c, err := calendar.Read(shanghai, strings.NewReader("# 2027\n\noff 2027-01-01..2027-01-03 元旦\nwork 2027-01-10 元旦\n"))
	if err != nil || !c.Known(2027) || c.IsWorkingDay(date(t, "2027-01-01")) || !c.IsWorkingDay(date(t, "2027-01-10")) {
		t.Errorf("a good file: %v", err)
	}
}

func TestLunarDatesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"十月十三": "L0000-10-13", "闰六月初三": "LR0000-06-03", "L1974-10-13": "L1974-10-13", "l1974-1-3": "L1974-01-03",
		"LR2025-06-03": "LR2025-06-03", "正月初一": "L0000-01-01", "一月初一": "L0000-01-01", "农历腊月廿三": "L0000-12-23",
		"十二月二十三日": "L0000-12-23", "冬月三十": "L0000-11-30", "十一月卅": "L0000-11-30", "阴历八月 十五": "L0000-08-15",
		"二月廿": "L0000-02-20", "三月二十": "L0000-03-20", "L0000-10-13": "L0000-10-13",
	} {
		if got, err := calendar.ParseLunar(text); err != nil || got.String() != want {
			t.Errorf("%q = %v, %v, want %s", text, got, err, want)
		}
	}
	for _, wrong := range []string{
		"", "十月", "十三", "十三月初一", "十月三十一", "十月13", "L1974-13-01", "L1974-10-31", "LR1974-10-13", "LR2025-05-03",
		"L1700-01-01", "1974-10-13", "闰", "月",
	} {
		if got, err := calendar.ParseLunar(wrong); err == nil {
			t.Errorf("%q was read as %v", wrong, got)
		}
	}
}

func TestLunarBirthdaysFallOnADayOfEveryYear(t *testing.T) {
	for _, tt := range []struct {
		birthday string
		year     int
		want     string
		why      string
	}{
		{"十月十三", 2026, "2026-11-21", "an ordinary day"},
		{"八月十五", 2026, "2026-09-25", "the mid-autumn festival"},
		{"腊月三十", 2025, "2026-02-16", "the month has 29 days: its last"},
		{"闰六月初三", 2025, "2025-07-27", "a year with that leap month"},
		{"闰六月初三", 2026, "2026-07-16", "a year without: the ordinary month"},
	} {
		l, err := calendar.ParseLunar(tt.birthday)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := l.In(tt.year); err != nil || got.String() != tt.want {
			t.Errorf("%s in %d = %v, %v, want %s: %s", tt.birthday, tt.year, got, err, tt.want, tt.why)
		}
	}
	if d, err := (calendar.Lunar{Month: 1, Day: 1}).In(2200); err == nil {
		t.Errorf("beyond the table: %v", d)
	}
	if l := calendar.LunarOf(calendar.Date{}); l.Exists() {
		t.Errorf("no date is %v", l)
	}
}

func TestEveryDayHasALunarDateThatLeadsBack(t *testing.T) {
	first := date(t, "1930-01-01")
	rapid.Check(t, func(t *rapid.T) {
		d := first.AddDays(rapid.IntRange(0, 60000).Draw(t, "day"))
		l := calendar.LunarOf(d)
		if !l.Exists() {
			t.Fatalf("%s is %s, which does not exist", d, l)
		}
		if back, err := l.In(l.Year); err != nil || back != d {
			t.Fatalf("%s is %s, which is %s, %v", d, l, back, err)
		}
		if stored, err := calendar.ParseLunar(l.String()); err != nil || stored != l {
			t.Fatalf("%s reads as %v, %v", l, stored, err)
		}
		spoken, err := calendar.ParseLunar(l.Speech())
		if want := (calendar.Lunar{Month: l.Month, Leap: l.Leap, Day: l.Day}); err != nil || spoken != want {
			t.Fatalf("%s reads as %v, %v", l.Speech(), spoken, err)
		}
	})
}
