package understanding

import (
	"math"
	"math/rand/v2"
)

// Ear tells a few kinds of sentences that must not be missed from all others. Unlike a Model it is trained to part them
// (logistic regression, one kind against the rest), for it has to hear what is said without any of the usual words. It is
// never changed, and may be used by many goroutines.
type Ear struct {
	kinds   []string
	index   map[feature]int32 // of a feature's row in weights
	weights []float32         // a row has one weight a kind
	bias    []float32
}

// Kind is a kind of sentences with its examples. The kind without a name is everything else.
type Kind struct {
	Name     string
	Examples []string
}

// The parameters of the training, found by leaving every fifth sentence out.
const (
	earEpochs = 12
	earRate   = 0.5
	earDecay  = 0.0007
	// leastFeatures is the size of a sentence that weighs in full: some four characters.
	leastFeatures = 20
	earLeast      = 2 // examples in which a feature occurs, else it is a chance
)

type earExample struct {
	kind  int // -1 is none of them
	rows  []int32
	scale float32
}

// NewEar trains an ear. The same kinds make the same ear.
func NewEar(kinds []Kind) *Ear {
	e := &Ear{index: map[feature]int32{}}
	for _, k := range kinds {
		if k.Name != "" {
			e.kinds = append(e.kinds, k.Name)
		}
	}
	examples := e.examples(kinds)
	e.weights = make([]float32, len(e.index)*len(e.kinds))
	e.bias = make([]float32, len(e.kinds))
	order := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // an order, no secret; always the same one
	for kind := range e.kinds {
		e.train(kind, examples, order)
	}
	return e
}

// examples numbers the features that occur often enough, and writes every sentence as their numbers.
func (e *Ear) examples(kinds []Kind) []earExample {
	type sentence struct {
		kind     int
		features []feature
	}
	var all []sentence
	seen := map[feature]int{}
	at := 0
	for _, k := range kinds {
		kind := -1
		if k.Name != "" {
			kind = at
			at++
		}
		for _, text := range k.Examples {
			s := sentence{kind, earFeatures(text)}
			for _, f := range s.features {
				seen[f]++
			}
			all = append(all, s)
		}
	}
	examples := make([]earExample, len(all))
	for i, s := range all {
		x := earExample{kind: s.kind, scale: scaleOf(len(s.features))}
		for _, f := range s.features {
			if seen[f] < earLeast {
				continue
			}
			row, known := e.index[f]
			if !known {
				row = int32(len(e.index))
				e.index[f] = row
			}
			x.rows = append(x.rows, row)
		}
		examples[i] = x
	}
	return examples
}

// train learns one kind by stochastic gradient descent with a rate of its own for each weight (AdaGrad).
func (e *Ear) train(kind int, examples []earExample, order *rand.Rand) {
	n := len(e.kinds)
	squares := make([]float32, len(e.index))
	biasSquares := float32(0)
	for range earEpochs {
		for _, i := range order.Perm(len(examples)) {
			x := examples[i]
			z := e.bias[kind]
			for _, row := range x.rows {
				z += e.weights[int(row)*n+kind] * x.scale
			}
			miss := sigmoid(z)
			if x.kind == kind {
				miss--
			}
			for _, row := range x.rows {
				w := &e.weights[int(row)*n+kind]
				slope := miss*x.scale + earDecay**w
				squares[row] += slope * slope
				*w -= earRate * slope / (root(squares[row]) + 1e-6)
			}
			biasSquares += miss * miss
			e.bias[kind] -= earRate * miss / (root(biasSquares) + 1e-6)
		}
	}
}

// Hear says which of the kinds a sentence in simplified characters is most likely of, and how likely, from 0 to 1.
func (e *Ear) Hear(sentence string) (kind string, likely float64) {
	n := len(e.kinds)
	sums := make([]float32, n)
	features := earFeatures(sentence)
	for _, f := range features {
		if row, known := e.index[f]; known {
			for k := range sums {
				sums[k] += e.weights[int(row)*n+k]
			}
		}
	}
	for k, sum := range sums {
		if p := float64(sigmoid(e.bias[k] + sum*scaleOf(len(features)))); p > likely {
			kind, likely = e.kinds[k], p
		}
	}
	return kind, likely
}

// Kinds of features that only an ear has: three characters, and two with one between them.
const (
	threeChars = inSounds + 1 + iota
	apart
	firstChar
)

// earFeatures are what an ear hears of a sentence.
func earFeatures(sentence string) []feature {
	row := tokens(Plain(sentence))
	all := make([]feature, 0, 6*len(row)+1)
	add := func(f feature) { all = append(all, f) }
	eachFeature(row, func(f feature, _ float32) { add(f) })
	for i := 0; i+2 < len(row); i++ {
		a, b, c := row[i].char, row[i+1].char, row[i+2].char
		if a != 0 && c != 0 {
			add(hash(apart, a, c))
			if b != 0 {
				add(hash(threeChars, a, b, c))
			}
		}
	}
	if len(row) > 0 {
		add(hash(firstChar, row[0].char))
	}
	return all
}

// scaleOf makes long sentences weigh no more than short ones, and a few words not much.
func scaleOf(features int) float32 {
	return float32(1 / math.Sqrt(float64(max(leastFeatures, features))))
}

func sigmoid(z float32) float32 { return float32(1 / (1 + math.Exp(-float64(z)))) }

func root(x float32) float32 { return float32(math.Sqrt(float64(x))) }
