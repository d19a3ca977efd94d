package service

import (
	"fmt"
	"regexp"
	"slices"
)

// FieldPack is kept for how far the pack of a case has come; no field of a form bears it.
const FieldPack = "pack"

// Pack is what whoever files a case hands over apart from it: the facts in the order of time, with the papers. No officer reads
// any of it before its author has seen it and said yes.
type Pack struct {
	Title Text `yaml:"title"` // 事实材料
	// Holds are the questions whose answers belong to it.
	Holds []string `yaml:"holds"`
	// Events is the text question whose sentences are put in the order of the days that they name.
	Events string `yaml:"events"`
	// Consent is what its author says yes to: who gets it, and what for.
	Consent Text `yaml:"consent"`
}

// On says whether the service has a pack.
func (p Pack) On() bool { return len(p.Holds) > 0 }

// checkPack refuses a pack that officers would read elsewhere before it is handed over, or that they need to decide.
func (p *parser) checkPack(s *Service) {
	if !s.Pack.On() {
		if !s.Pack.Title.Empty() || s.Pack.Events != "" || !s.Pack.Consent.Empty() {
			p.addAt("pack.holds", "at least one question is expected")
		}
		return
	}
	p.text("pack.title", s.Pack.Title)
	p.text("pack.consent", s.Pack.Consent)
	var names []string
	for _, f := range s.Form {
		names = append(names, f.Name)
	}
	for i, name := range s.Pack.Holds {
		at := fmt.Sprintf("pack.holds[%d]", i+1)
		word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
		switch {
		case !slices.Contains(names, name):
			p.addAt(at, "a question of the form is expected: %s", oneOf(name, names))
		case slices.Contains(s.Pack.Holds[:i], name):
			p.addAt(at, "%q stands here twice", name)
		case word.MatchString(s.Summary.Title.String()) || s.Summary.Detail == name || s.Summary.Similar.By == name || slices.Contains(s.Summary.Similar.Same, name):
			p.addAt(at, "%q stands in the summary, where officers read it before it is handed over", name)
		case slices.ContainsFunc(s.Review, func(step Step) bool { return word.MatchString(step.When.Source) || step.Who.Unless == name }):
			p.addAt(at, "a step goes by %q, which would tell of it before it is handed over", name)
		}
	}
	if !slices.Contains(s.named(KindText), s.Pack.Events) || !slices.Contains(s.Pack.Holds, s.Pack.Events) {
		p.addAt("pack.events", "a text question among `holds` is expected, not %q", s.Pack.Events)
	}
	switch {
	case s.Sealed || !s.Sensitive:
		p.addAt("pack", "belongs to a service that is `sensitive` and not `sealed`: who looks at it is recorded, and its author sees that")
	case s.Fund != "" || len(s.Sums) > 0:
		p.addAt("pack", "a service with sums or a fund has none: officers have to see what they decide about")
	case s.Also.Service != "" || s.Alarm.Rings():
		p.addAt("pack", "what is filed elsewhere as well, or rings people, cannot be kept back here; leave `also` and `alarm` out")
	}
}
