package flows

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// beside is how far from its field's keyword a value may stand, in bytes: four characters.
const beside = 4 * len("字")

// Extract finds in one sentence what it says of the fields of a service, by field: days, times, sums, numbers with their
// unit, phones, choices by their words, places by any of their names, organisations of the tree by name. What is vague, or may belong
// to several fields, is left out, so that it is asked. now is any time; c tells the day that it is. Members are never
// looked for, nor a sentence's own text.
func Extract(s *service.Service, text string, now time.Time, c Calendar, tree []union.Organisation, shared Reference, language string) map[string]cases.Value {
	text = bot.Simplified(text)
	if phrase, at := longest(s.Understand.Phrases, text); phrase != "" { // what asks for the service says nothing of its fields
		text = text[:at] + " " + text[at+len(phrase):]
	}
	e := extracting(s, text, now, c, tree, shared, language)
	values := map[string]cases.Value{}
	for _, field := range s.Form {
		if h := e.hear(field); h.ok() {
			values[field.Name] = h.value
		}
	}
	return values
}

func extracting(s *service.Service, text string, now time.Time, c Calendar, tree []union.Organisation, shared Reference, language string) extraction {
	return extraction{
		form: form{calendar: c, reference: shared, language: language}, service: s, tree: tree, at: c.Local(now),
		text: strings.ToLower(width.Narrow.String(bot.Simplified(text))),
	}
}

type extraction struct {
	form    form
	service *service.Service
	tree    []union.Organisation
	text    string
	at      time.Time
}

// hear understands what the sentence says of a field; of a vague one there are the readings.
func (e *extraction) hear(field service.Field) heard {
	switch field.Kind {
	case service.KindDate, service.KindTime, service.KindMoney, service.KindNumber:
		return e.measured(field)
	case service.KindChoice:
		return e.choice(field)
	case service.KindPlace:
		return e.place(field)
	case service.KindOrganisation:
		if found, _ := union.MentionedOrganisations(e.tree, e.text); len(found) > 0 && e.only(field) {
			return organisations(found, true, found[0].Name)
		}
	case service.KindPhone:
		if found := e.numbers(field); len(found) == 1 && e.only(field) {
			return heard{value: found[0]}
		}
	}
	return heard{}
}

// only says whether no other field of the form is of this kind.
func (e *extraction) only(field service.Field) bool {
	return !slices.ContainsFunc(e.service.Form, func(other service.Field) bool { return other.Kind == field.Kind && other.Name != field.Name })
}

// measured finds a day, a time, a sum or a number: the one that stands beside the field's words, or the only one where there is
// but one field that it can belong to.
func (e *extraction) measured(field service.Field) heard {
	found := e.spans(field)
	var named []answer.Found
	for _, f := range found {
		if e.named(field, f) && !slices.ContainsFunc(e.service.Form, func(other service.Field) bool {
			return other.Name != field.Name && other.Kind == field.Kind && e.named(other, f)
		}) {
			named = append(named, f)
		}
	}
	if len(named) == 0 && e.only(field) {
		named = found
	}
	if len(named) != 1 {
		return heard{}
	}
	return understood(named[0].Reading)
}

// named says whether one of the field's own words stands close to a piece of the sentence.
func (e *extraction) named(field service.Field, f answer.Found) bool {
	from, to := max(0, f.From-beside), min(len(e.text), f.To+beside)
	for from > 0 && !utf8.RuneStart(e.text[from]) {
		from--
	}
	for to < len(e.text) && !utf8.RuneStart(e.text[to]) {
		to++
	}
	before, after := e.text[from:f.From], e.text[f.To:to]
	before = before[strings.LastIndexAny(before, ",.;:。、!?")+1:]
	if end := strings.IndexAny(after, ",.;:。、!?"); end >= 0 {
		after = after[:end]
	}
	return slices.ContainsFunc(append([]string{field.Label.In(e.form.language)}, field.Keywords...), func(word string) bool {
		return word != "" && (strings.Contains(before, word) || strings.Contains(after, word))
	})
}

func (e *extraction) spans(field service.Field) []answer.Found {
	dates := answer.DateLimits{Past: field.Past, Future: field.Future}
	switch field.Kind {
	case service.KindDate:
		return answer.FindDates(e.text, e.at, dates)
	case service.KindTime:
		return answer.FindTimes(e.text, e.at, answer.TimeLimits{DateLimits: dates, PartOfDay: field.PartOfDay})
	case service.KindMoney:
		return answer.FindMoney(e.text, answer.MoneyLimits{Min: int64(field.Min), Max: int64(field.Max)})
	}
	days := answer.FindDates(e.text, e.at, answer.DateLimits{}) // 三天前 is no number of days
	found := answer.FindNumbers(e.text, answer.NumberLimits{Min: int64(field.Min), Max: int64(field.Max), Unit: field.Unit.In(e.form.language)})
	return slices.DeleteFunc(found, func(f answer.Found) bool {
		return slices.ContainsFunc(days, func(d answer.Found) bool { return f.From < d.To && d.From < f.To })
	})
}

