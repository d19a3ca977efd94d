package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/enrolment"
)

// evidencePictures is how many photos an entry has at most, teamName the most characters of a team's name.
const (
	evidencePictures = 3
	teamName         = 20
)

// asking is an AskFunc that knows the activity.
func (f *enrol) asking(ask func(t *enrolTurn, a enrolment.Activity) bot.Reply) func(context.Context, *enrolTurn) (bot.Reply, error) {
	return func(ctx context.Context, t *enrolTurn) (bot.Reply, error) {
		if t.Member == 0 {
			return bot.Reply{Text: "您的账号已经解绑,请回复\"取消\"。"}, nil
		}
		v, err := f.desk.Activity(ctx, union.MemberID(t.Member), t.Data.Number)
		if err != nil {
			return bot.Reply{}, fmt.Errorf("read activity: %w", err)
		}
		return ask(t, v.Activity), nil
	}
}

// taking is a handler that knows the activity and who is talking.
func (f *enrol) taking(take func(context.Context, *enrolTurn, enrolment.Activity) (bot.Next, error)) func(context.Context, *enrolTurn) (bot.Next, error) {
	return func(ctx context.Context, t *enrolTurn) (bot.Next, error) {
		v, me, next, err := f.look(ctx, t)
		if err != nil || me == 0 {
			return next, err
		}
		return take(ctx, t, v.Activity)
	}
}

var onSite = []bot.Choice{{Label: "现场核验"}}

func askEvidence(_ *enrolTurn, a enrolment.Activity) bot.Reply {
	return bot.Reply{Text: "需要" + a.Evidence + ",请发照片,或", Choices: onSite}
}

func (f *enrol) takeEvidence(ctx context.Context, t *enrolTurn, a enrolment.Activity) (bot.Next, error) {
	if pictured(t.Message) {
		id, err := f.attach.Attach(ctx, cases.Attachment{
			Owner: union.MemberID(t.Member), Channel: string(t.Message.Channel), MediaID: t.Message.Media.ID, Kind: pictureKind(t.Message.Kind), CreatedAt: t.Now,
		})
		if err != nil {
			return bot.Next{}, fmt.Errorf("keep picture: %w", err)
		}
		t.Data.Pictures = append(t.Data.Pictures, id)
		t.Lead(gotPictures(t.Message.Kind, len(t.Data.Pictures), "张", "照片"))
		return f.ahead(t, a), nil
	}
	if _, ok := bot.Choose(t.Text(), onSite); ok && t.IsText() {
		t.Data.OnSite = true
		return f.ahead(t, a), nil
	}
	return bot.Miss(), nil
}

func (f *enrol) takeTeam(_ context.Context, t *enrolTurn, a enrolment.Activity) (bot.Next, error) {
	name := strings.TrimSpace(t.Text())
	if !t.IsText() || wordless(name) {
		return bot.Miss(), nil
	}
	if utf8.RuneCountInString(name) > teamName {
		t.Lead(fmt.Sprintf("队名请写在 %d 字以内。", teamName))
		return bot.Repeat(), nil
	}
	t.Data.Team = name
	return f.ahead(t, a), nil
}

func askMates(_ *enrolTurn, a enrolment.Activity) bot.Reply {
	size := fmt.Sprintf("%d", a.Team.Least)
	if a.Team.Most > a.Team.Least {
		size = fmt.Sprintf("%d 到 %d", a.Team.Least, a.Team.Most)
	}
	return bot.Reply{Text: "连您在内 " + size + " 人。请发其他队员的工号,用空格或逗号隔开:"}
}

var betweenNumbers = regexp.MustCompile(`[\s,、;。和]+`) // of narrow text

func (f *enrol) takeMates(ctx context.Context, t *enrolTurn, a enrolment.Activity) (bot.Next, error) {
	if !t.IsText() {
		return bot.Miss(), nil
	}
	numbers := slices.DeleteFunc(betweenNumbers.Split(narrow(t.Text()), -1), func(s string) bool { return s == "" })
	if len(numbers) == 0 || len(numbers) > 2*a.Team.Most {
		return bot.Miss(), nil
	}
	mates, err := f.desk.Mates(ctx, union.MemberID(t.Member), a.ID, numbers)
	if err != nil {
		words, ok := f.words.refusal(err, a)
		if !ok {
			return bot.Next{}, fmt.Errorf("find team: %w", err)
		}
		t.Lead(words)
		return bot.Repeat(), nil
	}
	if n := len(mates) + 1; n < a.Team.Least || n > a.Team.Most {
		t.Lead(fmt.Sprintf("连您一共 %d 人。", n))
		return bot.Repeat(), nil
	}
	for _, m := range mates {
		t.Data.Mates = append(t.Data.Mates, m.ID)
	}
	t.Data.Names = names(mates)
	return f.ahead(t, a), nil
}

func askChoice(_ *enrolTurn, a enrolment.Activity) bot.Reply {
	return bot.Reply{Text: a.Ask, Choices: labelled(a.Options)}
}

func (f *enrol) takeChoice(_ context.Context, t *enrolTurn, a enrolment.Activity) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), labelled(a.Options))
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	t.Data.Choice = a.Options[i]
	return f.ahead(t, a), nil
}

