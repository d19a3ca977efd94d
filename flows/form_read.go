package flows

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/personal"
	"github.com/unionbot/unionbot/union/service"
)

// heard is what an answer to a field was understood as.
type heard struct {
	value cases.Value
	// problem says what is wrong with it. Without one and without a value it is no answer at all.
	problem string
	// either are the values to choose from where it is not clear.
	either []cases.Value
	// rest is what was understood of an answer that lacks something.
	rest string
}

func (h heard) ok() bool { return h.value.Text != "" }

// notLater stands behind the day by which something is to be done: 11月25日前.
var notLater = regexp.MustCompile(`(?:之前|以前|前)(?:改好|整改好|完成|整改完成|办完|做完|搞定)?[。.]?$`)

// read understands an answer to a field, said at a time.
func (f *form) read(field service.Field, text string, now time.Time) heard {
	text = strings.TrimSpace(text)
	simple := bot.Simplified(text)
	limits := answer.NumberLimits{Min: int64(field.Min), Max: int64(field.Max), Unit: field.Unit.In(f.language)}
	switch field.Kind {
	case service.KindText:
		if field.Known == service.KnownBanks {
			return f.readBank(field, text)
		}
		return readText(field, text)
	case service.KindYesNo:
		return f.readYesNo(field, text)
	case service.KindChoice:
		return f.readChoice(field, text)
	case service.KindChoices:
		return understood(answer.Several(simple, f.options(field), answer.ChoicesLimits{Min: field.Min, Max: field.Max, Any: field.Any}))
	case service.KindNumber:
		return understood(answer.Number(simple, limits))
	case service.KindMoney:
		return understood(answer.Money(simple, answer.MoneyLimits{Min: limits.Min, Max: limits.Max}))
	case service.KindDate:
		return understood(answer.Date(notLater.ReplaceAllString(simple, ""), f.calendar.Date(now), answer.DateLimits{Past: field.Past, Future: field.Future}))
	case service.KindTime:
		limits := answer.TimeLimits{DateLimits: answer.DateLimits{Past: field.Past, Future: field.Future}, PartOfDay: field.PartOfDay}
		return understood(answer.Time(simple, f.calendar.Local(now), limits))
	case service.KindPlace:
		return f.places().read(field, text)
	case service.KindList:
		if slices.Contains(nobodyElse, simple) && field.Min == 0 {
			return f.readList(field, service.List{})
		}
		entries := f.entriesOf(field, text, now)
		if len(entries) == 0 || len(entries) > field.Max {
			return heard{problem: "没听出是谁。先说是您的什么人,再说情况,比如:" + field.Example.In(f.language) + "。"}
		}
		return f.readList(field, service.List{Entries: entries})
	case service.KindRating:
		return understood(answer.Rating(simple))
	case service.KindPhone:
		return readPersonal(personal.Phone, text)
	case service.KindIDCard:
		return readPersonal(personal.IDCard, text)
	case service.KindBankCard:
		return readPersonal(personal.BankCard, text)
	}
	return heard{}
}

func understood(r answer.Reading) heard {
	h := heard{problem: r.Problem, rest: r.Rest}
	if r.OK() {
		h.value = cases.Value{Text: r.Shown, Raw: r.Raw}
	}
	for _, e := range r.Either {
		h.either = append(h.either, cases.Value{Text: e.Shown, Raw: e.Raw})
	}
	return h
}

// onlyHeard is what people say when they have read a question, or think that they are through. It answers none.
var onlyHeard = regexp.MustCompile(`^\s*(?:好了|发?完了|收到|知道了?|明白了?|下一步|嗯+|哦+|噢+)[。.!！~\s]*$`)

func readText(field service.Field, text string) heard {
	if noReason(text) || onlyHeard.MatchString(bot.Simplified(text)) {
		return heard{problem: "这里要写几个字。"}
	}
	if problem := tooLong(field, text); problem != "" {
		return heard{problem: problem}
	}
	return heard{value: cases.Value{Text: text}}
}

