package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/custody"
)

// UnsealDesk opens the name behind a sealed case, with the shares of two custodians.
type UnsealDesk interface {
	// Unsealing shows how far it is. It returns cases.ErrNoCustodian, cases.ErrNotSealed, cases.ErrCustodianParty and
	// cases.ErrNoName.
	Unsealing(ctx context.Context, custodian union.MemberID, number string) (cases.UnsealingView, error)
	// GiveShare returns these too, what package custody says of a wrong share, *cases.TryLaterError, cases.ErrOneCustodian
	// and union.ErrStale.
	GiveShare(ctx context.Context, g cases.ShareGiven) (cases.UnsealingView, error)
	// WithdrawShare returns union.ErrStale where there is nothing to withdraw.
	WithdrawShare(ctx context.Context, custodian union.MemberID, number string) error
}

// unseal takes a custodian's share, in a step whose answer is repeated nowhere.
type unseal struct {
	people   people
	calendar Calendar
	desk     UnsealDesk
}

// unsealData never holds a share.
type unsealData struct {
	Number string `json:"number,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Until is that of the first share, which the second custodian answers.
	Until time.Time `json:"until,omitzero"`
}

type unsealTurn = bot.Turn[unsealData]

const (
	saidUnsealHow = "打开密件的姓名要两位密钥保管人。请回复\"启封\"加编号和原因,如:启封 SX26-48213907 当事人有人身危险,要联系本人。"
	saidShare     = "请发您保管的那一半钥匙(16 组,每组 4 位)。不会念出来,也不会记进日志;回复\"取消\"不办。"

	// shortestReason and reasonRunes are the shortest and the longest reason, in characters.
	shortestReason, reasonRunes = 4, 200
)

var unsealChoices = []bot.Choice{{Label: "继续等"}, {Label: "撤回我的这一半"}}

// looksLikeShare keeps a share that is sent out of place from being kept as something that was not understood.
var looksLikeShare = regexp.MustCompile(`^[0-9A-Za-z]{4}(?:[\s-]*[0-9A-Za-z]{4}){15}$`)

func (u *unseal) flow() bot.Flow {
	return bot.Define(bot.Spec[unsealData]{
		Name: "unseal", Rev: 1, Title: "启封", Expires: listExpires, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordUnseal)},
		Begin:  u.begin,
		To:     []bot.StepName{"reason", "share", "waiting"},
		Understand: func(text string) []bot.Guess {
			if looksLikeShare.MatchString(narrow(text)) {
				return []bot.Guess{{Label: "启封", Score: fetchScore}}
			}
			return nil
		},
		Steps: []bot.Step[unsealData]{
			{Name: "reason", Verbatim: true, Ask: bot.Reply{Text: "为什么要打开?请写明原因,另一位保管人和提出人都会看到。"}, Handle: u.takeReason},
			{Name: "share", Ask: bot.Reply{Text: saidShare}, Handle: u.takeShare},
			{Name: "waiting", Ask: bot.Reply{Text: "现在怎么办?", Choices: unsealChoices}, Handle: u.takeWaiting},
		},
	})
}

func (u *unseal) begin(ctx context.Context, t *unsealTurn) (bot.Next, error) {
	member, next, err := u.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	if closed, err := u.people.unproved(ctx, t.Message.Address); err != nil {
		return bot.Next{}, err
	} else if closed {
		t.Say(u.people.saidUnproved())
		return bot.End(), nil
	}
	if t.Command.Number == "" {
		t.Say(saidUnsealHow)
		return bot.End(), nil
	}
	t.Data.Number = t.Command.Number
	v, err := u.desk.Unsealing(ctx, member, t.Data.Number)
	switch {
	case err != nil:
		return u.refused(t, err)
	case v.Opened:
		t.Say(u.opened(v))
		return bot.End(), nil
	case v.Waiting() && v.Mine:
		t.Lead("您的这一半已经收下,等另一位保管人到 " + u.calendar.Speech(v.Until) + ",过时自动作废。原因:" + v.Reason + "\n")
		return bot.Goto("waiting"), nil
	case v.Waiting():
		t.Data.Until = v.Until
		t.Lead(v.First + " 申请打开 " + v.Number + " 的姓名。原因:" + v.Reason + "\n不同意请回复\"取消\"。您发出另一半,姓名就打开,两位都能看到,提出人也会知道。\n")
		return bot.Goto("share"), nil
	case t.Command.Rest == "":
		return bot.Goto("reason"), nil
	}
	return u.keepReason(t, t.Command.Rest)
}

func (u *unseal) takeReason(_ context.Context, t *unsealTurn) (bot.Next, error) {
	if !t.IsText() || wordless(t.Text()) {
		return bot.Miss(), nil
	}
	return u.keepReason(t, t.Text())
}

func (u *unseal) keepReason(t *unsealTurn, reason string) (bot.Next, error) {
	if utf8.RuneCountInString(reason) < shortestReason || wordless(reason) || looksLikeShare.MatchString(narrow(reason)) {
		t.Lead("原因请写成一句话。\n")
		return bot.Goto("reason"), nil
	}
	if utf8.RuneCountInString(reason) > reasonRunes {
		t.Lead(fmt.Sprintf("原因请写在 %d 字以内。\n", reasonRunes))
		return bot.Goto("reason"), nil
	}
	t.Data.Reason = reason
	t.Lead("打开 " + t.Data.Number + " 的姓名,原因:" + reason + "\n另一位保管人和提出人都会看到这个原因。\n")
	return bot.Goto("share"), nil
}

func (u *unseal) takeShare(ctx context.Context, t *unsealTurn) (bot.Next, error) {
	if !t.IsText() {
		t.Lead("请打字。\n")
		return bot.Repeat(), nil
	}
	member, err := u.people.acting(ctx, t.Talk)
	if err != nil {
		return u.refused(t, err)
	}
	v, err := u.desk.GiveShare(ctx, cases.ShareGiven{
		Custodian: member, Number: t.Data.Number, Reason: t.Data.Reason, Share: t.Text(), Until: t.Data.Until,
	})
	if words, ok := wrongShare(err); ok {
		t.Lead(words + "什么都没有打开。\n")
		return bot.Repeat(), nil
	}
	if err != nil {
		return u.refused(t, err)
	}
	if v.Opened {
		t.Say(u.opened(v))
		return bot.End(), nil
	}
	t.Say("收下了您的这一半,会告诉其他密钥保管人。" + u.calendar.Speech(v.Until) + " 前没有第二位来,就自动作废。要撤回,回复\"启封 " + v.Number + "\"。")
	return bot.End(), nil
}

// wrongShare says what is the matter with a share; the person may send another.
func wrongShare(err error) (text string, ok bool) {
	switch {
	case errors.Is(err, custody.ErrMistyped):
		return "这一半有抄错的地方,请对照原件再发一遍。", true
	case errors.Is(err, custody.ErrOtherKey):
		return "这是另一把钥匙的一半,和这份密件对不上。请找与它同时发的那一份。", true
	case errors.Is(err, custody.ErrForged):
		return "这一半不是这把钥匙的。", true
	case errors.Is(err, custody.ErrSameShare):
		return "这和第一位发的是同一半。要两位各自保管的两半才打得开。", true
	}
	return "", false
}

func (u *unseal) takeWaiting(ctx context.Context, t *unsealTurn) (bot.Next, error) {
	switch i, ok := bot.Choose(t.Text(), unsealChoices); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 0:
		t.Say("好的,继续等。")
		return bot.End(), nil
	}
	member, err := u.people.acting(ctx, t.Talk)
	if err == nil {
		err = u.desk.WithdrawShare(ctx, member, t.Data.Number)
	}
	if err != nil {
		return u.refused(t, err)
	}
	t.Say("已撤回,您的这一半已经删掉,姓名没有打开。")
	return bot.End(), nil
}

// opened is said to a custodian after both shares were given.
func (u *unseal) opened(v cases.UnsealingView) string {
	if !v.Mine {
		return v.Number + " 的姓名已由 " + v.First + "、" + v.Second + " 打开,只给他们两位看。"
	}
	return v.Number + " 的提出人:" + v.Author.Name + ",工号 " + v.Author.StaffNo + "。\n原因:" + v.Reason +
		"\n由 " + v.First + "、" + v.Second + " 打开,两半钥匙都没有留。" + u.calendar.Speech(v.Until) + " 前您两位可以再看,每次都有记录;提出人凭查询码会看到是谁、为什么打开的。"
}

func (u *unseal) refused(t *unsealTurn, err error) (bot.Next, error) {
	number := t.Data.Number
	var later *cases.TryLaterError
	switch {
	case errors.As(err, &later):
		t.Say("一天里发错的次数多了,请 " + u.calendar.Speech(later.Until) + " 以后再试。什么都没有打开。")
	case errors.Is(err, cases.ErrNoCustodian), errors.Is(err, union.ErrForbidden):
		t.Say("打开密件的姓名只由密钥保管人来办,您现在不是 " + number + " 的密钥保管人。")
	case errors.Is(err, cases.ErrNotSealed):
		t.Say("没有编号是 " + number + " 的密件,请核对编号。")
	case errors.Is(err, cases.ErrCustodianParty):
		t.Say("您和 " + number + " 有关(经办过,或另有回避),不能由您来打开姓名,请别的密钥保管人来办。")
	case errors.Is(err, cases.ErrNoName):
		t.Say(number + " 没有留姓名,谁也打不开。")
	case errors.Is(err, cases.ErrOneCustodian):
		t.Say("除了您没有别的密钥保管人能办 " + number + ",您的这一半没有收。请先让管理员指定第二位。")
	case errors.Is(err, custody.ErrUnknownKey):
		t.Say(number + " 用的那把钥匙已经不在系统设置里,打不开。请联系管理员。")
	case errors.Is(err, union.ErrStale):
		t.Say(number + " 刚刚有变动,您的这一半没有收。请回复\"启封 " + number + "\"再看一眼。")
	default:
		return bot.Next{}, fmt.Errorf("unseal: %w", err)
	}
	return bot.End(), nil
}
