package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

func (f *form) askField(ctx context.Context, t *formTurn) (bot.Reply, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := f.share(ctx, t); err != nil {
		return bot.Reply{}, err
	}
	if t.Data.Doubt.open(t.Data.Field) {
		return t.Data.Doubt.asks(), nil
	}
	field, _ := s.Field(t.Data.Field)
	asks, err := f.words(ctx, t.Data.Draft, field)
	if err != nil {
		return bot.Reply{}, err
	}
	reply := bot.Reply{Text: asks + f.hintPictures(t, s, field), Choices: f.choices(field), Key: field.Name}
	if field.Kind == service.KindList {
		reply.Text, reply.Choices = f.askList(t, field, asks)
	}
	warning := f.saidRings(s, field, t.Data.Draft)
	reply.Text += warning
	t.Data.Warned = t.Data.Warned || warning != ""
	if !t.Data.Hinted {
		reply.Text += "(不想写了回\"取消\",会给您留着)"
		t.Data.Hinted = true
	}
	return reply, nil
}

// choices are what the field offers; none where it wants words or pictures.
func (f *form) choices(field service.Field) []bot.Choice {
	var choices []bot.Choice
	for _, c := range field.Choices {
		choices = append(choices, bot.Choice{Label: c.Label.In(f.language)})
	}
	switch field.Kind {
	case service.KindFiles:
		if !field.Elsewhere.Empty() {
			choices = []bot.Choice{{Label: field.Elsewhere.In(f.language)}}
		}
	case service.KindOrganisation:
		choices = []bot.Choice{{Label: saidOwnUnit}}
	case service.KindYesNo:
		choices = []bot.Choice{{Label: "是"}, {Label: "否"}}
		if !field.Unsure.Empty() {
			choices = append(choices, bot.Choice{Label: field.Unsure.In(f.language)})
		}
	}
	return choices
}

// takeField takes the answer to the open question. A picture belongs to the form whatever the question is.
func (f *form) takeField(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	field, ok := s.Field(t.Data.Field)
	if !ok {
		return f.next(t, s), nil
	}
	if t.Data.Doubt.open(t.Data.Field) {
		text, next := f.takeEither(t)
		if text == "" && t.IsText() {
			return next, nil
		}
		t.Message.Text = text
	} else if either, err := f.meansEither(ctx, t, field); either || err != nil {
		return bot.Repeat(), err
	}
	switch t.Message.Kind {
	case bot.KindText:
	case bot.KindVoice:
		return f.takeSpeech(ctx, t, field)
	default:
		if next, took, err := f.takeSent(ctx, t, s, field); took {
			return next, err
		}
		t.Lead("这一步请用文字说,照片也可以直接发。")
		return bot.Repeat(), nil
	}
	if field.Kind == service.KindText && asksAgain(s.Understand, t.Text()) {
		t.Lead("正在写这一份。")
		return bot.Repeat(), nil
	}
	if next, done, err := f.sealInstead(ctx, t, s); done || err != nil {
		return next, err
	}
	if next, ok := f.asksForOther(t, s); ok {
		return next, nil
	}
	if field.Kind == service.KindList {
		if next, done, err := f.takeList(ctx, t, s, field); done || err != nil {
			return next, err
		}
	}
	if next, done, err := f.correct(ctx, t, s, field.Name); done || err != nil {
		return next, err
	}
	if field.Kind.Sent() {
		return f.takeNoPicture(ctx, t, s, field)
	}
	return f.takeText(ctx, t, s, field)
}

// takeText takes words as the answer to a field.
func (f *form) takeText(ctx context.Context, t *formTurn, s *service.Service, field service.Field) (bot.Next, error) {
	heard, err := f.hear(ctx, t, field, t.Text())
	if err != nil {
		return bot.Next{}, err
	}
	t.Data.Rest = heard.rest
	if !heard.ok() && len(heard.either) == 0 {
		if next, taken, err := f.takeMore(ctx, t, s, field); taken || err != nil {
			return next, err
		}
	}
	switch {
	case heard.problem != "":
		t.Lead(heard.problem)
		return f.askAgain(t), nil
	case len(heard.either) > 0:
		t.Data.Either = heard.either
		return bot.Goto("pick"), nil
	case !heard.ok() && f.tellsAhead(t, s, field):
		if next, ok := f.elsewhere(t, s); ok {
			return next, nil
		}
		return f.waitAhead(t, &t.Data.Told, saidAhead), nil
	case !heard.ok() && f.saysAhead(t, s, field):
		return f.waitAhead(t, &t.Data.Ahead, aheadOfKin(t, s)), nil
	case !heard.ok():
		return f.missed(t, s), nil
	case f.overflows(t, field, heard.value):
		t.Lead("这份表已经写得很长,这一项请精简一些。")
		return f.askAgain(t), nil
	}
	f.set(t, s, field, heard.value)
	if field.Kind == service.KindText {
		told, err := f.fill(ctx, t, s, t.Text())
		if err != nil {
			return bot.Next{}, err
		}
		leadFilled(t, "另外记下了:", told)
	}
	return f.afterText(ctx, t, s, field)
}

