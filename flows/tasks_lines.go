package flows

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
)

// lineRange knows 1-3 and 1到3.
var lineRange = regexp.MustCompile(`^([^-~—–到至]+)[-~—–到至]+([^-~—–到至]+)$`)

// between stands between the numbers of lines and cases.
const between = ",，、;；和"

// several reads which cases a text begins with, by the numbers of lines and by those of cases, and what follows as the opinion. With
// a case named before it, only further cases are: 2 is then how the opinion begins.
func several(text string, named bool) (refs []string, note string) {
	rest := strings.TrimSpace(text)
	for rest != "" {
		end := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(between, r) })
		if end < 0 {
			end = len(rest)
		}
		more, ok := refsOf(rest[:end], named)
		if !ok {
			break
		}
		refs = append(refs, more...)
		rest = strings.TrimLeftFunc(rest[end:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(between, r) })
	}
	return refs, rest
}

// refsOf reads 2, 1-3 and JY26-0138.
func refsOf(word string, named bool) (refs []string, ok bool) {
	if number, ok := bot.ParseNumber(word); ok {
		return []string{number}, true
	}
	if named {
		return nil, false
	}
	if n, ok := bot.Ordinal(word); ok {
		return []string{strconv.Itoa(n)}, true
	}
	from, to, ok := rangeOf(word)
	if !ok {
		return nil, false
	}
	for n := from; n <= min(to, from+cases.MostTogether); n++ {
		refs = append(refs, strconv.Itoa(n))
	}
	return refs, true
}

// rangeOf reads 1-3, also from its end: what is meant is shown before it counts.
func rangeOf(word string) (from, to int, ok bool) {
	ends := lineRange.FindStringSubmatch(width.Fold.String(word))
	if ends == nil {
		return 0, 0, false
	}
	from, known := bot.Ordinal(ends[1])
	to, closed := bot.Ordinal(ends[2])
	return min(from, to), max(from, to), known && closed
}

// onList says whether any of the numbers is one of a list of so many lines.
func onList(refs []string, lines int) bool {
	return slices.ContainsFunc(refs, func(ref string) bool {
		n, err := strconv.Atoi(ref)
		return err == nil && n >= 1 && n <= lines
	})
}

// lineNumbers reads "2", "1、3" and "1-3": the numbers of lines in a list, if the text is nothing else. They are never an
// opinion.
func lineNumbers(text string) (numbers []int) {
	refs, words := several(text, false)
	if words != "" {
		return nil
	}
	for _, ref := range refs {
		n, err := strconv.Atoi(ref)
		if err != nil {
			return nil
		}
		numbers = append(numbers, n)
	}
	return numbers
}

// notListed says in one line which numbers are no line's, of many the first.
func notListed(numbers []string) []string {
	const said = 3
	switch first := strings.Join(numbers[:min(said, len(numbers))], "、"); {
	case first == "":
		return nil
	case len(numbers) > said:
		return []string{"第 " + first + " 号和后面的不在刚才的列表里"}
	default:
		return []string{"第 " + first + " 号不在刚才的列表里"}
	}
}

// wantsSeveral finds whether a decision is meant for several cases. lines is how many were listed before: of those, a line may be
// named after a case, where nothing else follows.
func wantsSeveral(cmd bot.Command, act cases.Act, lines int) (refs []string, note string, ok bool) {
	if !togetherActs(act) {
		return nil, "", false
	}
	refs, note = several(cmd.Rest, cmd.Number != "")
	if cmd.Number != "" {
		if more, words := several(note, false); words == "" && onList(more, lines) {
			refs, note = append(refs, more...), ""
		}
		refs = append([]string{cmd.Number}, refs...)
	}
	if utf8.RuneCountInString(note) > 0 && wordless(note) {
		note = ""
	}
	return refs, note, len(refs) > 1
}
