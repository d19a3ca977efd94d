package flows

import (
	"errors"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/paper"
	"github.com/unionbot/unionbot/union/service"
)

// NoPaper is said in place of a paper that could not be sent.
func (n *Notices) NoPaper(number, link string, until time.Time) string {
	if link == "" {
		return number + " 的打印件没能发过来。请在企业微信上再回复一次\"打印 " + number + "\"。"
	}
	return paperLink(n.calendar, number, link, until)
}

// Paper is a case as it stands on paper.
func (n *Notices) Paper(v cases.PaperView) paper.Document {
	s := v.Service
	d := paper.Document{
		Union: v.Union + "工会", Title: s.Title.In(n.language) + "办理单", Number: "编号 " + v.Number,
		EntriesTitle: "办理记录和意见",
		Boxes:        []string{"经办人(签字)\n\n\n年    月    日", "负责人(签字)\n\n\n年    月    日", "工会(盖章)\n\n\n年    月    日"},
		Notes:        []string{"本件由工会服务系统打印,只反映打印时的情况,职务也是打印时的,此后的办理以系统记录为准。"},
		Lacking:      "〓 处的字或符号本机字体印不出,以系统里的为准。",
		Foot:         n.stamp(v.At) + " " + n.printer(v) + " 打印", Pages: "第 %d 页 共 %d 页",
		Check: v.Check, CheckWords: "扫码核对真伪",
	}
	if v.Check == "" {
		d.Notes = append(d.Notes, "系统没有设公网地址,本件不带核对真伪的二维码,须有签字盖章。")
	}
	author := "匿名"
	if !v.Anonymous && v.AuthorName != "" {
		author = v.AuthorName + " · " + v.AuthorOrg
	}
	d.Rows = append(d.Rows, paper.Row{Label: "事项", Text: v.Title}, paper.Row{Label: "提出人", Text: author},
		paper.Row{Label: "提出时间", Text: n.stamp(v.FiledAt)}, paper.Row{Label: "办理状态", Text: n.standing(v)})
	for _, r := range formRows(v.Case, s, n.language, (*service.Field).Partly) {
		d.Rows = append(d.Rows, paper.Row{Label: r.Name, Text: r.Value})
	}
	if voices := len(v.Voices()); voices > 0 {
		d.Rows = append(d.Rows, paper.Row{Label: "语音", Text: strconv.Itoa(voices) + " 段"})
	}
	void := cases.Voided(s, v.Timeline)
	for i, e := range v.Timeline {
		entry := n.entry(v, e)
		if void[i] {
			entry.Head += "(" + voided + ")"
		}
		d.Entries = append(d.Entries, entry)
	}
	return d
}

// stamp is a time as papers have it.
func (n *Notices) stamp(t time.Time) string { return n.calendar.Local(t).Format("2006-01-02 15:04") }

// standing is where the case stood when it was printed.
func (n *Notices) standing(v cases.PaperView) string {
	text := stateName(v.Standing(), v.Service, n.language) + owed(v.Case)
	if step, ok := v.Service.Step(v.Step); ok && v.State == cases.Open {
		text += "(" + step.Title.In(n.language) + "," + n.stamp(v.DueAt) + " 前有结果)"
	}
	if words := signedBy(v.Signed); words != "" {
		text += "," + words
	}
	return text
}

// printer names who prints it, as far as the case names its author.
func (n *Notices) printer(v cases.PaperView) string {
	if v.Anonymous && v.By == v.Author {
		return "提出人"
	}
	return officer(v.People[v.By])
}

// entry is who did or said what in which office, and when, in full.
func (n *Notices) entry(v cases.PaperView, e cases.Event) paper.Entry {
	step, _ := v.Service.Step(e.Step)
	name := e.Name
	switch m, known := v.People[e.Actor]; {
	case name == "", v.Anonymous && e.Actor == v.Author && e.Actor != 0:
		name = "提出人"
	case known:
		name += "(" + office(m) + ")" // 甲代乙 keeps both names
	}
	head := n.stamp(e.At) + "  " + name + "  "
	if title := step.Title.In(n.language); title != "" {
		head += title + ":"
	}
	head += kindWord(step, e.Kind, n.language) + besides(v.Service, e, n.language) + atLevel(v.Case, e)
	if e.Names() { // the note is a name
		return paper.Entry{Head: head + " " + e.Note}
	}
	return paper.Entry{Head: head, Text: e.Note}
}

// Checked tells whoever holds a paper what it is, and nothing of what stands on it.
func (n *Notices) Checked(c cases.Checked) (title string, lines []string) {
	title = "这份打印件是真的,也是最新的"
	if c.Moved {
		title = "这份打印件是真的,但此后有新的办理"
	}
	lines = append(lines, "编号:"+c.Number)
	if c.Service != nil {
		lines = append(lines, "事项:"+c.Service.Title.In(n.language))
	}
	lines = append(lines, "现在的状态:"+stateName(c.State, c.Service, n.language), "打印时间:"+n.stamp(c.At),
		"打印时的办理记录:"+strconv.Itoa(c.Entries)+" 条")
	return title, append(lines, "请核对纸上的编号、打印时间和办理记录条数与这里一致;不一致的,是别的打印件上的码。这里不显示个人信息,内容以系统记录为准。")
}

// PaperRefused says why a code or a link shows no paper.
func (n *Notices) PaperRefused(err error) (title string, lines []string) {
	switch {
	case errors.Is(err, union.ErrNotFound):
		return "没有查到", []string{"这个码不是本系统打印件上的,或者不完整。请核对原件,或联系工会。"}
	case errors.Is(err, cases.ErrLinkOver):
		return "链接过期了", []string{"请在聊天里再回复一次\"打印\"加编号。"}
	case errors.Is(err, cases.ErrMoved):
		return "此后有新的办理", []string{"这件事在您打印之后又办了一步。请在聊天里再回复一次\"打印\"加编号,拿到新的。"}
	}
	return "现在看不了", []string{"系统正忙,请过几分钟再试。"}
}

// TooManyAsked is said to who asks for one paper after the other.
func (n *Notices) TooManyAsked() (title string, lines []string) {
	return "查得太勤了", []string{"请过一分钟再试。"}
}
