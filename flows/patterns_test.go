package flows

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
)

// allPatterns are those that are tried on what people write.
var allPatterns = map[string]*patterns{"wishes": wishesHarm, "acute": acute, "failing": failing, "danger": danger, "look-alikes": lookAlikes}

// every lists the alternatives, each once.
func (all *patterns) every() []*pattern {
	seen := map[*pattern]bool{}
	list := all.always
	for _, signs := range all.signs {
		for _, s := range signs {
			if !seen[s.pattern] {
				seen[s.pattern] = true
				list = append(list, s.pattern)
			}
		}
	}
	return list
}

// slowly tries every alternative on a text, whatever words it needs.
func (all *patterns) slowly(text string) bool {
	for _, p := range all.every() {
		if p.MatchString(text) {
			return true
		}
	}
	return false
}

// urgentSlowly is urgentIn without looking first for words that are needed.
func urgentSlowly(text string) urgency {
	ways := waysToRead(plain(text))
	for i, way := range ways {
		ways[i] = lookAlikes.whole.ReplaceAllString(way, gap)
	}
	said := ways[0]
	switch {
	case slices.ContainsFunc(ways, wishesHarm.slowly):
		return wishIn(said)
	case (acute.slowly(said) || failing.slowly(said)) && !notNow.MatchString(said):
		return urgentDanger
	}
	return notUrgent
}

// aMatch writes a text that an expression matches.
func aMatch(e *syntax.Regexp, rng *rand.Rand) string {
	times := func(least, most int) string {
		var b strings.Builder
		for range least + rng.IntN(most-least+1) {
			b.WriteString(aMatch(e.Sub[0], rng))
		}
		return b.String()
	}
	switch e.Op {
	case syntax.OpLiteral:
		return string(e.Rune)
	case syntax.OpCharClass:
		i := 2 * rng.IntN(len(e.Rune)/2)
		for range 20 { // rather a character that people write
			if r := []rune("的我人水,1上a!")[rng.IntN(9)]; e.Rune[i] <= r && r <= e.Rune[i+1] {
				return string(r)
			}
		}
		return string(e.Rune[i] + rng.Int32N(e.Rune[i+1]-e.Rune[i]+1))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return string([]rune("的我人水,1上a!")[rng.IntN(9)])
	case syntax.OpStar:
		return times(0, 3)
	case syntax.OpPlus:
		return times(1, 3)
	case syntax.OpQuest:
		return times(0, 1)
	case syntax.OpRepeat:
		return times(e.Min, max(e.Max, e.Min+2))
	case syntax.OpCapture:
		return times(1, 1)
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range e.Sub {
			b.WriteString(aMatch(sub, rng))
		}
		return b.String()
	case syntax.OpAlternate:
		return aMatch(e.Sub[rng.IntN(len(e.Sub))], rng)
	}
	return ""
}

func TestWhatAPatternMatchesHasTheWordsThatItNeeds(t *testing.T) {
	for name, all := range allPatterns {
		for _, p := range all.every() {
			rng := rand.New(rand.NewPCG(1, 2))
			parsed, err := syntax.Parse(p.String(), syntax.Perl)
			if err != nil {
				t.Fatal(err)
			}
			matched := 0
			for range 300 {
				text := aMatch(parsed, rng)
				if !p.MatchString(text) {
					continue // a word boundary, or a class that was written badly
				}
				matched++
				for _, around := range []string{text, "今天," + text, text + "的", "我" + text} {
					if p.MatchString(around) && !all.MatchString(around) {
						t.Fatalf("%s: %q is matched by %s, which needs %q", name, around, p.Regexp, p.needs)
					}
				}
			}
			if matched < 50 {
				t.Errorf("%s: only %d texts were made that %s matches", name, matched, p.Regexp)
			}
		}
	}
}

// What urgentIn leaves out before it takes out lookAlikes is right only so.
func TestNoNeededWordHasTheGap(t *testing.T) {
	for name, all := range allPatterns {
		if len(all.always) > 0 {
			t.Errorf("%s: nothing is needed by %s: it is tried on every message", name, all.always[0])
		}
		for _, p := range all.every() {
			for _, words := range p.needs {
				if strings.Contains(strings.Join(words, ""), gap) {
					t.Errorf("%s needs a gap in %q", p.Regexp, words)
				}
			}
		}
	}
}

// written are all sentences of the tests' tables, and what is between their first and second half when they are mixed.
func written(t testing.TB) (texts []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.tsv")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(content) {
			for cell := range strings.SplitSeq(strings.TrimSpace(string(line)), "\t") {
				texts = append(texts, cell)
			}
		}
	}
	return texts
}

func TestUrgentIsFoundAsIfEveryPatternWereTried(t *testing.T) {
	texts := written(t)
	for i, text := range texts {
		first, second := []rune(text), []rune(texts[(i*7+3)%len(texts)])
		tried := []string{text, string(first[:len(first)/2]) + string(second[len(second)/2:])}
		if i%4 != 0 { // two halves are tried of enough of them
			tried = tried[:1]
		}
		for _, s := range tried {
			if got, want := urgentIn(s), urgentSlowly(s); got != want {
				t.Errorf("%s: got %q, want %q", s, got, want)
			}
			if got, want := danger.MatchString(s), danger.slowly(s); got != want {
				t.Errorf("%s: danger is %v, want %v", s, got, want)
			}
			if got, want := lookAlikes.cut(s), lookAlikes.whole.ReplaceAllString(s, gap); got != want {
				t.Errorf("%s is cut to %s, want %s", s, got, want)
			}
		}
	}
}

func FuzzUrgent(f *testing.F) {
	for i, text := range written(f) {
		if i%20 == 0 { // all of them are tried by the test above
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := urgentIn(text), urgentSlowly(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		for name, all := range allPatterns {
			if got, want := all.MatchString(text), all.slowly(text); got != want {
				t.Errorf("%s in %q: got %v, want %v", name, text, got, want)
			}
		}
	})
}
