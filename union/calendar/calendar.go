// Package calendar is the working calendar on which deadlines run - weekdays, statutory holidays and the weekends that
// are worked in exchange (调休) - and the lunar dates by which birthdays are kept. It is pure: zone, days and the time
// from which it counts are handed in.
package calendar

import (
	"embed"
	"fmt"
	"io"
	"time"
)

//go:embed holidays.txt
var published embed.FS

// maxWorkingDays bounds AddWorkingDays: no deadline of the union is longer than a few years.
const maxWorkingDays = 2000

// Calendar knows which days are worked in one zone. It is not changed after it was made.
type Calendar struct {
	zone   *time.Location
	worked map[Date]bool // the days that differ from their weekday
	years  map[int]bool
	hours  Hours
	now    func() time.Time // nil where nobody says which year it is
	// rostered says whether anybody works in shifts; nil where nobody does.
	rostered func() bool

	// Where a union's own file is from, and of which day.
	source string
	asOf   Date
}

// New returns the calendar with the holidays that this release knows, in the zone in which people work.
func New(zone *time.Location) (*Calendar, error) {
	file, err := published.Open("holidays.txt")
	if err != nil {
		return nil, fmt.Errorf("open holidays: %w", err)
	}
	// An embedded file has nothing to release.
	defer func() { _ = file.Close() }()
	return Read(zone, file)
}

// Read is New with holidays of one's own, in the format that holidays.txt explains.
func Read(zone *time.Location, holidays io.Reader) (*Calendar, error) {
	c := &Calendar{zone: zone, worked: map[Date]bool{}, years: map[int]bool{}, hours: DefaultHours()}
	if err := c.read(holidays); err != nil {
		return nil, fmt.Errorf("read holidays: %w", err)
	}
	return c, nil
}

// Known says whether the holidays of the year were published when this calendar was made. Of other years only the
// weekdays are known, so that a deadline may fall on a holiday.
func (c *Calendar) Known(year int) bool { return c.years[year] }

// Date returns the date of t in the calendar's zone.
func (c *Calendar) Date(t time.Time) Date { return dateOf(t.In(c.zone)) }

// NewYear is the first moment of the year of t.
func (c *Calendar) NewYear(t time.Time) time.Time {
	return time.Date(c.Date(t).Year, time.January, 1, 0, 0, 0, 0, c.zone)
}

// Local returns t in the calendar's zone.
func (c *Calendar) Local(t time.Time) time.Time { return t.In(c.zone) }

// IsWorkingDay says whether people work on that day.
func (c *Calendar) IsWorkingDay(d Date) bool {
	if worked, ok := c.worked[d]; ok {
		return worked
	}
	weekday := d.Weekday()
	return weekday != time.Saturday && weekday != time.Sunday
}

// AddWorkingDays returns the end of the nth working day after the day of t. With n = 0 it is the end of that
// day itself, or of the next working day where that day is none or its end has passed.
func (c *Calendar) AddWorkingDays(t time.Time, n int) time.Time {
	day := c.Date(t)
	if n <= 0 {
		if end := c.End(day); c.IsWorkingDay(day) && t.Before(end) {
			return end
		}
		n = 1
	}
	for n = min(n, maxWorkingDays); n > 0; {
		day = day.AddDays(1)
		if c.IsWorkingDay(day) {
			n--
		}
	}
	return c.End(day)
}

// End returns the end of the office hours of a day, 17:30 if nothing else was said.
func (c *Calendar) End(d Date) time.Time { return c.at(d, c.hours.Office[len(c.hours.Office)-1].To) }

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Speech puts a moment as people say it: 11月25日(周三)17:30.
func (c *Calendar) Speech(t time.Time) string {
	t = t.In(c.zone)
	return c.SpeechDay(t) + t.Format("15:04")
}

// SpeechDay puts the day of a moment as people say it: 11月25日(周三), and with its year where that is not the present one.
func (c *Calendar) SpeechDay(t time.Time) string {
	t = t.In(c.zone)
	day := fmt.Sprintf("%d月%d日(%s)", t.Month(), t.Day(), weekdays[t.Weekday()])
	if c.now != nil && c.Date(c.now()).Year != t.Year() {
		return fmt.Sprintf("%d年%s", t.Year(), day)
	}
	return day
}

// Speaking returns the calendar as it speaks at the time that now tells.
func (c *Calendar) Speaking(now func() time.Time) *Calendar {
	other := *c
	other.now = now
	return &other
}
