package flows

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// patterns are many alternatives. Each is tried only on a text that has one of the characters without which it cannot
// match: most texts have few of them, and the regexp package is slow with one expression that holds everything.
type patterns struct {
	needing map[rune][]*regexp.Regexp // by such a character
	always  []*regexp.Regexp          // of which none can be told
}

// anyOf makes patterns of alternatives that are written as one expression: at the bars that stand in no group.
func anyOf(expression string) patterns {
	all := patterns{needing: map[rune][]*regexp.Regexp{}}
	depth, class, from := 0, false, 0
	add := func(to int) {
		one := regexp.MustCompile(expression[from:to])
		needed := neededBy(expression[from:to])
		for _, r := range needed {
			all.needing[r] = append(all.needing[r], one)
		}
		if len(needed) == 0 {
			all.always = append(all.always, one)
		}
		from = to + 1
	}
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
			add(i)
		}
	}
	add(len(expression))
	return all
}

// neededBy finds characters of which every match has at least one; none if that cannot be told.
func neededBy(expression string) []rune {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	return oneOf(parsed.Simplify())
}

func oneOf(e *syntax.Regexp) []rune {
	switch e.Op {
	case syntax.OpLiteral:
		return e.Rune[:1]
	case syntax.OpCapture, syntax.OpPlus:
		return oneOf(e.Sub[0])
	case syntax.OpConcat: // any part will do, and the one with the fewest characters is the best
		var best []rune
		for _, sub := range e.Sub {
			if runes := oneOf(sub); len(runes) > 0 && (best == nil || len(runes) <= len(best)) {
				best = runes
			}
		}
		return best
	case syntax.OpAlternate: // all parts are needed
		var all []rune
		for _, sub := range e.Sub {
			runes := oneOf(sub)
			if len(runes) == 0 {
				return nil
			}
			all = append(all, runes...)
		}
		return all
	case syntax.OpCharClass:
		var all []rune
		for i := 0; i < len(e.Rune); i += 2 {
			if e.Rune[i+1]-e.Rune[i] > 9 || len(all) > 99 {
				return nil
			}
			for r := e.Rune[i]; r <= e.Rune[i+1]; r++ {
				all = append(all, r)
			}
		}
		return all
	default:
		return nil
	}
}

// MatchString says whether any of them stands in the text.
func (all patterns) MatchString(text string) bool {
	for _, p := range all.always {
		if p.MatchString(text) {
			return true
		}
	}
	for i, r := range text {
		if strings.ContainsRune(text[:i], r) {
			continue
		}
		for _, p := range all.needing[r] {
			if p.MatchString(text) {
				return true
			}
		}
	}
	return false
}
