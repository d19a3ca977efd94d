package broadcast

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/folder"
)

// Rosters say who works when.
type Rosters interface {
	// Turns are what shifts and crews are called.
	Turns() (shifts, crews []string)
	// AtWork lists by staff numbers who has one of some shifts over, or below, one of some organisations, and belongs to one of some
	// crews; none is any of them. It is the shift of a day, without one that which runs at a time, and without either everybody of the
	// crews. Times are in the union's zone.
	AtWork(paths, shifts, crews []string, day folder.Day, at time.Time) []string
}

// Shift is who works when, by the union's rosters: a shift of a day, the one that runs, or a crew.
type Shift struct {
	Names []string `json:"names,omitempty" yaml:"names"`
	Crews []string `json:"crews,omitempty" yaml:"crews"`
	// On is the day on which the shift begins. Now is the one that runs when it goes out. Of neither it is all of the crews.
	On  folder.Day `json:"on,omitempty" yaml:"on"`
	Now bool       `json:"now,omitempty" yaml:"now"`
	// Staff are who of the audience that is. They stand in place of its own too, which are kept as Said: a replica from before
	// shifts reads those alone.
	Staff []string `json:"staff,omitempty" yaml:"-"`
	Said  []string `json:"said,omitempty" yaml:"-"`
	// Unknown are words for shifts that there are none of.
	Unknown []string `json:"-" yaml:"-"`
}

var (
	whoWorks = regexp.MustCompile(`的?(?:人员?|职工|员工|同志|师傅)$`)
	atWork   = regexp.MustCompile(`(?:当班|在班|当值|在岗|上班)$`)
	nowSaid  = regexp.MustCompile(`^(?:现在|目前|此刻|眼下|正在|正)$`)
	// shiftOnly is what nothing else is called.
	shiftOnly = regexp.MustCompile(`^(?:早|中|晚|夜|白|大夜|小夜|零点|四点|八点|甲|乙|丙|丁|戊)$`)
)

// turn takes a word that says who works when: 明天夜班, 甲班, 现在当班. A shift that there is none of is unknown. Without a day a shift is
// that of today.
func (a *Audience) turn(word string, scope Scope) bool {
	said := whoWorks.ReplaceAllString(word, "")
	if said == "" {
		return a.Shift != nil // 夜班 的 人员
	}
	s := Shift{}
	if a.Shift != nil {
		s = *a.Shift
	}
	before := atWork.ReplaceAllString(said, "")
	if before == said {
		name := strings.TrimSuffix(strings.TrimSuffix(said, "次"), "班")
		if name == said {
			return false
		}
		before = s.name(name, scope)
	}
	day, now, ok := dayOfTurn(strings.TrimSuffix(before, "上"), scope.Today)
	if !ok {
		return false
	}
	switch {
	case now || day != "":
		s.Now, s.On = now, day
	case s.On == "" && !s.Now && len(s.Names) > 0:
		s.On = folder.DayOf(scope.Today)
	case s.On == "" && len(s.Names)+len(s.Crews)+len(s.Unknown) == 0:
		s.Now = true
	}
	a.Shift = &s
	return true
}

// name takes up the shift or the crew with which a text ends, and returns what stands before it; all of it where there is none.
func (s *Shift) name(text string, scope Scope) (before string) {
	best, is := "", &s.Unknown
	look := func(names []string, into *[]string) {
		for _, name := range names {
			if short := strings.TrimSuffix(name, "班"); strings.HasSuffix(text, short) && len(name) > len(best) {
				best, is = name, into
			}
		}
	}
	look(scope.Shifts, &s.Names)
	look(scope.Crews, &s.Crews)
	runes := []rune(text)
	for i := 0; best == "" && i < len(runes); i++ { // the longest day that stands before it leaves the shift
		rest := string(runes[i:])
		if _, _, ok := dayOfTurn(string(runes[:i]), scope.Today); ok && (i > 0 || shiftOnly.MatchString(rest)) {
			best = rest
		}
	}
	if best == "" {
		return text
	}
	*is = append(*is, best)
	return strings.TrimSuffix(text, strings.TrimSuffix(best, "班"))
}

// dayOfTurn reads the day before a shift; "" is none.
func dayOfTurn(said string, today time.Time) (day folder.Day, now, ok bool) {
	if said == "" {
		return "", false, true
	}
	if nowSaid.MatchString(said) {
		return "", true, true
	}
	y, m, d := today.Date()
	read := answer.Date(said, calendar.Date{Year: y, Month: m, Day: d}, answer.DateLimits{})
	if !read.OK() || json.Unmarshal(read.Raw, &day) != nil {
		return "", false, false
	}
	return day, false, true
}

// onDay is the audience of a run: the shifts of its day, where they are those of one.
func (a Audience) onDay(day calendar.Date) Audience {
	if a = a.open(); a.Shift != nil && a.Shift.On != "" {
		a.Shift.On = folder.Day(day.String())
	}
	return a
}

// open is an audience as it was said, without who works then.
func (a Audience) open() Audience {
	if a.Shift != nil {
		s := *a.Shift
		a.Staff = a.Named()
		s.Staff, s.Said, a.Shift = nil, nil, &s
	}
	return a
}

// Named are the staff numbers that were said.
func (a Audience) Named() []string {
	if a.Shift != nil && len(a.Shift.Staff) > 0 {
		return a.Shift.Said
	}
	return a.Staff
}

// working is an audience of which it is known who works then: before the release it is asked anew each time.
func (d *Desk) working(a Audience, at time.Time) (Audience, error) {
	if a.Shift == nil {
		return a, nil
	}
	a = a.open()
	s := *a.Shift
	paths := make([]string, len(a.Orgs))
	for i, p := range a.Orgs {
		paths[i] = p.Path
	}
	if !s.Now {
		at = time.Time{}
	}
	if s.Staff = nil; d.Rosters != nil {
		s.Staff = d.Rosters.AtWork(paths, s.Names, s.Crews, s.On, at.In(d.Zone))
	}
	if a.Shift = &s; len(s.Staff) > MostStaff {
		return a, ErrCrowd
	}
	if len(a.Staff) > 0 {
		s.Staff = slices.DeleteFunc(slices.Clone(s.Staff), func(no string) bool { return !slices.Contains(a.Staff, no) })
	}
	if len(s.Staff) > 0 {
		s.Said, a.Staff = a.Staff, s.Staff
	}
	return a, nil
}

// unknownShifts are those of a file that there are none of.
func (d *Desk) unknownShifts(s *Shift) (unknown []string) {
	var shifts, crews []string
	if d.Rosters != nil {
		shifts, crews = d.Rosters.Turns()
	}
	look := func(names, known []string) {
		for _, name := range names {
			if !slices.Contains(known, name) {
				unknown = append(unknown, name)
			}
		}
	}
	look(s.Names, shifts)
	look(s.Crews, crews)
	return unknown
}
