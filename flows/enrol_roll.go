package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

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
var rollWords = regexp.MustCompile(`^(报名名单|名单|关闭报名|停止报名|取消活动|取消竞赛|取消比武)[\s::]*(\S.*)$`)

var rollWord = map[string]bot.Word{
	"报名名单": bot.WordRoll, "名单": bot.WordRoll, "关闭报名": bot.WordCloseEntry, "停止报名": bot.WordCloseEntry,
	"取消活动": bot.WordCallOff, "取消竞赛": bot.WordCallOff, "取消比武": bot.WordCallOff,
}

func (f enrolRoll) flow() bot.Flow {
	return bot.Define(bot.Spec[enrolRollData]{
		Name: "enrol_roll", Rev: 1, Title: "报名名单", Expires: listExpires, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordRoll), bot.OnWord(bot.WordCloseEntry), bot.OnWord(bot.WordCallOff)},
		Begin:  f.begin,
		To:     []bot.StepName{"which", "reason", "sure"},
		Understand: func(text string) []bot.Guess {
			if rollWords.MatchString(text) {
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

func (f enrolRoll) begin(ctx context.Context, t *enrolRollTurn) (bot.Next, error) {
	member, err := f.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if member == 0 {
		return f.people.stranger(t.Talk), nil
	}
	t.Data.Word, t.Data.Reason = t.Command.Word, t.Command.Rest
	name := t.Command.Number
	if m := rollWords.FindStringSubmatch(bot.Simplified(strings.TrimSpace(t.Text()))); m != nil && name == "" {
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

// act does what the word means for an activity, or shows one entry where the number is that of an entry.
func (f enrolRoll) act(ctx context.Context, t *enrolRollTurn, name string) (bot.Next, error) {
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
func (f enrolRoll) one(ctx context.Context, t *enrolRollTurn, member union.MemberID, number string) (done bool, err error) {
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

func (f enrolRoll) takeReason(_ context.Context, t *enrolRollTurn) (bot.Next, error) {
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

func (f enrolRoll) askSure(_ context.Context, t *enrolRollTurn) (bot.Reply, error) {
	text := "要关闭 " + t.Data.Title + "的报名吗?已报的和候补的照旧。"
	if t.Data.Word == bot.WordCallOff {
		text = "要取消 " + t.Data.Title + "吗?所有报名和候补的人都会收到通知,原因:" + t.Data.Reason
	}
	return bot.Reply{Text: text, Choices: t.Data.sure()}, nil
}

func (f enrolRoll) takeSure(ctx context.Context, t *enrolRollTurn) (bot.Next, error) {
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
func (f enrolRoll) sayAgain(ctx context.Context, t *enrolRollTurn) (bot.Next, error) {
	if t.Command.Word == bot.WordConfirm || t.Command.Word == t.Data.Word && t.Command.Number == "" {
		return f.end(ctx, t)
	}
	t.Data = enrolRollData{}
	return f.begin(ctx, t)
}

func (f enrolRoll) end(ctx context.Context, t *enrolRollTurn) (bot.Next, error) {
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

func (f enrolRoll) refused(t *enrolRollTurn, err error, name string) (bot.Next, error) {
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

// roll lists an activity's entries by their states.
func (w enrolWords) roll(r enrolment.Roll) string {
	state := "报名到 " + w.calendar.Speech(r.ClosesAt)
	switch r.State {
	case enrolment.Closed:
		state = "报名已关闭"
	case enrolment.Cancelled:
		state = "已取消"
	}
	places := "名额不限"
	if r.Places > 0 {
		places = fmt.Sprintf("名额 %d", r.Places)
	}
	lines := []string{r.Number + " " + w.full(r.Activity) + "。" + places + "," + state + "。"}
	for _, s := range []enrolment.EntryState{enrolment.SignedUp, enrolment.Received, enrolment.Offered, enrolment.Waiting} {
		var group []string
		for _, v := range r.Entries {
			if v.State == s {
				group = append(group, fmt.Sprintf("%d. %s", len(group)+1, w.rollLine(v)))
			}
		}
		if len(group) > 0 {
			lines = append(append(lines, fmt.Sprintf("【%s】%d %s", entryState(s), len(group), counted(r.Activity))), group...)
		}
	}
	if len(r.Entries) == 0 {
		lines = append(lines, "还没有人报名。")
	}
	if r.Ended > 0 {
		lines = append(lines, fmt.Sprintf("另有 %d 份已退出或过时。", r.Ended))
	}
	return strings.Join(lines, "\n")
}

func (w enrolWords) rollLine(v enrolment.EntryView) string {
	line := v.Captain.Name + " " + v.Captain.StaffNo + " " + v.Captain.Unit() + " " + v.Number
	if v.Team != "" {
		line = v.Team + "队:" + line + ",队员 " + names(v.Others)
	}
	if v.Of.Evidence != "" {
		how := ",现场核验"
		if !v.OnSite {
			how = fmt.Sprintf(",照片 %d 张", len(v.Pictures))
		}
		line += how
	}
	if v.Choice != "" {
		line += "," + v.Choice
	}
	if v.State == enrolment.Offered {
		line += "," + w.calendar.Speech(v.AnswerBy) + " 前答复"
	}
	return line
}
