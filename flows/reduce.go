package flows

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
)

// MoneyDesk corrects the base of a sum.
type MoneyDesk interface {
	Correct(ctx context.Context, c cases.Correction) (cases.Corrected, error)
}

// reduce corrects the base of a case: 核减 BF26-0031 3000 重复票据. What that comes to is shown before it counts.
type reduce struct {
	people    people
	caseWords caseWords
	desk      interface {
		MoneyDesk
		Decide(ctx context.Context, d cases.Decision) (cases.Decided, error)
	}
}

// reduceData is what was shown.
type reduceData struct {
	Number string `json:"number"`
	Less   int64  `json:"less"`
	Why    string `json:"why"`
	Text   string `json:"text"`
	// Word is how the step is accepted; Base and Grant are what the sums come to.
	Word  string `json:"word"`
	Ties  bool   `json:"ties,omitempty"`
	Base  int64  `json:"base"`
	Grant int64  `json:"grant"`
	Year  int    `json:"year,omitempty"` // of the fund
}

type reduceTurn = bot.Turn[reduceData]

func (r *reduce) flow() bot.Flow {
	return bot.Define(bot.Spec[reduceData]{
		Name: "reduce", Rev: 2, Title: "核减", Expires: listExpires, Passing: true, Stays: true,
		Starts:  []bot.Trigger{bot.OnWord(bot.WordReduce)},
		HandsTo: []string{"recuse"},
		Begin:   r.begin,
		Steps: []bot.Step[reduceData]{{
			Name: "sure", AskFunc: r.askSure, Handle: r.takeSure,
			Commands: map[bot.Word]func(context.Context, *reduceTurn) (bot.Next, error){
				bot.WordRecuse: func(_ context.Context, t *reduceTurn) (bot.Next, error) {
					return bot.Hand(recuseEntry(cmp.Or(t.Command.Number, t.Data.Number), t.Command.Rest)), nil
				},
			},
		}},
	})
}

const saidHowToReduce = "核减请这样写:核减 编号 金额 原因,如:核减 BF26-0031 3000 重复票据。"

func (r *reduce) begin(ctx context.Context, t *reduceTurn) (bot.Next, error) {
	sum, why, _ := strings.Cut(t.Command.Rest, " ")
	why = strings.TrimSpace(why)
	reading := answer.Money(bot.Simplified(sum), answer.MoneyLimits{Min: 1})
	if t.Command.Number == "" || !reading.OK() || wordless(why) {
		t.Say(saidHowToReduce)
		return bot.End(), nil
	}
	t.Data = reduceData{Number: t.Command.Number, Why: cut(why, noteRunes)}
	if err := json.Unmarshal(reading.Raw, &t.Data.Less); err != nil {
		return bot.Next{}, fmt.Errorf("read sum: %w", err)
	}
	return r.show(ctx, t)
}

// show says what the correction comes to. It counts after a yes only.
func (r *reduce) show(ctx context.Context, t *reduceTurn) (bot.Next, error) {
	done, err := r.correct(ctx, t, nil)
	if err != nil {
		return r.refused(t, err)
	}
	t.Data.Ties, t.Data.Word = done.Ties, done.Option.Word.In(r.caseWords.language)
	t.Data.Base, t.Data.Grant = fenOf(done.To), fenOf(done.GrantTo)
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%s %s − %s(%s)= %s,按办法重算 %s → %s。", done.Case.Number, done.Base.Label.In(r.caseWords.language),
		done.From.Text, answer.Yuan(t.Data.Less), t.Data.Why, done.To.Text, done.GrantFrom.Text, done.GrantTo.Text)
	if t.Data.Year = 0; done.Fund != nil {
		t.Data.Year = done.Fund.Year
		fmt.Fprintf(&b, "资金:%s,余额 %s。", fundName(*done.Fund), answer.Yuan(done.Fund.Left()))
	}
	if done.Ties {
		b.WriteString("\n您与申请人有亲属、师徒等利害关系吗?")
	}
	t.Data.Text = b.String() + "\n还没有减,选一个才算数:"
	return bot.Goto("sure"), nil
}

func fenOf(v cases.Value) (fen int64) {
	_ = json.Unmarshal(v.Raw, &fen) // nothing, where there is no sum
	return fen
}

