package service

import (
	"fmt"
	"time"
)

// clockLines is where in the file a service's clocks stand, for what is doubtful about them.
type clockLines struct{ review, first, next, finish int }

func (p *parser) noteClocks(s *Service) {
	s.clockLines = clockLines{
		review: p.lines["review"], first: p.lines["clocks.first"], next: p.lines["clocks.next"], finish: p.lines["clocks.finish"],
	}
}

// doubtClocks says where nothing is promised for the whole matter, and where its steps take longer than what is promised. A working day
// is so long.
func (s *Service) doubtClocks(workday time.Duration) (lines []string) {
	steps, limits := s.Steps(), s.Clocks
	if len(steps) == 0 {
		return nil
	}
	if !limits.Run() && limits.None.Empty() {
		return []string{fmt.Sprintf("%s:%d: review: nothing is promised for the whole matter; give `clocks` a `first` and a `finish`, or say in its `none` why nothing is",
			s.File, s.clockLines.review)}
	}
	long := func(line int, key string, limit Clock, who string, days int) {
		if limit.Runs() && !limit.holds(days, workday) {
			lines = append(lines, fmt.Sprintf("%s:%d: clocks.%s: %s %s, more than the %s of `%[3]s`; give the steps fewer `days`, or `%[3]s` more",
				s.File, line, key, who, workingDays(days), limit))
		}
	}
	ahead := func(line int, key string, limit Clock, step Step) {
		if limit.Runs() && step.From != "" && step.From != limit.From {
			lines = append(lines, fmt.Sprintf("%s:%d: clocks.%s: step %q counts from %s, however far ahead that lies, and `%[3]s` does not", s.File, line, key, step.Name, step.From))
		}
	}
	long(s.clockLines.first, "first", limits.First, "the first step alone has", steps[0].officerDays())
	for _, step := range steps[1:] {
		ahead(s.clockLines.next, "next", limits.Next, step)
		long(s.clockLines.next, "next", limits.Next, fmt.Sprintf("step %q alone has", step.Name), step.officerDays())
	}
	within, known := s.stepsWithin(steps, limits.Finish)
	if !known {
		within = steps
	}
	for _, step := range within {
		ahead(s.clockLines.finish, "finish", limits.Finish, step)
	}
	if known {
		long(s.clockLines.finish, "finish", limits.Finish, "the steps alone have", mostDays(within, limits.Finish.From))
	}
	return lines
}

// stepsWithin are the steps that lie in the time to finish: those after the one that says from which day on it runs. Where the form says
// it, that is not known: every step may be decided before that day.
func (s *Service) stepsWithin(steps []Step, finish Clock) (within []Step, known bool) {
	if finish.From == "" {
		return steps, true
	}
	for i, step := range steps {
		for _, o := range step.Acts {
			for j := range o.Form {
				if o.Form[j].Name == finish.From {
					return steps[i+1:], true
				}
			}
		}
	}
	return nil, false
}

// mostDays adds up the days of steps through which every case goes that ends well, and those of the longest of the steps that belong to
// some cases. A step that has until a day on which the clock begins has none of it.
func mostDays(steps []Step, from string) (days int) {
	longest := 0
	for _, step := range steps {
		switch {
		case step.Due != "" && step.Due == from:
		case step.When.Empty():
			days += step.officerDays()
		default:
			longest = max(longest, step.officerDays())
		}
	}
	return days + longest
}

// officerDays is how many working days officers have a step: one after the other each of them. While the author has it no clock runs.
func (s *Step) officerDays() int {
	switch {
	case s.Who.Author:
		return 0
	case s.Mode == InOrder:
		return s.Days * max(1, len(s.Who.Seats))
	}
	return s.Days
}

// holds says whether so many working days are over before the clock, where it begins on a working day and no holiday falls into it.
func (c Clock) holds(days int, workday time.Duration) bool {
	const week, work = 7, 5
	switch {
	case c.Hours > 0:
		return time.Duration(days)*workday <= time.Duration(c.Hours)*time.Hour
	case c.Calendar:
		return days/work*week+days%work <= c.Days
	}
	return days <= c.Days
}