var agreementChoices = []bot.Choice{{Label: "同意", Say: "同意"}, {Label: "不同意", Say: "不同意"}}

func askAgreement(_ *enrolTurn, a enrolment.Activity) bot.Reply {
	return bot.Reply{Text: "参加要签定协议:\n" + a.Agreement + "\n您同意吗?", Choices: agreementChoices}
}

func (f *enrol) takeAgreement(_ context.Context, t *enrolTurn, a enrolment.Activity) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), agreementChoices)
	switch {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Say("好的,不签协议就不报名了。改主意了再回复\"报名\"。")
		return bot.End(), nil
	}
	t.Data.Agreed = a.AgreementHash()
	return f.ahead(t, a), nil
}

// sureChoices are what the summary offers: nothing to change where nothing was asked.
func sureChoices(a enrolment.Activity) []bot.Choice {
	choices := []bot.Choice{{Label: "报名", Say: "1"}}
	if a.Evidence != "" || a.Team != nil || a.Ask != "" {
		choices = append(choices, bot.Choice{Label: "修改", Say: "2"})
	}
	return choices
}

func (f *enrol) askSure(t *enrolTurn, a enrolment.Activity) bot.Reply {
	d := t.Data
	rows := []string{"项目 " + a.Title, "时间 " + f.words.calendar.Speech(a.StartsAt), "地点 " + a.Place}
	if a.Evidence != "" {
		how := "现场核验"
		if len(d.Pictures) > 0 {
			how = fmt.Sprintf("照片 %d 张", len(d.Pictures))
		}
		rows = append(rows, "证件 "+how)
	}
	if a.Team != nil {
		rows = append(rows, "队名 "+d.Team, "队员 "+d.Names)
	}
	if a.Ask != "" {
		rows = append(rows, askedFor(a.Ask)+" "+d.Choice)
	}
	if a.Agreement != "" {
		rows = append(rows, "协议 已同意")
	}
	for i, row := range rows {
		rows[i] = bot.Circled(i+1) + " " + row
	}
	return bot.Reply{Text: "请核对(名额以报名成功为准):\n" + strings.Join(rows, "\n"), Choices: sureChoices(a)}
}

func (f *enrol) takeSure(ctx context.Context, t *enrolTurn) (bot.Next, error) {
	return f.taking(func(ctx context.Context, t *enrolTurn, a enrolment.Activity) (bot.Next, error) {
		i, ok := bot.Choose(t.Text(), sureChoices(a))
		switch {
		case !ok || !t.IsText():
			return bot.Miss(), nil
		case i == 1:
			return f.change(ctx, t)
		}
		return f.signUp(ctx, t)
	})(ctx, t)
}

// change asks everything again, but what has been agreed to.
func (f *enrol) change(ctx context.Context, t *enrolTurn) (bot.Next, error) {
	return f.taking(func(_ context.Context, t *enrolTurn, a enrolment.Activity) (bot.Next, error) {
		if len(sureChoices(a)) == 1 {
			t.Lead("这一项没有要改的。")
			return bot.Repeat(), nil
		}
		t.Data = enrolData{Number: t.Data.Number, Full: t.Data.Full, Agreed: t.Data.Agreed}
		return f.ahead(t, a), nil
	})(ctx, t)
}

func (f *enrol) signUp(ctx context.Context, t *enrolTurn) (bot.Next, error) {
	v, me, next, err := f.look(ctx, t)
	if err != nil || me == 0 {
		return next, err
	}
	d := t.Data
	signed, err := f.desk.SignUp(ctx, enrolment.Application{
		Member: me, Activity: v.ID, Team: d.Team, Mates: d.Mates, OnSite: d.OnSite, Pictures: d.Pictures, Choice: d.Choice, Agreed: d.Agreed,
	})
	switch {
	case errors.Is(err, enrolment.ErrAgreement):
		t.Lead("协议刚刚改过,请再看一遍。")
		t.Data.Agreed = ""
		return bot.Goto("agreement"), nil
	case errors.Is(err, enrolment.ErrIncomplete):
		t.Lead("这一项刚刚改过,请重新填一遍。")
		t.Data = enrolData{Number: d.Number, Full: d.Full, Agreed: d.Agreed}
		return f.ahead(t, v.Activity), nil
	case err != nil:
		return f.refused(t, err, v.Activity)
	}
	t.Say(f.result(signed, d.Full))
	return bot.End(), nil
}

// result says what came of it.
func (f *enrol) result(s enrolment.Signed, knownFull bool) string {
	switch {
	case s.Again:
		return "您已经报过了,编号 " + s.Number + "," + entryState(s.State) + "。"
	case s.State == enrolment.Waiting:
		text := "刚刚满员"
		switch {
		case s.UnitIsFull:
			text = "您单位的名额满了"
		case knownFull:
			text = "好的"
		}
		return fmt.Sprintf("%s,您排在候补第 %d 位,编号 %s。有人退出会通知您。", text, s.Ahead+1, s.Number)
	}
	text := "报上了!" + f.words.full(s.Of) + "。编号 " + s.Number + "。"
	if s.Team != "" {
		text += "已告诉队员 " + names(s.Others) + "。"
	}
	return text + "来不了请回复\"退出 " + s.Number + "\",名额让给别人。"
}
