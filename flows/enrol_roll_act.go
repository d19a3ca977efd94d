package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

// act does what the word means for an activity, or shows one entry where the number is that of an entry.
func (f *enrolRoll) act(ctx context.Context, t *enrolRollTurn, name string) (bot.Next, error) {
	member, err := f.people.acting(ctx, t.Talk)
	if err != nil {
		return f.refused(t, err, name)
	}
	if t.Data.Word == bot.WordRoll && ofEntry(name) {
		done, err := f.one(ctx, t, member, name)
		if done || err != nil {
			return bot.End(), err
		}
	}
	roll, err := f.desk.Roll(ctx, member, name)
	if err != nil {
		return f.refused(t, err, name)
	}
	t.Data.Number, t.Data.Title = roll.Number, f.words.brief(roll.Activity)
	switch {
	case t.Data.Word == bot.WordRoll:
		t.Say(f.words.roll(roll))
		return bot.End(), nil
	case roll.State == enrolment.Cancelled:
		t.Say(t.Data.Title + "已经取消了。")
		return bot.End(), nil
	case t.Data.Word == bot.WordCloseEntry && roll.State == enrolment.Closed:
		t.Say(t.Data.Title + "的报名已经关了。")
		return bot.End(), nil
	case t.Data.Word == bot.WordCallOff && t.Data.Reason == "":
		return bot.Goto("reason"), nil
	}
	return bot.Goto("sure"), nil
}

// one shows an entry, and sends its photos.
func (f *enrolRoll) one(ctx context.Context, t *enrolRollTurn, member union.MemberID, number string) (done bool, err error) {
	v, err := f.desk.Entry(ctx, member, number)
	if errors.Is(err, union.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read entry: %w", err)
	}
	text := v.Captain.Name + "(" + v.Captain.StaffNo + "," + v.Captain.Unit() + ")\n" + f.words.view(v)
	if len(v.Pictures) > 0 {
		sent, err := f.desk.SendEvidence(ctx, member, number, string(t.Message.ID))
		if err != nil {
			return false, fmt.Errorf("send evidence: %w", err)
		}
		text += fmt.Sprintf("\n照片 %d 张,马上发给您。", sent)
		if sent < len(v.Pictures) {
			text += fmt.Sprintf("还有 %d 张没取到,请过一会儿再试。", len(v.Pictures)-sent)
		}
	}
	t.Say(text)
	return true, nil
}

func (f *enrolRoll) takeReason(_ context.Context, t *enrolRollTurn) (bot.Next, error) {
	text := strings.TrimSpace(t.Text())
	if !t.IsText() || wordless(text) {
		return bot.Miss(), nil
	}
	if utf8.RuneCountInString(text) > reasonRunes {
		t.Lead(fmt.Sprintf("原因请写在 %d 字以内。", reasonRunes))
		return bot.Repeat(), nil
	}
	t.Data.Reason = text
	return bot.Goto("sure"), nil
}

func (d enrolRollData) sure() []bot.Choice {
	if d.Word == bot.WordCallOff {
		return []bot.Choice{{Label: "取消活动"}, {Label: "先不取消"}}
	}
	return []bot.Choice{{Label: "关闭报名"}, {Label: "先不关"}}
}

func (f *enrolRoll) askSure(_ context.Context, t *enrolRollTurn) (bot.Reply, error) {
	text := "要关闭 " + t.Data.Title + "的报名吗?已报的和候补的照旧。"
	if t.Data.Word == bot.WordCallOff {
		text = "要取消 " + t.Data.Title + "吗?所有报名和候补的人都会收到通知,原因:" + t.Data.Reason
	}
	return bot.Reply{Text: text, Choices: t.Data.sure()}, nil
}

func (f *enrolRoll) takeSure(ctx context.Context, t *enrolRollTurn) (bot.Next, error) {
	switch i, ok := bot.Choose(t.Text(), t.Data.sure()); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Say("好的,照旧。")
		return bot.End(), nil
	}
	return f.end(ctx, t)
}

// sayAgain takes the word itself for a yes, unless it begins something else.
func (f *enrolRoll) sayAgain(ctx context.Context, t *enrolRollTurn) (bot.Next, error) {
	if t.Command.Word == bot.WordConfirm || t.Command.Word == t.Data.Word && t.Command.Number == "" {
		return f.end(ctx, t)
	}
	t.Data = enrolRollData{}
	return f.begin(ctx, t)
}

func (f *enrolRoll) end(ctx context.Context, t *enrolRollTurn) (bot.Next, error) {
	member, err := f.people.acting(ctx, t.Talk)
	if err != nil {
		return f.refused(t, err, t.Data.Number)
	}
	if t.Data.Word == bot.WordCallOff {
		if _, err := f.desk.CallOff(ctx, member, t.Data.Number, t.Data.Reason); err != nil {
			return f.refused(t, err, t.Data.Number)
		}
		t.Say(t.Data.Title + "已取消,正在通知报名和候补的人。")
		return bot.End(), nil
	}
	if _, err := f.desk.CloseSignUp(ctx, member, t.Data.Number); err != nil {
		return f.refused(t, err, t.Data.Number)
	}
	t.Say(t.Data.Title + "的报名已关闭。回复\"名单 " + t.Data.Number + "\"看名单。")
	return bot.End(), nil
}

func (f *enrolRoll) refused(t *enrolRollTurn, err error, name string) (bot.Next, error) {
	switch {
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		t.Say("没有找到您组织的\"" + cut(name, 30) + "\"。请用编号,回复\"名单\"能看到。")
	case errors.Is(err, enrolment.ErrOver):
		t.Say(t.Data.Title + "已经开始,不能再取消。")
	default:
		return bot.Next{}, fmt.Errorf("organise: %w", err)
	}
	return bot.End(), nil
}
