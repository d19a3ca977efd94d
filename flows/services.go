package flows

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/understanding"
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

// guessServices finds the services that a sentence may mean. One that names none, or sounds like something that any of
// those that take anything could take, may be filed as each of them.
func guessServices(all []*service.Service, language, text string, reading understanding.Reading) []bot.Guess {
	open := takesAnything(reading)
	var guesses []bot.Guess
	for _, s := range all {
		score, label := score(reading, s.Name), s.Title.In(language)
		if s.Understand.Anything && open && score < bot.SureScore {
			score, label = openScore(reading, score, text), "当作"+s.Short.In(language)+"提出"
		}
		if score > 0 {
			guesses = append(guesses, bot.Guess{Label: label, Key: s.Name, Score: score})
		}
	}
	return guesses
}

// openScore is the score of a service that takes anything, for a sentence that does not ask for it.
func openScore(reading understanding.Reading, score float64, text string) float64 {
	switch {
	case letters(text) < leastMatter:
		return 0
	case len(reading.Likely) > 0 && reading.Likely[0].Topic != topicTalk && reading.Likely[0].Confidence >= bot.LeastScore:
		return max(score, bot.LeastScore)
	default:
		return max(score, unlikely)
	}
}

// takesAnything says whether a sentence may as well be filed as whatever takes anything: nothing that it means is near.
func takesAnything(reading understanding.Reading) bool {
	if len(reading.Likely) == 0 {
		return true
	}
	first := reading.Likely[0]
	return first.Open || first.Topic == topicTalk || first.Named == "" && first.Confidence < understanding.Doubted
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

// asksForOne is true of a text that asks for any of the services and says no more.
func asksForOne(services Services, text string) bool {
	return slices.ContainsFunc(services.All(), func(s *service.Service) bool { return asksAgain(s.Understand, text) })
}

// leastMatter is the fewest characters that can be the matter itself rather than a rest of the phrase.
const leastMatter = 4

// leadIn is what leads over to the phrase, after the matter: 家里着火了,想 before 申请应急救助.
var leadIn = regexp.MustCompile(`([,，。.;；!！\s])(我们?)?(想要|就想|想|要|请求|请)?(跟|和|向|找)?(工会|你们)?\s*$`)

// onlyWho is all that stands before the phrase where it is who wants it: 我们工作室想 before 申报课题.
var onlyWho = regexp.MustCompile(`^(?:我们?|咱们?|俺们?)[^,，。.;；!！\s]*(?:想要|想|准备|打算)$`)

// onlyAsks is all that is left where nothing but the wish for one was said: 登记一次 of 登记一次谈心记录, 填一份, 帮我记一下.
var onlyAsks = regexp.MustCompile(`^(?:帮我|给我|麻烦|来|再|要|补)*(?:登记|记录|录入|填写|填报|提交|申请|上报|记|录|填|写|报|提|办|做|补|建)?(?:上|个)?(?:一下|下)?(?:[一二两三几][次条份个项笔件回张篇])?的?$`)

// ofMine is 我 that says whose it is or who: 我妈去世了. Left out it would be anybody's.
var ofMine = regexp.MustCompile(`^我(?:们|妈|爸|爱人|老|媳妇|妻|丈|先生|家|儿|女|孩|娃|岳|公公|婆|父|母|爷|奶|姥|外|哥|姐|弟|妹|亲|师傅|徒弟|同事|工友|班|自己|本人|住院|结婚|要结婚|退休|要退休|快退休|做手术|病)`)

// matter is what is left of a sentence without the phrase that asks for the service: 给锅炉房加个护栏. It is empty if
// nothing worth keeping is left.
func matter(u service.Understand, text string) string {
	phrase, at := longest(u.Phrases, bot.Simplified(text)) // whose places are those of the text
	if phrase == "" || at > 0 && utf8.RuneCountInString(phrase) < longPhrase {
		return strings.TrimSpace(text) // nothing that could be left out without harm
	}
	cut := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }
	before := strings.TrimRightFunc(leadIn.ReplaceAllString(text[:at], "$1"), cut)
	after := strings.TrimLeftFunc(text[at+len(phrase):], cut)
	left := strings.TrimSpace(before + after)
	for _, opening := range []string{"您好", "你好", "在吗", "我们想", "我想要", "我想", "我要", "我有", "希望", "请", "想", "要", "我"} {
		if strings.HasPrefix(bot.Simplified(left), opening) && (opening != "我" || !ofMine.MatchString(bot.Simplified(left))) {
			left = strings.TrimLeftFunc(left[len(opening):], cut)
		}
	}
	left = strings.TrimRightFunc(left, func(r rune) bool { return strings.ContainsRune("。.!!~ ", r) })
	if utf8.RuneCountInString(left) < leastMatter || after == "" && onlyWho.MatchString(bot.Simplified(before)) ||
		onlyAsks.MatchString(bot.Simplified(left)) {
		return ""
	}
	return left
}
