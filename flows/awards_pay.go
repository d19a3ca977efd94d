package flows

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
)

// AwardDesk counts awards as paid.
type AwardDesk interface {
	AwardsDue(ctx context.Context, officer union.MemberID, from, until time.Time) (cases.Awards, error)
	PayAwards(ctx context.Context, officer union.MemberID, ids []cases.ID, note string) (cases.Awards, error)
}

// awardsPaid registers that a month's awards were paid: 奖励已付 11月 凭证 12-034. What that comes to is shown before it
// counts, and what counts is what was shown.
type awardsPaid struct {
	people    people
	caseWords caseWords
	desk      AwardDesk
	calendar  Calendar
}

// awardsPaidData is what was shown.
type awardsPaidData struct {
	Month string     `json:"month"`
	Note  string     `json:"note"`
	Cases []cases.ID `json:"cases"`
	Said  string     `json:"said"` // how much of what
	More  bool       `json:"more,omitempty"`
}

type awardsPaidTurn = bot.Turn[awardsPaidData]

var (
	saysAwarded = regexp.MustCompile(`^(?:奖励已付|已付奖励|奖励已发|奖金已付)\s*(?:(\d{1,2})月(?:份)?)?\s*((?s:.*))$`)
	// isVoucher knows a note by which the payment is found again: it has a figure and asks nothing.
	isVoucher = regexp.MustCompile(`^[^吗么没??]*\d[^吗么没??]*$`)
)

// numbersShown is how many cases are named where money is echoed.
const numbersShown = 10

var paidChoices = []bot.Choice{{Label: "对,都付了,登记"}, {Label: "不对,先不登记"}}

func (a *awardsPaid) flow() bot.Flow {
	return bot.Define(bot.Spec[awardsPaidData]{
		Name: "awards_paid", Rev: 1, Title: "奖励付款登记", Expires: listExpires,
		Understand: func(text string) []bot.Guess {
			if saysAwarded.MatchString(strings.TrimSpace(text)) {
				return []bot.Guess{{Label: "登记奖励付款", Score: progressScore}}
			}
			return nil
		},
		Begin: a.begin,
		Steps: []bot.Step[awardsPaidData]{{Name: "sure", AskFunc: a.askSure, Handle: a.takeSure}},
	})
}

func (a *awardsPaid) begin(ctx context.Context, t *awardsPaidTurn) (bot.Next, error) {
	officer, next, err := a.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	said := saysAwarded.FindStringSubmatch(strings.TrimSpace(t.Entry.Text))
	if said == nil || said[1] == "" || !isVoucher.MatchString(said[2]) {
		t.Say("要登记付款,请写明是哪个月的和凭证号,如:奖励已付 11月 凭证 12-034。看还有哪些没付,回复\"奖励 11月\"。")
		return bot.End(), nil
	}
	n, _ := strconv.Atoi(said[1]) // figures only
	at := monthBefore(a.calendar.Local(t.Now), n)
	from := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, at.Location())
	month := from.Format("2006年1月")
	due, err := a.desk.AwardsDue(ctx, officer, from, from.AddDate(0, 1, 0))
	if err != nil {
		return bot.Next{}, fmt.Errorf("list awards to pay: %w", err)
	}
	if len(due.Cases) == 0 {
		t.Say(month + " 没有要您登记付款的奖励。")
		return bot.End(), nil
	}
	numbers := strings.Join(due.Numbers[:min(len(due.Numbers), numbersShown)], "、")
	if len(due.Numbers) > numbersShown {
		numbers += "等"
	}
	t.Data = awardsPaidData{
		Month: month, Note: cut(strings.TrimSpace(said[2]), noteRunes), Cases: due.Cases, More: due.More,
		Said: fmt.Sprintf("%d 件(%s),共 %s", len(due.Cases), numbers, answer.Yuan(due.Fen)),
	}
	return bot.Goto("sure"), nil
}

// askSure echoes money before it counts. Whoever has paid by an older list sees that the sum is another.
func (a *awardsPaid) askSure(_ context.Context, t *awardsPaidTurn) (bot.Reply, error) {
	return bot.Reply{
		Text: fmt.Sprintf("登记 %s 的奖励付款:%s,%s。和您付出去的一致吗?登记后不能撤。", t.Data.Month, t.Data.Said, t.Data.Note), Choices: paidChoices,
	}, nil
}

func (a *awardsPaid) takeSure(ctx context.Context, t *awardsPaidTurn) (bot.Next, error) {
	i, ok := yesOrNo(t.Text(), paidChoices)
	switch {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Say("好的,没有登记。名单有变动时回复\"奖励 月份\"再取一次表格,核对后再登记。")
		return bot.End(), nil
	}
	officer, err := a.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	done, err := a.desk.PayAwards(ctx, officer, t.Data.Cases, t.Data.Note)
	if err != nil {
		words, ok := a.caseWords.refusal(err, "这一批")
		if !ok {
			return bot.Next{}, fmt.Errorf("pay awards: %w", err)
		}
		t.Say(words)
		return bot.End(), nil
	}
	text := fmt.Sprintf("已登记 %s 的奖励付款 %d 件,共 %s。", t.Data.Month, len(done.Cases), answer.Yuan(done.Fen))
	if left := len(t.Data.Cases) - len(done.Cases); left > 0 {
		text += fmt.Sprintf("另有 %d 件刚才已由别人办了,没有重复登记。", left)
	}
	if t.Data.More {
		text += "一次最多这些,还有的请再登记一次。"
	}
	t.Say(text)
	return bot.End(), nil
}
