package service

import (
	"fmt"
	"slices"
	"time"
)

// Day is a date in the union's zone: 2027-01-01. Days compare as strings do; the empty one is before all others.
type Day string

// DayOf is the day of a time, in the zone that the time is in.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// Before is the day before; the empty Day for what is none.
func (d Day) Before() Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return DayOf(t.AddDate(0, 0, -1))
}

// ParseDay reads a day.
func ParseDay(text string) (Day, error) {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", fmt.Errorf("a day is expected, such as 2027-01-01; not %q", text)
	}
	return Day(text), nil
}

// checkLife looks at what says when the version is in force.
func (p *parser) checkLife(s *Service) {
	if _, given := p.lines["from"]; given {
		if _, err := ParseDay(string(s.From)); err != nil {
			p.addAt("from", "%v", err)
		}
	}
	if !snake.MatchString(s.Name) {
		p.add(1, "", "the file's name must be small letters, digits and _, beginning with a letter, and may end in a day: "+
			"name.yaml, name@2027-01-01.yaml; not %q", s.Name)
	}
}

// switchesOff is true of a file that says no more than that its service is off, and since when.
func (p *parser) switchesOff(s *Service) bool {
	if !s.Disabled {
		return false
	}
	for path := range p.lines {
		if !slices.Contains([]string{"from", "disabled"}, path) {
			return false
		}
	}
	return true
}

// empty is true of a version that holds no service, and only switches one off.
func (s *Service) empty() bool { return s.Disabled && s.Title.Empty() }
