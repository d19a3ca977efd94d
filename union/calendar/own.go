package calendar

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Own is a union's own file of holidays: a notice that came after this release, with where it stands and since when it holds.
type Own struct {
	Source string
	AsOf   Date
	Years  []int
	// Differs are the days of years that this release knows as well, and on which it says something else.
	Differs []Date
}

// WithOwn lays a union's own holidays over the calendar: a year that stands there is taken from there alone. The file is as
// holidays.txt, with a line `source` and a line `as_of 2026-11-05` before the days.
func (c *Calendar) WithOwn(file io.Reader) (*Calendar, Own, error) {
	own := &Calendar{worked: map[Date]bool{}, years: map[int]bool{}}
	if err := own.read(file); err != nil {
		return nil, Own{}, fmt.Errorf("read holidays: %w", err)
	}
	if own.source == "" || own.asOf == (Date{}) {
		return nil, Own{}, errors.New("read holidays: a line `source` with the notice and a line `as_of 2026-11-05` with its day are expected")
	}
	other := *c
	other.worked, other.years = maps.Clone(own.worked), maps.Clone(own.years)
	info := Own{Source: own.source, AsOf: own.asOf, Years: slices.Sorted(maps.Keys(own.years))}
	for year := range c.years {
		other.years[year] = true
	}
	for day, worked := range c.worked {
		if !own.years[day.Year] {
			other.worked[day] = worked
		}
	}
	for _, day := range slices.Concat(slices.Collect(maps.Keys(c.worked)), slices.Collect(maps.Keys(own.worked))) {
		if c.years[day.Year] && own.years[day.Year] && c.IsWorkingDay(day) != other.IsWorkingDay(day) && !slices.Contains(info.Differs, day) {
			info.Differs = append(info.Differs, day)
		}
	}
	slices.SortFunc(info.Differs, func(a, b Date) int {
		if a.Before(b) {
			return -1
		}
		return 1
	})
	return &other, info, nil
}
