package understanding

import (
	"cmp"
	"math"
	"regexp"
	"slices"
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
}

// Model knows topics by their sentences. It is never changed, and may be used by many goroutines.
type Model struct {
	topics []Topic
	known  map[feature]posting
	rows   []entry
	named  lexicon
	asked  map[string]int // the topic that a phrase asks for, -1 where several have it
}

// posting is the part of rows that belongs to a feature.
type posting struct{ from, to int32 }

type entry struct {
	topic  int32
	weight float32 // what the feature says for the topic
}

// smoothing is how many sentences like everybody's each topic is thought to have besides its own.
const smoothing = 3

// phraseShare is how many examples a phrase or a sign is worth.
const phraseShare = 7

// Train counts what every topic says.
func Train(topics []Topic) *Model {
	m := &Model{topics: topics, known: map[feature]posting{}, named: newLexicon(topics), asked: map[string]int{}}
	for i, t := range topics {
		for _, phrase := range t.Phrases {
			topic := i
			if other, taken := m.asked[phrase]; taken && other != i {
				topic = -1
			}
			m.asked[phrase] = topic
		}
	}
	type count struct {
		topic    int32
		n        float32
		sentence int // the last one that was counted, for each counts a feature once
	}
	counts := map[feature][]count{}
	sizes := make([]float32, len(topics))
	sentences := 0
	for i, t := range topics {
		add := func(sentence string, share float32) {
			sizes[i] += share
			sentences++
			eachFeature(tokens(sentence), func(f feature, _ float32) {
				row := counts[f]
				last := len(row) - 1
				switch {
				case last < 0 || row[last].topic != int32(i):
					counts[f] = append(row, count{int32(i), share, sentences})
				case row[last].sentence != sentences:
					row[last].n += share
					row[last].sentence = sentences
				}
			})
		}
		for _, sentence := range t.Examples {
			add(sentence, 1)
		}
		for _, words := range [][]string{t.Phrases, t.Signs} {
			for _, sentence := range words {
				add(sentence, phraseShare)
			}
		}
	}
	for f, row := range counts {
		everybody := float32(0.5) / float32(len(topics)) / 20 // half a sentence of one topic
		for _, c := range row {
			everybody += c.n / sizes[c.topic] / float32(len(topics))
		}
		from := int32(len(m.rows))
		for _, c := range row {
			m.rows = append(m.rows, entry{c.topic, log(1 + c.n/(smoothing*everybody))})
		}
		m.known[f] = posting{from, int32(len(m.rows))}
	}
	return m
}

func log(x float32) float32 { return float32(math.Log(float64(x))) }

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
}

// The parameters by which evidence becomes confidence.
const (
	sharpness    = 0.12 // features overlap, and say one thing several times
	expected     = 0.4  // of each known feature, if the sentence is meant for the topic
	noneEvidence = 1.5  // what none of the topics has for itself, in nats
	leastShown   = 0.01
	leastTokens  = 4 // of a sentence that names nothing
)

// likely weighs all topics, the likeliest first.
func (m *Model) likely(sentence string) []Likely {
	row := tokens(sentence)
	evidence := make([]float32, len(m.topics))
	known := float32(0)
	eachFeature(row, func(f feature, weight float32) {
		p, ok := m.known[f]
		if !ok {
			return
		}
		known += weight
		for _, e := range m.rows[p.from:p.to] {
			evidence[e.topic] += weight * e.weight
		}
	})
	for i := range evidence {
		evidence[i] = sharpness * (evidence[i] - expected*known)
	}
	found := m.named.find(row)
	for i, n := range found {
		evidence[i] += n.weight
	}
	for i, t := range m.topics {
		if t.Pattern != nil && t.Pattern.MatchString(sentence) {
			evidence[i] += patternWeight
		}
	}
	most := float64(noneEvidence)
	for _, e := range evidence {
		most = max(most, float64(e))
	}
	sum := math.Exp(noneEvidence - most)
	for _, e := range evidence {
		sum += math.Exp(float64(e) - most)
	}
	var all []Likely
	for i, e := range evidence {
		if found[i].words == "" && len(row) < leastTokens {
			continue
		}
		if confidence := math.Exp(float64(e)-most) / sum; (confidence >= leastShown || found[i].phrase) && !m.named.excepted(i, row) {
			n := found[i]
			all = append(all, Likely{Topic: m.topics[i].Name, Confidence: confidence, Named: n.words, Asked: n.phrase, Leads: n.leads, Open: m.topics[i].Anything && !n.phrase})
		}
	}
	slices.SortStableFunc(all, func(a, b Likely) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return all
}