// casual are labels that a sentence may hold and mean something else.
var casual = []string{"其他", "其它", "一般", "没有", "都有", "不是", "可以"}

// choice finds the only choice of which a word stands in the sentence, and not its contrary. What a person agrees to is never read
// out of a sentence.
func (e *extraction) choice(field service.Field) heard {
	var found []service.Choice
	for _, c := range field.Choices {
		if !c.Answers() {
			return heard{}
		}
		if e.says(c.Label.In(e.form.language)) || slices.ContainsFunc(c.Synonyms, e.says) || slices.ContainsFunc(c.Keywords, e.says) {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		return heard{}
	}
	return heard{value: e.form.choice(found[0])}
}

// says is true of a word that stands in the sentence once without a no before it. Of the words of a form hardly one stands in it, which
// is looked at first.
func (e *extraction) says(word string) bool {
	for i := range len(word) {
		if word[i] >= 'A' && word[i] <= 'Z' {
			word = strings.ToLower(word)
			break
		}
	}
	return strings.Contains(e.text, word) && utf8.RuneCountInString(word) >= 2 && !slices.Contains(casual, word) && service.Stands(e.text, word, denied)
}

// denied ends what stands before a word that is said not to hold: 不太紧急, 没那么紧急, 不算紧急.
var denied = regexp.MustCompile(`(?:不|没有?|非|(?:^|[^特分区级性类个])别|未|无|谈不上|称不上|说不上|not )` +
	`(?:是|有|太|[那这怎]么|怎样|[就能]?算|[就能]?算是|很|特别|十分|非常|至于|觉得|会|用|必|到|见得|一定|very |so |that )*$`)

// where is a part of a sentence that says where it is, and nothing else: 砂轮机防护罩掉了,在二号工位.
var where = regexp.MustCompile(`(?:^|[,，。;；、\s])(?:就|是)?在([^,，。;；、\s]{1,14}(?:位|间|口|区|库|房|楼|线|台|旁|旁边|边|处|门|厂|班|站|场|路|角|顶|层|道|梯|炉|车|机|栋))(?:这边|那边|这里|那里|这儿|那儿|里面|里|上面|下面|附近)?[。.!！]*(?:$|[,，。;；\s])`)

// nowhere is what stands behind 在 like a place, and says when it is, with what or with whom, or leaves open where: 在检修期间, 在夜班, 在手机里, 在旁边.
var nowhere = regexp.MustCompile(`(?:期间|时间|[夜晚午瞬]间|[上下加值倒当跟夜白早中晚接]班|单位|手机|司机)$|` +
	`^(?:我们?|咱们?|你们?|他们?|自己|工作)*(?:岗位|[这那旁一两外里前后上下]边|中间|现场)$`)

// placesSaid are the places that parts of a sentence name.
func placesSaid(text string) (places []string) {
	for _, part := range where.FindAllStringSubmatch(text, -1) {
		if !nowhere.MatchString(part[1]) {
			places = append(places, part[1])
		}
	}
	return places
}

// place finds the only place of which a name stands in the sentence, or what a part of it says of where it is.
func (e *extraction) place(field service.Field) heard {
	found := e.form.places().in(field, e.text)
	if said := placesSaid(e.text); len(found) == 0 && len(said) == 1 && e.only(field) {
		return heard{value: cases.Value{Text: said[0]}}
	}
	if len(found) != 1 || !e.only(field) {
		return heard{}
	}
	return heard{value: placeValue(found[0], e.form.language)}
}

// numbers finds the phone numbers in the sentence.
func (e *extraction) numbers(field service.Field) (found []cases.Value) {
	for _, piece := range strings.FieldsFunc(e.text, func(r rune) bool { return (r < '0' || r > '9') && r != '-' }) {
		if h := e.form.read(field, piece, e.at); h.ok() {
			found = append(found, h.value)
		}
	}
	return found
}

// several finds the choices of which the sentence speaks, as an answer to the question for them.
func (e *extraction) several(field service.Field) heard {
	var labels []string
	for _, c := range field.Choices {
		if c.Answers() && slices.ContainsFunc(append([]string{c.Label.In(e.form.language)}, c.Synonyms...), e.says) {
			labels = append(labels, c.Label.In(e.form.language))
		}
	}
	if len(labels) == 0 {
		return heard{}
	}
	return e.form.read(field, strings.Join(labels, "、"), e.at)
}
