package service

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CutLabel takes a label off the head of what somebody wrote: in any case, and with its blanks, with more of them or with none.
func CutLabel(text, label string) (rest string, ok bool) {
	rest = text
	for _, want := range label {
		if unicode.IsSpace(want) {
			rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
			continue
		}
		got, n := utf8.DecodeRuneInString(rest)
		if n == 0 || unicode.ToLower(got) != unicode.ToLower(want) {
			return "", false
		}
		rest = rest[n:]
	}
	return rest, label != ""
}

// joint stands for the blanks of a label where blanks tell one word from the next.
const joint = "\u00a0"

// JoinLabel is a label as JoinLabels leaves it in a text.
func JoinLabel(label string) string { return strings.Join(strings.Fields(label), joint) }

// JoinLabels makes one word of each label of several words that stands in a text, the longest of those that begin at one place.
func JoinLabels(text string, labels []string) string {
	labels = slices.DeleteFunc(slices.Clone(labels), func(label string) bool { return JoinLabel(label) == label })
	if len(labels) == 0 {
		return text
	}
	var b strings.Builder
	for rest, before := text, ' '; rest != ""; {
		best, after := "", ""
		for _, label := range labels {
			if r, ok := CutLabel(rest, label); ok && !inWord(before, r) && len(label) > len(best) {
				best, after = label, r
			}
		}
		if best != "" {
			b.WriteString(JoinLabel(best))
			rest, before = after, utf8.RuneError
			continue
		}
		r, n := utf8.DecodeRuneInString(rest)
		b.WriteString(rest[:n])
		rest, before = rest[n:], r
	}
	return b.String()
}

// inWord says whether what stands between is a part of a Latin word.
func inWord(before rune, rest string) bool {
	after, _ := utf8.DecodeRuneInString(rest)
	latin := func(r rune) bool { return unicode.Is(unicode.Latin, r) }
	return latin(before) || latin(after)
}