// noAnswer does what a choice is for that is none of the answers: it tells something, or ends the form.
func (f *form) noAnswer(ctx context.Context, t *formTurn, field service.Field) (next bot.Next, done bool, err error) {
	said := t.Data.Draft.Values[field.Name].Text
	i := slices.IndexFunc(field.Choices, func(c service.Choice) bool { return f.choice(c).Text == said })
	if field.Kind != service.KindChoice || i < 0 || field.Choices[i].Answers() {
		return bot.Next{}, false, nil
	}
	if c := field.Choices[i]; c.Tells.Empty() {
		next, err = f.drop(ctx, t, c.Ends.In(f.language))
		return next, true, err
	}
	delete(t.Data.Draft.Values, field.Name)
	t.Lead(field.Choices[i].Tells.In(f.language) + "\n")
	t.Data.Field = field.Name
	return f.askAgain(t), true, nil
}

// askAgain asks the field's question, from wherever the answer came.
func (f *form) askAgain(t *formTurn) bot.Next {
	if t.Step == "field" {
		return bot.Repeat()
	}
	return bot.Goto("field")
}

// missed is for an answer that is none, and may be a wish of its own. The choice between readings is left for the question itself.
func (f *form) missed(t *formTurn, s *service.Service) bot.Next {
	if next, ok := f.elsewhere(t, s); ok {
		return next
	}
	if t.Step != "field" {
		return bot.Goto("field")
	}
	if phrase, _ := longest(s.Understand.Phrases, bot.Simplified(t.Text())); phrase != "" {
		t.Lead("正在写这一份。")
		return bot.Repeat()
	}
	return bot.Miss()
}

// wordless is true of a text that says nothing: signs and little pictures only.
func wordless(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// oneFigure is a text that is nothing but a figure: the habit of answering by number, where words are asked for.
func oneFigure(text string) bool {
	runes := []rune(strings.TrimSpace(text))
	return len(runes) == 1 && unicode.IsDigit(runes[0])
}

// noReason is what tells nobody why.
func noReason(text string) bool { return wordless(text) || oneFigure(text) }

func tooLong(field service.Field, text string) string {
	if n := utf8.RuneCountInString(text); field.Max > 0 && n > field.Max {
		return fmt.Sprintf("写了 %d 字,这一项最多 %d 字,请精简一些。", n, field.Max)
	}
	return ""
}

// overflows says whether the answers together would no longer fit into a session.
func (f *form) overflows(t *formTurn, field service.Field, value cases.Value) bool {
	values := maps.Clone(t.Data.Draft.Values)
	if values == nil {
		values = map[string]cases.Value{}
	}
	values[field.Name] = value
	most := 0
	for name, v := range values {
		most += worstJSON*(len(name)+len(v.Text)+len(v.Raw)) + valueJSON
	}
	if most <= formBytes { // nearly always: nothing has to be encoded to know it
		return false
	}
	encoded, err := json.Marshal(values)
	return err != nil || len(encoded) > formBytes
}

const (
	// worstJSON is how many bytes JSON makes of one at most.
	worstJSON = 6
	// valueJSON is more than a value's names, signs and number take in JSON.
	valueJSON = 80
)

// set keeps an answer, and guesses the choices that follow from it.
func (f *form) set(t *formTurn, s *service.Service, field service.Field, value cases.Value) {
	values := t.Data.Draft.Values
	if values == nil {
		values = map[string]cases.Value{}
		t.Data.Draft.Values = values
	}
	values[field.Name] = value
	for _, g := range s.Form {
		if _, answered := values[g.Name]; g.Guess != field.Name || answered {
			continue
		}
		if c, ok := g.GuessChoice(bot.Simplified(value.Text)); ok {
			values[g.Name] = f.choice(c)
		}
	}
}

// afterText looks for cases that are alike once their field is filled, and goes on.
func (f *form) afterText(ctx context.Context, t *formTurn, s *service.Service, field service.Field) (bot.Next, error) {
	if next, done, err := f.noAnswer(ctx, t, field); done || err != nil {
		return next, err
	}
	if err := f.fillSaid(ctx, t, s, field); err != nil {
		return bot.Next{}, err
	}
	if next, rings, err := f.imminent(ctx, t, s, field); rings || err != nil {
		return next, err
	}
	if err := f.takeSentence(ctx, t, s); err != nil {
		return bot.Next{}, err
	}
	f.takeAhead(t, s)
	if next, asks, err := f.fillNamed(ctx, t, s); asks || err != nil {
		return next, err
	}
	if next, asks, err := f.findsSimilar(ctx, t, s, field); asks || err != nil {
		return next, err
	}
	return f.next(t, s), nil
}
