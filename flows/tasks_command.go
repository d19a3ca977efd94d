package flows

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// command takes 同意, 同意 JY26-0138 意见, 同意 2 and 并入 JY26-0121. A number names the case; without one, it is the task
// that is open before the officer, or one of the list.
func (k tasks) command(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	act, cmd := actOf[t.Command.Word], t.Command
	current := t.Data.Task != 0 && len(lineNumbers(cmd.Rest)) == 0
	switch {
	case t.Step == "reason" && act != t.Data.Act && cmd.Number == "":
		t.Lead("正在问 " + t.Data.Number + " 的原因,\"" + t.Command.Said + "\"没有算数。要换一种办法,先回复\"取消\"。\n")
		return bot.Repeat(), nil
	case act == cases.Merge && current && cmd.Number != "" && cmd.Rest == "":
		t.Data.Into = cmd.Number
	case cmd.Number != "":
		t.Data = tasksData{Number: cmd.Number}
		if into, ok := bot.ParseNumber(cmd.Rest); ok && act == cases.Merge {
			t.Data.Into, cmd.Rest = into, ""
		}
	case !current:
		return k.commandOnList(ctx, t, act, cmd.Rest)
	}
	t.Data.Act, t.Data.Note = act, cmd.Rest
	return k.decide(ctx, t)
}

// entryAct is the key under which a sentence is taken that names a case and what may be done with it: 初核通过 BF26-0031.
const entryAct = "act"

// wordAndNumber is a word that the engine does not know, and a case's number before or behind it. The first or the fifth
// group is the word, the second or the fourth the number, the third or the sixth what follows.
var wordAndNumber = regexp.MustCompile(`^(?:([\p{Han}、]{1,12})\s*:?\s*([A-Za-z]{2}\d{2}-\d{4,})\s*((?s:.*))|([A-Za-z]{2}\d{2}-\d{4,})\s*([\p{Han}、]{1,12})(?:[\s,。;:]+((?s:.*)))?)$`)

// guessAct takes a sentence of a word and a number for what an officer does with the case, by the word of its step.
func guessAct(text string) []bot.Guess {
	if !wordAndNumber.MatchString(strings.TrimSpace(text)) {
		return nil
	}
	return []bot.Guess{{Label: "办理待办", Key: entryAct, Score: actScore}}
}

// actScore is higher than that of any sentence that asks for a service.
const actScore = 0.97

// named does what the word of a step says with the case that is named beside it.
func (k tasks) named(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	said := wordAndNumber.FindStringSubmatch(strings.TrimSpace(t.Entry.Text))
	if said == nil {
		return k.list(ctx, t)
	}
	word, number, rest := said[1]+said[5], strings.ToUpper(said[2]+said[4]), strings.TrimSpace(said[3]+said[6])
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, number)
	}
	v, err := k.desk.TaskByNumber(ctx, officer, number)
	if errors.Is(err, union.ErrForbidden) || errors.Is(err, union.ErrNotFound) {
		return bot.Hand(bot.Entry{Flow: "progress", Key: number}), nil // who cannot decide it wants to know about it
	}
	if err != nil {
		return k.refused(t, err, number)
	}
	i := slices.IndexFunc(v.Review.Acts, func(o actOption) bool {
		return o.Word.In(k.caseWords.language) == word || slices.Contains(o.Synonyms, bot.Simplified(word))
	})
	t.Data = tasksData{Task: v.ID, Number: number}
	if i < 0 && v.ID == 0 {
		t.Say("\"" + word + "\"这一步用不上。")
		return bot.End(), nil
	}
	if i < 0 {
		t.Lead("\"" + word + "\"这一步用不上。\n")
		return bot.Goto("task"), nil
	}
	t.Data.Act, t.Data.Note = v.Review.Acts[i].Act, rest
	return k.decide(ctx, t)
}

// commandOnList decides the task whose number in the list was said, or asks which one is meant.
func (k tasks) commandOnList(ctx context.Context, t *tasksTurn, act cases.Act, rest string) (bot.Next, error) {
	first, note, _ := strings.Cut(rest, " ")
	n, ok := bot.Ordinal(first)
	switch numbers := lineNumbers(rest); {
	case len(numbers) > 1:
		t.Lead("请一件一件办。")
		rest = ""
	case ok && n >= 1 && n <= len(t.Data.List):
		return k.decideLine(ctx, t, n-1, act, strings.TrimSpace(note))
	case len(numbers) == 1, longNote(t, rest): // the number of a list that was not shown, or beyond its end
		rest = ""
	}
	t.Data = tasksData{Act: act, Note: rest}
	return k.list(ctx, t)
}

func (k tasks) decideLine(ctx context.Context, t *tasksTurn, line int, act cases.Act, note string) (bot.Next, error) {
	t.Data.Task, t.Data.Act, t.Data.Note = t.Data.List[line].Task, act, note
	v, err := k.task(ctx, t, t.Data.Task)
	if err != nil {
		return k.refused(t, err, "这一件")
	}
	t.Data.Number = v.Case.Number
	return k.decide(ctx, t)
}

// lineNumbers reads "2" and "1、3": the numbers of lines in a list, if the text is nothing else. They are never an
// opinion.
func lineNumbers(text string) (numbers []int) {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",，、和", r) }) {
		n, ok := bot.Ordinal(part)
		if !ok {
			return nil
		}
		numbers = append(numbers, n)
	}
	return numbers
}
