package callback

import (
	"strings"
	"unicode/utf8"
)

// Clean drops the characters that XML 1.0 forbids and puts U+FFFD for bytes that are not UTF-8. It returns b itself if
// there is nothing to do.
func Clean(b []byte) []byte {
	if isClean(b) {
		return b
	}
	out := make([]byte, 0, len(b)+2)
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if legal(r) {
			out = utf8.AppendRune(out, r)
		}
		b = b[size:]
	}
	return out
}

// isClean reads every reply and every message, most of which is base64.
func isClean[T string | []byte](text T) bool {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if !legal(rune(c)) {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(string(text[i:min(i+utf8.UTFMax, len(text))]))
		if r == utf8.RuneError && size == 1 || !legal(r) {
			return false
		}
		i += size
	}
	return true
}

// legal tells whether XML 1.0 has the character at all, section 2.2. A surrogate cannot be in UTF-8.
func legal(r rune) bool {
	switch {
	case r < 0x20:
		return r == '\t' || r == '\n' || r == '\r'
	case r == 0xFFFE || r == 0xFFFF:
		return false
	}
	return true
}

// AppendCDATA appends <name><![CDATA[text]]></name>, well-formed whatever the text holds. The platforms' own samples
// write CDATA everywhere, so their readers are surest of it.
func AppendCDATA(dst []byte, name, text string) []byte {
	dst = append(dst, '<')
	dst = append(dst, name...)
	dst = append(dst, "><![CDATA["...)
	if !isClean(text) {
		text = string(Clean([]byte(text)))
	}
	dst = append(dst, strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>")...)
	dst = append(dst, "]]></"...)
	dst = append(dst, name...)
	return append(dst, '>')
}

// ReadCleaned reads a document in XML or JSON, and if that fails the cleaned document: a stray control character must
// not cost the member the message.
func ReadCleaned(document []byte, once ...string) (*Element, error) {
	parse := Parse
	if IsJSON(document) {
		parse = parseJSON
	}
	root, err := parse(document, once...)
	if err == nil {
		return root, nil
	}
	return parse(Clean(document), once...)
}
