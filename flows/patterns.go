package flows

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// patterns are many alternatives. Each is tried only on a text that holds the words without which it cannot match: the
// regexp package is slow with one expression that holds everything, and most texts hold none of these words.
type patterns struct {
	signs map[pair][]sign
	// starts are the characters with which a sign begins, up to those of two bytes: a set that is asked for every
	// character of every message.
	starts [1 << 16 / 64]uint64
	// always are those of which no word is known.
	always []*pattern
	// whole is all of them as they were written.
	whole *regexp.Regexp
}

// pattern is one alternative, with the words that every match holds: one of each list.
type pattern struct {
	*regexp.Regexp
	needs [][]string
}

// sign is a word that makes its pattern worth a try.
type sign struct {
	word    string
	pattern *pattern
}

// pair is how a word begins; the second is 0 where it has only one character.
type pair [2]rune

// anyOf makes patterns of alternatives that are written as one expression: at the bars that stand in no group.
func anyOf(expression string) *patterns {
	all := &patterns{signs: map[pair][]sign{}, whole: regexp.MustCompile(expression)}
	for _, alternative := range alternatives(expression) {
		all.add(&pattern{regexp.MustCompile(alternative), neededBy(alternative)})
	}
	return all
}

// signsOf are patterns that are asked only whether a text is worth a try of the expressions (suspects).
func signsOf(expressions ...*regexp.Regexp) *patterns {
	all := &patterns{signs: map[pair][]sign{}}
	for _, e := range expressions {
		for _, alternative := range alternatives(e.String()) {
			all.add(&pattern{needs: neededBy(alternative)})
		}
	}
	return all
}

func alternatives(expression string) []string {
	var all []string
	depth, class, from := 0, false, 0
	for i, r := range expression {
		switch {
		case class:
			class = r != ']'
		case r == '[':
			class = true
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == '|' && depth == 0:
			all = append(all, expression[from:i])
			from = i + 1
		}
	}
	return append(all, expression[from:])
}

func (all *patterns) add(p *pattern) {
	if len(p.needs) == 0 {
		all.always = append(all.always, p)
		return
	}
	for _, word := range slices.MaxFunc(p.needs, rarer) {
		first, second := beginning(word)
		all.signs[pair{first, second}] = append(all.signs[pair{first, second}], sign{word, p})
		if int(first) < 64*len(all.starts) {
			all.starts[first/64] |= 1 << (first % 64)
		}
	}
}

// rarer compares which of two lists of words fewer texts hold: that whose shortest word is longer, or that has fewer.
func rarer(a, b []string) int {
	if x, y := len(slices.MinFunc(a, byLength)), len(slices.MinFunc(b, byLength)); x != y {
		return x - y
	}
	return len(b) - len(a)
}

func byLength(a, b string) int { return len(a) - len(b) }

func beginning(text string) (first, second rune) {
	first, size := utf8.DecodeRuneInString(text)
	if size == len(text) {
		return first, 0
	}
	second, _ = utf8.DecodeRuneInString(text[size:])
	return first, second
}

// MatchString says whether any of them stands in the text.
func (all *patterns) MatchString(text string) bool {
	return slices.ContainsFunc(all.always, func(p *pattern) bool { return p.MatchString(text) }) ||
		all.look(text, func(p *pattern) bool { return p.MatchString(text) })
}

// suspects says whether the text holds all words of any of them. If not, none matches, nor does one match the text with
// some of it taken out, as long as a sign that no word has is put into the gap.
func (all *patterns) suspects(text string) bool {
	return len(all.always) > 0 || all.look(text, func(*pattern) bool { return true })
}

// cut puts a gap in the place of whatever matches.
func (all *patterns) cut(text string) string {
	if !all.suspects(text) {
		return text
	}
	return all.whole.ReplaceAllString(text, gap)
}

// look tries those whose words the text holds, until one is found.
func (all *patterns) look(text string, found func(*pattern) bool) bool {
	var tried []*pattern
	for i, r := range text {
		if int(r) < 64*len(all.starts) && all.starts[r/64]&(1<<(r%64)) == 0 {
			continue
		}
		first, second := beginning(text[i:])
		for _, key := range [...]pair{{first, second}, {first, 0}} {
			for _, s := range all.signs[key] {
				if !strings.HasPrefix(text[i:], s.word) || slices.Contains(tried, s.pattern) {
					continue
				}
				if s.pattern.holdsAll(text) && found(s.pattern) {
					return true
				}
				tried = append(tried, s.pattern)
			}
		}
	}
	return false
}

