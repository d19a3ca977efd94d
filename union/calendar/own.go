package calendar

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// Own is a union's own file of holidays: a notice that came after this release, with where it stands and since when it holds.
type Own struct {
	Source string
	AsOf   Date
	Years  []int
	// Differs are the days of years that this release knows as well, and on which it says something else.
	Differs []string
}

// WithOwn lays a union's own holidays over the calendar, day by day. The file is as
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
	other.worked, other.years = maps.Clone(c.worked), maps.Clone(c.years)
	info := Own{Source: own.source, AsOf: own.asOf}
	for year := range own.years {
		// A notice begins with 元旦. One day of the year before, which it moves, is not that year.
		if _, whole := own.worked[Date{Year: year, Month: time.January, Day: 1}]; whole {
			info.Years, other.years[year] = append(info.Years, year), true
		}
	}
	slices.Sort(info.Years)
	for day, worked := range own.worked {
		if c.years[day.Year] && c.IsWorkingDay(day) != worked {
			info.Differs = append(info.Differs, day.String())
		}
		other.worked[day] = worked
	}
	slices.Sort(info.Differs)
	return &other, info, nil
}
