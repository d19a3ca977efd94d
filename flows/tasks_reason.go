package flows

import (
	"context"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
)

// wantsReason asks for the words that the act is never done without. What the service offers for them is read first; whether
// the officer may do the act at all is judged when it is done, and so nothing is said of a task that cannot be read.
func (k *tasks) wantsReason(ctx context.Context, t *tasksTurn) bot.Next {
	officer, err := k.people.acting(ctx, t.Talk)
	if err == nil {
		var v cases.TaskView
		if t.Data.Task != 0 {
			v, err = k.desk.TaskByID(ctx, officer, t.Data.Task)
		} else {
			v, err = k.desk.TaskByNumber(ctx, officer, t.Data.Number)
		}
		if option, ok := v.Review.Option(t.Data.Act); err == nil && ok {
			t.Data.Ask = option.Ask.In(k.caseWords.language)
			k.offerReasons(t, option)
		}
	}
	return bot.Goto("reason")
}

func (k *tasks) offerReasons(t *tasksTurn, option actOption) {
	t.Data.Reasons = nil
	for _, reason := range option.Offered() {
		t.Data.Reasons = append(t.Data.Reasons, reason.In(k.caseWords.language))
	}
}

func (k *tasks) askReason(_ context.Context, t *tasksTurn) (bot.Reply, error) {
	text := " 的原因是什么?会原样告诉提出人。"
	switch {
	case t.Data.Ask != "":
		text = " " + t.Data.Ask
	case t.Data.Act == cases.Accept, t.Data.Act == cases.Merge:
		text = " 要对提出人说什么?会原样转达。"
	case t.Data.Act == cases.SendBack:
		text = " 为什么退回重办?会原样给重办的人和提出人看。"
	case t.Data.Act == cases.Reopen:
		text = " 哪里还没改好?写一句,会原样转给办理的人。"
	case t.Data.Act == cases.Return:
		text = " 要提出人补充什么?会原样转达。"
	}
	reply := bot.Reply{Text: t.Data.named() + text}
	for _, reason := range t.Data.offered() {
		reply.Choices = append(reply.Choices, bot.Choice{Label: reason})
	}
	switch {
	case len(reply.Choices) > len(t.Data.Reasons):
		reply.Text += "可以选一条或几条(如\"1 3 请补\"),选了的项只问那几项;也可以自己写:"
	case len(reply.Choices) > 0:
		reply.Text += "可以选一条,也可以自己写:"
	}
	return reply, nil
}

func (k *tasks) takeReason(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	if t.Message.Kind == bot.KindImage && t.Message.Media != nil {
		if t.Data.Together != nil { // a picture is one case's
			t.Lead("几件一起办,不收照片;要发照片的请单独办。")
			return bot.Repeat(), nil
		}
		return k.takePicture(ctx, t)
	}
	return k.reasonOf(ctx, t, strings.TrimSpace(t.Text()))
}

// reasonOf takes what was written, or picked by numbers, as the reason.
func (k *tasks) reasonOf(ctx context.Context, t *tasksTurn, note string) (bot.Next, error) {
	if t.Data.Said != "" && slices.Contains(enough, note) {
		note = t.Data.Said
	}
	// A number picks; any other words are the officer's own, also those that are part of an offered reason. A number alone
	// tells nobody why, but may be what a service asks for: the minutes'. One figure is a tap gone astray.
	n, number := bot.Ordinal(note)
	number = number || len(lineNumbers(note)) > 0
	if picked, ok := t.Data.picked(note); ok {
		note, number = picked, false
	}
	if number && n >= 1 && n <= len(t.Data.Reasons) {
		note, number = t.Data.Reasons[n-1], false
	}
	if wordless(note) || number && (t.Data.Ask == "" || len(t.Data.Reasons) > 0) || oneFigure(note) {
		t.Lead("请用文字写。")
		return bot.Repeat(), nil
	}
	t.Data.Note = note
	return k.decide(ctx, t)
}
