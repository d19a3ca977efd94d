package flows

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/binding"
	"github.com/unionbot/unionbot/union/notice"
)

// account looks after who is bound: codes for another account, unbinding, and what we keep about a person.
type account struct {
	people   people
	binder   Binder
	calendar Calendar
}

type accountTurn = bot.Turn[struct{}]

// What the flow answers to, by phrase.
var accountPhrases = map[string][]string{
	"code":    {"绑定码", "我要绑定码", "验证码"},
	"unbind":  {"解绑", "解除绑定", "取消绑定", "注销绑定"},
	"privacy": {"隐私", "隐私说明", "隐私政策", "隐私声明"},
	"not_me":  {"不是我", "不是我本人"},
}

func (a *account) flow() bot.Flow {
	var starts []bot.Trigger
	for _, phrases := range accountPhrases {
		for _, phrase := range phrases {
			starts = append(starts, bot.OnPhrase(phrase))
		}
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "account", Rev: 1, Title: "账号", Expires: listExpires, Passing: true,
		Starts: starts,
		Begin:  a.begin,
		Steps: []bot.Step[struct{}]{{
			Name:   "unbind",
			Ask:    bot.Reply{Text: "解绑后,在这个账号上就看不到、也收不到您的事项了。要解绑吗?", Choices: unbindChoices},
			Handle: a.takeUnbind,
		}},
	})
}

var unbindChoices = []bot.Choice{{Label: "确定解绑"}, {Label: "先不解绑"}}

func (a *account) begin(ctx context.Context, t *accountTurn) (bot.Next, error) {
	what := ""
	for name, phrases := range accountPhrases {
		for _, phrase := range phrases {
			if bot.OnPhrase(phrase) == bot.OnPhrase(t.Text()) {
				what = name
			}
		}
	}
	if what == "privacy" {
		t.Say(privacyNotice)
		return bot.End(), nil
	}
	member, next, err := a.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	here := knowsMembers(a.people.directory, t.Message.Channel)
	switch {
	case what == "unbind" && here:
		t.Say("企业微信账号跟着通讯录走,不用解绑。公众号上的账号请在公众号里回复\"解绑\"。")
		return bot.End(), nil
	case what == "unbind":
		return bot.Goto("unbind"), nil
	case !here:
		t.Say("这件事请在企业微信里办:打开工会应用,再说一遍\"" + t.Text() + "\"。")
		return bot.End(), nil
	case what == "code":
		return a.code(ctx, t, member)
	}
	return a.disown(ctx, t, member)
}

func (a *account) code(ctx context.Context, t *accountTurn, member union.MemberID) (bot.Next, error) {
	code, until, err := a.binder.Code(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("make binding code: %w", err)
	}
	t.Say("绑定码 " + code + "," + a.calendar.Speech(until) + " 前有效,只能用一次。请在公众号里发送,不要告诉别人。")
	return bot.End(), nil
}

func (a *account) disown(ctx context.Context, t *accountTurn, member union.MemberID) (bot.Next, error) {
	n, err := a.binder.Disown(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("disown accounts: %w", err)
	}
	if n == 0 {
		t.Say("放心,没有别的账号绑定成功,您的绑定码也已作废。再有异常请联系分会。")
	} else {
		t.Say(fmt.Sprintf("已解除 %d 个绑定您工号的账号,绑定码也已作废。如果其中有您自己的,请重新绑定。", n))
	}
	return bot.End(), nil
}

func (a *account) takeUnbind(ctx context.Context, t *accountTurn) (bot.Next, error) {
	switch i, ok := bot.Choose(t.Text(), unbindChoices); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Say("好的,不解绑。")
		return bot.End(), nil
	}
	if _, err := a.binder.Unbind(ctx, string(t.Message.Channel), string(t.Message.User)); err != nil {
		return bot.Next{}, fmt.Errorf("unbind: %w", err)
	}
	t.Member = 0
	t.Say("已解绑。您提过的事项都还在,企业微信里照常能看;想再用公众号,回复\"绑定\"。")
	return bot.End(), nil
}

const privacyNotice = "隐私说明:您的工号、姓名和单位来自单位名册,用来确认您是会员、把事项交给负责的人。" +
	"身份核验信息核对完就不保留;手机号和身份证号加密存放。您提的事项只有经办的人能看,匿名提交的看不到您的姓名和单位。" +
	"想查看,回复\"我的数据\";想更正或停用,请联系分会。"

var _ binding.Words = (*Notices)(nil)

// BindingWarning tells the owner of a staff number that somebody tried to bind it.
func (n *Notices) BindingWarning(union.Member, string) notice.Body {
	return notice.Body{Text: "有人在公众号上尝试绑定您的工号,没有成功。是您自己就不用管,不是您请回复\"不是我\"。"}
}

// BindingDone tells the member on an account of old that there is a new one.
func (n *Notices) BindingDone(_ union.Member, i union.Identity) notice.Body {
	by := "绑定码"
	if i.Proof == union.ProofIDCard {
		by = "身份证后六位"
	}
	return notice.Body{Text: "刚刚有人用" + by + "在公众号上绑定了您的工号。是您自己就不用管;不是您请回复\"不是我\",马上解除。"}
}
