package flows

import (
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

var _ cases.ToldWords = (*Notices)(nil)

// toldDay puts the day of a visit into words. It is a date, for nobody knows on which day it is read.
func (n *Notices) toldDay(text string) string {
	day, err := calendar.ParseDate(text)
	if err != nil {
		return "日子待定"
	}
	zone := n.calendar.Local(time.Time{}).Location()
	return n.calendar.SpeechDay(time.Date(day.Year, day.Month, day.Day, 12, 0, 0, 0, zone))
}

// Told asks somebody to do what an officer has named them for, as with a visit: what, where, when, with whom, and the sum. Of a sensitive
// matter the phone shows no more than the day and whom to ask.
func (n *Notices) Told(t cases.Told) notice.Body {
	head, when := t.Service.Title.In(n.language)+" "+t.Case.Number, n.toldDay(t.Day)
	switch {
	case t.Off:
		return notice.Body{Text: head + " 您不用参加了(原定 " + when + ")。有疑问请问" + t.By + "同志。"}
	case t.Again:
		head = "提醒:" + when + " " + head + ",您是" + t.Field.Label.In(n.language) + "之一。"
	case t.Was != "":
		head = head + " 改期:" + t.By + "同志请您 " + when + " 参加,原定 " + n.toldDay(t.Was) + " 的不算了。您是" + t.Field.Label.In(n.language) + "之一。"
	default:
		head = head + ":" + t.By + "同志请您 " + when + " 参加,您是" + t.Field.Label.In(n.language) + "之一。"
	}
	lines := []string{head}
	if t.Author.ID != 0 && !t.Service.Sensitive {
		lines = append(lines, "提出人:"+nameAndUnit(t.Author))
	}
	if !t.Service.Sensitive {
		for _, row := range formRows(t.Case, &service.Service{Form: t.Service.Form, Sums: t.Service.Sums}, n.language, (*service.Field).Partly) {
			lines = append(lines, row.Name+":"+row.Value)
		}
	}
	if len(t.With) > 0 {
		lines = append(lines, "同去:"+memberNames(t.With))
	}
	return notice.Body{Text: strings.Join(append(lines, "参加不了请马上告诉"+t.By+"同志。"), "\n"), Line: head}
}
