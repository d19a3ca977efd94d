package service

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// ShieldAuthor has a case shield whoever filed it.
const ShieldAuthor = "author"

// Shield says whom an open case keeps from cheerful greetings until an officer was asked.
type Shield struct {
	// Cheer is ShieldAuthor, or the field that names a member.
	Cheer string `yaml:"cheer"`
	// When is a condition on the form; empty is always.
	When Expression `yaml:"when"`
}

// Shielded lists ShieldAuthor and the fields with members whom a case with these answers shields. A condition that fails
// shields: it is better asked in vain than cheered at the wrong time.
func (s *Service) Shielded(facts Facts) (whom []string) {
	for _, shield := range s.Shields {
		if shield.When.holds(facts) && !slices.Contains(whom, shield.Cheer) {
			whom = append(whom, shield.Cheer)
		}
	}
	return whom
}

// checkShields refuses shields of whom a case does not name.
func (p *parser) checkShields(s *Service) {
	whom := append([]string{ShieldAuthor}, s.named(KindMember, KindMembers)...)
	known := s.noFacts()
	form := Facts{answeredName: known[answeredName]}
	for _, f := range s.Form {
		form[f.Name] = known[f.Name]
	}
	for i := range s.Shields {
		shield, path := &s.Shields[i], fmt.Sprintf("shields[%d]", i+1)
		if !slices.Contains(whom, shield.Cheer) {
			p.addAt(path+".cheer", "whom the case shields from cheerful greetings is expected, author or a field with a member: %s", oneOf(shield.Cheer, whom))
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
