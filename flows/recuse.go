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

// RecuseDesk takes officers out of a case that they have ties to, and keeps them out of others.
type RecuseDesk interface {
	Recuse(ctx context.Context, r cases.Recusal) (cases.Recused, error)
	DeclareTie(ctx context.Context, officer union.MemberID, number string, to union.MemberID) (union.Member, error)
	Ties(ctx context.Context, member union.MemberID) ([]union.Member, error)
	WithdrawTie(ctx context.Context, member, other union.MemberID) error
	ChallengeDesk
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

type recuseData struct {
	pick
	// Number is the case that the officer stays out of, Of those of whom it may be so from now on.
	Number string     `json:"number,omitempty"`
	Of     []handLine `json:"of,omitempty"`
	// Whom its author asks to stay out of it.
	Whom handLine `json:"whom,omitzero"`
}

type recuseTurn = bot.Turn[recuseData]

// recuseEntry begins with a case that is known already.
func recuseEntry(number, why string) bot.Entry {
	return bot.Entry{Flow: "recuse", Key: number, Text: why}
}

func (r *recuse) flow() bot.Flow {
	return bot.Define(bot.Spec[recuseData]{
		Name: "recuse", Rev: 2, Title: "回避", Expires: listExpires, Passing: true, Stays: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordRecuse)},
		Begin:  r.begin,
		To:     []bot.StepName{"which", "always", "whom", "why"},
		Steps: []bot.Step[recuseData]{{
			Name: "which", To: []bot.StepName{"always"},
			AskFunc: func(_ context.Context, t *recuseTurn) (bot.Reply, error) {
				if len(t.Data.Numbers) == 0 {
					return bot.Reply{Text: "您手上没有待办。要回避某一件,请写编号,如:回避 BF26-0031。声明过不给您的:", Choices: t.Data.all()}, nil
				}
				return bot.Reply{Text: "要回避哪一件?回避以后,这一件各步都不再经您手:", Choices: t.Data.all()}, nil
			},
			Handle: func(ctx context.Context, t *recuseTurn) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), t.Data.all())
				switch {
				case !ok || !t.IsText():
					return bot.Miss(), nil
				case i >= len(t.Data.Numbers):
					return r.notAnyMore(ctx, t, t.Data.Of[i-len(t.Data.Numbers)])
				}
				return r.one(ctx, t, t.Data.Numbers[i], "")
			},
		}, {
			Name: "always", AskFunc: r.askAlways, Handle: r.always,
		}, {
			Name: "whom", To: []bot.StepName{"why"}, AskFunc: r.askWhom, Handle: r.takeWhom,
		}, {
			Name: "why", Verbatim: true, AskFunc: r.askWhy, Handle: r.takeWhy,
		}},
	})
}

func (r *recuse) begin(ctx context.Context, t *recuseTurn) (bot.Next, error) {
	officer, next, err := r.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	switch {
	case t.Entry.Key != "":
		return r.named(ctx, t, t.Entry.Key, t.Entry.Text)
	case t.Command.Number != "":
		return r.named(ctx, t, t.Command.Number, t.Command.Rest)
	}
	open, err := r.desk.TaskPage(ctx, officer, cases.Spot{}, listed, false)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list tasks: %w", err)
	}
	t.Data = recuseData{}
	for _, line := range open.Lines {
		t.Data.Numbers = append(t.Data.Numbers, line.Task.Case.Number)
		t.Data.Labels = append(t.Data.Labels, taskLabel(line.Task, t.Now, r.caseWords.calendar, r.caseWords.language))
	}
	tied, err := r.desk.Ties(ctx, officer)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list ties: %w", err)
	}
	if t.Data.Of = linesOf(tied); len(open.Lines)+len(tied) == 0 {
		t.Say("您手上没有待办。要回避某一件,请写编号,如:回避 BF26-0031。")
		return bot.End(), nil
	}
	return bot.Goto("which"), nil
}

// named takes a case that is named: its author means whoever has it, anybody else themselves.
func (r *recuse) named(ctx context.Context, t *recuseTurn, number, said string) (bot.Next, error) {
	if next, own, err := r.ofOwn(ctx, t, number, said); own || err != nil {
		return next, err
	}
	return r.one(ctx, t, number, said)
}

func (r *recuse) one(ctx context.Context, t *recuseTurn, number, why string) (bot.Next, error) {
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
	if len(done.Of) == 0 {
		return bot.End(), nil
	}
	t.Data = recuseData{Number: done.Case.Number, Of: linesOf(done.Of)}
	return bot.Goto("always"), nil
}

func (d recuseData) ofChoices() []bot.Choice {
	var choices []bot.Choice
	for _, line := range d.Of {
		choices = append(choices, bot.Choice{Label: line.Label + "的,以后都不给我"})
	}
	return append(choices, bot.Choice{Label: "只这一件"})
}

// askAlways asks whether it is so of all that is theirs. Who says nothing stays out of this one only.
func (r *recuse) askAlways(_ context.Context, t *recuseTurn) (bot.Reply, error) {
	return bot.Reply{Text: "以后同一个人的事,也都不给您吗?", Choices: t.Data.ofChoices()}, nil
}

func (r *recuse) always(ctx context.Context, t *recuseTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), t.Data.ofChoices())
	switch {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == len(t.Data.Of):
		t.Say("好的,只回避 " + t.Data.Number + "。")
		return bot.End(), nil
	}
	officer, err := r.people.acting(ctx, t.Talk)
	var other union.Member
	if err == nil {
		other, err = r.desk.DeclareTie(ctx, officer, t.Data.Number, t.Data.Of[i].Member)
	}
	if err != nil {
		words, ok := r.caseWords.refusal(err, t.Data.Number)
		if !ok {
			return bot.Next{}, fmt.Errorf("declare a tie: %w", err)
		}
		t.Say(words)
		return bot.End(), nil
	}
	t.Say("记下了:以后 " + nameAndUnit(other) + " 的事都不经您手,您的事也不由对方办。手上还有的,上班时间几分钟内转给别人。要改回来,回复\"回避\"。")
	return bot.End(), nil
}

// all are the cases that the officer has, and those whose matters may be theirs again.
func (d recuseData) all() []bot.Choice {
	choices := d.choices()
	for _, line := range d.Of {
		choices = append(choices, bot.Choice{Label: line.Label + "的事,以后可以给我"})
	}
	return choices
}

// notAnyMore takes back what the officer has said of somebody.
func (r *recuse) notAnyMore(ctx context.Context, t *recuseTurn, other handLine) (bot.Next, error) {
	officer, err := r.people.acting(ctx, t.Talk)
	if err == nil {
		err = r.desk.WithdrawTie(ctx, officer, other.Member)
	}
	if err != nil && !errors.Is(err, union.ErrNotFound) { // once more is as before
		return bot.Next{}, fmt.Errorf("withdraw a tie: %w", err)
	}
	t.Say("好的,以后 " + other.Label + " 的事可以给您。已经回避的那几件不变。")
	return bot.End(), nil
}

func (r *recuse) recused(done cases.Recused) string {
	text := done.Case.Number + " 已记下您回避,以后各步都不再经您手。"
	switch {
	case done.Stuck:
		return text + "现在没有别人能接手,已请管理员安排,您不用再管。"
	case len(done.Next) > 0:
		return text + "已转请 " + officers(done.Next) + " 办," + promised(r.caseWords.calendar, done.Case.DueAt) + " 前。"
	}
	return text
}
