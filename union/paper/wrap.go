package paper

import (
	"strings"
)

// What does not begin a line, and what does not end one.
const (
	noStart = ",。、;:?!)》」』】〕〉”’…·.]}%\uff0c\uff1b\uff1a\uff1f\uff01\uff09"
	noEnd   = "(《「『【〔〈“‘[{\uff08"
	// lookBack is how far from its end a line may be broken, in characters.
	lookBack = 24
)

// wrap breaks a text into lines of at most this width.
func (f *Font) wrap(text string, size, width float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		rest := []rune(strings.TrimRight(paragraph, " "))
		for {
			n := f.fit(rest, size, width)
			if n == len(rest) {
				lines = append(lines, string(rest))
				break
			}
			n = breakAt(rest, n)
			lines = append(lines, strings.TrimRight(string(rest[:n]), " "))
			rest = []rune(strings.TrimLeft(string(rest[n:]), " "))
		}
	}
	return lines
}

// fit is how many characters a line holds, one at least.
func (f *Font) fit(runes []rune, size, width float64) int {
	sum := 0.0
	for i, r := range runes {
		if sum += f.width(string(r), size); sum > width && i > 0 {
			return i
		}
	}
	return len(runes)
}

// breakAt is the best place to break a line that holds n characters and is longer.
func breakAt(runes []rune, n int) int {
	for i := n; i > max(1, n-lookBack); i-- {
		if mayBreak(runes[i-1], runes[i]) {
			return i
		}
	}
	return n
}

func mayBreak(before, after rune) bool {
	if strings.ContainsRune(noStart, after) || strings.ContainsRune(noEnd, before) {
		return false
	}
	return before == ' ' || after == ' ' || ideographic(before) || ideographic(after)
}

// ideographic says whether a line may be broken beside the character.
func ideographic(r rune) bool { return r >= 0x2e80 }
