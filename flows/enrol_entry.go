package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

// EntryDesk shows members their entries, and lets them act on these.
type EntryDesk interface {
	// Entry shows an entry to who takes part by it and to organisers; union.ErrNotFound for any other.
	Entry(ctx context.Context, viewer union.MemberID, number string) (enrolment.EntryView, error)
	Entries(ctx context.Context, member union.MemberID) ([]enrolment.EntryView, error)
	// Offers lists those that wait for the member's answer.
	Offers(ctx context.Context, member union.MemberID) ([]enrolment.EntryView, error)
	Accept(ctx context.Context, member union.MemberID, number string) (enrolment.EntryView, error)
	Withdraw(ctx context.Context, member union.MemberID, number string) (enrolment.EntryView, error)
	// Receive notes a receipt by the member's own word or an organiser's; enrolment.ErrNoHandout.
	Receive(ctx context.Context, actor union.MemberID, number string) (enrolment.EntryView, error)
}

// ofEntry says whether a number is that of an entry or an activity.
func ofEntry(number string) bool { return strings.HasPrefix(strings.ToUpper(number), enrolment.Prefix) }

// entryLines shows entries among a member's other matters.
type entryLines struct {
	desk  EntryDesk
	words enrolWords
}

type entryLine struct{ number, line string }

func (l entryLines) list(ctx context.Context, member union.MemberID) (lines []entryLine, err error) {
	all, err := l.desk.Entries(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("list own entries: %w", err)
	}
	for _, v := range all {
		lines = append(lines, entryLine{v.Number, l.words.short(v)})
	}
	return lines, nil
}

func (l entryLines) show(ctx context.Context, member union.MemberID, number string) (string, error) {
	v, err := l.desk.Entry(ctx, member, number)
	switch {
	case errors.Is(err, union.ErrNotFound):
		return "没有找到 " + number + ",请核对编号。回复\"我的\"看您报过的。", nil
	case err != nil:
		return "", fmt.Errorf("read entry: %w", err)
	}
	return l.words.view(v), nil
}

// enrolEntry answers an offer, gives a place up and notes a receipt.
type enrolEntry struct {
	people people
	words  enrolWords
	desk   EntryDesk
}

type enrolEntryData struct {
	Number string `json:"number,omitempty"`
	Title  string `json:"title,omitempty"`
	// Word and Numbers are of the question which of several entries is meant.
	Word    bot.Word `json:"word,omitempty"`
	Numbers []string `json:"numbers,omitempty"`
	Labels  []string `json:"labels,omitempty"`
}

type enrolEntryTurn = bot.Turn[enrolEntryData]

// entryWithdraw begins the key of whoever hands over to give a place up.
const entryWithdraw = "withdraw:"

var leaveChoices = []bot.Choice{{Label: "退出"}, {Label: "不退"}}

func (f enrolEntry) flow() bot.Flow {
	return bot.Define(bot.Spec[enrolEntryData]{
		Name: "enrol_entry", Rev: 1, Title: "报名事项", Expires: listExpires, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordTakeUp), bot.OnWord(bot.WordGiveUp), bot.OnWord(bot.WordReceived)},
		Begin:  f.begin,
		To:     []bot.StepName{"which", "sure"},
		Steps: []bot.Step[enrolEntryData]{
			{
				Name: "which",
				AskFunc: func(_ context.Context, t *enrolEntryTurn) (bot.Reply, error) {
					return bot.Reply{Text: "是哪一项?回复序号:", Choices: labelled(t.Data.Labels)}, nil
				},
				Handle: func(ctx context.Context, t *enrolEntryTurn) (bot.Next, error) {
					if i, ok := bot.Choose(t.Text(), labelled(t.Data.Labels)); ok && t.IsText() {
						return f.act(ctx, t, t.Data.Word, t.Data.Numbers[i])
					}
					return bot.Miss(), nil
				},
			},
			{
				Name: "sure",
				AskFunc: func(_ context.Context, t *enrolEntryTurn) (bot.Reply, error) {
					return bot.Reply{Text: "要退出 " + t.Data.Number + " " + t.Data.Title + "吗?退出后名额给下一位。", Choices: leaveChoices}, nil
				},
				Handle: f.takeSure,
				Commands: map[bot.Word]func(context.Context, *enrolEntryTurn) (bot.Next, error){
					bot.WordConfirm: f.takeLeave,
					// 退出 is the label of a choice here, 取消 and the others are not.
					bot.WordCancel: func(ctx context.Context, t *enrolEntryTurn) (bot.Next, error) {
						if t.Command.Said == leaveChoices[0].Label {
							return f.takeLeave(ctx, t)
						}
						t.Say("好的,不退。")
						return bot.End(), nil
					},
				},
			},
		},
	})
}

