package understanding

// Sounds are words that are known by their sound alone, however they are written: 不想活 in 步想活 and in bu xiang huo.
type Sounds struct {
	words   map[feature]struct{}
	lengths []int // that words have, each once
}

// NewSounds knows the words. Short ones sound like many others: three syllables are the least that tell.
func NewSounds(words ...string) *Sounds {
	s := &Sounds{words: map[feature]struct{}{}}
	there := map[int]bool{}
	for _, w := range words {
		row := tokens(w)
		s.words[heard(row)] = struct{}{}
		if !there[len(row)] {
			there[len(row)] = true
			s.lengths = append(s.lengths, len(row))
		}
	}
	return s
}

// In says whether one of the words sounds in a sentence in simplified characters.
func (s *Sounds) In(sentence string) bool {
	row := tokens(sentence)
	for start := range row {
		for _, n := range s.lengths {
			if start+n > len(row) {
				continue
			}
			if _, ok := s.words[heard(row[start:start+n])]; ok {
				return true
			}
		}
	}
	return false
}
