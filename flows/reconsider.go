package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// ReconsiderDesk lets authors ask for a second look.
type ReconsiderDesk interface {
	Mine(ctx context.Context, m union.MemberID) ([]cases.Summary, error)
	Reconsider(ctx context.Context, member union.MemberID, number, why string) (cases.Reconsidered, error)
}

// reconsider asks other people to look again at what was refused: 复议 JY26-0138 ….
type reconsider struct {
	people    people
	caseWords caseWords
	desk      interface {
		ReconsiderDesk
		Mine(ctx context.Context, m union.MemberID) ([]cases.Summary, error)
		Case(ctx context.Context, viewer union.MemberID, number string) (cases.View, error)
	}
}

type reconsiderData struct {
	Number string `json:"number"`
	Which  pick   `json:"which,omitzero"`
	Spoken aloud  `json:"spoken,omitzero"`
}

func (r *reconsider) begin(ctx context.Context, t *bot.Turn[reconsiderData]) (bot.Next, error) {
	member, next, err := r.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	if t.Command.Number == "" {
		return r.which(ctx, t, member)
	}
	t.Data.Number = t.Command.Number
	why := strings.TrimSpace(t.Command.Rest)
	if noReason(why) {
		why = ""
	}
	return r.ask(ctx, t, why)
}

func (r *reconsider) flow() bot.Flow {
	return bot.Define(bot.Spec[reconsiderData]{
		Name: "reconsider", Rev: 1, Title: "复议", Expires: 30 * time.Minute,
		Starts: []bot.Trigger{bot.OnWord(bot.WordReconsider)},
		Begin:  r.begin,
		To:     []bot.StepName{"which", "why"},
		Steps: []bot.Step[reconsiderData]{{
			Name: "which", To: []bot.StepName{"why"},
			AskFunc: func(_ context.Context, t *bot.Turn[reconsiderData]) (bot.Reply, error) {
				return bot.Reply{Text: "要复议哪一件?", Choices: t.Data.Which.choices()}, nil
			},
			Handle: func(ctx context.Context, t *bot.Turn[reconsiderData]) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), t.Data.Which.choices())
				if !ok || !t.IsText() {
					return bot.Miss(), nil
				}
				t.Data.Number = t.Data.Which.Numbers[i]
				return r.ask(ctx, t, "")
			},
		}, {
			Name: "why",
			AskFunc: func(_ context.Context, t *bot.Turn[reconsiderData]) (bot.Reply, error) {
				if reply, open := t.Data.Spoken.reply(); open {
					return reply, nil
				}
				return bot.Reply{Text: t.Data.Number + " 您不同意的理由是什么?会交给另外的同志再看一次。(不复议了回\"取消\")"}, nil
			},
			Handle: r.takeWhy,
			Commands: map[bot.Word]func(context.Context, *bot.Turn[reconsiderData]) (bot.Next, error){
				bot.WordCancel: func(_ context.Context, t *bot.Turn[reconsiderData]) (bot.Next, error) {
					t.Say("好的,不复议了。")
					return bot.End(), nil
				},
			},
		}},
	})
}

// takeWhy hears why the author does not agree.
func (r *reconsider) takeWhy(ctx context.Context, t *bot.Turn[reconsiderData]) (bot.Next, error) {
	why, err := unheard(t.Talk, ownService(ctx, t.Talk, r.people, r.desk, t.Data.Number))
	switch {
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		return r.ask(ctx, t, "") // the desk says why not
	case err != nil:
		return bot.Next{}, err
	}
	if t.Data.Spoken.listens(t.Talk, why) {
		return bot.Repeat(), nil
	}
	if !t.IsText() || noReason(t.Text()) {
		t.Lead("请用文字写。")
		return bot.Repeat(), nil
	}
	return r.ask(ctx, t, strings.TrimSpace(t.Text()))
}

// which asks which case is meant, of those that ended otherwise than their author wished.
func (r *reconsider) which(ctx context.Context, t *bot.Turn[reconsiderData], member union.MemberID) (bot.Next, error) {
	mine, err := r.desk.Mine(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list own cases: %w", err)
	}
	t.Data.Which.list(mine, r.caseWords, func(c cases.Summary) bool { return c.State == cases.Refused || c.State == cases.Merged })
	switch numbers := t.Data.Which.Numbers; len(numbers) {
	case 0:
		t.Say("您没有没通过或被并入的事项。对办好的有不同看法,请回复\"复议\"加编号和理由,编号回复\"我的\"就能看到。")
		return bot.End(), nil
	case 1:
		t.Data.Number = numbers[0]
		return r.ask(ctx, t, "")
	}
	return bot.Goto("which"), nil
}

// ask has others look again. Without a reason the desk says first whether anybody may, and the reason is asked for then.
func (r *reconsider) ask(ctx context.Context, t *bot.Turn[reconsiderData], why string) (bot.Next, error) {
	member, err := r.people.acting(ctx, t.Talk)
	var done cases.Reconsidered
	if err == nil {
		done, err = r.desk.Reconsider(ctx, member, t.Data.Number, cut(why, noteRunes))
	}
	var incomplete *cases.IncompleteError
	switch {
	case errors.As(err, &incomplete):
		return bot.Goto("why"), nil
	case errors.Is(err, cases.ErrActNotAllowed):
		t.Say(t.Data.Number + " 现在不能复议:只有没通过或被并入的事项,在期限内可以请另外的人再看一次。")
	case errors.Is(err, union.ErrNoOfficer):
		t.Say(t.Data.Number + " 没有别的人能再看了,请直接联系上一级工会。")
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		t.Say("没有找到您提的 " + t.Data.Number + ",请核对编号。")
	case err != nil:
		return bot.Next{}, fmt.Errorf("look at case again: %w", err)
	default:
		t.Say(fmt.Sprintf("%s 已请 %s 再看一次,%s 前告诉您结果。", done.Case.Number, officers(done.Officers), promised(r.caseWords.calendar, done.Case.DueAt)))
	}
	return bot.End(), nil
}
