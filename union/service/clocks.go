package service

import (
	"fmt"
	"slices"
)

// Clocks are the times that run beside those of the steps, each by itself. All stand still while the matter waits for its
// author, and what is left of them runs afterwards.
type Clocks struct {
	// Source is where the figures come from: a law with its article, or the union's own promise.
	Source Text `yaml:"source"`
	// None is why none runs, of a service that promises nothing.
	None Text `yaml:"none"`
	// First runs until an officer has decided anything but a return.
	First Clock `yaml:"first"`
	// Next runs from each such answer to the next.
	Next Clock `yaml:"next"`
	// Finish runs until the end.
	Finish Clock `yaml:"finish"`
	// Extend is by how much an officer may prolong Finish, once, with a reason that the author is told.
	Extend Clock `yaml:"extend"`
	// SecondLook is how long an author has to ask for a second look; Answer how long that may take in place of Finish.
	// Where the former is given, an answer that ended the matter well may be looked at again too.
	SecondLook Clock `yaml:"second_look"`
	Answer     Clock `yaml:"second_answer"`
	// ThirdLook is how long an author has, after the answer to that, to ask those one level up for the last time; ThirdAnswer how long
	// that may take.
	ThirdLook   Clock `yaml:"third_look"`
	ThirdAnswer Clock `yaml:"third_answer"`
}

// Clock is a length of time: working days, or all days if Calendar is set, or hours of work. The zero Clock does not run.
type Clock struct {
	Days     int  `yaml:"days"`
	Hours    int  `yaml:"hours"`
	Calendar bool `yaml:"calendar"`
	// From is a date question, of the form or of officers: Finish runs once that is answered, from the end of that day on where it
	// lies ahead, and otherwise from then on.
	From string `yaml:"from"`
}

// Runs says whether there is anything to run.
func (c Clock) Runs() bool { return c.Days > 0 || c.Hours > 0 }

// String says it as documents do: 60 days.
func (c Clock) String() string {
	text := workingDays(c.Days)
	switch {
	case c.Hours > 0:
		text = plural(c.Hours, "working hour")
	case c.Calendar:
		text = plural(c.Days, "day")
	}
	if c.From != "" {
		text += " from " + c.From
	}
	return text
}

// ClockNamed is a clock by its key in a service's file.
type ClockNamed struct {
	Key string
	Clock
}

// Named lists all of them, those that do not run too.
func (c *Clocks) Named() []ClockNamed {
	return []ClockNamed{
		{"first", c.First}, {"next", c.Next}, {"finish", c.Finish}, {"extend", c.Extend}, {"second_look", c.SecondLook},
		{"second_answer", c.Answer}, {"third_look", c.ThirdLook}, {"third_answer", c.ThirdAnswer},
	}
}

// Run says whether any of them does.
func (c *Clocks) Run() bool {
	for _, one := range c.Named() {
		if one.Runs() {
			return true
		}
	}
	return false
}

// MoveKind is what happens where nobody decides.
type MoveKind string

// The moves.
const (
	Remind  MoveKind = "remind"   // those who have it are reminded
	StandIn MoveKind = "stand_in" // it goes to others who hold the role, or to those named by otherwise
	Up      MoveKind = "up"       // it goes to those one level up in the tree
	Pass    MoveKind = "pass"     // it is accepted by silence, and said to be
)

// MoveKinds lists every move.
func MoveKinds() []MoveKind { return []MoveKind{Remind, StandIn, Up, Pass} }

// Move is one rung of the ladder that a step climbs in silence. It is done when the time is up.
type Move struct {
	Do MoveKind `yaml:"do"`
	// Before does it so many working days before the time is up, of Remind.
	Before int `yaml:"before"`
	// Days are the working days that those have to whom it goes, of StandIn and Up.
	Days int `yaml:"days"`
}

// defaultMoveDays is the time that others have in whose hands a step is put, if its own is not shorter.
const defaultMoveDays = 2

// Ladder is what happens where nobody decides the step. A step of an author's is not taken away: the author is reminded,
// and others are asked beside.
func (s *Step) Ladder() []Move {
	switch days := min(defaultMoveDays, max(s.Days, 1)); {
	case len(s.Silence) > 0:
		return s.Silence
	case s.Days < 2:
		return []Move{{Do: StandIn, Days: days}, {Do: Up, Days: days}}
	default:
		return []Move{{Do: Remind, Before: 1}, {Do: StandIn, Days: days}, {Do: Up, Days: days}}
	}
}

