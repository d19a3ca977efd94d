package flows

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/understanding"
)

// TestCriesAreHeardThatNoPatternKnows leaves every fifth sentence of cries.tsv out, and listens to it.
func TestCriesAreHeardThatNoPatternKnows(t *testing.T) {
	const folds = 5
	type sentence struct{ kind, text string }
	var all []sentence
	for line := range strings.Lines(cryLines) {
		if kind, text, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			all = append(all, sentence{kind, withoutLookAlikes(text)})
		}
	}
	topics := Topics(offered(t))
	said, heard := map[string]int{}, map[string]int{}
	for fold := range folds {
		kinds := []understanding.Kind{{Name: cryLife}, {Name: cryDanger}, {}}
		for i, s := range all {
			if i%folds != fold {
				kinds[kindAt(s.kind)].Examples = append(kinds[kindAt(s.kind)].Examples, s.text)
			}
		}
		kinds[2].Examples = append(kinds[2].Examples, everyday(topics)...)
		left := trained{ear: understanding.NewEar(kinds)}
		for i, s := range all {
			if i%folds != fold {
				continue
			}
			said[s.kind]++
			if urgentIn(s.text) != notUrgent || left.hear(s.text, cryUnsure, cryLetters) != "" {
				heard[s.kind]++
			}
		}
	}
	share := func(kind string) float64 { return float64(heard[kind]) / float64(said[kind]) }
	t.Logf("left out: life %.0f %% and danger %.0f %% heard, %.0f %% of what only sounds like them asked after", 100*share(cryLife), 100*share(cryDanger), 100*share("calm"))
	if share(cryLife) < 0.7 || share(cryDanger) < 0.8 || share("calm") > 0.2 {
		t.Errorf("heard %v of %v", heard, said)
	}
}

// kindAt is a kind's among those that the ear is trained with.
func kindAt(kind string) int {
	switch kind {
	case cryLife:
		return 0
	case cryDanger:
		return 1
	}
	return 2
}
