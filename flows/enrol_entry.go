package flows

import (
	"context"
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
	// EntriesOf lists those of a member that the viewer organises.
	EntriesOf(ctx context.Context, viewer, member union.MemberID) ([]enrolment.EntryView, error)
	// Offers lists those that wait for the member's answer.
	Offers(ctx context.Context, member union.MemberID) ([]enrolment.EntryView, error)
	Accept(ctx context.Context, member union.MemberID, number string) (enrolment.EntryView, error)
	Withdraw(ctx context.Context, member union.MemberID, number string) (enrolment.EntryView, error)
	// Receive notes a receipt by the member's own word or an organiser's; enrolment.ErrNoHandout, or enrolment.ErrNotBegun.
	Receive(ctx context.Context, actor union.MemberID, number string) (enrolment.EntryView, error)
}

// enrolEntry answers an offer, gives a place up and notes a receipt.
type enrolEntry struct {
	people people
	words  enrolWords
	desk   EntryDesk
	// standIns may wait for the same word.
	standIns StandInDesk
}

type enrolEntryData struct {
	Number string `json:"number,omitempty"`
	Title  string `json:"title,omitempty"`
	// Held says that there is a place to be given up.
	Held bool `json:"held,omitempty"`
	// Word and Numbers are of the question which of several entries is meant.
	Word    bot.Word `json:"word,omitempty"`
	Numbers []string `json:"numbers,omitempty"`
	Labels  []string `json:"labels,omitempty"`
}

type enrolEntryTurn = bot.Turn[enrolEntryData]

// entryWithdraw begins the key of whoever hands over to give a place up.
const entryWithdraw = "withdraw:"

var leaveChoices = []bot.Choice{{Label: "退出"}, {Label: "不退"}}

func (f *enrolEntry) flow() bot.Flow {
	return bot.Define(bot.Spec[enrolEntryData]{
		Name: "enrol_entry", Rev: 1, Title: "报名事项", Expires: listExpires, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordTakeUp), bot.OnWord(bot.WordGiveUp), bot.OnWord(bot.WordReceived)},
		Begin:  f.begin, HandsTo: []string{"standin"},
		To: []bot.StepName{"which", "sure"},
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
					text := "要退出 " + t.Data.Number + " " + t.Data.Title + "的候补吗?"
					if t.Data.Held {
						text = "要退出 " + t.Data.Number + " " + t.Data.Title + "吗?退出后名额给下一位。"
					}
					return bot.Reply{Text: text, Choices: leaveChoices}, nil
				},
				Handle: f.takeSure,
				Commands: map[bot.Word]func(context.Context, *enrolEntryTurn) (bot.Next, error){
					bot.WordConfirm: f.takeLeave,
					// 退出 is the label of a choice here, 取消 and the others are not.
					bot.WordCancel: func(ctx context.Context, t *enrolEntryTurn) (bot.Next, error) {
						if t.Command.Said == leaveChoices[0].Label {
							return f.takeLeave(ctx, t)
						}
						if strings.Contains(t.Command.Said, "不") { // 不想报了 may mean either
							return bot.Repeat(), nil
						}
						t.Say("好的,不退。")
						return bot.End(), nil
					},
				},
			},
		},
	})
}

func (f *enrolEntry) begin(ctx context.Context, t *enrolEntryTurn) (bot.Next, error) {
	member, next, err := f.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
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
	if len(list) == 0 && word == bot.WordTakeUp {
		if waits, err := waitsForAnswer(ctx, f.standIns, member); err != nil || waits {
			return bot.Hand(bot.Entry{Flow: "standin", Key: standInAccept}), err
		}
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
func (f *enrolEntry) candidates(ctx context.Context, member union.MemberID, word bot.Word) (list []enrolment.EntryView, err error) {
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
