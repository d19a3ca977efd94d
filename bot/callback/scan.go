package callback

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// scan reads what the platforms write: elements without attributes, with plain text, CDATA and blanks. Of anything else
// - a declaration, an entity, a comment, a mistake - it says nothing and leaves it to encoding/xml, whose tree for what
// scan does read is the same; that costs a tenth of its time, and two documents are read for every message.
func scan(document []byte) (*Element, bool) {
	if !isPlain(document) {
		return nil, false
	}
	s := scanner{rest: strings.TrimLeft(string(document), blanks)}
	root := s.element(1)
	if root == nil || root.Name != "xml" || strings.TrimLeft(s.rest, blanks) != "" {
		return nil, false
	}
	return root, true
}

const blanks = " \t\n"

// isPlain refuses what needs more than scan can do: an entity, a carriage return that becomes a line feed, and every
// character that XML forbids.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' || c == '&' {
			return false
		}
	}
	return utf8.Valid(b) && !bytes.Contains(b, []byte("\uFFFE")) && !bytes.Contains(b, []byte("\uFFFF"))
}

type scanner struct {
	rest string
	// spare are elements that are allocated and not yet used.
	spare []Element
}

func (s *scanner) skip(prefix string) bool {
	rest, ok := strings.CutPrefix(s.rest, prefix)
	s.rest = rest
	return ok
}

// element reads an element from its start tag to its end tag, or returns nil.
func (s *scanner) element(depth int) *Element {
	if depth > maxDepth || !s.skip("<") {
		return nil
	}
	name := s.rest[:nameLength(s.rest)]
	s.rest = s.rest[len(name):]
	if name == "" || !s.skip(">") {
		return nil
	}
	e := s.allocate()
	e.Name = name
	for {
		switch {
		case s.skip("</"):
			if !s.skip(name) || !s.skip(">") {
				return nil
			}
			e.Text = strings.TrimSpace(e.Text)
			return e
		case s.skip("<![CDATA["):
			text, rest, ok := strings.Cut(s.rest, "]]>")
			if !ok {
				return nil
			}
			e.Text, s.rest = e.Text+text, rest
		case strings.HasPrefix(s.rest, "<"):
			child := s.element(depth + 1)
			if child == nil {
				return nil
			}
			e.Children = append(e.Children, child)
		default:
			if !s.text(e) {
				return nil
			}
		}
	}
}

// text reads plain text up to the next tag.
func (s *scanner) text(e *Element) bool {
	end := strings.IndexByte(s.rest, '<')
	if end < 0 || strings.Contains(s.rest[:end], "]]>") {
		return false
	}
	text := s.rest[:end]
	s.rest = s.rest[end:]
	if e.Text != "" || strings.Trim(text, blanks) != "" { // blanks before the text are cut off anyway
		e.Text += text
	}
	return true
}

func (s *scanner) allocate() *Element {
	if len(s.spare) == 0 {
		s.spare = make([]Element, 12)
	}
	e := &s.spare[0]
	s.spare = s.spare[1:]
	return e
}

// nameLength is the length of the name at the beginning; names of the platforms are of ASCII letters and digits.
func nameLength(s string) int {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return i
		}
	}
	return len(s)
}
