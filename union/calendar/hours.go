package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Span is a part of a day, from midnight.
type Span struct{ From, To time.Duration }

// Hours are when the union works, when it reminds people, and when it sums up what waits for them.
type Hours struct {
	// Office are the working hours of a working day, in order. Deadlines in days end with the last.
	Office []Span
	// Duty is when reminders may go out, on working days.
	Duty Span
	// Digests are the times of day at which an officer who has not chosen others reads what waits.
	Digests []time.Duration
}

// DefaultHours are 08:30-12:00 and 13:30-17:30, with reminders from 08:00 to 20:00 and digests at 09:00 and 15:00.
func DefaultHours() Hours {
	const h, m = time.Hour, time.Minute
	return Hours{
		Office: []Span{{8*h + 30*m, 12 * h}, {13*h + 30*m, 17*h + 30*m}}, Duty: Span{8 * h, 20 * h}, Digests: []time.Duration{9 * h, 15 * h},
	}
}

// ParseSpans reads 08:30-12:00,13:30-17:30: spans of one day, in order, which do not touch.
func ParseSpans(text string) ([]Span, error) {
	var spans []Span
	for part := range strings.SplitSeq(text, ",") {
		from, to, _ := strings.Cut(strings.TrimSpace(part), "-")
		begin, err := ParseClock(from)
		if err != nil {
			return nil, err
		}
		end, err := ParseClock(to)
		if err != nil {
			return nil, err
		}
		if end <= begin || len(spans) > 0 && begin <= spans[len(spans)-1].To {
			return nil, fmt.Errorf("%s is no later part of the day", part)
		}
		spans = append(spans, Span{begin, end})
	}
	return spans, nil
}

// ParseClocks reads 9:00,15:00: times of day, in order.
func ParseClocks(text string) ([]time.Duration, error) {
	var clocks []time.Duration
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,，、和", r) }) {
		at, err := ParseClock(part)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(clocks, at) {
			clocks = append(clocks, at)
		}
	}
	if len(clocks) == 0 {
		return nil, errors.New("no time of day")
	}
	slices.Sort(clocks)
	return clocks, nil
}

// ParseClock reads a time of day, 9:00 or 17:30.
func ParseClock(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", strings.ReplaceAll(strings.TrimSpace(text), "：", ":"))
	if err != nil {
		return 0, fmt.Errorf("%q is no time of day such as 17:30", text)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// ClockText puts a time of day as ParseClock reads it: 09:00.
func ClockText(at time.Duration) string {
	return fmt.Sprintf("%02d:%02d", at/time.Hour, at%time.Hour/time.Minute)
}

// WithHours returns the calendar with other hours than the default. What hours leaves empty stays.
func (c *Calendar) WithHours(hours Hours) *Calendar {
	other := *c
	if len(hours.Office) > 0 {
		other.hours.Office = hours.Office
	}
	if hours.Duty.To > 0 {
		other.hours.Duty = hours.Duty
	}
	if len(hours.Digests) > 0 {
		other.hours.Digests = hours.Digests
	}
	return &other
}

// Workday is how long a working day is.
func (c *Calendar) Workday() (length time.Duration) {
	for _, span := range c.hours.Office {
		length += span.To - span.From
	}
	return length
}

// at is a time of a day, in the calendar's zone.
func (c *Calendar) at(d Date, clock time.Duration) time.Time {
	return time.Date(d.Year, d.Month, d.Day, int(clock/time.Hour), int(clock%time.Hour/time.Minute), 0, 0, c.zone)
}

// AddDays returns the end of the nth day after the day of t, or of the working day after it where that day is none
// (Civil Code, article 203).
func (c *Calendar) AddDays(t time.Time, n int) time.Time {
	day := c.Date(t).AddDays(min(max(n, 0), maxWorkingDays))
	for range maxWorkingDays {
		if c.IsWorkingDay(day) && (n > 0 || t.Before(c.End(day))) {
			break
		}
		day = day.AddDays(1)
	}
	return c.End(day)
}

// WorkingDaysLeft says how many working days lie after the day of t until the day of due, which counts.
func (c *Calendar) WorkingDaysLeft(t, due time.Time) int {
	n, last := 0, c.Date(due)
	for day := c.Date(t).AddDays(1); !last.Before(day) && n < maxWorkingDays; day = day.AddDays(1) {
		if c.IsWorkingDay(day) {
			n++
		}
	}
	return n
}

// DaysLeft is WorkingDaysLeft for all days.
func (c *Calendar) DaysLeft(t, due time.Time) int {
	return max(0, int(c.Date(due).noon().Sub(c.Date(t).noon())/(24*time.Hour)))
}

// WorkingDaysBefore returns the first digest of the nth working day before the day of t.
func (c *Calendar) WorkingDaysBefore(t time.Time, n int) time.Time {
	day := c.Date(t)
	for n = min(n, maxWorkingDays); n > 0; {
		day = day.AddDays(-1)
		if c.IsWorkingDay(day) {
			n--
		}
	}
	return c.at(day, c.hours.Digests[0])
}

// OnDuty says whether reminders may go out.
func (c *Calendar) OnDuty(t time.Time) bool {
	return c.IsWorkingDay(c.Date(t)) && c.InDutyHours(t)
}

// InDutyHours is OnDuty without regard to the day.
func (c *Calendar) InDutyHours(t time.Time) bool {
	day := c.Date(t)
	return !t.Before(c.at(day, c.hours.Duty.From)) && t.Before(c.at(day, c.hours.Duty.To))
}

// NextDuty returns t, if reminders may go out then, or when they may next.
func (c *Calendar) NextDuty(t time.Time) time.Time {
	if c.OnDuty(t) {
		return t
	}
	day := c.Date(t)
	for range maxWorkingDays {
		if at := c.at(day, c.hours.Duty.From); c.IsWorkingDay(day) && at.After(t) {
			return at
		}
		day = day.AddDays(1)
	}
	return t
}

// NextDigest returns the next of these times of day after t, on a working day; without any, the next of the union's own.
func (c *Calendar) NextDigest(t time.Time, clocks []time.Duration) time.Time {
	if len(clocks) == 0 {
		clocks = c.hours.Digests
	}
	day := c.Date(t)
	for range maxWorkingDays {
		for _, clock := range clocks {
			if at := c.at(day, clock); c.IsWorkingDay(day) && at.After(t) {
				return at
			}
		}
		day = day.AddDays(1)
	}
	return c.at(day, clocks[0])
}

// Digests are the union's own times of day for reminders.
func (c *Calendar) Digests() []time.Duration { return slices.Clone(c.hours.Digests) }

// DutyHours are when reminders may go out.
func (c *Calendar) DutyHours() Span { return c.hours.Duty }
