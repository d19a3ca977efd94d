package understanding

// lexicon finds phrases and signs in a row of tokens, by their characters and by their sounds.
type lexicon struct {
	words   map[feature][]word
	lengths []int // that words have, each once
	except  [][][]token
}

type word struct {
	topic int
	naming
}

// naming is a phrase or sign that stands in a sentence.
type naming struct {
	words  string
	phrase bool
	weight float32
	leads  bool // a phrase, not a short one, at the beginning
}

// What a phrase, a sign or a pattern adds to the evidence, in nats. A short one is also an everyday word, unless it begins the sentence.
const (
	phraseWeight  = 1.7
	signWeight    = 1.25
	patternWeight = 7   // of the build of the whole sentence
	shortShare    = 0.5 // of two characters
	soundShare    = 0.6 // of one that only sounds like it
	longWord      = 3
)

func newLexicon(topics []Topic) lexicon {
	l := lexicon{words: map[feature][]word{}}
	longest := map[int]bool{}
	add := func(topic int, words string, phrase bool, weight float32) {
		row := tokens(Plain(words))
		if len(row) == 0 {
			return
		}
		if len(row) < longWord {
			weight *= shortShare
		}
		if !longest[len(row)] {
			longest[len(row)] = true
			l.lengths = append(l.lengths, len(row))
		}
		l.words[written(row)] = append(l.words[written(row)], word{topic, naming{words: words, phrase: phrase, weight: weight}})
		if len(row) >= longWord {
			h := heard(row)
			l.words[h] = append(l.words[h], word{topic, naming{words: words, phrase: phrase, weight: weight * soundShare}})
		}
	}
	for i, t := range topics {
		for _, p := range t.Phrases {
			add(i, p, true, phraseWeight)
		}
		for _, s := range t.Signs {
			add(i, s, false, signWeight)
		}
		var except [][]token
		for _, e := range t.Except {
			except = append(except, tokens(Plain(e)))
		}
		l.except = append(l.except, except)
	}
	return l
}

// Kinds of hashes, beyond those of features.
const (
	inChars = kinds + iota
	inSounds
)

func written(row []token) feature {
	h := feature(inChars)
	for _, t := range row {
		h = hash(int(h), t.char)
	}
	return h
}

func heard(row []token) feature {
	h := feature(inSounds)
	for _, t := range row {
		h = hash(int(h), rune(t.sound))
	}
	return h
}

// find returns for each topic that is named one of its words, and whether any of them is a phrase.
func (l lexicon) find(row []token) map[int]naming {
	found := map[int]naming{}
	for start := range row {
		for _, size := range l.lengths {
			if start+size > len(row) {
				continue
			}
			part := row[start : start+size]
			for _, h := range [...]feature{written(part), heard(part)} {
				for _, w := range l.words[h] {
					weight := w.weight
					if w.phrase && size < longWord && start == 0 {
						weight /= shortShare
					}
					n := found[w.topic]
					if weight > n.weight || w.phrase && !n.phrase {
						n.words = w.words
					}
					found[w.topic] = naming{
						n.words, n.phrase || w.phrase, max(n.weight, weight), n.leads || w.phrase && size >= longWord && start == 0,
					}
				}
			}
		}
	}
	return found
}

// excepted says whether a word stands in the row with which the topic is not meant.
func (l lexicon) excepted(topic int, row []token) bool {
	for _, e := range l.except[topic] {
		for start := 0; start+len(e) <= len(row); start++ {
			if written(row[start:start+len(e)]) == written(e) {
				return true
			}
		}
	}
	return false
}
