package service

import (
	"fmt"
	"slices"
)

// maxLevel is how deep a tree is at most of which a step may name a level.
const maxLevel = 9

// setAbove keeps whoever decided the step, above whose deciders those of another stand, from deciding that one too.
func (s *Service) setAbove() {
	for i, step := range s.Review {
		of := step.Who.Above
		before := slices.ContainsFunc(s.Review[:i], func(b Step) bool { return b.Name == of })
		if of != "" && before && !slices.Contains(step.NotBy, of) {
			s.Review[i].NotBy = append(slices.Clone(step.NotBy), of)
		}
	}
}

// LooksAbove says whether some step goes to those above whoever decided another.
func (s *Service) LooksAbove() bool {
	return slices.ContainsFunc(s.Review, func(step Step) bool { return step.Who.Above != "" })
}

// where says at which place in the tree the role is to be held; empty where the nearest will do.
func (w Who) where() string {
	switch {
	case w.Level > 0:
		return fmt.Sprintf(" at level %d", w.Level)
	case w.Above != "":
		return " above " + w.Above
	}
	return ""
}

// checkLevel looks at where in the tree the role of a step is to be held.
func (p *parser) checkLevel(path string, s *Service, i int) {
	who := s.Review[i].Who
	key := map[bool]string{true: "level", false: "above"}[who.Level != 0]
	switch {
	case who.Level == 0 && who.Above == "":
		return
	case who.Level != 0 && who.Above != "":
		p.addAt(path+".who.above", "stands in place of `level`; leave one of the two")
	case who.Level < 0 || who.Level > maxLevel:
		p.addAt(path+".who.level", "how deep below the root of the tree is expected, from 1 to %d; the root itself is `top: true`", maxLevel)
	case who.Role == "" || who.Group != "" || who.Author || len(who.Seats) > 0 || who.Top:
		p.addAt(path+".who."+key, "belongs to a role, without `top`, `group`, `seats` and `author`")
	case s.Sealed:
		p.addAt(path+".who."+key, "a sealed case does not keep from where in the tree it comes")
	case who.Above != "" && !slices.ContainsFunc(s.Review[:i], func(b Step) bool { return b.Name == who.Above && !b.Who.Author && !b.Disabled }):
		p.addAt(path+".who.above", "the name of a step before this one that officers decide is expected, not %q", who.Above)
	}
}