// holdsAll says whether the text has one word of each list.
func (p *pattern) holdsAll(text string) bool {
	for _, words := range p.needs {
		if !slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) }) {
			return false
		}
	}
	return true
}

// neededBy finds lists of words of which every match holds one each; none if that cannot be told.
func neededBy(expression string) [][]string {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	return needsOf(parsed.Simplify()).lists()
}

// mostWords is the length of the longest list that is kept.
const mostWords = 512

// needs is what is known of the texts that an expression matches: all of them, or else lists of which each holds a word.
type needs struct {
	exactly []string
	some    [][]string
}

// lists says it in lists alone.
func (n needs) lists() [][]string {
	if n.exactly == nil || slices.Contains(n.exactly, "") {
		return n.some
	}
	words := slices.Clone(n.exactly)
	sort.SliceStable(words, func(i, j int) bool { return len(words[i]) < len(words[j]) })
	var least []string // who holds a word, holds what is part of it
	for _, word := range words {
		if !slices.ContainsFunc(least, func(part string) bool { return strings.Contains(word, part) }) {
			least = append(least, word)
		}
	}
	return append(slices.Clone(n.some), least)
}

func needsOf(e *syntax.Regexp) needs {
	switch e.Op {
	case syntax.OpLiteral:
		if e.Flags&syntax.FoldCase == 0 {
			return needs{exactly: []string{string(e.Rune)}}
		}
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return needs{exactly: []string{""}}
	case syntax.OpCharClass:
		return needs{exactly: each(e.Rune)}
	case syntax.OpCapture:
		return needsOf(e.Sub[0])
	case syntax.OpPlus:
		return needs{some: needsOf(e.Sub[0]).lists()}
	case syntax.OpQuest:
		if sub := needsOf(e.Sub[0]); sub.exactly != nil {
			return needs{exactly: append([]string{""}, sub.exactly...)}
		}
	case syntax.OpConcat:
		return needsOfAll(e.Sub)
	case syntax.OpAlternate:
		return needsOfAny(e.Sub)
	}
	return needs{}
}

// each writes out a small class of characters.
func each(ranges []rune) []string {
	var all []string
	for i := 0; i < len(ranges); i += 2 {
		if int(ranges[i+1]-ranges[i])+len(all) >= mostWords {
			return nil
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			all = append(all, string(r))
		}
	}
	return all
}

// needsOfAll is for parts that follow one another. What is known exactly of neighbours is joined to longer words.
func needsOfAll(parts []*syntax.Regexp) needs {
	var run [][]string // the neighbours that end here
	var some [][]string
	end := func() { some = append(some, needs{exactly: joined(run)}.lists()...) }
	whole := true
	for _, part := range parts {
		n := needsOf(part)
		if n.exactly != nil && products(append(run, n.exactly)) <= mostWords {
			run = append(run, n.exactly)
			continue
		}
		end()
		some, whole = append(some, n.some...), false
		if n.exactly == nil {
			run = nil
			continue
		}
		for run = append(run, n.exactly); products(run) > mostWords; run = run[1:] {
		}
	}
	if whole {
		return needs{exactly: joined(run)}
	}
	end()
	return needs{some: some}
}

func products(run [][]string) int {
	n := 1
	for _, words := range run {
		n *= len(words)
	}
	return n
}

func joined(run [][]string) []string {
	heads := []string{""}
	for _, tails := range run {
		var longer []string
		for _, head := range heads {
			for _, tail := range tails {
				longer = append(longer, head+tail)
			}
		}
		heads = longer
	}
	return heads
}

// needsOfAny is for parts of which one is enough.
func needsOfAny(parts []*syntax.Regexp) needs {
	var all, best []string
	exact, known := true, true
	for _, part := range parts {
		n := needsOf(part)
		exact = exact && n.exactly != nil
		all = append(all, n.exactly...)
		if lists := n.lists(); len(lists) > 0 {
			best = append(best, slices.MaxFunc(lists, rarer)...)
		} else {
			known = false
		}
	}
	switch {
	case exact && len(all) <= mostWords:
		return needs{exactly: all}
	case known:
		return needs{some: [][]string{best}}
	}
	return needs{}
}
