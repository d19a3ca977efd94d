package service

import "slices"

// Papers are those that may follow what was granted: whoever has sent none is asked for them until they are there.
type Papers struct {
	// After is the step with whose acceptance the time begins.
	After string `yaml:"after"`
	// Days is how many working days there are for it.
	Days int `yaml:"days"`
	// What is asked for: 事故证明、费用单据.
	What Text `yaml:"what"`
}

// On says whether the service asks for papers afterwards.
func (p Papers) On() bool { return p.After != "" }

func (p *parser) checkPapers(s *Service) {
	if s.Papers == (Papers{}) {
		return
	}
	var steps []string
	for _, step := range s.Steps() {
		steps = append(steps, step.Name)
	}
	if !slices.Contains(steps, s.Papers.After) {
		p.addAt("papers.after", "a step that is not disabled is expected: %s", oneOf(s.Papers.After, steps))
	}
	if s.Papers.Days < 1 || s.Papers.Days > MaxDays {
		p.addAt("papers.days", "working days from 1 to %d are expected, not %d", MaxDays, s.Papers.Days)
	}
	p.text("papers.what", s.Papers.What)
	if len(s.named(KindPictures)) == 0 {
		p.addAt("papers", "a question of kind pictures is expected in the form, to which they belong")
	}
	if s.Sealed {
		p.addAt("papers", "a sealed service asks nobody for papers: it does not know whom")
	}
}
