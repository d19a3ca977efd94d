package service

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// Alarm is how a service rings people where something cannot wait for a form: by a sentence that tells of danger, or by a
// grade that was chosen in the form. Its words lie here as well, for a plant knows best what has to be said.
type Alarm struct {
	// Life rings for somebody who cannot go on, and asked to be called: not by a sentence, and with nothing said of it.
	Life bool `yaml:"life"`
	// Grade is the choice field that tells how bad it is; Danger is its choice for a sentence that tells of danger.
	Grade  string `yaml:"grade"`
	Danger string `yaml:"danger"`
	// Place is the text field that takes the place, where the sentence names one.
	Place string `yaml:"place"`
	// Phrases tell of danger besides what everybody's language has for it: 跑煤气了.
	Phrases []string `yaml:"phrases"`
	// Safety is said first, then Rights; Hurt where somebody is hurt. Kinds say other words first of what they know.
	Safety Text        `yaml:"safety"`
	Kinds  []AlarmKind `yaml:"kinds"`
	Rights Text        `yaml:"rights"`
	Hurt   Text        `yaml:"hurt"`
	// Hotline is the dispatcher's number, 内线 6110; empty is the one of the configuration.
	Hotline string       `yaml:"hotline"`
	Grades  []AlarmGrade `yaml:"grades"`
	Plants  []AlarmPlant `yaml:"plants"`
}

// AlarmKind is a kind of danger: a fire wants other words than a load that hangs.
type AlarmKind struct {
	// Words tell of it; the first kind that has one in the sentence is taken.
	Words  []string `yaml:"words"`
	Safety Text     `yaml:"safety"`
}

// SafetyFor is what keeps people safe in the danger of which a text tells.
func (a *Alarm) SafetyFor(text string) Text {
	for _, kind := range a.Kinds {
		if slices.ContainsFunc(kind.Words, func(word string) bool { return strings.Contains(text, word) }) {
			return kind.Safety
		}
	}
	return a.Safety
}

// AlarmGrade is the ladder of one grade.
type AlarmGrade struct {
	// Name is that of the choice.
	Name  string `yaml:"name"`
	Rungs []Rung `yaml:"rungs"`
}

// AlarmPlant is what is otherwise below an organisation.
type AlarmPlant struct {
	// Organisation is a path from the root: 集团公司/三分厂.
	Organisation string       `yaml:"organisation"`
	Hotline      string       `yaml:"hotline"`
	Grades       []AlarmGrade `yaml:"grades"`
}

// Rung is who is rung together, and how long they have to answer.
type Rung struct {
	Minutes int      `yaml:"minutes"`
	Who     []Callee `yaml:"who"`
}

// Callee names holders of a role above whoever reports.
type Callee struct {
	Role  union.Role `yaml:"role"`
	Level Level      `yaml:"level"`
}

// Level says which of the organisations above counts where several have a holder of the role.
type Level string

// The levels.
const (
	Nearest Level = "nearest" // the lowest; the default
	Second  Level = "next"    // the one above that
	Top     Level = "top"     // the highest
	Each    Level = "each"    // every one
)

// Levels lists every level.
func Levels() []Level { return []Level{Nearest, Second, Top, Each} }

// maxRungMinutes is the longest time of one rung: a night.
const maxRungMinutes = 720

// On says whether the service rings anybody.
func (a *Alarm) On() bool { return len(a.Grades) > 0 }

// Rings says whether a sentence that tells of danger rings the alarm.
func (a *Alarm) Rings() bool { return a.On() && !a.Life }

// plant finds what is otherwise below the nearest organisation on this path that the file names.
func (a *Alarm) plant(path string) AlarmPlant {
	var best AlarmPlant
	for _, p := range a.Plants {
		if union.Within(path, p.Organisation) && len(p.Organisation) > len(best.Organisation) {
			best = p
		}
	}
	return best
}

