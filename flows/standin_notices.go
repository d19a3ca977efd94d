package flows

import (
	"fmt"

	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/standin"
)

var _ cases.StandInWords = (*Notices)(nil)

// StandInAsked asks a member to act in an officer's place.
func (n *Notices) StandInAsked(v cases.StandInView) notice.Body {
	card := n.standInCard(v)
	card.Buttons = []notice.Button{
		{Text: "接受", Key: fmt.Sprintf("%s:%s:%d", standInTap, standInAccept, v.ID), Style: 1},
		{Text: "拒绝", Key: fmt.Sprintf("%s:%s:%d", standInTap, standInRefuse, v.ID), Style: 2},
	}
	text := officerName(v.AbsentMember) + " 请您代办 " + daysOf(n.calendar, v.Standin) + " 的待办(含已在手上的,金额审批和保密件除外)。" +
		"请回复\"接受代办\"或\"拒绝代办\";您接受了才算。"
	return notice.Body{Text: text, Card: &card}
}

func (n *Notices) standInCard(v cases.StandInView) notice.Card {
	return notice.Card{
		Source: "工会待办", Title: "请您代办", Detail: officerName(v.AbsentMember) + " 请您代办", TaskID: cases.StandInCardID(v.ID),
		Rows: []notice.Row{
			{Name: "日期", Value: daysOf(n.calendar, v.Standin)}, {Name: "代什么", Value: "期间的待办,含已在手上的"}, {Name: "不代", Value: "金额审批和保密件"},
		},
	}
}

// StandInSettled shows what has become of it.
func (n *Notices) StandInSettled(v cases.StandInView) notice.Body {
	card := n.standInCard(v)
	card.Settled = standInState(v.State)
	return notice.Body{Text: "代办请求(" + v.AbsentMember.Name + "," + daysOf(n.calendar, v.Standin) + ")" + card.Settled + "。", Card: &card}
}

// Rerouted tells the author who has a step now.
func (n *Notices) Rerouted(m cases.Moved, kind string) notice.Body {
	head, from, to := n.matter(m.Case, m.Service)+":", memberNames(m.From), memberNames(m.To)
	due := "," + promised(n.calendar, m.Case.DueAt) + " 前答复您," + timeKept(m.Later) + "。"
	switch kind {
	case cases.EventGivenBack:
		return notice.Body{Text: head + "代办结束,回到 " + to + "同志手上" + due}
	case cases.EventSentUp:
		return notice.Body{Text: head + from + "同志不在,送到上一级的 " + to + " 办" + due}
	case cases.EventLent:
		return notice.Body{Text: head + from + "同志不在,由 " + to + " 代办" + due}
	}
	return notice.Body{Text: head + "现在由 " + to + " 办" + due}
}

// StandInNews tells whoever is away, or whoever stands in, what has become of it.
func (n *Notices) StandInNews(v cases.StandInView, toAbsent bool) notice.Body {
	by, absent, days := nameAndUnit(v.ByMember), officerName(v.AbsentMember), daysOf(n.calendar, v.Standin)
	if !toAbsent {
		switch {
		case v.State == standin.Asked:
			return notice.Body{Text: absent + " 请您代办 " + days + ",还在等您答复。请回复\"接受代办\"或\"拒绝代办\"。"}
		case v.State == standin.Recalled:
			return notice.Body{Text: absent + " 不用您代办 " + days + " 了。"}
		case v.Left:
			return notice.Body{Text: "替 " + absent + " 的代办到此为止:对方已不在册。"}
		}
		return notice.Body{Text: "替 " + absent + " 的代办到此为止(原定 " + days + "),没办完的还给对方。谢谢您!"}
	}
	const another = "要另请一位,说一句如\"请张三代办12月1日到7日\"。"
	switch v.State {
	case standin.Asked:
		return notice.Body{Text: by + " 还没有答复代办 " + days + " 的事,待办仍在您手上。" + another}
	case standin.Accepted:
		return notice.Body{Text: by + " 接受了代办:" + days + "。决定上写\"" + standin.Shown(v.ByMember, v.AbsentMember).Name + "\",到期自动还给您;早回来说\"我回来了\"。" +
			circleWords(n.calendar, v)}
	case standin.Refused:
		return notice.Body{Text: by + " 不能代办 " + days + ",待办仍在您手上。" + another}
	case standin.Ended:
		if v.Left {
			return notice.Body{Text: by + " 已不在册,不能再替您代办(原定 " + days + "),没办完的还给您。" + another}
		}
		return notice.Body{Text: by + " 不再替您代办(原定 " + days + "),没办完的还给您。" + another}
	}
	return notice.Body{Text: "请 " + by + " 代办 " + days + " 的事没有等到答复,已作废,待办仍在您手上。"}
}
