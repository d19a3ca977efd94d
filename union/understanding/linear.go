package understanding

import (
	"math"
	"math/rand/v2"
	"slices"
)

// linear parts sentences into classes by the sum of what their features weigh for each, which it learns by softmax
// regression. It is never changed, and may be used by many goroutines.
type linear struct {
	classes int
	known   *table
	weights []float32 // a feature's row has one weight a class
	bias    []float32
	pairs   bool // characters with one between them count as well
}

// lesson is a sentence to learn from.
type lesson struct {
	class int32
	rows  []int32
	scale float32
}

// The parameters of the training, found on sentences by hands that it had not been given.
const (
	leastSeen     = 2   // lessons in which a feature occurs, else it is a chance
	learningRate  = 0.3 // at first; each weight has a rate of its own that falls (AdaGrad)
	decay         = 0.002
	biasRate      = 0.1
	leastMiss     = 0.003 // of a class from which it learns anything
	leastFeatures = 20    // of a sentence that weighs in full: some four characters
	usualRounds   = 10
	mostRounds    = 40 // of what has few lessons
	fewLessons    = 500
	leastRounds   = 1
	// mostWork is how much is added up at most, for the start of the service waits: with very many classes there are fewer rounds.
	// In a single one a lesson is for classes that it is likelier to be than fewestChances times their share: at first it is all of them.
	mostWork      = 60e6
	fewestChances = 1.5
)

// learnLinear learns classes by their sentences. The same sentences make the same weights.
func learnLinear(classes [][]string, pairs bool) *linear {
	l := &linear{classes: len(classes), known: newTable(), bias: make([]float32, len(classes)), pairs: pairs}
	lessons, size := l.lessons(classes)
	l.weights = make([]float32, int(l.known.count)*l.classes)
	rounds := usualRounds
	if len(lessons) < fewLessons {
		rounds = mostRounds
	}
	rounds = min(rounds, max(leastRounds, mostWork/max(1, size*l.classes)))
	least := float32(leastMiss)
	if rounds == leastRounds {
		least = max(least, fewestChances/float32(l.classes))
	}
	l.learn(lessons, rounds, least)
	return l
}

// lessons numbers the features that occur often enough, and writes every sentence as their numbers.
func (l *linear) lessons(classes [][]string) (lessons []lesson, size int) {
	met := newTable()
	var seen []int32
	for class, sentences := range classes {
		for _, s := range sentences {
			x := lesson{class: int32(class)}
			row := tokens(Plain(s))
			x.rows = make([]int32, 0, 4*len(row))
			l.each(row, func(f feature) {
				number, isNew := met.number(f)
				if isNew {
					seen = append(seen, 0)
				}
				seen[number]++
				x.rows = append(x.rows, number)
			})
			x.scale = scaleOf(len(x.rows))
			lessons = append(lessons, x)
		}
	}
	kept := make([]int32, len(seen))
	for i, f := range met.inOrder() {
		if kept[i] = -1; seen[i] >= leastSeen {
			kept[i], _ = l.known.number(f)
		}
	}
	for i := range lessons {
		rows := lessons[i].rows[:0]
		for _, r := range lessons[i].rows {
			if kept[r] >= 0 {
				rows = append(rows, kept[r])
			}
		}
		lessons[i].rows = rows
		size += len(rows)
	}
	return lessons, size
}

// learn goes through the lessons by stochastic gradient descent. It works on nothing but its own memory, and is spared the
// race detector, under which it would take most of a test's time.
//
//go:norace
func (l *linear) learn(lessons []lesson, rounds int, least float32) {
	n := l.classes
	squares, biasSquares := make([]float32, len(l.weights)), make([]float32, n)
	miss := make([]float32, n)
	missed := make([]int, 0, n)
	order := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // an order, no secret; always the same one
	var mean averaged
	for round := range rounds {
		for _, at := range order.Perm(len(lessons)) {
			x := &lessons[at]
			for k := range miss {
				miss[k] = 0
			}
			for _, r := range x.rows {
				addTo(miss, l.weights[int(r)*n:int(r)*n+n])
			}
			for k := range miss {
				miss[k] = miss[k]*x.scale + l.bias[k]
			}
			likelihoods(miss)
			miss[x.class]--
			missed = missed[:0]
			for k, m := range miss {
				biasSquares[k] += m * m
				l.bias[k] -= biasRate * m / (root(biasSquares[k]) + 1e-6)
				if m > least || m < -least {
					missed = append(missed, k)
				}
			}
			for _, r := range x.rows {
				from := int(r) * n
				for _, k := range missed {
					slope := miss[k]*x.scale + decay*l.weights[from+k]
					squares[from+k] += slope * slope
					l.weights[from+k] -= learningRate * slope / (root(squares[from+k]) + 1e-6)
				}
			}
		}
		if round >= rounds/2 {
			mean.add(l)
		}
	}
	mean.give(l)
}

