package flows

import (
	"context"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
)

// turns are when somebody signs who is added, in the order in which they are offered.
var turns = []struct {
	place    cases.Place
	name     string
	synonyms []string
	hint     string
}{
	{cases.Before, "前", []string{"前加签", "先签", "之前", "前面"}, "加签人先签,再到您"},
	{cases.After, "后", []string{"后加签", "后签", "之后", "后面"}, "您先签,再到加签人"},
	{cases.Beside, "并", []string{"并签", "并加签", "一起", "同时", "并行"}, "不分先后"},
}

func placeName(p cases.Place) string {
	for _, known := range turns {
		if known.place == p {
			return known.name
		}
	}
	return ""
}

// turnIn reads 前 王芳: the place, and what follows.
func turnIn(text string) (cases.Place, string) {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	for _, p := range turns {
		for _, word := range append([]string{p.name}, p.synonyms...) {
			if first == word {
				return p.place, strings.TrimSpace(rest)
			}
		}
	}
	return "", text
}

func placeChoices() []bot.Choice {
	choices := make([]bot.Choice, len(turns))
	for i, p := range turns {
		choices[i].Label = p.name + "(" + p.hint + ")"
	}
	return choices
}

func (a *aside) askPlace(_ context.Context, t *asideTurn) (bot.Reply, error) {
	return bot.Reply{Text: t.Data.Number + " 什么时候签?", Choices: placeChoices()}, nil
}

func (a *aside) takePlace(ctx context.Context, t *asideTurn) (bot.Next, error) {
	if !t.IsText() {
		return bot.Miss(), nil
	}
	place, rest := turnIn(t.Text())
	if i, ok := bot.Choose(t.Text(), placeChoices()); ok {
		place, rest = turns[i].place, ""
	}
	if place == "" || rest != "" {
		return bot.Miss(), nil
	}
	t.Data.Place = place
	return a.do(ctx, t)
}

// addedWords names those who were added to a step, and who of them has signed; those who sign one after the other with whose turn it is.
func addedWords(list []cases.AddedSigner) string {
	var text string
	for i, s := range list {
		state := "未签"
		switch {
		case s.Signed:
			state = "已签"
		case s.InTurn && s.Waits:
			state = "还没轮到"
		case s.InTurn:
			state = "轮到签"
		}
		if i > 0 {
			apart := "、"
			if s.InTurn && list[i-1].InTurn && s.Place == list[i-1].Place {
				apart = cases.TurnSign
			}
			text += apart
		}
		text += s.Name + "(" + placeName(s.Place) + "," + state + ")"
	}
	return text
}
