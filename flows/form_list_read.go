package flows

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// headFound is where a sentence begins to speak of another of a list, and whom it may mean: 父母 are two.
type headFound struct {
	from, to int
	choices  []service.Choice
	times    int // 两个孩子
}

// countBefore stands before several of a kind: 两个孩子, 俩娃.
var countBefore = regexp.MustCompile(`(?:([二两三四五2-5])\s*个|([俩两]))\s*$`)

// headsIn finds all that a text says of whom it speaks, the longest words first.
func headsIn(head service.Field, text string) (found []headFound) {
	words := map[string][]service.Choice{}
	longest := 0
	for _, c := range head.Choices {
		for _, w := range slices.Concat([]string{c.Label.ZH}, c.Synonyms, c.Keywords) {
			words[w] = append(words[w], c)
			longest = max(longest, len(w))
		}
	}
	for i := 0; i < len(text); {
		_, size := utf8.DecodeRuneInString(text[i:])
		n := min(longest, len(text)-i)
		for n > 0 && words[text[i:i+n]] == nil {
			n--
		}
		if n == 0 {
			i += size
			continue
		}
		h := headFound{from: i, to: i + n, choices: words[text[i:i+n]], times: 1}
		if m := countBefore.FindStringSubmatch(text[:i]); m != nil {
			h.times = timesOf(m[1] + m[2])
		}
		found = append(found, h)
		i += n
	}
	return found
}

func timesOf(word string) int {
	if n, ok := bot.Ordinal(strings.NewReplacer("两", "2", "俩", "2").Replace(word)); ok {
		return n
	}
	return 1
}

var (
	clauseEnds = regexp.MustCompile(`[,，、;；。!！?？\s]+`)
	// thousands is a sum with its thousands set apart, which is no end of a clause.
	thousands = regexp.MustCompile(`(\d),(\d{3})`)
	// among stands between two of whom the same is said: 儿子和女儿都在上学.
	among = regexp.MustCompile(`^(?:和|跟|与|及|还有|加上|、)?$`)
)

// entriesOf takes a sentence apart: 老婆下岗,儿子上大学,老妈瘫痪在床. What names nobody belongs to whoever was named before.
func (f *form) entriesOf(field service.Field, text string, now time.Time) (entries []service.Entry) {
	text = thousands.ReplaceAllString(bot.Simplified(text), "$1$2")
	var said []string // of each entry
	latest := 0       // how many of the last ones the next clause belongs to
	for _, clause := range clauseEnds.Split(text, -1) {
		heads := headsIn(field.Head(), clause)
		if len(heads) == 0 {
			for i := len(said) - latest; i < len(said); i++ {
				said[i] += "," + clause
			}
			continue
		}
		latest = 0
		for i, h := range heads {
			part := clause[:heads[0].from] + clause[heads[len(heads)-1].to:]
			if !sameOfAll(heads, clause) {
				end := len(clause)
				if i+1 < len(heads) {
					end = heads[i+1].from
				}
				part = clause[h.to:end]
			}
			for range h.times {
				for _, c := range h.choices {
					entries = append(entries, service.Entry{field.Head().Name: answerOf(f.choice(c))})
					said = append(said, part)
					latest++
				}
			}
		}
	}
	for i := range entries {
		for name, v := range f.saidOf(field, said[i], now) {
			entries[i][name] = answerOf(v)
		}
	}
	return entries
}

// sameOfAll says whether nothing is said between those of whom a clause speaks.
func sameOfAll(heads []headFound, clause string) bool {
	for i := range heads[1:] {
		between := clause[heads[i].to:heads[i+1].from]
		if !among.MatchString(strings.TrimSpace(countBefore.ReplaceAllString(between, ""))) {
			return false
		}
	}
	return true
}

// saidOf finds what a text says of one of a list, whoever it is.
func (f *form) saidOf(field service.Field, text string, now time.Time) map[string]cases.Value {
	each := &service.Service{Form: field.Fields[1:]}
	values := Extract(each, text, now, f.calendar, nil, f.reference, f.language)
	for _, q := range each.Form {
		if _, found := values[q.Name]; found {
			continue
		}
		switch {
		case q.Age:
			if age, ok := ageOf(bornIn.FindString(text), f.calendar.Local(now).Year()); ok {
				values[q.Name] = f.read(q, strconv.Itoa(age), now).value
			}
		case q.Kind == service.KindMoney && saysNone(q, text):
			values[q.Name] = f.read(q, "0", now).value
		case q.Kind == service.KindMoney:
			values[q.Name] = f.moneyBehind(q, text, now)
		}
		if values[q.Name].Text == "" {
			delete(values, q.Name)
		}
	}
	return values
}

// saysNone says whether a text says that there is no money of the question: 没收入, 没有退休金.
func saysNone(q service.Field, text string) bool {
	return slices.ContainsFunc(append([]string{q.Label.ZH}, q.Keywords...), func(word string) bool {
		return slices.ContainsFunc([]string{"没", "没有", "无", "零", "没什么", "没有什么"}, func(no string) bool { return strings.Contains(text, no+word) })
	})
}

// besideMoney stands between what a sum is and the sum: 退休金大概有 1200.
var besideMoney = regexp.MustCompile(`^(?:大概|大约|差不多|每月|一个月|每个月|才|就|只|有|是|约|也|[::\s])*`)

// moneyBehind finds the sum behind a word of the question: 退休金1200.
func (f *form) moneyBehind(q service.Field, text string, now time.Time) cases.Value {
	for _, word := range append([]string{q.Label.ZH}, q.Keywords...) {
		_, behind, found := strings.Cut(text, word)
		if !found {
			continue
		}
		behind = clauseEnds.Split(behind[len(besideMoney.FindString(behind)):], 2)[0]
		if h := f.read(q, behind, now); h.ok() {
			return h.value
		}
	}
	return cases.Value{}
}

// readOf reads the answer to one question of one of a list. Of a year of birth it makes the age.
func (f *form) readOf(q service.Field, text string, now time.Time) heard {
	if age, ok := ageOf(text, f.calendar.Local(now).Year()); ok && q.Age {
		text = strconv.Itoa(age)
	}
	h := f.read(q, text, now)
	if q.Kind == service.KindMoney && !h.ok() && saysNone(q, text) {
		h = f.read(q, "0", now)
	}
	if v := f.moneyBehind(q, text, now); q.Kind == service.KindMoney && !h.ok() && v.Text != "" {
		return heard{value: v}
	}
	if len(h.either) > 0 {
		return heard{problem: "要一个准数,比如" + h.either[0].Text + "。"}
	}
	return h
}

var (
	bornIn   = regexp.MustCompile(`(?:19|20)\d\d年|\d\d年(?:出生|生的?|的)`)
	bornYear = regexp.MustCompile(`^(?:属?于?)?((?:19|20)?\d\d)\s*(年)?(?:出生的?|生的?|的)?$`)
)

// ageOf makes an age of a year of birth: 1978, 78年的. Two figures alone are an age.
func ageOf(text string, year int) (age int, ok bool) {
	m := bornYear.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil || len(m[1]) == 2 && m[2] == "" {
		return 0, false
	}
	born, _ := strconv.Atoi(m[1]) // it is made of figures
	if len(m[1]) == 2 {
		if born += 2000; born > year {
			born -= 100
		}
	}
	return year - born, born <= year
}
