package flows

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/cases"
)

// command takes 同意, 同意 JY26-0138 意见, 同意 2 and 并入 JY26-0121. A number names the case; without one, it is the task
// that is open before the officer, or one of the list.
func (k *tasks) command(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	act, cmd := actOf[t.Command.Word], t.Command
	cmd.Rest = afterNumber(cmd.Lines + " " + cmd.Rest)
	if broadcast.Numbered(cmd.Number) {
		return bot.Hand(castEntry("cast_release", cmd.Word, cmd.Number, cmd.Rest)), nil
	}
	current := t.Data.Task != 0 && len(lineNumbers(cmd.Rest)) == 0
	refs, note, several := wantsSeveral(cmd, act, len(t.Data.List))
	switch {
	case t.Step == "task" && cmd.Lines != "" && !several: // the line of what may be done with it: 1 同意
		return k.takeTask(ctx, t)
	case t.Step == "reason" && cmd.Number == "" && t.Data.sameAct(act, cmd.Rest): // 退回 1 3 请补 at its own question
		return k.sameAgain(ctx, t, act)
	case (t.Step == "reason" || t.Step == "answer") && act != t.Data.Act && cmd.Number == "":
		t.Lead("正在问 " + t.Data.named() + " 的原因,\"" + t.Command.Said + "\"没有算数。要换一种办法,先回复\"取消\"。\n")
		return bot.Repeat(), nil
	case t.Step == "sure" && cmd.Number == "" && !several && t.Data.isWords(cmd.Rest):
		return k.commandSure(ctx, t, act, cmd.Rest)
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
		if next, ok, err := k.turns(ctx, t, act, cmd.Number); !ok {
			return next, err
		}
		if into, ok := bot.ParseNumber(cmd.Rest); ok && act == cases.Merge {
			t.Data.Into, cmd.Rest = into, ""
		}
	case !current:
		return k.commandOnList(ctx, t, act, cmd.Rest)
	}
	t.Data.Act, t.Data.Note, t.Data.Turned = act, cmd.Rest, false
	t.Data.decideAnew()
	return k.decide(ctx, t)
}

// sameAct says whether the act of which the reason is asked is named once more, with the reason and to nobody else.
func (d *tasksData) sameAct(act cases.Act, reason string) bool {
	_, _, other := toWhom(reason)
	return act == d.Act && reason != "" && !other
}

// sameAgain takes what follows the act of which the reason is asked as the reason. One figure may be a line of the list as well, as lists
// have it said: where it is that alone it is taken so, and where it is both nothing is decided, for what an author has read stands.
func (k *tasks) sameAgain(ctx context.Context, t *tasksTurn, act cases.Act) (bot.Next, error) {
	lines, rest := lineNumbers(t.Command.Rest), t.Command.Rest
	if len(lines) != 1 || lines[0] < 1 || lines[0] > len(t.Data.List) {
		return k.reasonOf(ctx, t, rest)
	}
	n := lines[0]
	if n > len(t.Data.offered()) {
		return k.decideLine(ctx, t, n-1, act, "")
	}
	number, word := cmp.Or(t.Data.List[n-1].Number, t.Data.List[n-1].Help), t.Command.Said
	t.Lead(fmt.Sprintf("\"%s %s\"可能是第 %d 条原因,也可能是清单上的 %s,先没有办。选原因请回复\"%d\",办那一件请回复\"%s %s\"。\n", word, rest, n, number, n, word, number))
	return bot.Repeat(), nil
}

// isWords says whether what follows an act is said of the task before the officer: a sum or an opinion, and no line of the list.
func (d *tasksData) isWords(rest string) bool {
	refs, words := several(rest, false)
	return len(refs) == 0 || words != "" || d.Ceiling > 0 && !onList(refs, len(d.List))
}

// commandOnList decides the task whose number in the list was said, or asks which one is meant.
func (k *tasks) commandOnList(ctx context.Context, t *tasksTurn, act cases.Act, rest string) (bot.Next, error) {
	if t.Command.Said == "拒绝" && rest == "" && len(t.Data.List) == 0 {
		if waits, err := waitsForAnswer(ctx, k.standIns, union.MemberID(t.Member)); err != nil || waits {
			return bot.Hand(bot.Entry{Flow: "standin", Key: standInRefuse}), err
		}
	}
	first, note, _ := strings.Cut(rest, " ")
	n, ok := bot.Ordinal(first)
	switch refs, words := several(rest, false); {
	case len(refs) > 1 && onList(refs, len(t.Data.List)): // by an act that is another thing for each
		return k.oneByOne(t, act, refs, words), nil
	case len(refs) > 1:
		t.Lead(eachByItself(act) + "\n")
		rest = ""
	case ok && n >= 1 && n <= len(t.Data.List):
		return k.decideLine(ctx, t, n-1, act, strings.TrimSpace(note))
	case len(refs) == 1 && words == "", longNote(t, rest): // the number of a list that was not shown, or beyond its end
		rest = ""
	}
	t.Data = tasksData{Act: act, Note: rest}
	return k.list(ctx, t)
}

func (k *tasks) decideLine(ctx context.Context, t *tasksTurn, line int, act cases.Act, note string) (bot.Next, error) {
	if number := t.Data.List[line].Help; number != "" {
		return bot.Hand(helpEntry(number)), nil
	}
	t.Data.Task, t.Data.Act, t.Data.Note, t.Data.Turned, t.Data.Together = t.Data.List[line].Task, act, note, false, nil
	t.Data.decideAnew()
	v, err := k.task(ctx, t, t.Data.Task)
	if err != nil {
		return k.refused(t, err, "这一件")
	}
	t.Data.Number = v.Case.Number
	return k.decide(ctx, t)
}
