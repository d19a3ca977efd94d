package flows

import (
	"bytes"
	"context"
	"slices"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
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
func (f form) askPick(_ context.Context, t *formTurn) (bot.Reply, error) {
	text := "请选一下是哪个:"
	if len(t.Data.Either) == 1 {
		text = "记准数,是这个吗?"
	}
	return bot.Reply{Text: text, Choices: t.Data.Either.choices()}, nil
}

func (f form) takePick(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if t.Message.Kind == bot.KindImage {
		field, _ := s.Field(t.Data.Field)
		return f.takePicture(ctx, t, s, field)
	}
	field, known := s.Field(t.Data.Field)
	if !known || !t.IsText() {
		return bot.Miss(), nil
	}
	either := t.Data.Either
	i, ok := bot.Choose(t.Text(), either.choices())
	if !ok && len(either) == 1 {
		if yes := readYesNo(t.Text()); yes.ok() {
			i, ok = 0, true
			if string(yes.value.Raw) == "false" {
				i = 1
			}
		}
	}
	if said := f.read(field, t.Text(), t.Now); ok && said.ok() && i < len(either) && !bytes.Equal(said.value.Raw, either[i].Raw) &&
		slices.ContainsFunc(either, func(v cases.Value) bool { return bytes.Equal(v.Raw, said.value.Raw) }) {
		// After 两三天, a 2 may be two days or the second of them.
		t.Lead("\"" + cut(t.Text(), 20) + "\"是序号还是数?请直接写准数。")
		t.Data.Either = nil
		return bot.Goto("field"), nil
	}
	if !ok { // it may be the answer itself, said better
		t.Data.Either = nil
		return f.takeText(ctx, t, s, field)
	}
	t.Data.Either = nil
	if i == len(either) {
		return bot.Goto("field"), nil
	}
	f.set(t, s, field, either[i])
	return f.afterText(ctx, t, s, field)
}