func (f *form) readChoice(field service.Field, text string) heard {
	i, found := bot.Choose(text, f.choices(field))
	if !found {
		i = slices.IndexFunc(field.Choices, func(c service.Choice) bool { return slices.Contains(c.Synonyms, bot.Simplified(text)) })
	}
	if i < 0 {
		return heard{}
	}
	return heard{value: f.choice(field.Choices[i])}
}

func (f *form) choice(c service.Choice) cases.Value {
	return cases.Value{Text: c.Label.In(f.language), Raw: []byte(strconv.Quote(c.Name))}
}

func (f *form) options(field service.Field) []answer.Option {
	var options []answer.Option
	for _, c := range field.Choices {
		options = append(options, answer.Option{Name: c.Name, Label: c.Label.In(f.language), Synonyms: c.Synonyms})
	}
	return options
}

var unsure = regexp.MustCompile(`还是|算了|是否|应该|觉得`)

// yesOrNo says which of two choices is meant, the first of which says yes and the second no: by its number or words, or by
// any of people's words for yes and no.
func yesOrNo(text string, choices []bot.Choice) (i int, ok bool) {
	if i, ok = bot.Choose(text, choices); ok {
		return i, true
	}
	yes := readYesNo(text)
	if string(yes.value.Raw) == "true" {
		return 0, true
	}
	return 1, yes.ok()
}

// notKnown is how people say that they do not know whether it is so.
var notKnown = regexp.MustCompile(`^(?:我也?|这个?我?也?)?(?:不太?|不大|说不太?|记不太?|搞不太?|弄不)(?:清楚?|知道|确定|晓得|准)(?:有没有|是不是)?[了啊呀呢吧。.!！~\s]*$`)

// readYesNo takes besides a yes and a no that it is not known, where the field has a word for that.
func (f *form) readYesNo(field service.Field, text string) heard {
	h := readYesNo(text)
	if field.Unsure.Empty() || h.ok() {
		return h
	}
	label := field.Unsure.In(f.language)
	if i, chosen := bot.Choose(text, f.choices(field)); chosen && i == 2 || notKnown.MatchString(bot.Simplified(strings.TrimSpace(text))) {
		return heard{value: cases.Value{Text: label, Raw: []byte("false")}}
	}
	return heard{}
}

func readYesNo(text string) heard {
	choices := []bot.Choice{{Label: "是"}, {Label: "否"}}
	simple := bot.Simplified(text)
	i := 0
	if yes, ok := answer.YesNo(simple); !ok {
		// 还是算了 is no yes, 是否 is no no, and 应该是 is neither.
		named, found := bot.Choose(simple, choices)
		if !found || unsure.MatchString(simple) {
			return heard{}
		}
		i = named
	} else if !yes {
		i = 1
	}
	return heard{value: cases.Value{Text: choices[i].Label, Raw: []byte(strconv.FormatBool(i == 0))}}
}

// What is wrong with a number of a person, in words that do not repeat it.
var personalProblems = map[personal.Kind]string{
	personal.Phone:    "这不像电话号码。手机是 11 位;座机请带区号。",
	personal.IDCard:   "这不像身份证号。是 18 位,最后一位可能是 X。",
	personal.BankCard: "这不像银行卡号。是卡面上的 13 到 19 位数字。",
}

// digitsSaid is a number amid words, with what people put between its parts.
var digitsSaid = regexp.MustCompile(`[0-9０-９](?:[-\s]?[0-9０-９])*`)

func readPersonal(kind personal.Kind, text string) heard {
	number, err := personal.Parse(kind, text)
	if said := digitsSaid.FindAllString(text, 2); errors.Is(err, personal.ErrForm) && kind == personal.BankCard && len(said) == 1 {
		number, err = personal.Parse(kind, said[0]) // 卡号是 6222 ...
	}
	switch {
	case errors.Is(err, personal.ErrCheck), errors.Is(err, personal.ErrBirth), errors.Is(err, personal.ErrRegion):
		return heard{problem: "号码对不上,可能有一位写错了,请再核对一下。"}
	case err != nil && !strings.ContainsAny(text, "0123456789"):
		return heard{}
	case err != nil:
		return heard{problem: personalProblems[kind]}
	}
	return heard{value: cases.Value{Text: number, Raw: []byte(strconv.Quote(number))}}
}