// Ladder is the rungs of a grade for an organisation; none where the grade rings nobody.
func (a *Alarm) Ladder(grade, path string) []Rung {
	for _, grades := range [][]AlarmGrade{a.plant(path).Grades, a.Grades} {
		for _, g := range grades {
			if g.Name == grade {
				return g.Rungs
			}
		}
	}
	return nil
}

// Number is the dispatcher's number for an organisation; "" where the file names none.
func (a *Alarm) Number(path string) string {
	if p := a.plant(path); p.Hotline != "" {
		return p.Hotline
	}
	return a.Hotline
}

func (p *parser) checkAlarm(s *Service) {
	if _, given := p.lines["alarm"]; !given {
		return
	}
	a := s.Alarm
	if s.Sealed {
		p.addAt("alarm", "a sealed service rings nobody: whoever comes would know who reported")
	}
	grade, ok := s.Field(a.Grade)
	var names []string
	for _, c := range grade.Choices {
		names = append(names, c.Name)
	}
	if !ok || grade.Kind != KindChoice {
		p.addAt("alarm.grade", "a choice field is expected: %s", oneOf(a.Grade, s.named(KindChoice)))
		return
	}
	if _, ok := s.SentenceField(); !ok {
		p.addAt("alarm", "a text field that says `sentence: true` is expected, which takes what is said of a danger")
	}
	if a.Place != "" && !slices.Contains(s.named(KindText, KindPlace), a.Place) {
		p.addAt("alarm.place", "a field of kind text or place is expected: %s", oneOf(a.Place, s.named(KindText, KindPlace)))
	}
	if a.Life && !s.Sensitive {
		p.addAt("alarm.life", "a service that is `sensitive` is expected: nobody else is to read of it")
	}
	if !a.Life {
		p.text("alarm.safety", a.Safety)
		p.text("alarm.rights", a.Rights)
		p.text("alarm.hurt", a.Hurt)
	}
	p.distinct("alarm.phrases", a.Phrases)
	for i, kind := range a.Kinds {
		at := fmt.Sprintf("alarm.kinds[%d]", i+1)
		p.text(at+".safety", kind.Safety)
		if p.distinct(at+".words", kind.Words); len(kind.Words) == 0 {
			p.addAt(at+".words", "at least one word is expected, by which the danger is known")
		}
	}
	p.checkGrades("alarm.grades", a.Grades, names)
	if a.Ladder(a.Danger, "") == nil {
		p.addAt("alarm.danger", "the name of one of `grades` is expected; not %q", a.Danger)
	}
	for i, plant := range a.Plants {
		at := fmt.Sprintf("alarm.plants[%d]", i+1)
		if _, err := union.ParsePath(plant.Organisation); err != nil {
			p.addAt(at+".organisation", "a path from the root is expected, such as 集团公司/三分厂: %v", err)
		}
		p.checkGrades(at+".grades", plant.Grades, names)
	}
}

func (p *parser) checkGrades(path string, grades []AlarmGrade, names []string) {
	for i, g := range grades {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		if !slices.Contains(names, g.Name) {
			p.addAt(at+".name", "a choice of the grade's field is expected: %s", oneOf(g.Name, names))
		}
		if len(g.Rungs) == 0 {
			p.addAt(at+".rungs", "at least one rung is expected")
		}
		for j, r := range g.Rungs {
			rung := fmt.Sprintf("%s.rungs[%d]", at, j+1)
			if r.Minutes < 1 || r.Minutes > maxRungMinutes {
				p.addAt(rung+".minutes", "minutes from 1 to %d are expected, not %d", maxRungMinutes, r.Minutes)
			}
			if len(r.Who) == 0 {
				p.addAt(rung+".who", "at least one role is expected")
			}
			for k, w := range r.Who {
				if w.Role == "" {
					p.addAt(fmt.Sprintf("%s.who[%d].role", rung, k+1), "is missing; the role that is rung is expected")
				}
			}
		}
	}
}
