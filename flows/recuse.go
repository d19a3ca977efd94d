package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// RecuseDesk takes officers out of a case that they have ties to.
type RecuseDesk interface {
	Recuse(ctx context.Context, r cases.Recusal) (cases.Recused, error)
}

// recuse takes an officer out of a case: 回避 BF26-0031 他是我表弟.
type recuse struct {
	people    people
	caseWords caseWords
	desk      interface {
		RecuseDesk
		TaskPage(ctx context.Context, officer union.MemberID, after cases.Spot, most int, withHelps bool) (cases.TaskPage, error)
	}
}

type recuseTurn = bot.Turn[pick]

// recuseEntry begins with a case that is known already.
func recuseEntry(number, why string) bot.Entry {
	return bot.Entry{Flow: "recuse", Key: number, Text: why}
}

func (r recuse) flow() bot.Flow {
	return bot.Define(bot.Spec[pick]{
		Name: "recuse", Rev: 1, Title: "回避", Expires: listExpires, Passing: true, Stays: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordRecuse)},
		Begin:  r.begin,
		Steps: []bot.Step[pick]{{
			Name: "which",
			AskFunc: func(_ context.Context, t *recuseTurn) (bot.Reply, error) {
				return bot.Reply{Text: "要回避哪一件?回避以后,这一件各步都不再经您手:", Choices: t.Data.choices()}, nil
			},
			Handle: func(ctx context.Context, t *recuseTurn) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), t.Data.choices())
				if !ok || !t.IsText() {
					return bot.Miss(), nil
				}
				return r.one(ctx, t, t.Data.Numbers[i], "")
			},
		}},
	})
}

func (r recuse) begin(ctx context.Context, t *recuseTurn) (bot.Next, error) {
	officer, next, err := r.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	switch {
	case t.Entry.Key != "":
		return r.one(ctx, t, t.Entry.Key, t.Entry.Text)
	case t.Command.Number != "":
		return r.one(ctx, t, t.Command.Number, t.Command.Rest)
	}
	open, err := r.desk.TaskPage(ctx, officer, cases.Spot{}, listed, false)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list tasks: %w", err)
	}
	t.Data = pick{}
	for _, line := range open.Lines {
		t.Data.Numbers = append(t.Data.Numbers, line.Task.Case.Number)
		t.Data.Labels = append(t.Data.Labels, taskLabel(line.Task, t.Now, r.caseWords.calendar, r.caseWords.language))
	}
	if len(open.Lines) == 0 {
		t.Say("您手上没有待办。要回避某一件,请写编号,如:回避 BF26-0031。")
		return bot.End(), nil
	}
	return bot.Goto("which"), nil
}

func (r recuse) one(ctx context.Context, t *recuseTurn, number, why string) (bot.Next, error) {
	officer, err := r.people.acting(ctx, t.Talk)
	var done cases.Recused
	if err == nil {
		done, err = r.desk.Recuse(ctx, cases.Recusal{Number: number, Officer: officer, Why: cut(strings.TrimSpace(why), noteRunes)})
	}
	if errors.Is(err, union.ErrForbidden) {
		t.Say(number + " 本来就不由您办,不用回避。")
		return bot.End(), nil
	}
	if err != nil {
		words, ok := r.caseWords.refusal(err, number)
		if !ok {
			return bot.Next{}, fmt.Errorf("recuse: %w", err)
		}
		t.Say(words)
		return bot.End(), nil
	}
	t.Say(r.recused(done))
	return bot.End(), nil
}

func (r recuse) recused(done cases.Recused) string {
	text := done.Case.Number + " 已记下您回避,以后各步都不再经您手。"
	switch {
	case done.Stuck:
		return text + "现在没有别人能接手,已请管理员安排,您不用再管。"
	case len(done.Next) > 0:
		return text + "已转请 " + officers(done.Next) + " 办," + promised(r.caseWords.calendar, done.Case.DueAt) + " 前。"
	}
	return text
}
