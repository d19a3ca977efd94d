package flows

import (
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// form is what was said when the case was filed, and since.
func (w *caseWords) form(t cases.TaskView) []string { return w.formShown(t, partlyCards) }

func (w *caseWords) formShown(t cases.TaskView, show func(*service.Field, string) string) (lines []string) {
	for _, r := range formRows(t.Case, t.Service, w.language, show) {
		lines = append(lines, r.Name+":"+r.Value)
	}
	if pack := w.packStanding(t.Case, t.Service); pack != "" {
		lines = append(lines, pack)
	}
	return lines
}

// detail is the form as the officer reads it.
func (w *caseWords) detail(t cases.TaskView) string { return w.details(t, w.form(t)) }

// own is detail for whoever decides the step, who reads what its author was asked for it.
func (w *caseWords) own(t cases.TaskView) string {
	return w.details(t, w.formShown(t, func(f *service.Field, text string) string {
		if slices.ContainsFunc(t.Review.Later, func(l service.Field) bool { return l.Name == f.Name }) {
			return text
		}
		return partlyCards(f, text)
	}))
}

// partlyCards shows all of an answer but of a bank card, which is for whoever pays.
func partlyCards(f *service.Field, text string) string {
	if f.Kind == service.KindBankCard {
		return f.Partly(text)
	}
	return text
}

func (w *caseWords) details(t cases.TaskView, lines []string) string {
	if t.Said != "" {
		lines = append(lines, "办理意见:"+t.Said)
	}
	for _, r := range handRows(t) {
		lines = append(lines, r.Name+":"+r.Value)
	}
	lines = append(lines, w.helpRows(t)...)
	if words := signedBy(t.Signed); words != "" {
		lines = append(lines, "会签:"+words)
	}
	if words := addedWords(t.Signed.Added); words != "" {
		lines = append(lines, "加签:"+words)
	}
	for _, o := range t.Objections {
		lines = append(lines, "异议("+o.Name+","+o.Unit+","+w.calendar.SpeechDay(o.At)+",保密):"+o.Text)
	}
	lines = append(lines, "提出人:"+author(t), "期限:"+promised(w.calendar, t.DueAt))
	if words := t.Public(w.language); words != "" {
		lines = append(lines, "公示用:"+words)
	}
	return strings.Join(lines, "\n")
}

// formRows is what a case holds, in the order of its form: what was answered, what follows from it and what was added. show is
// how much of an answer is shown.
func formRows(c cases.Case, s *service.Service, language string, show func(*service.Field, string) string) []notice.Row {
	var rows []notice.Row
	add := func(label, text string) {
		if text != "" {
			rows = append(rows, notice.Row{Name: label, Value: text})
		}
	}
	for _, field := range slices.Concat(s.Form, s.OfficerFields(), s.LaterFields()) {
		add(field.Label.In(language), show(&field, c.Values[field.Name].Text))
	}
	for _, sum := range s.Sums {
		text := c.Values[sum.Name].Text
		if words := sum.Formula.Fill(language, texts(s, c.Values)); text != "" && words != "" {
			text += "(" + words + ")"
		}
		add(sum.Label.In(language), text)
	}
	if s.Category.On() {
		add(s.Category.Label.In(language), c.Values[s.Category.Name].Text)
	}
	add("核定金额", c.Values[service.FieldGranted].Text)
	add(s.Award.Label.In(language), c.Values[service.FieldAward].Text)
	add("补充", c.Values[cases.Supplement].Text)
	if len(c.Pictures) > 0 {
		add("照片", picturesOfCase(c, s))
	}
	return rows
}
