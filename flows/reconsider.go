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
	desk      ReconsiderDesk
}

type reconsiderData struct {
	Number string `json:"number"`
}

func (r reconsider) flow() bot.Flow {
	return bot.Define(bot.Spec[reconsiderData]{
		Name: "reconsider", Rev: 1, Title: "复议", Expires: 30 * time.Minute,
		Starts: []bot.Trigger{bot.OnWord(bot.WordReconsider)},
		Begin: func(ctx context.Context, t *bot.Turn[reconsiderData]) (bot.Next, error) {
			member, err := r.people.find(ctx, t.Talk)
			switch {
			case err != nil:
				return bot.Next{}, err
			case member == 0:
				return r.people.stranger(t.Talk), nil
			}
			if t.Data.Number, err = r.which(ctx, t, member); err != nil || t.Data.Number == "" {
				return bot.End(), err
			}
			if why := strings.TrimSpace(t.Command.Rest); !wordless(why) {
				return r.ask(ctx, t, why)
			}
			return bot.Goto("why"), nil
		},
		Steps: []bot.Step[reconsiderData]{{
			Name: "why",
			AskFunc: func(_ context.Context, t *bot.Turn[reconsiderData]) (bot.Reply, error) {
				return bot.Reply{Text: t.Data.Number + " 您不同意的理由是什么?会交给另外的同志再看一次。(不复议了回\"取消\")"}, nil
			},
			Handle: func(ctx context.Context, t *bot.Turn[reconsiderData]) (bot.Next, error) {
				if !t.IsText() || wordless(t.Text()) {
					t.Lead("请用文字写。")
					return bot.Repeat(), nil
				}
				return r.ask(ctx, t, strings.TrimSpace(t.Text()))
			},
			Commands: map[bot.Word]func(context.Context, *bot.Turn[reconsiderData]) (bot.Next, error){
				bot.WordCancel: func(_ context.Context, t *bot.Turn[reconsiderData]) (bot.Next, error) {
					t.Say("好的,不复议了。")
					return bot.End(), nil
				},
			},
		}},
	})
}

// which is the case that is meant: the one that is named or, without a number, the only one that was refused or merged. It is empty
// where there are several, and says which.
func (r reconsider) which(ctx context.Context, t *bot.Turn[reconsiderData], member union.MemberID) (string, error) {
	if t.Command.Number != "" {
		return t.Command.Number, nil
	}
	filed, err := r.desk.Mine(ctx, member)
	if err != nil {
		return "", fmt.Errorf("list own cases: %w", err)
	}
	var ended []string
	for _, c := range filed {
		if (c.State == cases.Refused || c.State == cases.Merged) && len(ended) < listed {
			ended = append(ended, c.Number+"《"+cut(c.Title, 20)+"》")
		}
	}
	switch len(ended) {
	case 0:
		t.Say("您没有没通过的事项。办到哪一步,回复\"进度\"看。")
		return "", nil
	case 1:
		number, _, _ := strings.Cut(ended[0], "《")
		return number, nil
	}
	t.Say("要复议哪一件?请回复\"复议\"加编号和理由:\n" + strings.Join(ended, "\n"))
	return "", nil
}

func (r reconsider) ask(ctx context.Context, t *bot.Turn[reconsiderData], why string) (bot.Next, error) {
	member, err := r.people.acting(ctx, t.Talk)
	var done cases.Reconsidered
	if err == nil {
		done, err = r.desk.Reconsider(ctx, member, t.Data.Number, cut(why, noteRunes))
	}
	switch {
	case errors.Is(err, cases.ErrActNotAllowed):
		t.Say(t.Data.Number + " 现在不能复议:只有没通过或被并入的事项,在期限内可以请另外的人再看一次。")
	case errors.Is(err, union.ErrNoOfficer):
		t.Say(t.Data.Number + " 没有别的人能再看了,请直接联系上一级工会。")
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		t.Say("没有找到您提的 " + t.Data.Number + ",请核对编号。")
	case err != nil:
		return bot.Next{}, fmt.Errorf("look at case again: %w", err)
	default:
		t.Say(fmt.Sprintf("%s 已请 %s 再看一次,%s 前告诉您结果。", done.Case.Number, officers(done.Officers), r.caseWords.calendar.Speech(done.Case.DueAt)))
	}
	return bot.End(), nil
}
