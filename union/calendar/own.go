package calendar

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// Own is a union's own file of holidays: a notice that came after this release, with where it stands and since when it holds.
type Own struct {
	Source string
	AsOf   Date
	Years  []int
	// Differs are the days of years that this release knows as well, and on which it says something else.
	Differs []string
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
	other.worked, other.years = own.worked, own.years
	info := Own{Source: own.source, AsOf: own.asOf}
	for year := range own.years {
		info.Years = append(info.Years, year)
	}
	slices.Sort(info.Years)
	for day := range own.worked {
		if c.years[day.Year] && c.IsWorkingDay(day) != own.worked[day] {
			info.Differs = append(info.Differs, day.String())
		}
	}
	for day, worked := range c.worked {
		_, named := own.worked[day]
		switch {
		case !own.years[day.Year]:
			other.worked[day] = worked
		case !named && worked != other.IsWorkingDay(day):
			info.Differs = append(info.Differs, day.String())
		}
	}
	for year := range c.years {
		other.years[year] = true
	}
	slices.Sort(info.Differs)
	return &other, info, nil
}
