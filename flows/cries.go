package flows

import (
	_ "embed"
	"strings"

	"github.com/unionbot/unionbot/union/understanding"
)

// cryLines are sentences of people who cannot go on or who are in danger, and others that look like them.
//
//go:embed cries.tsv
var cryLines string

// The kinds of sentences in cryLines; everything else in it is calm.
const (
	cryLife   = "life"
	cryDanger = "danger"
)

// From which likelihood a sentence is asked about that patterns do not know: one that begins nothing at once, one that
// would begin something, and one that answers a question. An ear trained without them hears four of five cries from the
// first on, and asks after one in eight sentences that were made to sound like one.
const (
	cryUnsure = 0.25
	crySure   = 0.6
	cryWithin = 0.7
)

// cryLetters is the least that a cry has which no pattern knows: what is shorter is an answer, such as 马上 or 没有了.
const (
	cryLetters       = 5
	cryWithinLetters = 7 // in the middle of a form, where more is an answer
)

// newEar trains the ear. The topics' own examples are calm.
func newEar(topics []understanding.Topic) *understanding.Ear {
	kinds := []understanding.Kind{{Name: cryLife}, {Name: cryDanger}, {}}
	calm := &kinds[2].Examples
	for line := range strings.Lines(cryLines) {
		kind, sentence, ok := strings.Cut(strings.TrimSpace(line), "\t")
		sentence = withoutLookAlikes(sentence)
		switch {
		case !ok:
		case kind == cryLife:
			kinds[0].Examples = append(kinds[0].Examples, sentence)
		case kind == cryDanger:
			kinds[1].Examples = append(kinds[1].Examples, sentence)
		default:
			*calm = append(*calm, sentence)
		}
	}
	*calm = append(*calm, everyday(topics)...)
	return understanding.NewEar(kinds)
}

// mostEveryday is how many of the topics' examples the ear learns: with many more it would take every cry for one of them.
const mostEveryday = 800

// everyday takes examples from all topics alike.
func everyday(topics []understanding.Topic) []string {
	all := 0
	for _, t := range topics {
		all += len(t.Examples)
	}
	every := max(1, (all+mostEveryday-1)/mostEveryday)
	var some []string
	at := 0
	for _, t := range topics {
		for _, example := range t.Examples {
			if at%every == 0 {
				some = append(some, example)
			}
			at++
		}
	}
	return some
}

// cry says whether a sentence that no pattern knows may be a cry, and of which kind; "" where it is none.
func (t *trained) cry(text string, reading understanding.Reading) string {
	least := cryUnsure
	if reading.Sure && len(reading.Likely) > 0 && reading.Likely[0].Topic != topicTalk {
		least = crySure
	}
	return t.hear(text, least, cryLetters)
}

// hear says of which kind a sentence of enough characters is at least so likely. Everyday words that hold those of danger
// are left out, and what is past or feared is no danger.
func (t *trained) hear(text string, least float64, characters int) string {
	if letters(text) < characters {
		return ""
	}
	kind, likely := t.ear.Hear(withoutLookAlikes(text))
	if likely < least || kind == cryDanger && noDanger.MatchString(text) {
		return ""
	}
	return kind
}

func withoutLookAlikes(text string) string { return lookAlikes.cut(text) }