// averaged is the mean of what was learnt after each of the later rounds: the last alone would be a matter of the order.
type averaged struct {
	weights, bias []float32
	rounds        float32
}

func (a *averaged) add(l *linear) {
	if a.rounds++; a.rounds == 1 {
		a.weights, a.bias = slices.Clone(l.weights), slices.Clone(l.bias)
		return
	}
	addTo(a.weights, l.weights)
	addTo(a.bias, l.bias)
}

//go:norace
func (a *averaged) give(l *linear) {
	for i, sum := range a.weights {
		l.weights[i] = sum / a.rounds
	}
	for i, sum := range a.bias {
		l.bias[i] = sum / a.rounds
	}
}

// evidence is what a row of tokens says for each class, in nats.
func (l *linear) evidence(row []token) []float32 {
	sums := make([]float32, l.classes)
	n := 0
	l.each(row, func(f feature) {
		n++
		if r, ok := l.known.find(f); ok {
			addTo(sums, l.weights[int(r)*l.classes:int(r+1)*l.classes])
		}
	})
	scale := scaleOf(n)
	for k := range sums {
		sums[k] = sums[k]*scale + l.bias[k]
	}
	return sums
}

// addTo adds as many figures as there are sums. It is where the time goes.
//
//go:norace
func addTo(sums, figures []float32) {
	figures = figures[:len(sums)]
	for len(sums) >= 4 {
		sums[0] += figures[0]
		sums[1] += figures[1]
		sums[2] += figures[2]
		sums[3] += figures[3]
		sums, figures = sums[4:], figures[4:len(sums)]
	}
	for k := range sums {
		sums[k] += figures[k]
	}
}

// Kinds of features that only a linear has.
const (
	threeChars = inSounds + 1 + iota
	apart
	firstChar
	tailChars
)

// each yields the features of a row of tokens.
func (l *linear) each(row []token, yield func(f feature)) {
	eachFeature(row, yield)
	if len(row) > 0 && row[0].char != 0 {
		yield(hash(firstChar, row[0].char))
	}
	if l.pairs {
		for i := 0; i+2 < len(row); i++ {
			a, b, c := row[i].char, row[i+1].char, row[i+2].char
			if a != 0 && c != 0 {
				yield(hash(apart, a, c))
				if b != 0 {
					yield(hash(threeChars, a, b, c))
				}
			}
		}
	}
	eachOfTail(row, yield)
}

// tailTokens is the least that is the end of a sentence, where the wish stands.
const tailTokens = 6

// eachOfTail yields the characters after the last sign once more, as such.
func eachOfTail(row []token, yield func(f feature)) {
	end := len(row)
	if end > 0 && row[end-1] == (token{}) {
		end--
	}
	start := end
	for start > 0 && (row[start-1] != (token{}) || end-start < tailTokens) {
		start--
	}
	if start == 0 {
		return
	}
	for i := start; i < end; i++ {
		if row[i].char == 0 {
			continue
		}
		yield(hash(tailChars, row[i].char))
		if i+1 < end && row[i+1].char != 0 {
			yield(hash(tailChars, row[i].char, row[i+1].char))
		}
	}
}

// likelihoods makes of evidence what is how likely: softmax.
//
//go:norace
func likelihoods(evidence []float32) {
	most, sum := evidence[0], float32(0)
	for _, e := range evidence {
		most = max(most, e)
	}
	for i, e := range evidence {
		evidence[i] = exp(e - most)
		sum += evidence[i]
	}
	for i := range evidence {
		evidence[i] /= sum
	}
}

// scaleOf makes long sentences weigh no more than short ones, and a few words not much.
func scaleOf(features int) float32 {
	return 1 / root(float32(max(leastFeatures, features)))
}

func exp(x float32) float32  { return float32(math.Exp(float64(x))) }
func root(x float32) float32 { return float32(math.Sqrt(float64(x))) }
