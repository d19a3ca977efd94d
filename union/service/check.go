package service

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Limits of a service file.
const (
	// MaxText is the most characters of a text answer.
	MaxText = 2000
	// MaxPictures is the most pictures of one case.
	MaxPictures = 20
	// MaxChoices is the most choices that one answer may take together.
	MaxChoices = 30
	// MaxYuan is the largest sum that an answer may name: a hundred million yuan.
	MaxYuan = 100_000_000
	// MaxNumber is the largest whole number that an answer may be: a thousand million.
	MaxNumber = 1_000_000_000
	// MaxMembers is the most members that one answer may name.
	MaxMembers = 20
	// MaxList is the most that one list may have.
	MaxList = 20
	// MaxPlace is the most characters of a place.
	MaxPlace = 100
	// MaxDays is the longest time for one decision, in working days.
	MaxDays = 250
	// MaxButtons and MaxMenu are what a WeCom button_interaction card holds.
	MaxButtons = 6
	MaxMenu    = 3

	defaultPictures = 9
	defaultMembers  = 10
	defaultList     = 10
)

// SealedPrefix is kept for sealed kinds, whose numbers must not tell what they are about.
const SealedPrefix = "SX"

// EntryPrefix is kept for competitions and what is signed up for, which are no service.
const EntryPrefix = "JS"

// BroadcastPrefix is kept for broadcasts.
const BroadcastPrefix = "TZ"

var (
	snake  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)
	prefix = regexp.MustCompile(`^[A-Z]{2}$`)
)

func (s *Service) setDefaults() {
	if s.Sealed {
		s.Sensitive = true
		s.Prefix = cmp.Or(s.Prefix, SealedPrefix)
	}
	s.leaveOutAward()
	for i := range s.Form {
		s.Form[i].setDefaults()
	}
	s.setAbove()
	for i := range s.Review {
		s.Review[i].Who.setDefaults()
		for j := range s.Review[i].Acts {
			for n := range s.Review[i].Acts[j].Form {
				s.Review[i].Acts[j].Form[n].setDefaults()
			}
		}
		for j := range s.Review[i].Later {
			s.Review[i].Later[j].setDefaults()
		}
	}
}

func (f *Field) setDefaults() {
	for i := range f.Fields {
		f.Fields[i].setDefaults()
	}
	switch {
	case f.Max != 0:
	case f.Kind == KindText:
		f.Max = MaxText
	case f.Kind.Sent():
		f.Max = defaultPictures
	case f.Kind == KindMoney:
		f.Max = MaxYuan
	case f.Kind == KindMembers:
		f.Max = defaultMembers
	case f.Kind == KindPlace:
		f.Max = MaxPlace
	case f.Kind == KindList:
		f.Max = defaultList
	}
}

// check looks at what the shape cannot tell: names that must exist or differ, words that lack.
func (p *parser) check(s *Service) {
	if !s.Sealed && (!prefix.MatchString(s.Prefix) || s.Prefix == SealedPrefix || s.Prefix == EntryPrefix || s.Prefix == BroadcastPrefix) {
		p.addAt("prefix", "two capital letters are expected, other than %s, %s and %s, such as JY; not %q", SealedPrefix, EntryPrefix, BroadcastPrefix, s.Prefix)
	}
	p.text("title", s.Title)
	p.text("short", s.Short)
	if s.Menu < 0 {
		p.addAt("menu", "a place from 1, or 0 for none, is expected; not %d", s.Menu)
	}
	p.checkUnderstand(s)
	p.checkForm(s)
	p.checkActForms(s)
	p.checkLater(s)
	p.checkExpressions(s)
	p.checkSummary(s)
	p.checkReview(s)
	p.checkClocks(s)
	p.checkAlarm(s)
	p.checkWords(s)
	p.checkSealed(s)
	p.checkBasis(s.Basis)
	p.checkMoney(s)
	p.checkAward(s)
	p.checkRanking(s)
	p.checkPapers(s)
	p.checkPack(s)
	p.checkAlso(s)
	p.checkNudge(s.Nudge)
	p.checkShields(s)
	p.checkWishes(s)
	p.checkUrge(s)
	p.checkFollows(s)
	p.checkTogether(s)
	p.checkUndo(s)
}

