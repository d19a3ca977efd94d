package flows

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/service"
)

// Services are what the union offers.
type Services interface {
	// Current finds a service that is offered now; ByHash finds any version, union.ErrNotFound if there is none.
	Current(name string) (*service.Service, bool)
	ByHash(ctx context.Context, hash string) (*service.Service, error)
	// Overtaken says whether a version with a later day has come into force since.
	Overtaken(s *service.Service) bool
	// All lists what is offered now, in the order of the menu.
	All() []*service.Service
}

// A phrase of three characters or more means its service wherever it stands. A shorter one does so only at the
// beginning: "建议装护栏" proposes, "他的建议不错" does not.
const longPhrase = 3

// unlikely is the score of a sentence that names no service: 食堂的菜太咸了. Whoever has nothing better may ask whether
// it was meant for one.
const unlikely = bot.LeastScore / 2

// guessServices finds the services that a sentence may mean.
func guessServices(all []*service.Service, language, text string) []bot.Guess {
	var guesses []bot.Guess
	for _, s := range all {
		score := likeness(s.Understand, text)
		label := s.Title.In(language)
		if score < bot.LeastScore {
			label = "当作" + s.Short.In(language) + "提出"
			if !s.Understand.Anything {
				score = 0
			}
		}
		if score > 0 {
			guesses = append(guesses, bot.Guess{Label: label, Key: s.Name, Score: score})
		}
	}
	return guesses
}

func likeness(u service.Understand, text string) float64 {
	for _, except := range u.Except {
		if strings.Contains(text, except) {
			return 0
		}
	}
	phrase, at := longest(u.Named(), text)
	switch {
	case phrase == "":
	case utf8.RuneCountInString(phrase) >= longPhrase:
		return 0.95
	case at == 0:
		return 0.9
	default:
		return 0.6
	}
	best := 0.0
	if letters(text) >= leastMatter {
		best = unlikely
	}
	for _, example := range u.Examples {
		best = max(best, 0.75*overlap(example, text))
	}
	return best
}

// letters counts what is neither sign nor picture nor digit.
func letters(text string) (n int) {
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// longest finds the longest of the phrases in text, and where it begins.
func longest(phrases []string, text string) (phrase string, at int) {
	for _, p := range phrases {
		if i := strings.Index(text, p); i >= 0 && len(p) > len(phrase) {
			phrase, at = p, i
		}
	}
	return phrase, at
}

// asksAgain is true of a text that asks for the service and says no more: 提个建议.
func asksAgain(u service.Understand, text string) bool {
	return slices.Contains(u.Phrases, strings.TrimRight(strings.TrimSpace(bot.Simplified(text)), "。.!！"))
}

// overlap compares two sentences by the pairs of characters they share: 0 for none, 1 for all.
func overlap(a, b string) float64 {
	pairsA, pairsB := pairs(a), pairs(b)
	if len(pairsA) == 0 || len(pairsB) == 0 {
		return 0
	}
	shared := 0
	for p := range pairsA {
		if pairsB[p] {
			shared++
		}
	}
	return 2 * float64(shared) / float64(len(pairsA)+len(pairsB))
}

func pairs(s string) map[[2]rune]bool {
	found := map[[2]rune]bool{}
	var last rune
	for _, r := range s {
		if unicode.IsPunct(r) || unicode.IsSpace(r) {
			last = 0
			continue
		}
		if last != 0 {
			found[[2]rune{last, r}] = true
		}
		last = r
	}
	return found
}

// leastMatter is the fewest characters that can be the matter itself rather than a rest of the phrase.
const leastMatter = 4

// matter is what is left of a sentence without the phrase that asks for the service: 给锅炉房加个护栏. It is empty if
// nothing worth keeping is left.
func matter(u service.Understand, text string) string {
	phrase, at := longest(u.Phrases, bot.Simplified(text)) // whose places are those of the text
	if phrase == "" || at > 0 && utf8.RuneCountInString(phrase) < longPhrase {
		return strings.TrimSpace(text) // nothing that could be left out without harm
	}
	cut := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }
	before := strings.TrimRightFunc(text[:at], cut)
	after := strings.TrimLeftFunc(text[at+len(phrase):], cut)
	left := strings.TrimSpace(before + after)
	for _, opening := range []string{"您好", "你好", "我们想", "我想要", "我想", "我要", "我有", "希望", "请", "想", "要", "我"} {
		if strings.HasPrefix(bot.Simplified(left), opening) && (opening != "我" || !strings.HasPrefix(bot.Simplified(left), "我们")) {
			left = strings.TrimLeftFunc(left[len(opening):], cut)
		}
	}
	left = strings.TrimRightFunc(left, func(r rune) bool { return strings.ContainsRune("。.!!~ ", r) })
	if utf8.RuneCountInString(left) < leastMatter {
		return ""
	}
	return left
}