func (r *reduce) correct(ctx context.Context, t *reduceTurn, sure *cases.Sure) (cases.Corrected, error) {
	officer, err := r.people.acting(ctx, t.Talk)
	if err != nil {
		return cases.Corrected{}, err
	}
	return r.desk.Correct(ctx, cases.Correction{Number: t.Data.Number, Officer: officer, Less: t.Data.Less, Why: t.Data.Why, Sure: sure})
}

func (r *reduce) refused(t *reduceTurn, err error) (bot.Next, error) {
	if errors.Is(err, cases.ErrNoMoney) {
		t.Say(t.Data.Number + " 不能核减:没有可核减的数、数不够减,或资金已经预留。")
		return bot.End(), nil
	}
	words, ok := r.caseWords.refusal(err, t.Data.Number)
	if !ok {
		return bot.Next{}, fmt.Errorf("correct case: %w", err)
	}
	t.Say(words)
	return bot.End(), nil
}

func (d reduceData) choices() []bot.Choice {
	if d.Ties {
		return []bot.Choice{{Label: "无,核减并" + d.Word}, {Label: "无,只核减"}, {Label: "先不减"}, {Label: recuseLabel}}
	}
	return []bot.Choice{{Label: "核减并" + d.Word}, {Label: "只核减"}, {Label: "先不减"}}
}

func (r *reduce) askSure(_ context.Context, t *reduceTurn) (bot.Reply, error) {
	return bot.Reply{Text: t.Data.Text, Choices: t.Data.choices()}, nil
}

func (r *reduce) takeSure(ctx context.Context, t *reduceTurn) (bot.Next, error) {
	choices := t.Data.choices()
	sure := tasksSure{Words: []string{"同意", t.Data.Word}, Ties: t.Data.Ties}
	i, ok := sure.choose(t.Text(), choices)
	switch said := sure.heard(t.Text()); {
	case said < 0 && t.Data.Ties:
		return bot.Hand(recuseEntry(t.Data.Number, "")), nil
	case said < 0:
		i = 2
	case !ok && t.IsText() && sure.evades(t.Text()):
		t.Lead(saidTiesFirst)
		return bot.Repeat(), nil
	}
	switch {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case choices[i].Label == recuseLabel:
		return bot.Hand(recuseEntry(t.Data.Number, "")), nil
	case i == 2:
		t.Say("好的,没有减。数写错了就重新写一遍:核减 " + t.Data.Number + " 金额 原因。")
		return bot.End(), nil
	}
	done, err := r.correct(ctx, t, &cases.Sure{Fen: t.Data.Base, NoTies: t.Data.Ties})
	switch {
	case err != nil:
		return r.refused(t, err)
	case !done.Written:
		t.Lead("刚才以后又有变化,请再看一次。\n")
		return r.show(ctx, t)
	}
	said := fmt.Sprintf("%s 已核减:%s → %s。", t.Data.Number, done.GrantFrom.Text, done.GrantTo.Text)
	if i == 0 {
		accepted, err := r.accept(ctx, t)
		if err != nil {
			return bot.Next{}, err
		}
		if accepted != "" {
			t.Say(said + accepted)
			return bot.End(), nil
		}
	}
	t.Say(said + "\n这一步还要您定:回复\"同意 " + t.Data.Number + "\"或\"待办\"。")
	return bot.End(), nil
}

// accept decides the step with the sum that was shown. It says nothing where the step needs more than a yes.
func (r *reduce) accept(ctx context.Context, t *reduceTurn) (string, error) {
	officer, err := r.people.acting(ctx, t.Talk)
	if err != nil {
		return "", err
	}
	decision := cases.Decision{
		Number: t.Data.Number, Officer: officer, Act: cases.Accept, Sure: &cases.Sure{Fen: t.Data.Grant, Year: t.Data.Year, NoTies: t.Data.Ties},
	}
	done, err := r.desk.Decide(ctx, decision)
	if err == nil {
		return (&tasks{caseWords: r.caseWords}).decided(done, decision), nil
	}
	if _, ok := r.caseWords.refusal(err, t.Data.Number); ok || cases.NeedsMore(err) {
		return "", nil
	}
	return "", fmt.Errorf("decide: %w", err)
}
