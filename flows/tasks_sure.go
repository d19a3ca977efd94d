package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
)

// tasksSure is what was shown before a decision counts, and whether the officer has said yes to it.
type tasksSure struct {
	Text string `json:"text"`
	// Words are how the act is said, the first of them on the button.
	Words []string `json:"words"`
	Ties  bool     `json:"ties,omitempty"`
	Fen   int64    `json:"fen,omitempty"`
	Year  int      `json:"year,omitempty"` // of the fund
	Yes   bool     `json:"yes,omitempty"`
}

const (
	recuseLabel = "回避"
	leftUndone  = "先不办"
	otherSum    = "改一个数"
)

// decideAnew forgets the sum and what was shown of another decision.
func (d *tasksData) decideAnew() { d.Grant, d.Ceiling, d.Sure = 0, 0, nil }

// wantsSure shows money before it counts, and asks for ties, both in one message.
func (k *tasks) wantsSure(t *tasksTurn, need *cases.SureNeededError) bot.Next {
	if t.Data.Sure != nil && t.Data.Sure.Yes {
		t.Lead("刚才以后又有变化,请再看一次。\n")
	}
	word := need.Option.Word.In(k.caseWords.language)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", need.Number, need.Service.Title.In(k.caseWords.language))
	if need.Author != "" {
		b.WriteString(" " + need.Author)
	}
	if b.WriteString(":" + word); need.Fen > 0 {
		b.WriteString(" " + answer.Yuan(need.Fen))
	}
	b.WriteString("。")
	year := 0
	if need.Fund != nil {
		year = need.Fund.Year
		fmt.Fprintf(&b, "资金:%s,余额 %s。", fundName(*need.Fund), answer.Yuan(need.Fund.Left()))
	}
	switch {
	case need.Ties && need.Named:
		b.WriteString("\n您与申请人或受益人有亲属、师徒等利害关系吗?")
	case need.Ties:
		b.WriteString("\n您与申请人有亲属、师徒等利害关系吗?")
	default:
		b.WriteString("\n对吗?确认才算数。")
	}
	t.Data.Sure = &tasksSure{Text: b.String(), Words: append([]string{word}, need.Option.Synonyms...), Ties: need.Ties, Fen: need.Fen, Year: year}
	return bot.Goto("sure")
}

func (d *tasksData) sureChoices() []bot.Choice {
	choices := []bot.Choice{{Label: "确认" + d.Sure.Words[0]}, {Label: leftUndone}}
	if d.Sure.Ties {
		choices = []bot.Choice{{Label: "无," + d.Sure.Words[0]}, {Label: recuseLabel}}
	}
	if d.Ceiling > 0 {
		choices = append(choices, bot.Choice{Label: otherSum})
	}
	return choices
}

func (k *tasks) askSure(_ context.Context, t *tasksTurn) (bot.Reply, error) {
	return bot.Reply{Text: t.Data.Sure.Text, Choices: t.Data.sureChoices()}, nil
}

func (k *tasks) takeSure(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	choices := t.Data.sureChoices()
	i, ok := t.Data.Sure.choose(t.Text(), choices)
	switch {
	case t.IsText() && strings.TrimSpace(t.Text()) == leftUndone, ok && choices[i].Label == leftUndone: // also where ties are asked for, and it is not offered
		t.Say("好的,先没有办。回复\"待办\"再看。")
		return bot.End(), nil
	case !ok && t.IsText() && t.Data.Sure.evades(t.Text()):
		t.Lead(saidTiesFirst)
		return bot.Repeat(), nil
	case !ok && t.IsText() && t.Data.Sure.again(t.Text()) != "":
		return k.sureAgain(ctx, t, t.Data.Sure.again(t.Text()))
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case choices[i].Label == recuseLabel:
		return bot.Hand(recuseEntry(t.Data.Number, "")), nil
	case choices[i].Label == otherSum:
		t.Data.Grant, t.Data.Sure = 0, nil
		return bot.Goto("grant"), nil
	}
	t.Data.Sure.Yes = true
	return k.decide(ctx, t)
}

// again is what follows the act where it is said once more: the 2000 of 核定 2000.
func (s tasksSure) again(text string) string {
	said, rest, _ := strings.Cut(strings.TrimSpace(bot.Simplified(text)), " ")
	if !slices.Contains(s.Words, said) {
		return ""
	}
	return strings.TrimSpace(rest)
}

// sureAgain takes it for another sum, an opinion, or a line of the list.
func (k *tasks) sureAgain(ctx context.Context, t *tasksTurn, rest string) (bot.Next, error) {
	if t.Data.isWords(rest) {
		return k.commandSure(ctx, t, t.Data.Act, rest)
	}
	return k.commandOnList(ctx, t, t.Data.Act, rest)
}

const saidTiesFirst = "先请说有没有利害关系。\n"

// choose finds what was chosen. Where ties are asked for, a piece of a choice is none: who says 确认 has not said 无.
func (s tasksSure) choose(text string, choices []bot.Choice) (i int, ok bool) {
	if said := s.heard(text); said != 0 {
		return max(0, -said), true
	}
	i, ok = bot.Choose(text, choices)
	if _, n := bot.Ordinal(text); !ok || !s.Ties || n {
		return i, ok
	}
	return i, bot.Simplified(strings.TrimSpace(text)) == choices[i].Label
}

// evades says whether a text says yes to what has to be said in other words.
func (s tasksSure) evades(text string) bool {
	yes, said := answer.YesNo(bot.Simplified(strings.TrimSpace(text)))
	return s.Ties && (said && yes || slices.Contains(append(s.Words, "确认", "确定"), bot.Simplified(strings.TrimSpace(text))))
}

// heard understands what is no choice: 1 for a yes, -1 for the second choice, 0 for neither. Where ties are asked for, only who says that there
// are none says yes: 无, 没有, 无,同意.
func (s tasksSure) heard(text string) int {
	plain := strings.Trim(bot.Simplified(strings.TrimSpace(text)), "。.!")
	for _, none := range []string{"没有关系", "没有利害关系", "无利害关系", "没有", "无", "没"} {
		rest, found := strings.CutPrefix(plain, none)
		rest = strings.Trim(rest, ",，、; ")
		if found && (rest == "" && s.Ties || rest == "确认" || slices.Contains(s.Words, rest)) {
			return 1
		}
	}
	if !s.Ties {
		i, ok := yesOrNo(plain, []bot.Choice{{Label: "确认"}, {Label: "先不办"}})
		switch {
		case ok && i == 1:
			return -1
		case ok || slices.Contains(s.Words, plain):
			return 1
		}
		return 0
	}
	if slices.Contains([]string{"有", "有关系", "有的"}, plain) {
		return -1
	}
	return 0
}

// commandSure takes an act where one waits to be confirmed: the same once more says yes, unless ties are asked for.
func (k *tasks) commandSure(ctx context.Context, t *tasksTurn, act cases.Act, note string) (bot.Next, error) {
	switch {
	case act != t.Data.Act || note != "":
		t.Data.Act, t.Data.Note = act, note
		t.Data.decideAnew()
	case t.Data.Sure.Ties:
		t.Lead(saidTiesFirst)
		return bot.Repeat(), nil
	default:
		t.Data.Sure.Yes = true
	}
	return k.decide(ctx, t)
}
