package service

import (
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
)

func (w *Who) setDefaults() {
	if w.Group != "" && w.Role == "" {
		w.Role = union.GroupRole(w.Group)
	}
}

// Groups lists the groups that the steps of the service name.
func (s *Service) Groups() (names []string) {
	for _, step := range s.Review {
		if name := step.Who.Group; name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// checkCommittee looks at a step that a group decides, whichever it is.
func (p *parser) checkCommittee(path string, step Step) {
	_, role := p.lines[path+".role"]
	switch {
	case role, step.Who.Author, len(step.Who.Seats) > 0:
		p.addAt(path+".group", "stands in place of a role, seats or the author; leave one of them")
	case step.Who.Top:
		p.addAt(path+".top", "belongs to a role; whoever is in a group decides for the whole union")
	case step.Mode == InOrder:
		p.addAt(path+".group", "has no order; `seats` are expected with `mode: %s`", InOrder)
	}
}

// checkGroups refuses groups that nobody has written down. It is done when files are read, and not of what was published: what a
// group is may change, and a case goes on without it by the roles of `otherwise`.
func (p *parser) checkGroups(s *Service, known []string) {
	for i, step := range s.Review {
		name := step.Who.Group
		switch at := fmt.Sprintf("review[%d].who.group", i+1); {
		case name == "" || slices.Contains(known, name):
		case len(known) == 0:
			p.addAt(at, "there is no group: groups.yaml of the reference data names none; not %q", name)
		default:
			p.addAt(at, "a group of groups.yaml is expected: %s", oneOf(name, known))
		}
	}
}