func (f enrolEntry) begin(ctx context.Context, t *enrolEntryTurn) (bot.Next, error) {
	member, err := f.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if member == 0 {
		return f.people.stranger(t.Talk), nil
	}
	if number, ok := strings.CutPrefix(t.Entry.Key, entryWithdraw); ok {
		return f.askLeave(ctx, t, member, number)
	}
	word := t.Command.Word
	if t.Command.Number != "" {
		return f.act(ctx, t, word, t.Command.Number)
	}
	list, err := f.candidates(ctx, member, word)
	if err != nil {
		return bot.Next{}, err
	}
	switch len(list) {
	case 0:
		t.Say(nothingFor(word))
		return bot.End(), nil
	case 1:
		return f.act(ctx, t, word, list[0].Number)
	}
	t.Data = enrolEntryData{Word: word}
	for _, v := range list[:min(len(list), listed)] {
		t.Data.Numbers = append(t.Data.Numbers, v.Number)
		t.Data.Labels = append(t.Data.Labels, f.words.short(v))
	}
	return bot.Goto("which"), nil
}

// candidates are the entries that a bare word may mean.
func (f enrolEntry) candidates(ctx context.Context, member union.MemberID, word bot.Word) (list []enrolment.EntryView, err error) {
	if word != bot.WordReceived {
		if list, err = f.desk.Offers(ctx, member); err != nil {
			return nil, fmt.Errorf("list offers: %w", err)
		}
		return list, nil
	}
	all, err := f.desk.Entries(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("list own entries: %w", err)
	}
	for _, v := range all {
		if v.Of.Kind == enrolment.Campaign && v.State == enrolment.SignedUp && v.Member == member {
			list = append(list, v)
		}
	}
	return list, nil
}

func nothingFor(word bot.Word) string {
	if word == bot.WordReceived {
		return "您没有待签收的。经办人登记领取,请回复\"领取\"加编号。"
	}
	return "现在没有等您答复的名额。回复\"我的\"看您报过的。"
}

// act does what a word means for an entry.
func (f enrolEntry) act(ctx context.Context, t *enrolEntryTurn, word bot.Word, number string) (bot.Next, error) {
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
	return f.leave(ctx, t, member)
}

func (f enrolEntry) accepted(v enrolment.EntryView) string {
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

func (f enrolEntry) askLeave(ctx context.Context, t *enrolEntryTurn, member union.MemberID, number string) (bot.Next, error) {
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
	t.Data.Title = f.words.brief(v.Of)
	return bot.Goto("sure"), nil
}

func (f enrolEntry) takeSure(ctx context.Context, t *enrolEntryTurn) (bot.Next, error) {
	switch i, ok := bot.Choose(t.Text(), leaveChoices); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Say("好的,不退。")
		return bot.End(), nil
	}
	return f.takeLeave(ctx, t)
}

func (f enrolEntry) takeLeave(ctx context.Context, t *enrolEntryTurn) (bot.Next, error) {
	member, err := f.people.acting(ctx, t.Talk)
	if err != nil {
		return f.refused(t, err)
	}
	return f.leave(ctx, t, member)
}

func (f enrolEntry) leave(ctx context.Context, t *enrolEntryTurn, member union.MemberID) (bot.Next, error) {
	v, err := f.desk.Withdraw(ctx, member, t.Data.Number)
	if err != nil {
		return f.refused(t, err)
	}
	text := "已退出 " + v.Number + " " + f.words.brief(v.Of) + "。谢谢您早说,名额让给下一位。"
	if v.State != enrolment.Withdrawn {
		text = v.Number + " " + f.words.brief(v.Of) + entryState(v.State) + ",不用再退。"
	}
	t.Say(text)
	return bot.End(), nil
}

func (f enrolEntry) refused(t *enrolEntryTurn, err error) (bot.Next, error) {
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
	case errors.Is(err, enrolment.ErrNoHandout):
		t.Say(number + " 现在没有要领取的。")
	default:
		return bot.Next{}, fmt.Errorf("act on entry: %w", err)
	}
	return bot.End(), nil
}
