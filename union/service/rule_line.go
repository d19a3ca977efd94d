package service

import (
	"fmt"
	"slices"
)

// RuleLine is a line of a rule by which an act is done, and of which rule it is: 净自付 1 万元以内的不计救助 of 本单位大病救助办法(2026).
type RuleLine struct {
	Name Text `yaml:"name"`
	Line Text `yaml:"line"`
}

// Said is the line with where it stands, as the reason of a decision.
func (r RuleLine) Said() Text {
	said := Text{ZH: r.Name.ZH + ":" + r.Line.ZH}
	if r.Line.EN != "" && r.Name.EN != "" {
		said.EN = r.Name.EN + ": " + r.Line.EN
	}
	return said
}

// Offered are the reasons that the service has for an act, those that follow from a rule after the others. Any others may be written.
func (o ActOption) Offered() []Text {
	offered := slices.Clone(o.Reasons)
	for _, rule := range o.Rules {
		offered = append(offered, rule.Said())
	}
	return offered
}

// checkRules looks at the rules by which an act is refused.
func (p *parser) checkRules(path string, o ActOption) {
	switch {
	case len(o.Rules) > 0 && o.Act != Refuse:
		p.addAt(path, "a rule says why something is refused: they belong to %q", Refuse)
	case len(o.Reasons)+len(o.Rules) > MaxReasons:
		p.addAt(path, "%d are given with `reasons`; up to %d are expected", len(o.Reasons)+len(o.Rules), MaxReasons)
	}
	for i, rule := range o.Rules {
		p.text(fmt.Sprintf("%s[%d].name", path, i+1), rule.Name)
		p.text(fmt.Sprintf("%s[%d].line", path, i+1), rule.Line)
	}
}
