package flows

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

// act does what a word means for an entry.
func (f *enrolEntry) act(ctx context.Context, t *enrolEntryTurn, word bot.Word, number string) (bot.Next, error) {
	t.Data.Number = number
	member, err := f.people.acting(ctx, t.Talk)
	if err != nil {
		return f.refused(t, err)
	}
	switch word {
	case bot.WordTakeUp:
		v, err := f.desk.Accept(ctx, member, number)
		if err != nil {
			return f.refused(t, err)
		}
		t.Say(f.accepted(v))
		return bot.End(), nil
	case bot.WordReceived:
		v, err := f.desk.Receive(ctx, member, number)
		if err != nil {
			return f.refused(t, err)
		}
		t.Say("已登记:" + v.Captain.Name + " 领取 " + f.words.brief(v.Of) + ",编号 " + v.Number + "。")
		return bot.End(), nil
	}
	v, err := f.desk.Entry(ctx, member, number)
	if err != nil {
		return f.refused(t, err)
	}
	if v.State != enrolment.Offered || v.Member != member {
		return f.askLeave(ctx, t, member, number)
	}
	t.Data.Held = true
	return f.leave(ctx, t, member)
}

func (f *enrolEntry) accepted(v enrolment.EntryView) string {
	switch v.State {
	case enrolment.SignedUp:
		return "好,名额是您的了!" + f.words.full(v.Of) + "。编号 " + v.Number + "。来不了请回复\"退出 " + v.Number + "\"。"
	case enrolment.Lapsed:
		return "来晚了一步," + f.words.brief(v.Of) + "的名额已顺延给下一位。(编号 " + v.Number + ")还想参加,可以再回复\"报名\"。"
	case enrolment.Waiting:
		return fmt.Sprintf("%s 还没有轮到您,现在是候补第 %d 位。有名额会通知您。", v.Number, v.Ahead+1)
	}
	return v.Number + " " + f.words.brief(v.Of) + entryState(v.State) + "。"
}

func (f *enrolEntry) askLeave(ctx context.Context, t *enrolEntryTurn, member union.MemberID, number string) (bot.Next, error) {
	t.Data.Number = number
	v, err := f.desk.Entry(ctx, member, number)
	if err != nil {
		return f.refused(t, err)
	}
	switch {
	case v.Member != member:
		return f.refused(t, enrolment.ErrNotCaptain)
	case v.State == enrolment.Received:
		return f.refused(t, enrolment.ErrReceived)
	case v.State.Ended():
		t.Say(v.Number + " " + f.words.brief(v.Of) + entryState(v.State) + ",不用再退。")
		return bot.End(), nil
	}
	t.Data.Title, t.Data.Held = f.words.brief(v.Of), v.State.Holds()
	return bot.Goto("sure"), nil
}

func (f *enrolEntry) takeSure(ctx context.Context, t *enrolEntryTurn) (bot.Next, error) {
	switch i, ok := bot.Choose(t.Text(), leaveChoices); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Say("好的,不退。")
		return bot.End(), nil
	}
	return f.takeLeave(ctx, t)
}

func (f *enrolEntry) takeLeave(ctx context.Context, t *enrolEntryTurn) (bot.Next, error) {
	member, err := f.people.acting(ctx, t.Talk)
	if err != nil {
		return f.refused(t, err)
	}
	return f.leave(ctx, t, member)
}

func (f *enrolEntry) leave(ctx context.Context, t *enrolEntryTurn, member union.MemberID) (bot.Next, error) {
	v, err := f.desk.Withdraw(ctx, member, t.Data.Number)
	if err != nil {
		return f.refused(t, err)
	}
	text := "已退出 " + v.Number + " " + f.words.brief(v.Of) + "的候补。"
	if t.Data.Held {
		text = "已退出 " + v.Number + " " + f.words.brief(v.Of) + "。谢谢您早说,名额让给下一位。"
	}
	if v.State != enrolment.Withdrawn {
		text = v.Number + " " + f.words.brief(v.Of) + entryState(v.State) + ",不用再退。"
	}
	t.Say(text)
	return bot.End(), nil
}

func (f *enrolEntry) refused(t *enrolEntryTurn, err error) (bot.Next, error) {
	number := t.Data.Number
	switch {
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		t.Say("没有找到 " + number + ",请核对编号。回复\"我的\"看您报过的。")
	case errors.Is(err, enrolment.ErrNotCaptain):
		t.Say(number + " 不是您报的名,请让报名的人(队长)来办。")
	case errors.Is(err, enrolment.ErrReceived):
		t.Say(number + " 已经领取,不能再退。")
	case errors.Is(err, enrolment.ErrOver):
		t.Say(number + " 的活动已经开始,不能再退。")
	case errors.Is(err, enrolment.ErrNotBegun):
		t.Say(number + " 还没到发放的日子,领到手再签收。回复\"" + number + "\"看时间地点。")
	case errors.Is(err, enrolment.ErrNoHandout):
		t.Say(number + " 现在没有要领取的。")
	default:
		return bot.Next{}, fmt.Errorf("act on entry: %w", err)
	}
	return bot.End(), nil
}
