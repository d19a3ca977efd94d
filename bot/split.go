package bot

import (
	"strings"
	"unicode/utf8"
)

// sentenceEnds are the characters after which a text is best cut.
const sentenceEnds = "\n。！？；!?;"

// Split cuts a text into parts of at most maxBytes bytes: after a sentence if the part would not be less than half
// full, else between two characters. A link <a …>…</a> stays whole if it fits into a part at all. The parts joined are
// the text, but for the blank space around the cuts.
func Split(text string, maxBytes int) []string {
	maxBytes = max(maxBytes, utf8.UTFMax)
	var parts []string
	for len(text) > maxBytes {
		cut := cutAt(text, maxBytes)
		if part := strings.TrimSpace(text[:cut]); part != "" {
			parts = append(parts, part)
		}
		text = strings.TrimLeft(text[cut:], " \n")
	}
	if text != "" || len(parts) == 0 {
		parts = append(parts, text)
	}
	return parts
}

// cutAt returns where to end the first part of a text longer than limit; more than 0.
func cutAt(text string, limit int) int {
	edge := runeEdge(text, limit)
	best := 0
	for pos := 0; pos < edge; {
		if n := linkLength(text[pos:]); n > 0 && n <= limit {
			if pos+n > edge {
				return pos // before a link is as good as after a sentence
			}
			pos += n
			continue
		}
		r, size := utf8.DecodeRuneInString(text[pos:])
		pos += size
		if pos <= edge && strings.ContainsRune(sentenceEnds, r) {
			best = pos
		}
	}
	if best >= edge/2 && best > 0 {
		return best
	}
	return edge
}

// runeEdge is the largest cut at or before limit that lies between two characters, or limit in bytes that are no text.
func runeEdge(text string, limit int) int {
	for edge := limit; edge > limit-utf8.UTFMax; edge-- {
		if utf8.RuneStart(text[edge]) {
			return edge
		}
	}
	return limit
}

// linkLength is the length of the link that text begins with; 0 if it begins with none.
func linkLength(text string) int {
	if !strings.HasPrefix(text, "<a ") {
		return 0
	}
	end := strings.Index(text, "</a>")
	if end < 0 {
		return 0
	}
	return end + len("</a>")
}
