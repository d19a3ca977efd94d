package service

import (
	"cmp"
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
	// Metres is how far apart two phones may be at one place of Same; 0 is 80.
	Metres int `yaml:"metres"`
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

const (
	// nearMetres is how far apart two phones are at one place, where a file does not say, and farthestMetres the most that one may say.
	nearMetres, farthestMetres = 80, 5000
)

// Near is how far apart two phones may be at one place, in metres.
func (s Similar) Near() float64 { return float64(cmp.Or(s.Metres, nearMetres)) }

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
	if like.Metres < 0 || like.Metres > farthestMetres || like.Metres > 0 && !slices.ContainsFunc(like.Same, func(name string) bool {
		f, ok := s.Field(name)
		return ok && f.Kind == KindPlace
	}) {
		p.addAt("summary.similar.metres", "metres from 1 to %d are expected, beside a place in `same`, not %d", farthestMetres, like.Metres)
	}
	if like.Days < 0 || like.Days > maxSimilarDays {
		p.addAt("summary.similar.days", "days from 1 to %d are expected, not %d", maxSimilarDays, like.Days)
	}
	if _, given := p.lines["summary.similar"]; given && like.By == "" {
		p.addAt("summary.similar", "`by`, a text field, is expected")
	}
}
