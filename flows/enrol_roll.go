package flows

import (
	"context"
	"fmt"
	"regexp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

// OrganiseDesk is what an organiser does. Rights are judged at the act; for anybody else there is nothing to be found.
type OrganiseDesk interface {
	// Organises lists the organisations over which the member is an organiser.
	Organises(ctx context.Context, member union.MemberID) ([]union.Organisation, error)
	// Parts finds organisations by their names below one; missing are those that are not there.
	Parts(ctx context.Context, below string, names []string) (parts []enrolment.Part, missing []string, err error)
	// Publish returns union.ErrForbidden and enrolment.Problems.
	Publish(ctx context.Context, organiser union.MemberID, a enrolment.Activity) (enrolment.Activity, error)
	Organised(ctx context.Context, member union.MemberID) ([]enrolment.Activity, error)
	// Roll, CloseSignUp and CallOff find the activity by number or title; union.ErrNotFound.
	Roll(ctx context.Context, organiser union.MemberID, name string) (enrolment.Roll, error)
	CloseSignUp(ctx context.Context, organiser union.MemberID, name string) (enrolment.Activity, error)
	CallOff(ctx context.Context, organiser union.MemberID, name, reason string) (enrolment.Activity, error)
	Entry(ctx context.Context, viewer union.MemberID, number string) (enrolment.EntryView, error)
	// SendEvidence sends an entry's photos, once an occasion, and says how many.
	SendEvidence(ctx context.Context, viewer union.MemberID, number, occasion string) (int, error)
}

// enrolRoll lists who takes part, ends signing up, and calls an activity off.
type enrolRoll struct {
	people people
	words  enrolWords
	desk   OrganiseDesk
}

type enrolRollData struct {
	Word    bot.Word `json:"word"`
	Number  string   `json:"number,omitempty"`
	Title   string   `json:"title,omitempty"`
	Reason  string   `json:"reason,omitempty"`
	Numbers []string `json:"numbers,omitempty"`
	Labels  []string `json:"labels,omitempty"`
}

type enrolRollTurn = bot.Turn[enrolRollData]

// rollWords are the words with a title behind them.
var rollWords = regexp.MustCompile(`^(报名名单|名单|关闭报名|停止报名|取消活动|取消竞赛|取消比武)[\s:]*(\S.*)$`)

var rollWord = map[string]bot.Word{
	"报名名单": bot.WordRoll, "名单": bot.WordRoll, "关闭报名": bot.WordCloseEntry, "停止报名": bot.WordCloseEntry,
	"取消活动": bot.WordCallOff, "取消竞赛": bot.WordCallOff, "取消比武": bot.WordCallOff,
}

func (f *enrolRoll) flow() bot.Flow {
	return bot.Define(bot.Spec[enrolRollData]{
		Name: "enrol_roll", Rev: 1, Title: "报名名单", Expires: listExpires, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordRoll), bot.OnWord(bot.WordCloseEntry), bot.OnWord(bot.WordCallOff)},
		Begin:  f.begin,
		To:     []bot.StepName{"which", "reason", "sure"},
		Understand: func(text string) []bot.Guess {
			if rollWords.MatchString(narrow(text)) {
				return []bot.Guess{{Label: "看报名名单", Score: progressScore}}
			}
			return nil
		},
		Steps: []bot.Step[enrolRollData]{
			{
				Name: "which",
				AskFunc: func(_ context.Context, t *enrolRollTurn) (bot.Reply, error) {
					return bot.Reply{Text: "是哪一项?回复序号:", Choices: labelled(t.Data.Labels)}, nil
				},
				Handle: func(ctx context.Context, t *enrolRollTurn) (bot.Next, error) {
					if i, ok := bot.Choose(t.Text(), labelled(t.Data.Labels)); ok && t.IsText() {
						return f.act(ctx, t, t.Data.Numbers[i])
					}
					return bot.Miss(), nil
				},
			},
			{Name: "reason", Ask: bot.Reply{Text: "为什么取消?写一句,会告诉所有报名的人。"}, Handle: f.takeReason},
			{
				Name: "sure", AskFunc: f.askSure, Handle: f.takeSure,
				// These are the labels of choices too.
				Commands: map[bot.Word]func(context.Context, *enrolRollTurn) (bot.Next, error){
					bot.WordCallOff: f.sayAgain, bot.WordCloseEntry: f.sayAgain, bot.WordConfirm: f.sayAgain,
				},
			},
		},
	})
}

func (f *enrolRoll) begin(ctx context.Context, t *enrolRollTurn) (bot.Next, error) {
	member, next, err := f.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	t.Data.Word, t.Data.Reason = t.Command.Word, t.Command.Rest
	name := t.Command.Number
	if m := rollWords.FindStringSubmatch(bot.Simplified(narrow(t.Text()))); m != nil && name == "" {
		t.Data.Word, name = rollWord[m[1]], m[2]
	}
	if name != "" {
		return f.act(ctx, t, name)
	}
	all, err := f.desk.Organised(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list organised activities: %w", err)
	}
	switch len(all) {
	case 0:
		t.Say("您没有正在组织的竞赛或活动。这里由竞赛组织者来办,回复\"发布竞赛\"可以发布。")
		return bot.End(), nil
	case 1:
		return f.act(ctx, t, all[0].Number)
	}
	for _, a := range all[:min(len(all), listed)] {
		t.Data.Numbers = append(t.Data.Numbers, a.Number)
		t.Data.Labels = append(t.Data.Labels, a.Number+" "+f.words.brief(a))
	}
	return bot.Goto("which"), nil
}
