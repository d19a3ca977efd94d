package calendar

import "time"

// Stretch is a time during which somebody works.
type Stretch struct{ From, To time.Time }

// Shifts lists when somebody works beside the office hours, of what touches the day that begins then; nil where nobody does.
type Shifts func(midnight time.Time) []Stretch

// AddWorkingTime returns when so much time of office hours has passed since t.
func (c *Calendar) AddWorkingTime(t time.Time, left time.Duration) time.Time {
	return c.AddShiftTime(t, left, nil)
}

// AddShiftTime returns when so much time has passed since t in which the office works or somebody has a shift.
func (c *Calendar) AddShiftTime(t time.Time, left time.Duration, shifts Shifts) time.Time {
	day := c.Date(t)
	for range maxWorkingDays {
		for _, s := range c.stretches(day, shifts) {
			if t.After(s.From) {
				s.From = t
			}
			if !s.From.Before(s.To) {
				continue
			}
			if open := s.To.Sub(s.From); left > open {
				left -= open
				continue
			}
			return s.From.Add(left)
		}
		day = day.AddDays(1)
	}
	return c.End(day)
}

// WorkingTimeLeft says how much time of office hours lies between t and due.
func (c *Calendar) WorkingTimeLeft(t, due time.Time) time.Duration {
	return c.ShiftTimeLeft(t, due, nil)
}

// ShiftTimeLeft says how much time lies between t and due in which the office works or somebody has a shift.
func (c *Calendar) ShiftTimeLeft(t, due time.Time, shifts Shifts) time.Duration {
	var left time.Duration
	last := c.Date(due)
	for day := c.Date(t); !last.Before(day); day = day.AddDays(1) {
		for _, s := range c.stretches(day, shifts) {
			if t.After(s.From) {
				s.From = t
			}
			if due.Before(s.To) {
				s.To = due
			}
			if s.From.Before(s.To) {
				left += s.To.Sub(s.From)
			}
		}
	}
	return left
}

// stretches lists when somebody works on a day, in order and each minute once.
func (c *Calendar) stretches(d Date, shifts Shifts) []Stretch {
	var all []Stretch
	for _, span := range c.spans(d) {
		all = append(all, Stretch{c.at(d, span.From), c.at(d, span.To)})
	}
	if shifts == nil {
		return all
	}
	midnight, end := c.at(d, 0), c.at(d.AddDays(1), 0)
	for _, s := range shifts(midnight) {
		if s.From.Before(midnight) {
			s.From = midnight
		}
		if s.To.After(end) {
			s.To = end
		}
		all = append(all, s)
		for i := len(all) - 1; i > 0 && s.From.Before(all[i-1].From); i-- { // few, and mostly in order
			all[i], all[i-1] = all[i-1], all[i]
		}
	}
	var once []Stretch
	for _, s := range all {
		switch last := len(once) - 1; {
		case !s.From.Before(s.To):
		case last < 0 || s.From.After(once[last].To):
			once = append(once, s)
		case s.To.After(once[last].To):
			once[last].To = s.To
		}
	}
	return once
}

func (c *Calendar) spans(d Date) []Span {
	if !c.IsWorkingDay(d) {
		return nil
	}
	return c.hours.Office
}

// WithRosters returns the calendar of a union where people work in shifts whenever that is said.
func (c *Calendar) WithRosters(rostered func() bool) *Calendar {
	other := *c
	other.rostered = rostered
	return &other
}

// formerEnd is how much later an office may have ended when a time was promised: its hours are the union's to change, and what was
// promised is made no earlier by that.
const formerEnd = time.Hour

// Manned says whether somebody who works in office hours is there for what is due at a time: it ends in them, or with them.
func (c *Calendar) Manned(due time.Time) bool {
	return c.IsWorkingDay(c.Date(due)) && c.ends(due) || c.WorkingTimeLeft(due.Add(-time.Minute), due) > 0
}

// ends says whether a time is one at which offices end, or ended.
func (c *Calendar) ends(due time.Time) bool {
	late := due.Sub(c.End(c.Date(due)))
	return late >= 0 && late <= formerEnd
}

// ByShift says whether no office gives such a time: it is that of a shift. A day that was ordered ends as offices do, on any day.
func (c *Calendar) ByShift(due time.Time) bool {
	return c.rostered != nil && c.rostered() && !c.Manned(due) && !c.ends(due)
}
