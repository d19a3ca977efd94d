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
	numbered := strings.HasPrefix(rest, "第") // 第1、3个
	for rest != "" {
		end := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(between, r) })
		if end < 0 {
			end = len(rest)
		}
		word := rest[:end]
		if numbered {
			word = strings.TrimRight(strings.TrimPrefix(word, "第"), "个件条项")
		}
		more, ok := refsOf(word, named)
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

// oneByOne says that what is another thing for each is done case by case, and offers the first of those that are meant.
func (k *tasks) oneByOne(t *tasksTurn, act cases.Act, refs []string, note string) bot.Next {
	meant := make([]taskLine, 0, len(refs))
	for _, ref := range refs {
		if n, err := strconv.Atoi(ref); err == nil && n >= 1 && n <= len(t.Data.List) && t.Data.List[n-1].Help == "" {
			meant = append(meant, t.Data.List[n-1])
		}
	}
	if len(meant) == 0 {
		return bot.Repeat()
	}
	t.Lead(eachByItself(act) + "先办第一件,回复 1 就行;办完再办下一件。\n")
	if longNote(t, note) {
		note = ""
	}
	t.Data = tasksData{shownTasks: shownTasks{List: meant}, Act: act, Note: note}
	return bot.Goto("list")
}

// eachByItself says why an act is not done to several cases at once.
func eachByItself(act cases.Act) string {
	if act == cases.Merge {
		return "并到哪一件各不相同,得一件一件来。"
	}
	return "退回要对每一位写清补什么,得一件一件来。"
}
