package reference

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union/folder"
)

// SelfCheck is the file of a short questionnaire by which people look at themselves. Answers to it are kept nowhere.
type SelfCheck struct {
	folder.Origin `yaml:",inline"`
	Title         string `yaml:"title"`
	// Words are what people say who want it: 测测心理.
	Words []string `yaml:"words"`
	// Intro is said before the first question, Limits with the sum: that it is no diagnosis.
	Intro     string       `yaml:"intro"`
	Limits    string       `yaml:"limits"`
	Questions []string     `yaml:"questions"`
	Answers   []CheckReply `yaml:"answers"`
	// Factor makes the sum of the points one of a hundred.
	Factor  int           `yaml:"factor"`
	Results []CheckResult `yaml:"results"`
	// Offer is said where the sum is low, besides whom to ring; Stopped to who stops.
	Offer   string `yaml:"offer"`
	Stopped string `yaml:"stopped"`
}

// CheckReply is one way to answer every question.
type CheckReply struct {
	Label  string `yaml:"label"`
	Points int    `yaml:"points"`
}

// CheckResult is what is said of a sum up to To; To is 0 in the last, which has no end.
type CheckResult struct {
	To   int    `yaml:"to"`
	Low  bool   `yaml:"low"` // somebody to talk to is offered
	Text string `yaml:"text"`
}

// Score is the sum of points, of a hundred, and what is said of it.
func (s SelfCheck) Score(points []int) (sum int, r CheckResult) {
	for _, p := range points {
		sum += p
	}
	sum *= s.Factor
	for _, r := range s.Results {
		if r.To == 0 || sum <= r.To {
			return sum, r
		}
	}
	return sum, CheckResult{}
}

// Asked says whether a text asks for the questionnaire: with one of its words, and little else.
func (s SelfCheck) Asked(text string) bool {
	return len([]rune(text)) <= mostAsked && slices.ContainsFunc(s.Words, func(w string) bool { return strings.Contains(text, w) })
}

// mostAsked is how long a text may be that asks for it; a longer one tells a story.
const mostAsked = 20

func (s *SelfCheck) check(d *folder.Document) {
	s.Check(d)
	for key, text := range map[string]string{"title": s.Title, "intro": s.Intro, "limits": s.Limits, "offer": s.Offer, "stopped": s.Stopped} {
		if strings.TrimSpace(text) == "" {
			d.AddAt([]any{key}, "is missing")
		}
	}
	if len(s.Words) == 0 || len(s.Questions) < 2 || len(s.Answers) < 2 || len(s.Answers) > 9 || len(s.Results) == 0 {
		d.AddAt([]any{"questions"}, "words, two questions or more, two to nine answers and results are expected")
		return
	}
	most := 0
	for _, a := range s.Answers {
		most = max(most, a.Points)
	}
	if sum := most * len(s.Questions) * s.Factor; sum != 100 {
		d.AddAt([]any{"factor"}, "the highest sum is expected to be 100, and is %d", sum)
	}
	below := -1
	for i, r := range s.Results {
		last := i == len(s.Results)-1
		if (r.To == 0) != last || !last && r.To <= below || strings.TrimSpace(r.Text) == "" {
			d.AddAt([]any{"results", i}, "%s", fmt.Sprintf("a text and a sum above %d are expected; only the last has no end", below))
		}
		below = r.To
	}
}

// SelfCheck is the questionnaire.
func (d *Data) SelfCheck() SelfCheck { return d.Self }

// SelfCheck is the questionnaire.
func (b *Book) SelfCheck() SelfCheck { return b.data.Load().Self }
