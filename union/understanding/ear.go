package understanding

// Ear tells a few kinds of sentences that must not be missed from all others. It is never changed, and may be used by many
// goroutines.
type Ear struct {
	kinds   []string // of the classes
	classes *linear
}

// Kind is a kind of sentences with its examples. The kind without a name is everything else.
type Kind struct {
	Name     string
	Examples []string
}

// NewEar trains an ear. The same kinds make the same ear.
func NewEar(kinds []Kind) *Ear {
	e := &Ear{}
	var classes [][]string
	for _, k := range kinds {
		e.kinds = append(e.kinds, k.Name)
		classes = append(classes, k.Examples)
	}
	e.classes = learnLinear(classes, true)
	return e
}

// Hear says which of the kinds a sentence in simplified characters is most likely of, and how likely, from 0 to 1.
func (e *Ear) Hear(sentence string) (kind string, likely float64) {
	of := e.classes.evidence(tokens(Plain(sentence)))
	likelihoods(of)
	for i, p := range of {
		if e.kinds[i] != "" && float64(p) > likely {
			kind, likely = e.kinds[i], float64(p)
		}
	}
	return kind, likely
}