func (p *parser) checkClocks(s *Service) {
	c, dates := s.Clocks, s.dates(len(s.Review))
	for _, one := range c.Named() {
		path := "clocks." + one.Key
		_, given := p.lines[path]
		switch {
		case !given:
		case one.Days > 0 && one.Hours > 0:
			p.addAt(path, "days or hours are expected, not both")
		case one.Calendar && one.Hours != 0:
			p.addAt(path+".calendar", "belongs to days; hours are always those of work")
		case one.Days < 0 || one.Days > MaxClockDays || one.Hours < 0 || one.Hours > MaxClockHours || !one.Runs():
			p.addAt(path, "from 1 to %d days or from 1 to %d hours are expected", MaxClockDays, MaxClockHours)
		case one.From != "" && one.Key != "finish":
			p.addAt(path+".from", "belongs to `finish`")
		case one.From != "" && !slices.Contains(dates, one.From):
			p.addAt(path+".from", "a date question of the form or of an act is expected: %s", oneOf(one.From, dates))
		}
	}
	if c.Finish.From != "" && slices.Contains(dates, c.Finish.From) && s.mayLack(c.Finish.From) {
		p.addAt("clocks.finish.from", "%q may stay without an answer, and nothing would be promised", c.Finish.From)
	}
	if !c.None.Empty() && c.Run() {
		p.addAt("clocks.none", "says why no clock runs, and one does")
	}
	p.noteClocks(s)
	if c.Extend.Runs() && !c.Finish.Runs() {
		p.addAt("clocks.extend", "prolongs `finish`, which is missing")
	}
	if c.Answer.Runs() && !c.SecondLook.Runs() {
		p.addAt("clocks.second_answer", "belongs to `second_look`, which is missing")
	}
	if c.ThirdLook.Runs() && !c.SecondLook.Runs() || c.ThirdAnswer.Runs() && !c.ThirdLook.Runs() {
		p.addAt("clocks.third_look", "follows `second_look`, and `third_answer` follows it: one of them is missing")
	}
	if c.SecondLook.Runs() && s.Sealed {
		p.addAt("clocks.second_look", "a sealed case does not know its author, who would have to ask")
	}
	for i, step := range s.Review {
		p.checkSilence(fmt.Sprintf("review[%d].silence", i+1), s, step)
	}
}

// dates are the date questions of the form, and of officers at so many of the first steps.
func (s *Service) dates(steps int) (names []string) {
	add := func(fields []Field) {
		for _, f := range fields {
			if f.Kind == KindDate {
				names = append(names, f.Name)
			}
		}
	}
	add(s.Form)
	for _, step := range s.Review[:steps] {
		for _, o := range step.Acts {
			add(o.Form)
		}
	}
	return names
}

// mayLack says whether a question may stay without an answer.
func (s *Service) mayLack(name string) bool {
	lacks := func(fields []Field) bool {
		return slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name && (f.Optional || !f.When.Empty()) })
	}
	return lacks(s.Form) || slices.ContainsFunc(s.Review, func(step Step) bool {
		return slices.ContainsFunc(step.Acts, func(o ActOption) bool { return lacks(o.Form) })
	})
}

// The longest clocks.
const (
	MaxClockDays  = 366
	MaxClockHours = 400
)

// checkSilence looks at the ladder of a step. Silence never moves money, and never says what has to be explained.
func (p *parser) checkSilence(path string, s *Service, step Step) {
	for i, m := range step.Silence {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		accept, _ := step.Option(Accept)
		switch {
		case m.Do == "":
			p.addAt(at+".do", "is missing; one of %v is expected", MoveKinds())
		case m.Before != 0 && m.Do != Remind:
			p.addAt(at+".before", "belongs to %q", Remind)
		case m.Before < 0 || m.Before >= max(step.Days, 1):
			p.addAt(at+".before", "fewer working days than the step's own %d are expected, not %d", step.Days, m.Before)
		case m.Days != 0 && m.Do != StandIn && m.Do != Up:
			p.addAt(at+".days", "belongs to %q and %q", StandIn, Up)
		case (m.Do == StandIn || m.Do == Up) && (m.Days < 1 || m.Days > MaxDays):
			p.addAt(at+".days", "working days from 1 to %d are expected, not %d", MaxDays, m.Days)
		case m.Do == Pass && (step.Reserve || step.Pay || s.Fund != "" || s.Sealed):
			p.addAt(at+".do", "silence passes nothing that moves money or is sealed")
		case m.Do == Pass && (accept.Explained() || accept.Ceiling > 0):
			p.addAt(at+".do", "silence cannot say what %q asks for", Accept)
		case m.Do == Pass && i+1 < len(step.Silence):
			p.addAt(at+".do", "ends the step; it comes last")
		}
	}
}
