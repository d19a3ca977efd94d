package config

import (
	"errors"
	"strings"
	"time"
)

// timesOfDay wants times such as 09:00, joined by commas, each later than the one before.
func timesOfDay(value string) error { return rising(strings.Split(value, ",")) }

// spans wants parts of a day such as 08:30-12:00, joined by commas, each later than the one before.
func spans(value string) error {
	var ends []string
	for _, part := range strings.Split(value, ",") {
		from, to, ok := strings.Cut(part, "-")
		if !ok {
			return errors.New("must be spans of a day, such as 08:30-12:00,13:30-17:30")
		}
		ends = append(ends, from, to)
	}
	return rising(ends)
}

func oneSpan(value string) error {
	if strings.Contains(value, ",") {
		return errors.New("must be one span of a day, such as 08:00-20:00")
	}
	return spans(value)
}

func rising(times []string) error {
	last := time.Time{}
	for i, text := range times {
		at, err := time.Parse("15:04", strings.TrimSpace(text))
		if err != nil || i > 0 && !at.After(last) {
			return errors.New("must be times of day such as 09:00, each later than the one before")
		}
		last = at
	}
	return nil
}
