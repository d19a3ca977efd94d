package bot

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// A session is read and written by every turn, and most of it is a handful of short values around the flow's own data, which
// encoding/json goes through four times: to check, to skip and copy, and to check and compact them again. What is written here is
// what encoding/json would write, to the byte; what is not as it is written here is left to encoding/json to read.

// encode returns the session as it is stored.
func (s *Session) encode() ([]byte, error) {
	w := sessionWriter{text: append(make([]byte, 0, 256+len(s.Data)), '{')}
	w.string("flow", s.Flow)
	w.number("rev", int64(s.Rev))
	w.string("step", s.Step)
	if len(s.Data) > 0 {
		w.key("data")
		w.text = append(w.text, s.Data...)
	}
	w.string("title", s.Title)
	w.time("expires_at", s.ExpiresAt)
	w.number("begun", s.Begun)
	w.number("asked", int64(s.Asked))
	if len(s.Under) > 0 {
		w.value("under", s.Under)
	}
	if len(s.Rested) > 0 {
		w.value("rested", s.Rested)
	}
	if len(s.More) > 0 {
		w.value("more", s.More)
	}
	w.number("more_of", int64(s.MoreOf))
	w.number("member", s.Member)
	w.number("aside", int64(s.Aside))
	if len(s.Said) > 0 {
		w.value("said", s.Said)
	}
	w.time("said_at", s.SaidAt)
	if len(s.Loose) > 0 {
		w.value("loose", s.Loose)
	}
	w.number("misses", int64(s.Misses))
	w.number("guessed", int64(s.Guessed))
	return append(w.text, '}'), w.err
}

type sessionWriter struct {
	text []byte
	err  error
}

func (w *sessionWriter) key(name string) {
	if len(w.text) > 1 {
		w.text = append(w.text, ',')
	}
	w.text = append(append(append(w.text, '"'), name...), '"', ':')
}

func (w *sessionWriter) number(name string, n int64) {
	if n != 0 {
		w.key(name)
		w.text = strconv.AppendInt(w.text, n, 10)
	}
}

func (w *sessionWriter) string(name, s string) {
	switch {
	case s == "":
	case isPlainJSON(s):
		w.key(name)
		w.text = append(append(append(w.text, '"'), s...), '"')
	default:
		w.value(name, s)
	}
}

func (w *sessionWriter) time(name string, t time.Time) {
	if !t.IsZero() {
		w.value(name, t)
	}
}

// value leaves a value to encoding/json.
func (w *sessionWriter) value(name string, v any) {
	encoded, err := json.Marshal(v)
	if err != nil {
		w.err = err
		return
	}
	w.key(name)
	w.text = append(w.text, encoded...)
}

// isPlainJSON says whether a text stands in JSON as it is.
func isPlainJSON(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 0xe2 { // with which U+2028 begins
			return false
		}
	}
	return utf8.ValidString(s)
}

// decodeSession reads what encode has written, into an empty session. The flow's data are checked by who reads them.
func decodeSession(stored []byte) (s Session, err error) {
	if s.read(stored) {
		return s, nil
	}
	s = Session{}
	err = json.Unmarshal(stored, &s)
	return s, err
}

// read is false where something is not as encode writes it.
func (s *Session) read(rest []byte) bool {
	if string(rest) == "{}" {
		return true
	}
	for begin := byte('{'); ; begin = ',' {
		if len(rest) < 2 || rest[0] != begin || rest[1] != '"' {
			return string(rest) == "}" && begin == ','
		}
		end := bytes.IndexByte(rest[2:], '"') + 2
		if end < 2 || end+1 >= len(rest) || rest[end+1] != ':' {
			return false
		}
		name, value := string(rest[2:end]), rest[end+2:]
		length := lengthOfJSON(value)
		if length == 0 || !s.take(name, value[:length:length]) {
			return false
		}
		rest = value[length:]
	}
}

func (s *Session) take(name string, value []byte) (ok bool) {
	switch name {
	case "flow":
		return takeString(&s.Flow, value)
	case "step":
		return takeString(&s.Step, value)
	case "title":
		return takeString(&s.Title, value)
	case "data":
		s.Data = value
		return value[0] == '{'
	case "begun":
		s.Begun, ok = takeNumber(value)
	case "member":
		s.Member, ok = takeNumber(value)
	case "rev":
		return takeInt(&s.Rev, value)
	case "more_of":
		return takeInt(&s.MoreOf, value)
	case "misses":
		return takeInt(&s.Misses, value)
	case "asked":
		return takeHash(&s.Asked, value)
	case "aside":
		return takeHash(&s.Aside, value)
	case "guessed":
		return takeHash(&s.Guessed, value)
	case "expires_at":
		return s.ExpiresAt.UnmarshalJSON(value) == nil
	case "said_at":
		return s.SaidAt.UnmarshalJSON(value) == nil
	case "under":
		return json.Unmarshal(value, &s.Under) == nil
	case "rested":
		return json.Unmarshal(value, &s.Rested) == nil
	case "more":
		return json.Unmarshal(value, &s.More) == nil
	case "said":
		return json.Unmarshal(value, &s.Said) == nil
	case "loose":
		return json.Unmarshal(value, &s.Loose) == nil
	}
	return ok
}

func takeString(into *string, value []byte) bool {
	if len(value) < 2 || value[0] != '"' {
		return false
	}
	*into = string(value[1 : len(value)-1])
	return isPlainJSON(*into)
}

func takeNumber(value []byte) (int64, bool) {
	digits := bytes.TrimPrefix(value, []byte{'-'})
	n, err := strconv.ParseInt(string(value), 10, 64)
	return n, err == nil && digits[0] >= '0' && (digits[0] > '0' || len(digits) == 1) // which JSON is stricter about
}

func takeInt(into *int, value []byte) bool {
	n, ok := takeNumber(value)
	*into = int(n)
	return ok && int64(*into) == n
}

func takeHash(into *uint32, value []byte) bool {
	n, ok := takeNumber(value)
	*into = uint32(n)
	return ok && int64(*into) == n
}

// lengthOfJSON is the length of the value with which a text begins, 0 where it has no end.
func lengthOfJSON(text []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			if quoted = !quoted; !quoted && depth == 0 {
				return i + 1
			}
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case c == ',' && depth == 0:
			return i
		}
	}
	return 0
}
