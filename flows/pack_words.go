package flows

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/paper"
	"github.com/unionbot/unionbot/union/service"
)

// happening is one line of the timeline of a matter.
type happening struct {
	Day   string // 2026-11-03; empty of what names no day
	Shown string
	Text  string
}

// timeline is in the order of days; of one day, what was said first comes first.
type timeline []happening

func (t *timeline) add(h happening) {
	*t = append(*t, h)
	for i := len(*t) - 1; i > 0 && (*t)[i-1].Day > h.Day; i-- {
		(*t)[i-1], (*t)[i] = (*t)[i], (*t)[i-1]
	}
}

// clauseEnd is where what was said of one day may end.
var clauseEnd = regexp.MustCompile(`[,，。.;；、!！\s]+`)

// happenings puts what was said, in the form and since, into the order of the days that it names.
func (w *caseWords) happenings(v cases.View) timeline {
	var all timeline
	for _, f := range v.Service.Form {
		day, err := strconv.Unquote(string(v.Values[f.Name].Raw))
		if f.Kind == service.KindDate && err == nil && v.Values[f.Name].Text != "" {
			all.add(happening{Day: day, Shown: v.Values[f.Name].Text, Text: f.Label.In(w.language)})
		}
	}
	w.told(&all, v.Values[v.Service.Pack.Events].Text, v.FiledAt, happening{})
	for _, e := range v.Timeline {
		if e.Actor != v.Author || e.Actor == 0 {
			continue
		}
		date := w.calendar.Local(e.At).Format(time.DateOnly)
		day := happening{Day: date, Shown: answer.Date(date, w.calendar.Date(e.At), answer.DateLimits{}).Shown} // with its year, as on paper
		switch e.Kind {
		case cases.EventFiled:
			day.Text = "向工会提出(" + v.Number + ")"
			all.add(day)
		case cases.EventSupplemented, cases.EventAdded:
			w.told(&all, e.Note, e.At, day)
		}
	}
	return all
}

// anyWeek is a day of a week that nobody has named: the last one of what happened, the next one of what is to come.
var anyWeek = regexp.MustCompile(`^(?:周|星期|礼拜)[一二三四五六日天]`)

// told takes apart what was said at a time. What is said after a day and before the next one belongs to it; what comes before any
// is of the day that is handed in.
func (w *caseWords) told(all *timeline, said string, at time.Time, day happening) {
	text := bot.Simplified(said)
	if len(text) != len(said) { // whose places are not those of the text
		said = text
	}
	begin := 0
	cut := func(end int) {
		if day.Text = strings.Trim(strings.TrimSpace(said[begin:end]), ",，。;；、"); day.Text != "" {
			all.add(day)
		}
	}
	for _, found := range answer.FindDates(text, w.calendar.Local(at), answer.DateLimits{}) {
		raw, err := strconv.Unquote(string(found.Raw))
		from := 0
		if ends := clauseEnd.FindAllStringIndex(text[:found.From], -1); len(ends) > 0 {
			from = ends[len(ends)-1][1]
		}
		if err != nil || from < begin || raw == day.Day || anyWeek.MatchString(text[found.From:found.To]) { // a second day of one clause stays within it
			continue
		}
		cut(from)
		if begin = from; from == found.From { // the day stands before it anyway
			begin = found.To
		}
		day = happening{Day: raw, Shown: found.Shown}
	}
	cut(len(said))
}

// packRows are the answers of a pack, but for those that stand in its timeline.
func (w *caseWords) packRows(v cases.View) []notice.Row {
	var rows []notice.Row
	for _, r := range formRows(v.Case, v.Service, w.language, (*service.Field).Partly) {
		told := slices.ContainsFunc(v.Service.Form, func(f service.Field) bool {
			return (f.Kind == service.KindDate || f.Name == v.Service.Pack.Events) && f.Label.In(w.language) == r.Name
		})
		if !told && r.Name != "补充" {
			rows = append(rows, r)
		}
	}
	return rows
}

// packText is a pack in the chat.
func (w *caseWords) packText(v cases.View) string {
	var b strings.Builder
	b.WriteString(v.Number + " " + v.Service.Pack.Title.In(w.language) + "\n按时间:")
	for _, h := range w.happenings(v) {
		b.WriteString("\n· ")
		if h.Day != "" {
			b.WriteString(h.Shown + " ")
		}
		b.WriteString(h.Text)
	}
	b.WriteString("\n材料和情况:")
	for _, r := range w.packRows(v) {
		b.WriteString("\n· " + r.Name + ":" + r.Value)
	}
	return b.String()
}

