package flows

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// tapped takes a tap on a card, today's or an old one.
func (a *alarm) tapped(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	id, ok := strings.CutPrefix(t.Entry.Key, alarmPrefix+":take:")
	if n, err := strconv.ParseInt(id, 10, 64); ok && err == nil && n > 0 {
		return a.goes(ctx, t, cases.ID(n), "")
	}
	t.Say("这个按钮已经用不上了。")
	return bot.End(), nil
}

// goesWhereRung is for an officer who says that they go, and not where to.
func (a *alarm) goesWhereRung(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	officer, next, err := a.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	ringing, err := a.desk.RingingFor(ctx, officer)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list alarms that ring: %w", err)
	}
	switch len(ringing) {
	case 0:
		t.Say("现在没有等您接单的急报。要查某一件,回复\"进度\"加编号。")
		return bot.End(), nil
	case 1:
		return a.goes(ctx, t, ringing[0].ID, "")
	}
	lines := []string{"正在呼叫您的不止一件,去哪一件?请带上编号回复:"}
	for _, c := range ringing {
		lines = append(lines, "我去 "+c.Number)
	}
	t.Say(strings.Join(lines, "\n"))
	return bot.End(), nil
}

// goes lets an officer say that they go.
func (a *alarm) goes(ctx context.Context, t *alarmTurn, id cases.ID, number string) (bot.Next, error) {
	officer, next, err := a.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	goes, err := a.desk.TakeAlarm(ctx, officer, id, number)
	var settled *cases.AlarmSettled
	switch {
	case errors.As(err, &settled) && settled.Name != "":
		t.Say(fmt.Sprintf("%s 已于 %s 由 %s 接单,不用再去。", settled.Number, a.caseWords.calendar.Speech(settled.At), settled.Name))
	case errors.As(err, &settled):
		t.Say(fmt.Sprintf("%s 已于 %s 撤销,不用去了。", settled.Number, a.caseWords.calendar.Speech(settled.At)))
	case errors.Is(err, union.ErrForbidden):
		t.Say("这件是您自己报的,别人会赶去。您先到安全的地方。")
	case errors.Is(err, union.ErrNotFound):
		t.Say("没有找到这件急报,请核对编号。")
	case err != nil:
		return bot.Next{}, fmt.Errorf("take alarm: %w", err)
	case goes.Again:
		t.Say(goes.Case.Number + " 您已经接了。" + whoReported(goes) + a.said(ctx, goes))
	case goes.Life:
		t.Say(goes.Case.Number + " 由您接手,我正在告诉对方。" + whoReported(goes) +
			"\n请现在就打电话。有生命危险,请同时叫能马上到身边的人,打 110 或 120。" + a.said(ctx, goes))
	default:
		t.Say(goes.Case.Number + " 由您接单,我正在告诉报告人和其他人。" + whoReported(goes) +
			"到了先警戒、断电断气、清点人数,再说一句\"到了\"和情况,我转告报告人。" + a.afterwards(officer, goes))
	}
	return bot.End(), nil
}

// afterwards says who has the case on their hands once the danger is over.
func (a *alarm) afterwards(officer union.MemberID, g cases.Goes) string {
	var others []string
	for _, m := range g.Decides {
		if m.ID == officer {
			return "人安全了,回复\"待办\"办理这一件。"
		}
		others = append(others, m.Name)
	}
	if len(others) == 0 {
		return ""
	}
	return "人安全了告诉 " + strings.Join(others, "、") + ",后面的整改由那边下达。"
}

// said is what somebody said who waits to be called: for whoever calls, and nobody else. It stands behind the order to call:
// of a long message a phone may show no more than how it begins.
func (a *alarm) said(ctx context.Context, g cases.Goes) string {
	if !g.Life {
		return ""
	}
	s, err := a.caseWords.of(ctx, g.Case)
	if err != nil {
		return "" // whoever waits is called all the same
	}
	field, _ := s.SentenceField()
	return newestFirst(strings.TrimSpace(g.Case.Values[field.Name].Text))
}

// wordsAtOnce are as many characters as stand beside the order to call in the first message that any phone shows.
const wordsAtOnce = 500

// newestFirst says what somebody said: as they said it, and of what is too long for one message the newest lines before the others.
func newestFirst(text string) string {
	runes := []rune(text)
	if text == "" {
		return ""
	}
	if len(runes) > wordsAtOnce {
		newest := text[len(string(runes[:len(runes)-wordsAtOnce])):]
		at := strings.IndexByte(newest, '\n') + len(text) - len(newest)
		if at < len(text)-len(newest) { // the last line alone is as long
			at = strings.LastIndexByte(text, '\n')
		}
		if at > 0 {
			return "\n最后说的:" + text[at+1:] + "\n先前说的:" + text[:at]
		}
	}
	return "\n说过的话:" + text
}

// whoReported tells whoever goes where to, and whom to ring.
func whoReported(g cases.Goes) string {
	var b strings.Builder
	if g.Place != "" {
		b.WriteString("地点:" + g.Place + "。")
	}
	if g.Life {
		return "是 " + strings.TrimSpace(g.AuthorName+" "+g.AuthorPhone) + "。"
	}
	if g.AuthorName != "" {
		b.WriteString("报告人 " + strings.TrimSpace(g.AuthorName+" "+g.AuthorPhone) + "。")
	}
	return b.String()
}
