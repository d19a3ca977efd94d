package flows

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
)

// targetLine is a case that is offered to be merged into.
type targetLine struct {
	Number string `json:"number"`
	Title  string `json:"title"`
}

// wantsTarget asks into which case one is merged, and offers those that are alike. Whether the officer may do it at all is judged when it is
// done.
func (k *tasks) wantsTarget(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	t.Data.Targets = nil
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, t.Data.Number)
	}
	alike, err := k.desk.MergeTargets(ctx, officer, t.Data.Task, t.Data.Number)
	if known := errors.Is(err, union.ErrNotFound) || errors.Is(err, union.ErrForbidden) || errors.Is(err, union.ErrSettled); err != nil && !known {
		return bot.Next{}, fmt.Errorf("offer targets: %w", err)
	}
	for _, c := range alike {
		t.Data.Targets = append(t.Data.Targets, targetLine{Number: c.Number, Title: cut(c.Title, 20)})
	}
	return bot.Goto("target"), nil
}

func (d *tasksData) targetChoices() []bot.Choice {
	choices := make([]bot.Choice, len(d.Targets))
	for i, line := range d.Targets {
		choices[i].Label = line.Number + "《" + line.Title + "》"
	}
	return choices
}

func (k *tasks) askTarget(_ context.Context, t *tasksTurn) (bot.Reply, error) {
	if len(t.Data.Targets) == 0 {
		return bot.Reply{Text: "并到哪一件?请回复编号,如 JY26-0121。"}, nil
	}
	return bot.Reply{Text: "并到哪一件?这几件写得像,选一件,或回复别的编号:", Choices: t.Data.targetChoices()}, nil
}

func (k *tasks) takeTarget(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	number, ok := bot.ParseNumber(t.Text())
	if i, chosen := bot.Choose(t.Text(), t.Data.targetChoices()); !ok && chosen && t.IsText() {
		number, ok = t.Data.Targets[i].Number, true
	}
	if t.Message.Kind == bot.KindVoice { // it would count at once
		t.Lead("怕听错了,编号请打字。")
		return bot.Repeat(), nil
	}
	if !ok {
		t.Lead("编号像 JY26-0121 这样。不并了回复\"取消\"。")
		return bot.Repeat(), nil
	}
	t.Data.Into = number
	return k.decide(ctx, t)
}
