package flows

import (
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

var _ cases.ClockWords = (*Notices)(nil)

// MovedOn tells the author who has it now, because nobody answered in time.
func (n *Notices) MovedOn(m cases.Moved) notice.Body {
	head := n.matter(m.Case, m.Service)
	due := promised(n.calendar, m.Case.DueAt)
	switch {
	case m.Service.Alarm.Life: // whoever took the call may long have spoken with them: nobody is blamed, and no answer is promised
		return notice.Body{Text: "接下来由 " + memberNames(m.To) + " 关心您的情况。想说话随时来" + n.orRing(lineMind) + "。"}
	case m.Follows:
		return notice.Body{Text: head + "随您的调动转到 " + m.Author.OrgPath + "," + n.onwards(m, due) + "已经办过的不用重来。"}
	case m.Do == service.Pass:
		text := head + "的" + m.Step.Title.In(n.language) + "到期没有人提出意见,按规定视为通过。"
		if len(m.To) > 0 {
			next, _ := m.Service.Step(m.Case.Step)
			text += "接下来是" + next.Title.In(n.language) + "," + memberNames(m.To) + "," + due + " 前告诉您结果。"
		}
		return notice.Body{Text: text}
	case m.Step.Who.Author:
		return notice.Body{Text: head + "在等您回话,到期还没有收到,已请 " + memberNames(m.To) + " 一起看,您随时可以回复\"待办\"。"}
	}
	to := "已转请 " + memberNames(m.To) + " 处理"
	if m.Do == service.Up {
		to = "已转请上一级的 " + memberNames(m.To) + " 处理"
	}
	if m.StepsBack {
		return notice.Body{Text: head + ":" + memberNames(m.From) + "同志按规定回避," + to + "," + due + " 前答复您。"}
	}
	if m.Left {
		return notice.Body{Text: head + ":" + memberNames(m.From) + "同志不再经办," + to + "," + due + " 前答复您。"}
	}
	return notice.Body{Text: head + ":" + memberNames(m.From) + "同志没在期限内答复," + to + "," + due + " 前答复您。让您久等了,抱歉。"}
}

// onwards says who goes on with a case that has come along with its author.
func (n *Notices) onwards(m cases.Moved, due string) string {
	switch {
	case len(m.To) > 0 && m.Overdue:
		return "由 " + memberNames(m.To) + " 接着办,原定 " + due + " 前答复您,已经超期。"
	case len(m.To) > 0:
		return "由 " + memberNames(m.To) + " 接着办," + due + " 前答复您。"
	case m.Case.State == cases.Returned:
		return "您补充以后由那边接着办。"
	case m.Step.Who.Author:
		return "还在等您回话,之后由那边接着办。"
	}
	return "那边还没有能接手的人,已请管理员补上。"
}

// orRing is whom else one may ring, where the reference data says: ,也可以打 12356.
func (n *Notices) orRing(name string) string {
	if n.lines == nil {
		return ""
	}
	line, ok := n.lines.Hotline(name)
	if !ok {
		return ""
	}
	return ",也可以打 " + line.Number
}

// YourTurn reminds the author that the matter waits for the author.
func (n *Notices) YourTurn(m cases.Moved) notice.Body {
	head := n.matter(m.Case, m.Service)
	if m.Case.State == cases.Returned {
		what := labelsOf(fieldsOf(m.Service, m.Case.Asked), n.language)
		if what != "" {
			what = ":" + what
		}
		how, drop := "再写内容", "撤回 "+m.Case.Number
		if (&cases.View{Case: m.Case, Service: m.Service}).AskedLater() { // it was approved, and is taken back by others
			how, drop = "", "撤销 "+m.Case.Number+" 原因"
		}
		return notice.Body{Text: head + "还在等您补充" + what + ",期限已经停下。补充请回复\"补充 " + m.Case.Number + "\"" + how + ";不办了回复\"" + drop + "\"。"}
	}
	return notice.Body{Text: head + "等您看一看办得怎么样,请在 " + promised(n.calendar, m.Case.DueAt) + " 前回复\"待办\"。"}
}

// Reminded tells the author that whoever has it is reminded in time: that reads it in the next digest.
func (n *Notices) Reminded(m cases.Moved) notice.Body {
	return notice.Body{Text: n.matter(m.Case, m.Service) + "还在办:会提醒 " + memberNames(m.From) + "," + promised(n.calendar, m.Case.DueAt) + " 前答复您,您不用做什么。"}
}

// Stuck asks whoever looks after the union's data for somebody who can decide.
func (n *Notices) Stuck(number string) notice.Body {
	return notice.Body{Text: "⚠ " + number + " 没有人办,上面也没有能接手的人。请尽快补上经办人,或提醒现在的经办人。"}
}

// Vacant asks whoever looks after the union's data to name somebody for an office that nobody holds.
func (n *Notices) Vacant(v cases.Vacancy) notice.Body {
	text := "⚠ " + v.Service.Title.In(n.language) + "的“" + v.Step.Title.In(n.language) + "”现在没有人任职"
	if v.Number != "" {
		text += "(" + v.Number + ")"
	}
	if len(v.To) == 0 {
		return notice.Body{Text: text + ",前一步办不下去。请尽快补上经办人。"}
	}
	return notice.Body{Text: text + ",先转请 " + officers(v.To) + " 办。请尽快补上经办人。"}
}

// Extended tells the author that the time was prolonged, and why.
func (n *Notices) Extended(c cases.Case, s *service.Service, officer, why string) notice.Body {
	name := n.matter(c, s)
	if s.Sensitive {
		name += " "
	}
	return notice.Body{Text: name + "的办理期限延长到 " + promised(n.calendar, c.DueAt) + "," + officer + "同志说明的原因:" + why}
}

// Shifted tells the author of the time that is promised now, as whoever has it was not there when it ended.
func (n *Notices) Shifted(m cases.Moved) notice.Body {
	return notice.Body{Text: n.matter(m.Case, m.Service) + ":" + memberNames(m.From) + " 到期时不当班,期限顺延到 " + promised(n.calendar, m.Case.DueAt) + "。"}
}

// Postponed tells the author of the day that is promised now, as holidays were announced that fall into the time.
func (n *Notices) Postponed(c cases.Case, s *service.Service) notice.Body {
	return notice.Body{Text: n.matter(c, s) + ":放假安排公布了,期限遇放假顺延到 " + promised(n.calendar, c.DueAt) + "。"}
}

// matter names a case to its author; of a sensitive one nothing but the number.
func (n *Notices) matter(c cases.Case, s *service.Service) string {
	if s.Sensitive {
		return "您的事项 " + c.Number
	}
	return "您的" + s.Short.In(n.language) + " " + c.Number + "《" + cut(c.Title, 20) + "》"
}

func memberNames(people []union.Member) string {
	all := make([]string, len(people))
	for i, p := range people {
		all[i] = p.Name
	}
	return strings.Join(all, "、")
}

// digestLines is how many tasks one digest names.
const digestLines = 12

// Digest tells an officer what waits.
func (n *Notices) Digest(v cases.DigestView) notice.Body {
	head := fmt.Sprintf("待办提醒:您有 %d 件", v.All)
	if v.Overdue > 0 {
		head += fmt.Sprintf(",其中超期 %d 件", v.Overdue)
	}
	lines := []string{head + "。"}
	left := digestLines
	for _, part := range []struct {
		title string
		tasks []cases.TaskView
	}{{"别人转到您手上的", v.Handed}, {"超期", v.Late}, {"今天到期", v.Today}, {"快到期", v.Soon}, {"新来的", v.New}} {
		if len(part.tasks) == 0 {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s(%d 件)", part.title, len(part.tasks)))
		for _, t := range part.tasks[:min(left, len(part.tasks))] {
			lines = append(lines, "· "+taskLabel(t, v.At, n.calendar, n.language))
		}
		left -= min(left, len(part.tasks))
	}
	return notice.Body{Text: strings.Join(append(lines, "回复\"待办\"办理。"), "\n")}
}

// taskLabel is a task in an officer's list: what it is, whose, and until when or since when too late.
func taskLabel(t cases.TaskView, now time.Time, c Calendar, language string) string {
	name := t.AuthorName
	if name == "" {
		name = "匿名"
	}
	label := t.Case.Number + " " + t.Service.Short.In(language) + " " + name
	if t.Service.Sensitive {
		label = t.Case.Number + " " + confidential
	}
	if t.Review.Undoes() {
		label += " " + t.Review.Title.In(language)
	}
	if t.InPlaceOf.ID != 0 {
		label += "(代" + t.InPlaceOf.Name + ")"
	}
	switch t.Grade {
	case cases.Danger:
		label = "⚠ " + label
	case cases.Urged:
		label = "催 " + label
	case cases.Plain:
	}
	label += " · " + dueText(t.DueAt, now, c)
	if t.Missed && !t.DueAt.Before(now) {
		label += " · 整件已超期"
	}
	if t.Added != "" {
		label += " · 加签"
	}
	if names := waitsFor(t); names != "" {
		label += " · 等 " + names + " 核实"
	}
	return label
}

// waitsFor names those who have not answered yet.
func waitsFor(t cases.TaskView) string {
	var names []string
	for _, h := range t.Helps {
		if h.State == cases.HelpOpen {
			names = append(names, h.Name)
		}
	}
	return strings.Join(names, "、")
}

// dueText says until when something is to be done, or for how many days it should have been.
func dueText(due, now time.Time, c Calendar) string {
	if !due.Before(now) {
		return c.Speech(due)
	}
	from, to := c.Date(due), c.Date(now)
	days := 0
	for day := from; day.Before(to); day = day.AddDays(1) {
		days++
	}
	if days == 0 {
		return "刚超期"
	}
	return fmt.Sprintf("超期%d天", days)
}
