package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
)

// MoneyDesk corrects the base of a sum.
type MoneyDesk interface {
	Correct(ctx context.Context, c cases.Correction) (cases.Corrected, error)
}

// wantsGrant reads the sum from what was said along with the act, echoes it, or asks for it.
func (k tasks) wantsGrant(t *tasksTurn, need *cases.GrantNeededError) bot.Next {
	t.Data.Ceiling, t.Data.Grant = need.Ceiling, 0
	said, rest, _ := strings.Cut(t.Data.Note, " ")
	if fen, ok := k.grantOf(t, said); ok {
		t.Data.Grant, t.Data.Note = fen, strings.TrimSpace(rest)
		return bot.Goto("sure")
	}
	return bot.Goto("grant")
}

// grantOf reads a sum within the ceiling.
func (k tasks) grantOf(t *tasksTurn, text string) (fen int64, ok bool) {
	r := answer.Money(bot.Simplified(strings.TrimSpace(text)), answer.MoneyLimits{Min: 1, Max: t.Data.Ceiling / 100})
	if !r.OK() {
		return 0, false
	}
	_, err := fmt.Sscan(string(r.Raw), &fen)
	return fen, err == nil && fen > 0 && fen <= t.Data.Ceiling
}

func (k tasks) askGrant(_ context.Context, t *tasksTurn) (bot.Reply, error) {
	return bot.Reply{Text: fmt.Sprintf("%s 核定多少钱?(最多 %s)", t.Data.Number, answer.Yuan(t.Data.Ceiling))}, nil
}

func (k tasks) takeGrant(_ context.Context, t *tasksTurn) (bot.Next, error) {
	fen, ok := k.grantOf(t, t.Text())
	if !ok || !t.IsText() {
		t.Lead("要写一个清楚的数,不超过限额。")
		return bot.Repeat(), nil
	}
	t.Data.Grant = fen
	return bot.Goto("sure"), nil
}

// askSure echoes money before it counts.
func (k tasks) askSure(_ context.Context, t *tasksTurn) (bot.Reply, error) {
	return bot.Reply{
		Text:    fmt.Sprintf("%s 核定 %s,对吗?", t.Data.Number, answer.Yuan(t.Data.Grant)),
		Choices: []bot.Choice{{Label: "对,核定"}, {Label: "改一个数"}},
	}, nil
}

func (k tasks) takeSure(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	choices := []bot.Choice{{Label: "对,核定"}, {Label: "改一个数"}}
	i, ok := bot.Choose(t.Text(), choices)
	if yes, said := answer.YesNo(bot.Simplified(t.Text())); !ok && said && yes {
		i, ok = 0, true
	}
	switch {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Data.Grant = 0
		return bot.Goto("grant"), nil
	}
	return k.decide(ctx, t)
}

// reduce corrects the base of a case: 核减 BF26-0031 3000 重复票据.
type reduce struct {
	people    people
	caseWords caseWords
	desk      MoneyDesk
}

func (r reduce) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "reduce", Rev: 1, Title: "核减", Expires: time.Minute, Passing: true, Stays: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordReduce)},
		Begin:  r.begin,
	})
}

const saidHowToReduce = "核减请这样写:核减 编号 金额 原因,如:核减 BF26-0031 3000 重复票据。"

func (r reduce) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	sum, why, _ := strings.Cut(t.Command.Rest, " ")
	why = strings.TrimSpace(why)
	reading := answer.Money(bot.Simplified(sum), answer.MoneyLimits{Min: 1})
	if t.Command.Number == "" || !reading.OK() || wordless(why) {
		t.Say(saidHowToReduce)
		return bot.End(), nil
	}
	var less int64
	if _, err := fmt.Sscan(string(reading.Raw), &less); err != nil {
		return bot.Next{}, fmt.Errorf("read sum: %w", err)
	}
	officer, err := r.people.acting(ctx, t.Talk)
	if err == nil {
		var done cases.Corrected
		if done, err = r.desk.Correct(ctx, cases.Correction{Number: t.Command.Number, Officer: officer, Less: less, Why: cut(why, noteRunes)}); err == nil {
			t.Say(r.corrected(done, less, why))
			return bot.End(), nil
		}
	}
	if errors.Is(err, cases.ErrNoMoney) {
		t.Say(t.Command.Number + " 不能核减:没有可核减的数、数不够减,或资金已经预留。")
		return bot.End(), nil
	}
	words, ok := r.caseWords.refusal(err, t.Command.Number)
	if !ok {
		return bot.Next{}, fmt.Errorf("correct case: %w", err)
	}
	t.Say(words)
	return bot.End(), nil
}

func (r reduce) corrected(done cases.Corrected, less int64, why string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%s %s − %s(%s)= %s,按办法重算 %s → %s。", done.Case.Number, done.Base.Label.In(r.caseWords.language),
		done.From.Text, answer.Yuan(less), why, done.To.Text, done.GrantFrom.Text, done.GrantTo.Text)
	if done.FundKnown {
		fmt.Fprintf(&b, "资金:%s,余额 %s。", fundName(done.Fund), answer.Yuan(done.Fund.Left()))
	}
	fmt.Fprintf(&b, "\n这一步还要您定:回复\"同意 %s\"或\"待办\"。", done.Case.Number)
	return b.String()
}
