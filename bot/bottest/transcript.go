package bottest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

type lineKind int

const (
	lineNote lineKind = iota
	lineSay
	lineReply
	lineUnasked
	linePass
	lineAgain
	lineControl
)

// line is one entry of a transcript with the lines that go on with it.
type line struct {
	kind lineKind
	who  string
	text string
	at   int // line number in the file, from 1
}

// parse reads a transcript.
func parse(file string) ([]line, error) {
	var lines []line
	for i, raw := range strings.Split(strings.TrimRight(file, "\n"), "\n") {
		raw = strings.TrimRight(raw, " \t\r")
		if strings.HasPrefix(raw, " ") && len(lines) > 0 {
			last := &lines[len(lines)-1]
			last.text += "\n" + strings.TrimSpace(raw)
			continue
		}
		l, err := parseLine(raw)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		l.at = i + 1
		lines = append(lines, l)
	}
	return lines, nil
}

func parseLine(raw string) (line, error) {
	switch {
	case raw == "", strings.HasPrefix(raw, "#"):
		return line{kind: lineNote, text: raw}, nil
	case raw == "=":
		return line{kind: lineAgain}, nil
	case strings.HasPrefix(raw, "@"):
		return line{kind: linePass, text: strings.TrimSpace(raw[1:])}, nil
	case strings.HasPrefix(raw, "!"):
		return line{kind: lineControl, text: strings.TrimSpace(raw[1:])}, nil
	}
	i := strings.IndexAny(raw, "<>")
	if i < 0 || strings.ContainsAny(raw[:i], " \t") {
		return line{}, fmt.Errorf("%q begins with no mark", raw)
	}
	l := line{who: raw[:i], text: strings.TrimSpace(raw[i+1:])}
	switch {
	case raw[i] == '>':
		l.kind = lineSay
	case l.who == "":
		l.kind = lineReply
	default:
		l.kind = lineUnasked
	}
	return l, nil
}

// format writes a line as parse reads it.
func (l line) format() string {
	switch l.kind {
	case lineSay:
		return l.who + "> " + indent(l.text, "  ")
	case lineReply:
		return "<  " + indent(l.text, "   ")
	case lineUnasked:
		return l.who + "< " + indent(l.text, "   ")
	case linePass:
		return "@ " + l.text
	case lineAgain:
		return "="
	case lineControl:
		return "! " + l.text
	}
	return l.text
}

// indent marks the further lines of a text as such. Empty ones are left out: they would end the entry.
func indent(text, by string) string {
	var kept []string
	for part := range strings.SplitSeq(text, "\n") {
		if part = strings.TrimSpace(part); part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "\n"+by)
}

// duration reads 31m, 2 天 and 3 小时.
func duration(text string) (time.Duration, error) {
	units := []struct {
		name string
		unit time.Duration
	}{{"天", 24 * time.Hour}, {"小时", time.Hour}, {"分钟", time.Minute}}
	for _, u := range units {
		if number, ok := strings.CutSuffix(text, u.name); ok {
			n, err := strconv.Atoi(strings.TrimSpace(number))
			if err != nil {
				return 0, fmt.Errorf("read %q: %w", text, err)
			}
			return time.Duration(n) * u.unit, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("read %q: %w", text, err)
	}
	return d, nil
}
