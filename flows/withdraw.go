package flows

import (
	"cmp"
	"context"
	"fmt"

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
	Withdraw(ctx context.Context, m union.MemberID, number string) (cases.Case, error)
}

type withdrawData struct {
	Number string `json:"number"`
	Title  string `json:"title"`
}

var withdrawChoices = []bot.Choice{{Label: "撤回"}, {Label: "不撤了"}}

func (w withdraw) flow() bot.Flow {
	return bot.Define(bot.Spec[withdrawData]{
		Name: "withdraw", Rev: 1, Title: "撤回", Expires: listExpires,
		Starts:  []bot.Trigger{bot.OnWord(bot.WordWithdraw)},
		HandsTo: []string{"enrol_entry", "cast_steer"},
		Begin:   w.begin,
		Steps: []bot.Step[withdrawData]{{
			Name: "sure",
			AskFunc: func(_ context.Context, t *bot.Turn[withdrawData]) (bot.Reply, error) {
				return bot.Reply{Text: "要撤回 " + t.Data.Number + "《" + t.Data.Title + "》吗?", Choices: withdrawChoices}, nil
			},
			Handle: w.handle,
			Commands: map[bot.Word]func(context.Context, *bot.Turn[withdrawData]) (bot.Next, error){
				bot.WordConfirm: w.take,
			},
		}},
	})
}

func (w withdraw) begin(ctx context.Context, t *bot.Turn[withdrawData]) (bot.Next, error) {
	member, err := w.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if member == 0 {
		return w.people.stranger(t.Talk), nil
	}
	number := cmp.Or(t.Entry.Key, t.Command.Number)
	if number == "" {
		t.Say("要撤回哪一件?请回复\"撤回\"加编号,编号回复\"我的\"就能看到。")
		return bot.End(), nil
	}
	if ofEntry(number) {
		return bot.Hand(bot.Entry{Flow: "enrol_entry", Key: entryWithdraw + number}), nil
	}
	if broadcast.Numbered(number) {
		return bot.Hand(castEntry("cast_steer", bot.WordWithdraw, number, "")), nil
	}
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

func (w withdraw) refused(t *bot.Turn[withdrawData], err error, number string) (bot.Next, error) {
	words, ok := w.caseWords.refusal(err, number)
	if !ok {
		return bot.Next{}, fmt.Errorf("withdraw: %w", err)
	}
	t.Say(words)
	return bot.End(), nil
}

func (w withdraw) handle(ctx context.Context, t *bot.Turn[withdrawData]) (bot.Next, error) {
	switch i, ok := bot.Choose(t.Text(), withdrawChoices); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Say("好的,不撤。")
		return bot.End(), nil
	}
	return w.take(ctx, t)
}

func (w withdraw) take(ctx context.Context, t *bot.Turn[withdrawData]) (bot.Next, error) {
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
