package flows

import (
	"context"
	"strings"
	"unicode"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/cases"
)

// command takes 同意, 同意 JY26-0138 意见, 同意 2 and 并入 JY26-0121. A number names the case; without one, it is the task
// that is open before the officer, or one of the list.
func (k tasks) command(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	act, cmd := actOf[t.Command.Word], t.Command
	if broadcast.Numbered(cmd.Number) {
		return bot.Hand(castEntry("cast_release", cmd.Word, cmd.Number, cmd.Rest)), nil
	}
	current := t.Data.Task != 0 && len(lineNumbers(cmd.Rest)) == 0
	refs, note, several := wantsSeveral(cmd, act)
	switch {
	case (t.Step == "reason" || t.Step == "answer") && act != t.Data.Act && cmd.Number == "":
		t.Lead("正在问 " + t.Data.named() + " 的原因,\"" + t.Command.Said + "\"没有算数。要换一种办法,先回复\"取消\"。\n")
		return bot.Repeat(), nil
	case several && (cmd.Number != "" || len(t.Data.List) > 0):
		return k.together(ctx, t, act, refs, note)
	case several: // of a list that was not shown
		t.Data = tasksData{Act: act, Note: note}
		return k.list(ctx, t)
	case t.Step == "together" && cmd.Number == "" && cmd.Rest == "":
		t.Lead("\"" + cmd.Said + "\"没有算数。")
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
	t.Data.Act, t.Data.Note, t.Data.Turned = act, cmd.Rest, false
	return k.decide(ctx, t)
}

// commandOnList decides the task whose number in the list was said, or asks which one is meant.
func (k tasks) commandOnList(ctx context.Context, t *tasksTurn, act cases.Act, rest string) (bot.Next, error) {
	if t.Command.Said == "拒绝" && rest == "" && len(t.Data.List) == 0 {
		if waits, err := waitsForAnswer(ctx, k.standIns, union.MemberID(t.Member)); err != nil || waits {
			return bot.Hand(bot.Entry{Flow: "standin", Key: standInRefuse}), err
		}
	}
	first, note, _ := strings.Cut(rest, " ")
	n, ok := bot.Ordinal(first)
	switch numbers := lineNumbers(rest); {
	case len(numbers) > 1: // by an act that is another thing for each
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
	if number := t.Data.List[line].Help; number != "" {
		return bot.Hand(helpEntry(number)), nil
	}
	t.Data.Task, t.Data.Act, t.Data.Note, t.Data.Turned, t.Data.Together = t.Data.List[line].Task, act, note, false, nil
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