func (p *parser) checkUnderstand(s *Service) {
	if len(s.Understand.Phrases) == 0 {
		p.addAt("understand.phrases", "at least one phrase is expected, by which a sentence means this service")
	}
	p.distinct("understand.phrases", s.Understand.Phrases)
	p.distinct("understand.signs", s.Understand.Signs)
	for i, example := range s.Understand.Examples {
		if except, ok := s.Understand.excepted(example); ok {
			p.addAt(fmt.Sprintf("understand.examples[%d]", i+1), "%q stands in it, a word of `except`", except)
		}
	}
}

// excepted finds a word in the sentence with which it is not meant for this service.
func (u Understand) excepted(sentence string) (word string, ok bool) {
	i := slices.IndexFunc(u.Except, func(word string) bool { return strings.Contains(sentence, word) })
	if i < 0 {
		return "", false
	}
	return u.Except[i], true
}

// titleKinds are those whose answers may stand in a case's line. A member's name does not: lists are not asked who may see whom.
var titleKinds = []Kind{KindText, KindChoice, KindNumber, KindMoney, KindDate, KindTime, KindOrganisation, KindPlace}

func (p *parser) checkSummary(s *Service) {
	shown, texts := s.named(titleKinds...), s.named(KindText)
	if s.Summary.Title.Empty() {
		p.addAt("summary.title", "is missing; the case's line in lists is expected, such as '{%s}'", strings.Join(texts, "} {"))
	}
	p.placeholders("summary.title", s.Summary.Title, shown)
	if name := s.Summary.Detail; name != "" && !slices.Contains(texts, name) {
		p.addAt("summary.detail", "a text field is expected: %s", oneOf(name, texts))
	}
	p.checkSimilar(s)
	p.checkHolders(s)
	if s.Summary.Sealed != "" && (!s.Summary.Anonymous || s.Summary.Sealed == s.Name) {
		p.addAt("summary.sealed", "the name of a sealed service is expected, beside `anonymous: true`")
	}
}

func (p *parser) checkWords(s *Service) {
	offered := map[Act]bool{}
	for _, step := range s.Review {
		for _, o := range step.Acts {
			offered[o.Act] = true
		}
	}
	for _, w := range []struct {
		key    string
		words  Template
		needed bool
	}{
		{"filed", s.Words.Filed, true},
		{"accepted", s.Words.Accepted, true},
		{"passed", s.Words.Passed, len(s.Review) > 1},
		{"refused", s.Words.Refused, offered[Refuse]},
		{"returned", s.Words.Returned, offered[Return]},
		{"merged", s.Words.Merged, offered[Merge]},
		{"supplemented", s.Words.Supplemented, offered[Return]},
		{"withdrawn", s.Words.Withdrawn, true},
	} {
		path := "words." + w.key
		if w.needed {
			p.text(path, w.words.Text)
		}
		p.placeholders(path, w.words, slices.Concat(every, known[w.key]))
	}
}

// text refuses words that lack their Chinese.
func (p *parser) text(path string, t Text) {
	if strings.TrimSpace(t.ZH) == "" {
		p.addAt(path, "is missing; words in Chinese are expected")
	}
}

// braces finds anything that was probably meant as a placeholder.
var braces = regexp.MustCompile(`\{[^{}]*\}`)

// placeholders refuses a placeholder that nobody knows, and a brace that makes none: people would read it as it stands.
func (p *parser) placeholders(path string, t Template, allowed []string) {
	for _, text := range []string{t.ZH, t.EN} {
		if stray := strings.IndexAny(braces.ReplaceAllString(text, ""), "{}｛｝"); stray >= 0 {
			p.addAt(path, "a brace that belongs to no placeholder: {%s} is expected, in the braces of an English keyboard", allowed[0])
		}
	}
	for _, found := range braces.FindAllString(t.ZH+" "+t.EN, -1) {
		if name := strings.Trim(found, "{}"); !slices.Contains(allowed, name) {
			p.addAt(path, "unknown placeholder: %s", oneOf(name, allowed))
		}
	}
}

// distinct refuses a word that stands twice, or is empty.
func (p *parser) distinct(path string, values []string) {
	for i, v := range values {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		switch {
		case strings.TrimSpace(v) == "":
			p.addAt(at, "is empty")
		case slices.Contains(values[:i], v):
			p.addAt(at, "%q stands here twice", v)
		}
	}
}
