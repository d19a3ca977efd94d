package service

import (
	"fmt"
	"maps"
	"reflect"
)

// Wish is what is said before anything else to whoever has filed a case in which its condition holds: 请节哀.
type Wish struct {
	// When is a condition on the form.
	When Expression `yaml:"when"`
	Say  Text       `yaml:"say"`
}

// WishFor is the first wish whose condition holds for these answers; an empty text where none does.
func (s *Service) WishFor(facts Facts) Text {
	for _, w := range s.Wishes {
		if w.When.holds(facts) {
			return w.Say
		}
	}
	return Text{}
}

func (p *parser) checkWishes(s *Service) {
	form := s.formFacts()
	for i := range s.Wishes {
		wish, path := &s.Wishes[i], fmt.Sprintf("wishes[%d]", i+1)
		p.text(path+".say", wish.Say)
		if wish.When.Empty() {
			p.addAt(path+".when", "is missing; what is said to all stands in `words.filed`")
		} else if problem := wish.When.compile(maps.Clone(form), reflect.Bool); problem != "" {
			p.addAt(path+".when", "%s", problem)
		}
	}
	if s.Sealed && len(s.Wishes) > 0 {
		p.addAt("wishes", "a sealed service says the same to all")
	}
}