// packKeeps says where the words are that a timeline keeps back: nothing is ever added without any.
func packKeeps(s *service.Service, e cases.Event) string {
	if s.Pack.On() && (e.Kind == cases.EventSupplemented || e.Kind == cases.EventAdded) {
		return "(和事实材料放在一起)"
	}
	return ""
}

// packAdded says to an author who reads what was added to a pack: whoever has not opened it does not.
func packAdded(c cases.Case, s *service.Service) string {
	switch state := c.Pack(); {
	case !s.Pack.On() || !state.Opened.IsZero():
		return ""
	case !state.Given.IsZero():
		return "\n补的和事实材料放在一起,对方打开材料才看得到。"
	}
	return "\n补的和事实材料放在一起,您还没有同意交出,对方现在看不到;要交回复\"事实材料 " + c.Number + "\"。"
}

// packStanding says to an officer how far a pack is; empty where the service has none.
func (w *caseWords) packStanding(c cases.Case, s *service.Service) string {
	title, state := s.Pack.Title.In(w.language), c.Pack()
	switch {
	case !s.Pack.On():
		return ""
	case !state.Opened.IsZero():
		return title + ":" + w.calendar.SpeechDay(state.Opened) + " " + state.Name + " 打开"
	case !state.Given.IsZero():
		return title + ":提出人同意交给办的人了,回复\"事实材料 " + c.Number + "\"打开(打开有记录)"
	}
	return title + ":提出人还没有同意交出;回复\"事实材料 " + c.Number + "\"请本人看一看"
}

// PackPaper is a pack on paper.
func (n *Notices) PackPaper(v cases.PaperView) paper.Document {
	w := caseWords{calendar: n.calendar, language: n.language}
	d := paper.Document{
		Union: v.Union + "工会", Title: v.Service.Title.In(n.language) + v.Service.Pack.Title.In(n.language), Number: "编号 " + v.Number, EntriesTitle: "按时间",
		Notes:   []string{"本件按提出人说的整理,没有核实;只用于这件事,不得另作他用。"},
		Lacking: "〓 处的字或符号本机字体印不出,以系统里的为准。",
		Foot:    n.stamp(v.At) + " " + n.printer(v) + " 打开", Pages: "第 %d 页 共 %d 页",
	}
	if given := v.Pack().Given; !given.IsZero() {
		d.Notes = append(d.Notes, "提出人 "+n.stamp(given)+" 看过后说了同意,说的是:"+v.Service.Pack.Consent.In(n.language))
	}
	if photos := len(v.Pictures); photos > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("另有照片 %d 张,随本件分别发送。", photos))
	}
	if !v.Anonymous {
		d.Rows = append(d.Rows, paper.Row{Label: "提出人", Text: v.AuthorName + " · " + v.AuthorOrg})
	}
	for _, r := range w.packRows(v.View) {
		d.Rows = append(d.Rows, paper.Row{Label: r.Name, Text: r.Value})
	}
	if field, ok := v.Service.Field(v.Service.Pack.Events); ok { // in the author's own order and words
		d.Rows = append(d.Rows, paper.Row{Label: field.Label.In(n.language), Text: v.Values[field.Name].Text})
	}
	for _, h := range w.happenings(v.View) {
		d.Entries = append(d.Entries, paper.Entry{Head: cmp.Or(h.Shown, "没有说日子"), Text: h.Text})
	}
	return d
}

// NoPack is said in place of a pack that could not be sent.
func (n *Notices) NoPack(number string) string {
	return number + " 的 PDF 没能发过来。请再回复一次\"事实材料 " + number + "\"。"
}

// PackGiven tells who has a case that its author hands the pack over, or takes that back.
func (n *Notices) PackGiven(c cases.Case, s *service.Service, given bool) notice.Body {
	title := s.Pack.Title.In(n.language)
	if !given {
		return notice.Body{Text: c.Number + " 的" + title + ",提出人先收回了,还没有人打开过。"}
	}
	return notice.Body{Text: c.Number + " 的" + title + ",提出人同意交给您了。回复\"事实材料 " + c.Number + "\"打开,打开有记录。"}
}

// PackOpened tells an author who has opened the pack.
func (n *Notices) PackOpened(c cases.Case, s *service.Service, by union.Member) notice.Body {
	return notice.Body{Text: c.Number + " 的" + s.Pack.Title.In(n.language) + "," + by.Name + " 打开看了。谁看过、什么时候看的,回复\"我的数据\"都查得到。"}
}

// PackAsked asks an author for the pack.
func (n *Notices) PackAsked(c cases.Case, s *service.Service, asks union.Member) notice.Body {
	return notice.Body{Text: c.Number + " " + asks.Name + " 想看您的" + s.Pack.Title.In(n.language) + "。您没有同意,对方什么都看不到;回复\"事实材料 " + c.Number + "\"看一遍,再定交不交。"}
}
