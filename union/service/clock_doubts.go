package service

import "fmt"

// clockLines is where in the file a service's clocks stand, for what is doubtful about them.
type clockLines struct{ review, finish int }

func (p *parser) noteClocks(s *Service) {
	s.clockLines = clockLines{review: p.lines["review"], finish: p.lines["clocks.finish"]}
}

// doubtClocks says where nothing is promised for the whole matter, and where its steps take longer than what is promised.
func (s *Service) doubtClocks() (lines []string) {
	steps, finish := s.Steps(), s.Clocks.Finish
	if len(steps) == 0 {
		return nil
	}
	if !s.Clocks.Run() && s.Clocks.None.Empty() {
		return []string{fmt.Sprintf("%s:%d: review: nothing is promised for the whole matter; give `clocks` a `first` and a `finish`, or say in its `none` why nothing is",
			s.File, s.clockLines.review)}
	}
	days := s.sureDays(s.stepsWithin(steps, finish), finish.From)
	if finish.Runs() && !finish.holds(days) {
		lines = append(lines, fmt.Sprintf("%s:%d: clocks.finish: the steps alone have %s, more than the %s of `finish`; give the steps fewer `days`, or `finish` more",
			s.File, s.clockLines.finish, workingDays(days), finish))
	}
	return lines
}

// stepsWithin are the steps that lie in the time to finish: those after the one that says from which day on it runs.
func (s *Service) stepsWithin(steps []Step, finish Clock) []Step {
	for i, step := range steps {
		for _, o := range step.Acts {
			for j := range o.Form {
				if o.Form[j].Name == finish.From {
					return steps[i+1:]
				}
			}
		}
	}
	return steps
}

// sureDays adds up the days of steps through which every case goes that ends well. While the author has it no clock runs; a step that
// has until a day on which the clock begins has none of it.
func (s *Service) sureDays(steps []Step, from string) (days int) {
	for _, step := range steps {
		if step.When.Empty() && !step.Who.Author && (step.Due == "" || step.Due != from) {
			days += step.Days
		}
	}
	return days
}

// workingHours is how many hours of work a working day is taken for, where days are compared with hours.
const workingHours = 8

// holds says whether so many working days are over before the clock, at best.
func (c Clock) holds(days int) bool {
	const week, work = 7, 5
	switch {
	case c.Hours > 0:
		return days*workingHours <= c.Hours
	case c.Calendar:
		return days/work*week+days%work <= c.Days
	}
	return days <= c.Days
}
