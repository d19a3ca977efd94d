package understanding

import (
	"regexp"
	"slices"
	"sort"
)

// Topic is something that a sentence may be meant for.
type Topic struct {
	Name string
	// Phrases ask for the topic wherever they stand; Signs are words of its matter; with a word of Except it is not meant.
	Phrases, Signs, Except []string
	// Examples are sentences that are meant for it.
	Examples []string
	// Pattern knows the topic by the build of the sentence, whatever it is about: 批下来了没. It may be nil.
	Pattern *regexp.Regexp
	// Anything is true of a topic that takes any matter: it is never sure of a sentence without a phrase.
	Anything bool
	// Nothing is true of a topic that means none of the others, and asks for nothing.
	Nothing bool
	// Idle are sentences that name topics and ask for none of them: 法律援助要钱吗.
	Idle []string
}

// Model knows topics by their sentences. It is never changed, and may be used by many goroutines.
type Model struct {
	topics []Topic
	parted *linear
	// idle parts what asks for something from what does not, whatever it is about; nil where too little is known of that.
	idle  *linear
	named lexicon
	asked map[string]int // the topic that a phrase asks for, -1 where several have it
	said  map[string]int // the topic of an example
}

// A topic of few sentences has them said again, or those of many would hide it.
const (
	fewExamples = 40
	mostRepeats = 4
	// leastIdleSaid is how many sentences that ask for nothing tell something of others.
	leastIdleSaid = 50
	mostWishes    = 4000 // that are told from them
)

// thinned takes sentences from all alike.
func thinned(sentences []string) (some []string) {
	for i := 0; i < len(sentences); i += 1 + (len(sentences)-1)/mostWishes {
		some = append(some, sentences[i])
	}
	return some
}

// Train learns what every topic says.
func Train(topics []Topic) *Model {
	m := &Model{topics: topics, named: newLexicon(topics), asked: map[string]int{}, said: map[string]int{}}
	for i, t := range topics {
		for _, phrase := range t.Phrases {
			phrase, topic := Plain(phrase), i
			if other, taken := m.asked[phrase]; taken && other != i {
				topic = -1
			}
			m.asked[phrase] = topic
		}
	}
	said := make([][]string, len(topics))
	wishes := make([][]string, 2)
	for i, t := range topics {
		for _, example := range t.Examples {
			m.said[bare(Plain(example))] = i
		}
		said[i] = slices.Concat(t.Examples, t.Phrases, t.Signs, t.Phrases)
		said[i] = slices.Repeat(said[i], min(mostRepeats, 1+fewExamples/max(1, len(said[i]))))
		if t.Nothing {
			wishes[1] = append(wishes[1], t.Examples...)
		} else {
			wishes[0] = append(wishes[0], t.Examples...)
		}
		wishes[1] = append(wishes[1], t.Idle...)
	}
	m.parted = learnLinear(said, false)
	if len(wishes[1]) >= leastIdleSaid {
		wishes[0] = thinned(wishes[0])
		m.idle = learnLinear(wishes, false)
	}
	return m
}

// Likely is a topic that a sentence may be meant for.
type Likely struct {
	Topic string
	// Confidence is from 0 to 1.
	Confidence float64
	// Named is the phrase or sign of the topic that stands in the sentence; empty if none does. Asked is true of a phrase.
	Named string
	Asked bool
	// Leads is true where such a phrase of three characters or more begins the sentence.
	Leads bool
	// Open is true of a topic that takes anything, where no phrase asks for it.
	Open bool
	// alone is how likely it is by what the model learnt, without phrases and signs.
	alone float64
	// next is the confidence of the topic behind it.
	next float64
	// own is true where a part of the sentence begins as a wish of the speaker's.
	own bool
}

// The parameters by which evidence becomes confidence, found by leaving out whole hands of sentences.
const (
	sharpness   = 2   // what was learnt from a few thousand sentences is too careful
	surelyIdle  = 0.8 // from which likelihood a topic that means nothing hides all others
	leastShown  = 0.01
	leastTokens = 4 // of a sentence that names nothing
	never       = -1000
)

// idleness is how likely a sentence asks for nothing.
func (m *Model) idleness(sentence string) float64 {
	if m.idle == nil {
		return 0
	}
	of := m.idle.evidence(tokens(sentence))
	likelihoods(of)
	return float64(of[1])
}

// likely weighs all topics, the likeliest first.
func (m *Model) likely(sentence string) []Likely {
	row := tokens(sentence)
	evidence := m.parted.evidence(row)
	for i := range evidence {
		if m.named.excepted(i, row) {
			evidence[i] = never
		}
	}
	alone := slices.Clone(evidence)
	likelihoods(alone)
	for i := range evidence {
		evidence[i] *= sharpness
	}
	found := m.named.find(row)
	phrased := false
	for i, n := range found {
		evidence[i] += n.weight
		phrased = phrased || n.phrase
	}
	for i, t := range m.topics {
		if t.Pattern != nil && t.Pattern.MatchString(sentence) {
			evidence[i] += patternWeight
		}
	}
	likelihoods(evidence)
	for i, t := range m.topics {
		if p := evidence[i]; t.Nothing && p < 1 && (p < surelyIdle || phrased) { // something may be meant: it is asked
			for k := range evidence {
				evidence[k] /= 1 - p
			}
			evidence[i] = 0
		}
	}
	own := wishes(sentence)
	var all []Likely
	for i, e := range evidence {
		if found[i].words == "" && len(row) < leastTokens {
			continue
		}
		if confidence := float64(e); (confidence >= leastShown || found[i].phrase) && evidence[i] > 0 {
			n := found[i]
			all = append(all, Likely{
				Topic: m.topics[i].Name, Confidence: confidence, Named: n.words, Asked: n.phrase, Leads: n.leads, Open: m.topics[i].Anything && !n.phrase,
				alone: float64(alone[i]), own: own,
			})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Confidence > all[j].Confidence })
	for i := range all[:max(0, len(all)-1)] {
		all[i].next = all[i+1].Confidence
	}
	return all
}
