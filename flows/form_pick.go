package flows

import (
	"bytes"
	"context"
	"slices"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// saidNoneOfThem is the last choice where an answer was not clear.
const saidNoneOfThem = "都不是,重新写"

func (t pickData) choices() []bot.Choice {
	var choices []bot.Choice
	for _, v := range t {
		choices = append(choices, bot.Choice{Label: v.Text})
	}
	return append(choices, bot.Choice{Label: saidNoneOfThem})
}

// pickData are the values that an answer may have meant.
type pickData []cases.Value

// askPick lets the person choose what an answer has meant: nothing is guessed silently.
func (f *form) askPick(ctx context.Context, t *formTurn) (bot.Reply, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Reply{}, err
	}
	field, _ := s.Field(t.Data.Field)
	text := t.Data.Either.asks(field)
	if either := t.Data.Either; len(either) == 1 && rings(s, field, either[0]) {
		text = "是" + either[0].Text + "吗?"
	}
	return bot.Reply{Text: text, Choices: t.Data.Either.choices()}, nil
}

// asks is the question which of them is meant.
func (t pickData) asks(field service.Field) string {
	switch {
	case len(t) > 1:
		return "请选一下是哪个:"
	case field.Kind == service.KindMoney || field.Kind == service.KindNumber:
		return "记准数,是这个吗?"
	case field.Kind == service.KindDate || field.Kind == service.KindTime:
		return "记准日子,是这一天吗?"
	}
	return "请核对,是这个吗?"
}

// pick finds the one that is chosen by its number or words; of one alone also by a yes or no. none is true where it is none of them.
func (t pickData) pick(text string) (v cases.Value, none, ok bool) {
	if len(t) == 0 {
		return cases.Value{}, false, false
	}
	i, ok := bot.Choose(text, t.choices())
	if yes := readYesNo(text); !ok && len(t) == 1 && yes.ok() {
		i, ok = 0, true
		if string(yes.value.Raw) == "false" {
			i = 1
		}
	}
	if !ok || i == len(t) {
		return cases.Value{}, ok, ok
	}
	return t[i], false, true
}

func (f *form) takePick(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	field, known := s.Field(t.Data.Field)
	if next, took, err := f.takeSent(ctx, t, s, field); took {
		return next, err
	}
	if known && t.Message.Kind == bot.KindVoice {
		return f.takeSpeech(ctx, t, field)
	}
	if !known || !t.IsText() {
		return bot.Miss(), nil
	}
	either := t.Data.Either
	picked, none, ok := either.pick(t.Text())
	if said := f.read(field, t.Text(), t.Now); ok && said.ok() && !none && !bytes.Equal(said.value.Raw, picked.Raw) &&
		slices.ContainsFunc(either, func(v cases.Value) bool { return bytes.Equal(v.Raw, said.value.Raw) }) {
		// After 两三天, a 2 may be two days or the second of them.
		t.Lead("\"" + cut(t.Text(), 20) + "\"是序号还是数?请直接写准数。")
		t.Data.Either = nil
		return bot.Goto("field"), nil
	}
	if !ok { // it may be the answer itself, said better
		t.Data.Either, t.Data.Voice = nil, 0
		return f.takeText(ctx, t, s, field)
	}
	t.Data.Either = nil
	if none {
		t.Data.Voice = 0
		return bot.Goto("field"), nil
	}
	picked.Voice, t.Data.Voice, t.Data.Rest = t.Data.Voice, 0, ""
	f.set(t, s, field, picked)
	return f.afterText(ctx, t, s, field)
}
