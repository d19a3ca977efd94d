package flows

import (
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

// enrolWords puts activities and entries into words, for the flows that show them.
type enrolWords struct{ calendar Calendar }

// when is a day as it stands in brackets: 12月10日 周四.
func (w enrolWords) when(a enrolment.Activity) string {
	return strings.NewReplacer("(", " ", ")", "").Replace(w.calendar.SpeechDay(a.StartsAt))
}

// brief names an activity with its day: 焊工技能比武(12月10日 周四).
func (w enrolWords) brief(a enrolment.Activity) string { return a.Title + "(" + w.when(a) + ")" }

// full names it with time and place: 焊工技能比武,12月10日(周四)09:00,技能中心.
func (w enrolWords) full(a enrolment.Activity) string {
	return a.Title + "," + w.calendar.Speech(a.StartsAt) + "," + a.Place
}

// line is an activity in the list of those that are open.
func (w enrolWords) line(v enrolment.View) string {
	return v.Title + "(" + w.when(v.Activity) + "," + w.left(v) + ")"
}

func (w enrolWords) left(v enrolment.View) string {
	switch {
	case v.Mine != nil:
		return "您" + entryState(v.Mine.State)
	case v.Left < 0:
		return "名额不限"
	case v.Left > 0:
		return fmt.Sprintf("余 %d %s", v.Left, counted(v.Activity))
	}
	full := "已满"
	if v.UnitIsFull {
		full = "您单位已满"
	}
	if v.Waiting == 0 {
		return full + ",可候补"
	}
	return fmt.Sprintf("%s,可候补,前面 %d %s", full, v.Waiting, waiters(v.Activity))
}

func counted(a enrolment.Activity) string {
	if a.Team != nil {
		return "队"
	}
	return "位"
}

// waiters is how those who wait are counted.
func waiters(a enrolment.Activity) string {
	if a.Team != nil {
		return "队"
	}
	return "人"
}

// entryState is an entry's state in words.
func entryState(s enrolment.EntryState) string {
	switch s {
	case enrolment.SignedUp:
		return "已报名"
	case enrolment.Waiting:
		return "在候补"
	case enrolment.Offered:
		return "有名额待答复"
	case enrolment.Received:
		return "已领取"
	case enrolment.Withdrawn:
		return "已退出"
	case enrolment.Lapsed:
		return "候补已过时"
	case enrolment.CalledOff:
		return "活动已取消"
	}
	return string(s)
}

func kindOfActivity(k enrolment.Kind) string {
	switch k {
	case enrolment.Competition:
		return "劳动竞赛"
	case enrolment.Contest:
		return "技能比武"
	case enrolment.Campaign:
		return "职工活动"
	}
	return string(k)
}

// short is an entry in a list of one's own.
func (w enrolWords) short(v enrolment.EntryView) string {
	line := v.Number + " " + w.brief(v.Of) + " " + entryState(v.State)
	switch v.State {
	case enrolment.Waiting:
		line += fmt.Sprintf("第 %d 位", v.Ahead+1)
	case enrolment.Offered:
		line += "," + w.calendar.Speech(v.AnswerBy) + " 前"
	}
	return line
}

// view is an entry as whoever takes part reads it.
func (w enrolWords) view(v enrolment.EntryView) string {
	lines := []string{v.Number + " " + w.full(v.Of), w.standing(v)}
	if v.Team != "" {
		lines = append(lines, "队名:"+v.Team+",队长 "+v.Captain.Name+",队员 "+names(v.Others))
	}
	if v.Of.Evidence != "" {
		how := "现场核验"
		if !v.OnSite {
			how = fmt.Sprintf("照片 %d 张", len(v.Pictures))
		}
		lines = append(lines, "证件:"+v.Of.Evidence+"("+how+")")
	}
	if v.Choice != "" {
		lines = append(lines, askedFor(v.Of.Ask)+":"+v.Choice)
	}
	if v.Agreed != "" {
		lines = append(lines, w.calendar.Speech(v.AgreedAt)+" 签定协议(存证 "+v.Agreed[:8]+")")
	}
	return strings.Join(lines, "\n")
}

func (w enrolWords) standing(v enrolment.EntryView) string {
	switch v.State {
	case enrolment.Waiting:
		return fmt.Sprintf("候补第 %d 位。有人退出会通知您。不等了回复\"退出 %s\"。", v.Ahead+1, v.Number)
	case enrolment.Offered:
		return "有名额了,请在 " + w.calendar.Speech(v.AnswerBy) + " 前回复\"接受\",不要了回复\"放弃\"。"
	case enrolment.SignedUp:
		text := "已报名。来不了请回复\"退出 " + v.Number + "\",名额让给别人。"
		if v.Of.Kind == enrolment.Campaign {
			text += "领到了回复\"签收 " + v.Number + "\"。"
		}
		return text
	case enrolment.Received:
		last := v.History[len(v.History)-1]
		how := "经办人登记"
		if last.By == v.Member {
			how = v.Captain.Name + " 签收"
		}
		return w.calendar.Speech(last.At) + " 已领取(" + how + ")。"
	}
	return entryState(v.State) + "。"
}

// askedFor is a question as the name of its answer: 住几人间.
func askedFor(ask string) string { return strings.TrimRight(narrow(ask), "?:") }

func names(members []union.Member) string {
	list := make([]string, len(members))
	for i, m := range members {
		list[i] = m.Name
	}
	return strings.Join(list, "、")
}

// audience says for whom an activity is.
func audienceOf(a enrolment.Activity) string {
	paths := []string{a.OrgPath}
	if len(a.Audience) > 0 {
		paths = nil
		for _, p := range a.Audience {
			paths = append(paths, p.Path)
		}
	}
	text := strings.Join(paths, "、")
	if len(a.Posts) > 0 {
		text += " 的" + strings.Join(a.Posts, "、")
	}
	return text
}

// refusal puts into words why somebody was not signed up; ok is false for a fault that is none of the person's business.
func (w enrolWords) refusal(err error, a enrolment.Activity) (text string, ok bool) {
	var team *enrolment.InTeamError
	var mate *enrolment.MateError
	switch {
	case errors.As(err, &team):
		return names(team.Members) + " 已经报了这一项,不能再进别的队。", true
	case errors.As(err, &mate) && errors.Is(err, union.ErrNotFound):
		return "没有找到工号 " + mate.Member.StaffNo + "。", true
	case errors.As(err, &mate):
		return mate.Member.Name + "(" + mate.Member.StaffNo + ")不在这一项的范围内:面向" + audienceOf(a) + "。", true
	case errors.Is(err, enrolment.ErrOutside), errors.Is(err, enrolment.ErrPost):
		return a.Title + "面向" + audienceOf(a) + ",这次没有您的份,抱歉。回复\"报名\"看您能报的。", true
	case errors.Is(err, enrolment.ErrClosed):
		return a.Title + "的报名已经截止了。", true
	case errors.Is(err, enrolment.ErrCancelled):
		return a.Title + "已经取消了,没有报上。", true
	case errors.Is(err, enrolment.ErrOver):
		return a.Title + "已经开始,不能再改了。", true
	case errors.Is(err, union.ErrForbidden):
		return "报名只面向在职会员,请联系您所在的分会。", true
	}
	return "", false
}
