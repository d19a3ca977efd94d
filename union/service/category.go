package service

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Category is what a form comes to by a rule that makes no sum: which class of hardship a household is in. Nobody types it.
type Category struct {
	// Name is lower_snake, and none of the fields' and sums'; steps' conditions look at it.
	Name  string `yaml:"name"`
	Label Text   `yaml:"label"`
	// When is the condition under which there is a category at all.
	When Expression `yaml:"when"`
	// Of are the categories, the first of which fits counts.
	Of []Rank `yaml:"of"`
}

// Rank is one category.
type Rank struct {
	Name  string `yaml:"name"`
	Label Text   `yaml:"label"`
	// When is the condition, over fields and sums; the last one has none.
	When Expression `yaml:"when"`
}

// On says whether the service has categories.
func (c Category) On() bool { return c.Name != "" || len(c.Of) > 0 }

// Rank finds a category by name.
func (c Category) Rank(name string) (Rank, bool) {
	i := slices.IndexFunc(c.Of, func(r Rank) bool { return r.Name == name })
	if i < 0 {
		return Rank{}, false
	}
	return c.Of[i], true
}

// checkCategory compiles the categories against the fields of the form and the sums, which are known.
func (p *parser) checkCategory(s *Service, known Facts, taken []string) {
	c := &s.Category
	if !c.On() {
		return
	}
	p.name("category", c.Name, taken)
	p.text("category.label", c.Label)
	if s.Sealed {
		p.addAt("category", "a sealed service works nothing out")
	}
	if !c.When.Empty() {
		if problem := c.When.compile(known, reflect.Bool); problem != "" {
			p.addAt("category.when", "%s", problem)
		}
	}
	if len(c.Of) < 2 {
		p.addAt("category.of", "at least two are expected")
	}
	known = maps.Clone(known)
	delete(known, c.Name)
	var names []string
	for i := range c.Of {
		r, path := &c.Of[i], fmt.Sprintf("category.of[%d]", i+1)
		p.name(path, r.Name, names)
		names = append(names, r.Name)
		p.text(path+".label", r.Label)
		last := i == len(c.Of)-1
		switch {
		case last != r.When.Empty():
			p.addAt(path+".when", "every category but the last has a condition: the last is what is left")
		case last:
		default:
			if problem := r.When.compile(known, reflect.Bool); problem != "" {
				p.addAt(path+".when", "%s", problem)
			}
		}
	}
}

// Belongs says whether the sum belongs to a form with these facts.
func (s *Sum) Belongs(facts Facts) bool { return s.When.holds(facts) }

// checkFormula looks at the names in the braces of how a sum comes about.
func (p *parser) checkFormula(path string, sum *Sum, known Facts) {
	if !sum.Formula.Empty() && len(sum.Bands) > 0 {
		p.addAt(path+".formula", "`bands` are shown line by line; leave it out")
	}
	for _, name := range sum.Formula.Names() {
		if _, ok := known[name]; !ok || name == answeredName {
			p.addAt(path+".formula", "{%s}: %s", name, oneOf(name, known.names()))
		}
	}
	if !sum.Unit.Empty() && len(sum.Bands) > 0 {
		p.addAt(path+".unit", "`bands` make a sum of money; leave it out")
	}
}
