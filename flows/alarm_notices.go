package flows

import (
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

var _ cases.AlarmWords = (*Notices)(nil)

// alarmPrefix begins the keys of an alarm's buttons: alarm:take:7312.
const alarmPrefix = "alarm"

// AlarmCard asks somebody to go. The same is said in words, with what to reply, for channels without cards.
func (n *Notices) AlarmCard(a cases.AlarmNotice) notice.Body {
	card := n.alarmCard(a)
	if a.Service.Alarm.Life {
		card.Buttons = []notice.Button{{Text: "我来联系", Key: alarmPrefix + ":take:" + fmt.Sprint(int64(a.Case.ID)), Style: 4}}
		return notice.Body{Card: &card, Text: card.Title + "\n" + card.Detail + "\n能联系请马上回复\"我来 " + a.Case.Number + "\"。"}
	}
	card.Buttons = []notice.Button{{Text: "我去处理", Key: alarmPrefix + ":take:" + fmt.Sprint(int64(a.Case.ID)), Style: 4}}
	return notice.Body{Card: &card, Text: card.Title + "\n" + card.Detail + "\n" + rows(card.Rows) +
		"\n能去请马上回复\"我去 " + a.Case.Number + "\"。"}
}

// AlarmAgain rings somebody once more.
func (n *Notices) AlarmAgain(a cases.AlarmNotice) notice.Body {
	if a.Service.Alarm.Life && a.Asked {
		return notice.Body{Text: fmt.Sprintf("⚠ %s 现在要您打电话。能联系请马上回复\"我来 %[1]s\"。", a.Case.Number)}
	}
	if a.Service.Alarm.Life {
		return notice.Body{Text: fmt.Sprintf("⚠ 第 %d 次呼叫:%s 还有人在等您联系。能联系请马上回复\"我来 %[2]s\"。", a.Alarm.Rings, a.Case.Number)}
	}
	return notice.Body{Text: fmt.Sprintf("⚠ 第 %d 次呼叫:%s 还没有人应答。%s:%s\n能去请马上回复\"我去 %s\"。",
		a.Alarm.Rings, a.Case.Number, n.alarmPlace(a), cut(n.alarmText(a), 100), a.Case.Number)}
}

// AlarmSettled shows on the card who goes, and leaves nothing to press.
func (n *Notices) AlarmSettled(a cases.AlarmNotice) notice.Body {
	card := n.alarmCard(a)
	card.Settled, card.Rows = "已有人处理", card.Rows[:min(len(card.Rows), cardRows-1)]
	outcome := n.clock(a.At) + " 已撤销,不用去了"
	if a.Service.Alarm.Life {
		outcome = n.clock(a.At) + " 先不打电话,不用守着了"
		if a.Taker.Name == "" {
			card.Title, card.Detail, card.Settled = "不用联系了 "+a.Case.Number, "对方先不要电话", "已撤销"
		}
	}
	if a.Taker.Name != "" {
		outcome = n.clock(a.At) + " " + a.Taker.Name + " 已接单"
	}
	if a.To == a.Taker.ID && a.To != 0 {
		card.Settled = "您已接单"
	}
	card.Rows = append(card.Rows, notice.Row{Name: "结果", Value: outcome})
	return notice.Body{Text: a.Case.Number + ":" + outcome + "。", Card: &card}
}

// AlarmMoved tells who reported it that nobody has answered, and who is rung now.
func (n *Notices) AlarmMoved(a cases.AlarmNotice) notice.Body {
	waited := max(1, int(a.Waited/time.Minute))
	if a.Service.Alarm.Life && a.Silent {
		return notice.Body{Text: fmt.Sprintf("%d 分钟了,我还是不放心,%s。想马上说话请打 12356;有危险打 110 或 120。不想接电话,回复\"撤回 %s\"。", waited, n.calledFor(a), a.Case.Number)}
	}
	if a.Service.Alarm.Life {
		return notice.Body{Text: fmt.Sprintf("%d 分钟还没接上,%s。想马上说话请打 12356;有危险打 110 或 120。", waited, n.calledNext(a))}
	}
	if len(a.Called) == 0 {
		return notice.Body{Text: fmt.Sprintf("%s:%d 分钟没人应答,正在再次呼叫全部的人。%s", a.Case.Number, waited, n.keepRinging(a.Hotline))}
	}
	var names []string
	for _, c := range a.Called {
		name := c.Name
		if c.InPlaceOf == "" { // the post is not that of whoever is away
			name = strings.TrimSpace(c.Post + " " + name)
		}
		names = append(names, name+calledAs(c))
	}
	return notice.Body{Text: fmt.Sprintf("%s:%d 分钟没人应答,已改报 %s。%s", a.Case.Number, waited, strings.Join(names, "、"), n.keepRinging(a.Hotline))}
}

// AlarmTaken tells who reported it who goes.
func (n *Notices) AlarmTaken(a cases.AlarmNotice) notice.Body {
	if a.Service.Alarm.Life {
		return notice.Body{Text: fmt.Sprintf("%s %s 接到了,马上给您打电话,请留意接听。", n.clock(a.At), a.Taker.Name)}
	}
	return notice.Body{Text: fmt.Sprintf("%s %s 已接单,正在赶去(%s)。照片等安全了再说;防爆区、涉密区不要拍。", n.clock(a.At), a.Taker.Name, a.Case.Number)}
}

// AlarmThere tells what whoever went there says.
func (n *Notices) AlarmThere(a cases.AlarmNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s %s从现场说(%s):%s", n.clock(a.At), a.Taker.Name, a.Case.Number, cut(a.More, 200))}
}

// AlarmMore tells what was said since.
func (n *Notices) AlarmMore(a cases.AlarmNotice) notice.Body {
	by := a.MoreBy
	if by == "" {
		by = "报告人"
	}
	text := fmt.Sprintf("⚠ %s %s 又说:%s", a.Case.Number, by, cut(a.More, 200))
	switch {
	case a.Service.Alarm.Life && a.Alarm.State == cases.AlarmTaken: // a lock screen tells nothing of it
		return notice.Body{Text: fmt.Sprintf("⚠ %s 又说了话,回复\"我来 %[1]s\"看。", a.Case.Number)}
	case a.Service.Alarm.Life:
		return notice.Body{Text: "⚠ " + a.Case.Number + " 还在等您联系。"}
	}
	if a.Alarm.State == cases.AlarmRinging {
		text += "\n还没有人接单,能去请马上回复\"我去 " + a.Case.Number + "\"。"
	}
	return notice.Body{Text: text}
}

// calledFor says who is being called for somebody who has not answered.
func (n *Notices) calledFor(a cases.AlarmNotice) string {
	if len(a.Called) == 0 {
		return "正在请守着的人给您打电话"
	}
	return "正在请守着的人和 " + namesOf(a.Called) + " 给您打电话"
}

// calledNext says who is being called now.
func (n *Notices) calledNext(a cases.AlarmNotice) string {
	var names []string
	for _, c := range a.Called {
		names = append(names, c.Name+calledAs(c))
	}
	if len(names) == 0 {
		return "正在再次联系"
	}
	return "正在换 " + strings.Join(names, "、") + " 联系您"
}

func (n *Notices) alarmCard(a cases.AlarmNotice) notice.Card {
	if a.Service.Alarm.Life && a.Alarm.State == cases.AlarmStandby {
		return notice.Card{Source: "工会紧急", Title: "⚠ 请守着电话 " + a.Case.Number, Detail: "有人可能马上要您联系,定了再叫您;接手后显示姓名和电话", TaskID: a.CardID()}
	}
	if a.Service.Alarm.Life { // on a lock screen it tells neither who nor why
		return notice.Card{Source: "工会紧急", Title: "⚠ 有人等您马上联系 " + a.Case.Number, Detail: "接手后显示姓名和电话", TaskID: a.CardID()}
	}
	card := notice.Card{
		Source: "工会紧急", Title: "⚠ 紧急" + a.Service.Short.In(n.language) + " " + a.Case.Number, Detail: cut(n.alarmPlace(a), 40),
		TaskID: a.CardID(), Rows: []notice.Row{{Name: "情况", Value: cut(n.alarmText(a), 60)}},
	}
	if a.AuthorName != "" {
		card.Rows = append(card.Rows, notice.Row{Name: "报告人", Value: a.AuthorName})
	}
	switch c := a.Callee; {
	case c.InPlaceOf != "":
		card.Rows = append(card.Rows, notice.Row{Name: "代", Value: c.InPlaceOf + "(不在),也在呼叫本人"})
	case c.By != "":
		card.Rows = append(card.Rows, notice.Row{Name: "您不在", Value: "也在呼叫代您的 " + c.By})
	}
	return card
}

// calledAs says of somebody who is rung that they are away, or in whose place they are rung: (现在不在), (代周强).
func calledAs(c cases.Called) string {
	switch {
	case c.InPlaceOf != "":
		return "(代" + c.InPlaceOf + ")"
	case c.Away:
		return "(现在不在)"
	}
	return ""
}

// alarmPlace is where: the unit of whoever reported it, and the place as far as it was said.
func (n *Notices) alarmPlace(a cases.AlarmNotice) string {
	var parts []string
	for _, p := range []string{a.AuthorUnit, a.Place} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return "地点没有说"
	}
	return strings.Join(parts, " · ")
}

func (n *Notices) alarmText(a cases.AlarmNotice) string {
	field, _ := a.Service.SentenceField()
	return a.Case.Values[field.Name].Text
}

// keepRinging asks to go on by telephone.
func (n *Notices) keepRinging(hotline string) string {
	if hotline == "" {
		hotline = n.dispatch
	}
	if hotline == "" {
		return "请继续打电话找调度和现场负责人。"
	}
	return "请继续打 " + hotline + "。"
}

// clock is the hour of a time: 14:03.
func (n *Notices) clock(t time.Time) string {
	return strings.TrimPrefix(n.calendar.Speech(t), n.calendar.SpeechDay(t))
}
