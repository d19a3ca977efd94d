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
	"github.com/unionbot/unionbot/union/service"
)

// withdraw takes back a case that nobody has decided on yet.
type withdraw struct {
	people    people
	caseWords caseWords
	desk      withdrawDesk
}

type withdrawDesk interface {
	Case(ctx context.Context, viewer union.MemberID, number string) (cases.View, error)
	Mine(ctx context.Context, m union.MemberID) ([]cases.Summary, error)
	Withdraw(ctx context.Context, m union.MemberID, number string) (cases.Case, error)
}

type withdrawData struct {
	Number string `json:"number"`
	Title  string `json:"title"`
	Which  pick   `json:"which,omitzero"`
}

var withdrawChoices = []bot.Choice{{Label: "撤回"}, {Label: "不撤了"}}

func (w *withdraw) flow() bot.Flow {
	return bot.Define(bot.Spec[withdrawData]{
		Name: "withdraw", Rev: 1, Title: "撤回", Expires: listExpires,
		Starts:  []bot.Trigger{bot.OnWord(bot.WordWithdraw)},
		HandsTo: []string{"enrol_entry", "cast_steer"},
		Begin:   w.begin,
		To:      []bot.StepName{"which", "sure"},
		Steps: []bot.Step[withdrawData]{{
			Name: "which", To: []bot.StepName{"sure"},
			AskFunc: func(_ context.Context, t *bot.Turn[withdrawData]) (bot.Reply, error) {
				return bot.Reply{Text: "要撤回哪一件?", Choices: t.Data.Which.choices()}, nil
			},
			Handle: func(ctx context.Context, t *bot.Turn[withdrawData]) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), t.Data.Which.choices())
				if !ok || !t.IsText() {
					return bot.Miss(), nil
				}
				member, err := w.people.acting(ctx, t.Talk)
				if err != nil {
					return w.refused(t, err, t.Data.Which.Numbers[i])
				}
				return w.one(ctx, t, member, t.Data.Which.Numbers[i])
			},
		}, {
			Name: "sure",
			AskFunc: func(_ context.Context, t *bot.Turn[withdrawData]) (bot.Reply, error) {
				return bot.Reply{Text: "要撤回 " + t.Data.Number + "《" + t.Data.Title + "》吗?", Choices: withdrawChoices}, nil
			},
			Handle: w.handle,
			Commands: map[bot.Word]func(context.Context, *bot.Turn[withdrawData]) (bot.Next, error){
				bot.WordConfirm: w.take,
				bot.WordCancel: func(_ context.Context, t *bot.Turn[withdrawData]) (bot.Next, error) {
					if strings.Contains(t.Command.Said, "不") { // 不想办了 may mean either
						return bot.Repeat(), nil
					}
					t.Say("好的,不撤了。")
					return bot.End(), nil
				},
			},
		}},
	})
}

func (w *withdraw) begin(ctx context.Context, t *bot.Turn[withdrawData]) (bot.Next, error) {
	member, next, err := w.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	number := cmp.Or(t.Entry.Key, t.Command.Number)
	if number == "" {
		return w.which(ctx, t, member)
	}
	if ofEntry(number) {
		return bot.Hand(bot.Entry{Flow: "enrol_entry", Key: entryWithdraw + number}), nil
	}
	if broadcast.Numbered(number) {
		return bot.Hand(castEntry("cast_steer", bot.WordWithdraw, number, "")), nil
	}
	return w.one(ctx, t, member, number)
}

// which asks which case is meant, of those that have not ended.
func (w *withdraw) which(ctx context.Context, t *bot.Turn[withdrawData], member union.MemberID) (bot.Next, error) {
	mine, err := w.desk.Mine(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list own cases: %w", err)
	}
	t.Data.Which.list(mine, w.caseWords, func(c cases.Summary) bool { return c.State == cases.Open || c.State == cases.Returned })
	switch numbers := t.Data.Which.Numbers; len(numbers) {
	case 0:
		t.Say("您没有可以撤回的事项。密件和报名请回复\"撤回\"加编号。")
		return bot.End(), nil
	case 1:
		return w.one(ctx, t, member, numbers[0])
	}
	return bot.Goto("which"), nil
}

// one asks whether a case is really to be withdrawn, or says why it cannot be.
func (w *withdraw) one(ctx context.Context, t *bot.Turn[withdrawData], member union.MemberID, number string) (bot.Next, error) {
	v, err := w.desk.Case(ctx, member, number)
	if err == nil && v.Author != member {
		err = union.ErrNotFound
	}
	if err != nil {
		return w.refused(t, err, number)
	}
	if v.Decided && v.Service.Undoable() && v.Undo == nil && (v.State == cases.Open || v.State == cases.Accepted || v.AskedLater()) {
		t.Say(v.Number + " 已经有人办过,不能直接撤回。可以申请撤销,由另外的人决定:回复\"撤销 " + v.Number + " 原因\"。")
		return bot.End(), nil
	}
	if v.Undo != nil && v.Standing() == cases.Open {
		t.Say(v.Number + " 已经申请撤销,不用另外撤回,有结果会告诉您。")
		return bot.End(), nil
	}
	if v.State != cases.Open && v.State != cases.Returned || v.Standing() == cases.Undone {
		t.Say(v.Number + " " + stateName(v.Standing(), v.Service, w.caseWords.language) + ",不能再撤回了。")
		return bot.End(), nil
	}
	t.Data = withdrawData{Number: v.Number, Title: cut(v.Title, 30)}
	return bot.Goto("sure"), nil
}

func (w *withdraw) refused(t *bot.Turn[withdrawData], err error, number string) (bot.Next, error) {
	words, ok := w.caseWords.refusal(err, number)
	if !ok {
		return bot.Next{}, fmt.Errorf("withdraw: %w", err)
	}
	t.Say(words)
	return bot.End(), nil
}

func (w *withdraw) handle(ctx context.Context, t *bot.Turn[withdrawData]) (bot.Next, error) {
	switch i, ok := bot.Choose(t.Text(), withdrawChoices); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Say("好的,不撤。")
		return bot.End(), nil
	}
	return w.take(ctx, t)
}

func (w *withdraw) take(ctx context.Context, t *bot.Turn[withdrawData]) (bot.Next, error) {
	member, err := w.people.acting(ctx, t.Talk)
	if err != nil {
		return w.refused(t, err, t.Data.Number)
	}
	c, err := w.desk.Withdraw(ctx, member, t.Data.Number)
	if err != nil {
		return w.refused(t, err, t.Data.Number)
	}
	s, err := w.caseWords.of(ctx, c)
	if err != nil {
		return bot.Next{}, err
	}
	t.Say(s.Words.Withdrawn.Fill(w.caseWords.language, map[string]string{
		service.PlaceNumber: c.Number, service.PlaceService: s.Short.In(w.caseWords.language), service.PlaceTitle: c.Title,
	}))
	return bot.End(), nil
}
