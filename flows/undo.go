package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/cases"
)

// UndoDesk takes back what was approved.
type UndoDesk interface {
	UndoFor(ctx context.Context, member union.MemberID, number string) (cases.Undoing, error)
	AskUndo(ctx context.Context, w cases.UndoWish) (cases.Undoing, error)
}

// undo asks to take back what was approved: 撤销 JY26-0138 重复申请. Somebody else decides it.
type undo struct {
	people    people
	caseWords caseWords
	desk      interface {
		UndoDesk
		Case(ctx context.Context, viewer union.MemberID, number string) (cases.View, error)
	}
}

type undoData struct {
	Number string `json:"number"`
	Why    string `json:"why,omitempty"`
	Spoken aloud  `json:"spoken,omitzero"`
	// Ask is what it would come to, as it was read.
	Ask string `json:"ask,omitempty"`
}

type undoTurn = bot.Turn[undoData]

var undoChoices = []bot.Choice{{Label: "提交申请"}, {Label: "不撤销了"}}

func (u *undo) flow() bot.Flow {
	return bot.Define(bot.Spec[undoData]{
		Name: "undo", Rev: 1, Title: "撤销", Expires: listExpires,
		Starts:  []bot.Trigger{bot.OnWord(bot.WordUndo)},
		HandsTo: []string{"withdraw"},
		Begin:   u.begin,
		To:      []bot.StepName{"why", "sure"},
		Steps: []bot.Step[undoData]{
			{
				Name: "why", To: []bot.StepName{"sure"}, Verbatim: true, Handle: u.takeWhy,
				AskFunc: func(_ context.Context, t *undoTurn) (bot.Reply, error) {
					if reply, open := t.Data.Spoken.reply(); open {
						return reply, nil
					}
					return bot.Reply{Text: t.Data.Ask + "\n为什么要撤销?写一句,会原样给审批的人看。(不撤销了回\"取消\")"}, nil
				},
			},
			{
				Name: "sure", Handle: u.handle,
				AskFunc: func(_ context.Context, t *undoTurn) (bot.Reply, error) {
					return bot.Reply{Text: t.Data.Ask + "\n原因:" + t.Data.Why, Choices: undoChoices}, nil
				},
				Commands: map[bot.Word]func(context.Context, *undoTurn) (bot.Next, error){bot.WordConfirm: u.take},
			},
		},
	})
}

func (u *undo) begin(ctx context.Context, t *undoTurn) (bot.Next, error) {
	member, err := u.people.find(ctx, t.Talk)
	switch number := t.Command.Number; {
	case err != nil:
		return bot.Next{}, err
	case member == 0:
		return u.people.stranger(t.Talk), nil
	case number == "":
		t.Say("要撤销哪一件?请回复\"撤销\"加编号和原因,如\"撤销 BF26-0031 重复申请\"。批过的要由另外的人同意才撤销。")
		return bot.End(), nil
	case ofEntry(number), broadcast.Numbered(number):
		return bot.Hand(bot.Entry{Flow: "withdraw", Key: number}), nil
	}
	v, err := u.desk.Case(ctx, member, t.Command.Number)
	if err != nil {
		return u.refused(t, err)
	}
	if v.Author == member && (v.State == cases.Open && !v.Decided || v.State == cases.Returned && !v.AskedLater()) { // nobody has to be asked
		return bot.Hand(bot.Entry{Flow: "withdraw", Key: v.Number}), nil
	}
	w, err := u.desk.UndoFor(ctx, member, t.Command.Number)
	if err != nil {
		return u.refused(t, err)
	}
	t.Data = undoData{Number: w.Case.Number, Ask: u.wouldBe(w)}
	if noReason(t.Command.Rest) || longReason(t, t.Command.Rest) {
		return bot.Goto("why"), nil
	}
	t.Data.Why = strings.TrimSpace(t.Command.Rest)
	return bot.Goto("sure"), nil
}

// wouldBe says what an undoing would come to, and who decides it.
func (u *undo) wouldBe(w cases.Undoing) string {
	text := "要申请撤销 " + w.Case.Number
	if !w.Service.Sensitive {
		text += "《" + cut(w.Case.Title, 30) + "》"
	}
	if w.Service.Sensitive {
		text += " "
	}
	text += "吗?由 " + officers(w.Officers) + " 决定,定下来之前这件事先停着。"
	switch {
	case w.Paid > 0:
		text += "同意后,已付的 " + answer.Yuan(w.Paid) + " 记为应收回,由付款的人收回。"
	case w.Reserved > 0:
		text += "同意后,预留的 " + answer.Yuan(w.Reserved) + " 退回资金。"
	}
	return text
}

func longReason(t *undoTurn, why string) bool {
	n := len([]rune(why))
	if n > noteRunes {
		t.Lead(fmt.Sprintf("写了 %d 字,最多 %d 字,请精简一些。\n", n, noteRunes))
	}
	return n > noteRunes
}

func (u *undo) takeWhy(ctx context.Context, t *undoTurn) (bot.Next, error) {
	why, err := unheard(t.Talk, ownService(ctx, t.Talk, u.people, u.desk, t.Data.Number))
	if err != nil {
		return u.refused(t, err)
	}
	if t.Data.Spoken.listens(t.Talk, why) {
		return bot.Repeat(), nil
	}
	if !t.IsText() || noReason(t.Text()) || longReason(t, t.Text()) {
		t.Lead("请用文字写。")
		return bot.Repeat(), nil
	}
	t.Data.Why = strings.TrimSpace(t.Text())
	return bot.Goto("sure"), nil
}

func (u *undo) handle(ctx context.Context, t *undoTurn) (bot.Next, error) {
	switch i, ok := bot.Choose(t.Text(), undoChoices); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Say("好的,不撤销," + t.Data.Number + " 还是原来那样。")
		return bot.End(), nil
	}
	return u.take(ctx, t)
}

func (u *undo) take(ctx context.Context, t *undoTurn) (bot.Next, error) {
	member, err := u.people.acting(ctx, t.Talk)
	if err != nil {
		return u.refused(t, err)
	}
	w, err := u.desk.AskUndo(ctx, cases.UndoWish{Member: member, Number: t.Data.Number, Why: t.Data.Why})
	if err != nil {
		return u.refused(t, err)
	}
	t.Say(w.Case.Number + " 的撤销申请已交给 " + officers(w.Officers) + "," + promised(u.caseWords.calendar, w.Case.DueAt) + " 前有结果,到时候告诉您。")
	return bot.End(), nil
}

func (u *undo) refused(t *undoTurn, err error) (bot.Next, error) {
	number := t.Data.Number
	if number == "" {
		number = t.Command.Number
	}
	var settled *cases.Settled
	switch {
	case errors.As(err, &settled) && settled.Kind == cases.EventUndoAsked:
		t.Say(u.caseWords.settled(settled) + ",还没有定,不用再申请。要由您定的,回复\"待办\"。")
	case errors.Is(err, union.ErrForbidden):
		t.Say(number + " 只有办过它的人和提出人能申请撤销。")
	case errors.Is(err, union.ErrNoOfficer):
		t.Say(number + " 先没有办:现在没有另外的人能决定撤销,会告诉管理员补上经办人,补好了请再说一次。")
	case errors.Is(err, cases.ErrActNotAllowed):
		t.Say(number + " 这类事项不能撤销。")
	default:
		words, ok := u.caseWords.refusal(err, number)
		if !ok {
			return bot.Next{}, fmt.Errorf("undo: %w", err)
		}
		t.Say(words)
	}
	return bot.End(), nil
}
