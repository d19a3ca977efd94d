package service

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// ShieldAuthor has a case shield whoever filed it.
const ShieldAuthor = "author"

// Shield says whom a case keeps from cheerful greetings until an officer was asked, while it is open and for some days after.
type Shield struct {
	// Cheer is ShieldAuthor, or the field that names a member.
	Cheer string `yaml:"cheer"`
	// When is a condition on the form; empty is always.
	When Expression `yaml:"when"`
	// Days is for how many days after the case has ended: mourning does not end with the visit.
	Days int `yaml:"days"`
}

// mostShieldDays is as long as an officer may say.
const mostShieldDays = 366

// Shielded is ShieldAuthor and the fields with members whom a case with these answers shields, and for how many days after its end. A
// condition that fails shields: it is better asked in vain than cheered at the wrong time.
func (s *Service) Shielded(facts Facts) (days map[string]int) {
	days = map[string]int{}
	for _, shield := range s.Shields {
		if shield.When.holds(facts) {
			days[shield.Cheer] = max(days[shield.Cheer], shield.Days)
		}
	}
	return days
}

// formFacts are the answers to a form of which none is given.
func (s *Service) formFacts() Facts {
	known := s.noFacts()
	form := Facts{answeredName: known[answeredName]}
	for _, f := range s.Form {
		form[f.Name] = known[f.Name]
	}
	return form
}

// checkShields refuses shields of whom a case does not name.
func (p *parser) checkShields(s *Service) {
	whom := append([]string{ShieldAuthor}, s.named(KindMember, KindMembers)...)
	form := s.formFacts()
	for i := range s.Shields {
		shield, path := &s.Shields[i], fmt.Sprintf("shields[%d]", i+1)
		if !slices.Contains(whom, shield.Cheer) {
			p.addAt(path+".cheer", "whom the case shields from cheerful greetings is expected, author or a field with a member: %s", oneOf(shield.Cheer, whom))
		}
		if shield.Days < 0 || shield.Days > mostShieldDays {
			p.addAt(path+".days", "days after the case from 0 to %d are expected, not %d", mostShieldDays, shield.Days)
		}
		if shield.When.Empty() {
			continue
		}
		if problem := shield.When.compile(maps.Clone(form), reflect.Bool); problem != "" {
			p.addAt(path+".when", "%s", problem)
		}
	}
	if s.Sealed && len(s.Shields) > 0 {
		p.addAt("shields", "a sealed service shields nobody: it would tell who is in it")
	}
}
