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
	known  *table
	from   []int32 // of a feature's number: where its part of rows begins, and the next one's
	rows   []entry
	named  lexicon
	asked  map[string]int // the topic that a phrase asks for, -1 where several have it
}

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
	m := &Model{topics: topics, known: newTable(), named: newLexicon(topics), asked: map[string]int{}}
	for i, t := range topics {
		for _, phrase := range t.Phrases {
			phrase, topic := Plain(phrase), i
			if other, taken := m.asked[phrase]; taken && other != i {
				topic = -1
			}
			m.asked[phrase] = topic
		}
	}
	c := counting{known: m.known}
	sizes := make([]float32, len(topics))
	for i, t := range topics {
		for _, sentence := range t.Examples {
			c.add(sentence, int32(i), 1)
		}
		for _, words := range [][]string{t.Phrases, t.Signs} {
			for _, sentence := range words {
				c.add(sentence, int32(i), phraseShare)
			}
		}
		sizes[i] = float32(len(t.Examples) + phraseShare*(len(t.Phrases)+len(t.Signs)))
	}
	m.weigh(c, sizes)
	return m
}

// counting is how often each topic says each feature.
type counting struct {
	known     *table
	last      []int32 // of a feature's number: its last count
	counts    []count
	sentences int32
}

type count struct {
	topic    int32
	n        float32
	sentence int32 // the last one that was counted, for each counts a feature once
	before   int32 // the feature's count of another topic, -1 if there is none
}

func (c *counting) add(sentence string, topic int32, share float32) {
	c.sentences++
	eachFeature(tokens(Plain(sentence)), func(f feature, _ float32) {
		number, isNew := c.known.number(f)
		if isNew {
			c.last = append(c.last, -1)
		}
		last := c.last[number]
		switch {
		case last < 0 || c.counts[last].topic != topic:
			c.last[number] = int32(len(c.counts))
			c.counts = append(c.counts, count{topic, share, c.sentences, last})
		case c.counts[last].sentence != c.sentences:
			c.counts[last].n += share
			c.counts[last].sentence = c.sentences
		}
	})
}

// weigh makes of the counts what a feature says for each topic.
func (m *Model) weigh(c counting, sizes []float32) {
	topics := float32(len(sizes))
	m.rows = make([]entry, 0, len(c.counts))
	m.from = make([]int32, 0, len(c.last)+1)
	for _, last := range c.last {
		everybody := float32(0.5) / topics / 20 // half a sentence of one topic
		for at := last; at >= 0; at = c.counts[at].before {
			everybody += c.counts[at].n / sizes[c.counts[at].topic] / topics
		}
		m.from = append(m.from, int32(len(m.rows)))
		for at := last; at >= 0; at = c.counts[at].before {
			m.rows = append(m.rows, entry{c.counts[at].topic, log(1 + c.counts[at].n/(smoothing*everybody))})
		}
	}
	m.from = append(m.from, int32(len(m.rows)))
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
		number, ok := m.known.find(f)
		if !ok {
			return
		}
		known += weight
		for _, e := range m.rows[m.from[number]:m.from[number+1]] {
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
