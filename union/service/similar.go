package service

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// Similar says how cases are found that are like the one that is being written. In a file it is the name of a text field, or a
// mapping.
type Similar struct {
	// By is the text field that is compared; empty looks for none.
	By string `yaml:"by"`
	// Same are questions whose answers have to agree: the place.
	Same []string `yaml:"same"`
	// Days is how long ago a case was filed at most; 0 is two years.
	Days int `yaml:"days"`
	// Under is where: the whole union, or the asker's plant.
	Under Reach `yaml:"under"`
	// Open leaves out what has ended, and what waits for its author to say that it is done.
	Open bool `yaml:"open"`
	// Follow adds what was written and sent to the case that somebody follows instead of filing their own.
	Follow bool `yaml:"follow"`
}

// Reach is a part of the union around a member.
type Reach string

// The values of under.
const (
	ReachUnion Reach = "union" // the default
	ReachPlant Reach = "plant" // the second level of the tree
)

// maxSimilarDays is how long cases are compared at most.
const maxSimilarDays = 730

// UnmarshalYAML reads the name of a field or a mapping.
func (s *Similar) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		s.By = node.Value
		return nil
	}
	type plain Similar
	return node.Decode((*plain)(s))
}

// Seconds says whether members read of each other's cases and second them.
func (s *Service) Seconds() bool { return s.Summary.Similar.By != "" && !s.Sensitive }

// Mended says whether a case at this step waits for its author to say that it is done, or was said to be.
func (s *Service) Mended(step string) bool {
	steps := s.Steps()
	at := slices.IndexFunc(steps, func(one Step) bool { return one.Name == step })
	return at >= 0 && slices.ContainsFunc(steps[:at+1], func(one Step) bool { return one.Who.Author })
}

func (p *parser) checkSimilar(s *Service) {
	like := s.Summary.Similar
	if texts := s.named(KindText); like.By != "" && !slices.Contains(texts, like.By) {
		p.addAt("summary.similar", "a text field is expected: %s", oneOf(like.By, texts))
	}
	kinds := []Kind{KindChoice, KindYesNo, KindPlace, KindOrganisation, KindDate, KindText}
	for _, name := range like.Same {
		if all := s.named(kinds...); !slices.Contains(all, name) || name == like.By {
			p.addAt("summary.similar.same", "another question of kind %v is expected: %s", kinds, oneOf(name, all))
		}
	}
	if like.Days < 0 || like.Days > maxSimilarDays {
		p.addAt("summary.similar.days", "days from 1 to %d are expected, not %d", maxSimilarDays, like.Days)
	}
	if _, given := p.lines["summary.similar"]; given && like.By == "" {
		p.addAt("summary.similar", "`by`, a text field, is expected")
	}
}
