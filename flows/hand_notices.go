package flows

import (
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

var _ cases.HandWords = (*Notices)(nil)

// HandedOver tells the author who has it now, and who gave it.
func (n *Notices) HandedOver(m cases.Moved) notice.Body {
	if m.Challenged {
		text := n.matter(m.Case, m.Service) + ":" + memberNames(m.From) + "同志看过您请 " + m.Asked.Name + " 回避的申请,没有同意,还由 " + memberNames(m.To) + " 办"
		if m.Say != "" {
			text += ",原因:" + ended(m.Say)
		} else {
			text += "。"
		}
		return notice.Body{Text: text + promised(n.calendar, m.Case.DueAt) + " 前答复您。"}
	}
	return notice.Body{Text: n.matter(m.Case, m.Service) + ":" + memberNames(m.From) + "同志转给 " + officers(m.To) + " 办," +
		promised(n.calendar, m.Case.DueAt) + " 前答复您," + timeKept(m.Later) + "。"}
}

// timeKept says what has become of the time of what changes hands.
func timeKept(later bool) string {
	if later {
		return "期限顺延"
	}
	return "期限不变"
}

// handRows are how a step came to whoever has it, on the card and in the list's view.
func handRows(t cases.TaskView) (rows []notice.Row) {
	for _, e := range t.Hands[max(0, len(t.Hands)-1):] { // the last is whoever has given it to this officer
		_, say := e.Said()
		value := e.Name
		if say != "" {
			value += ":" + cut(say, 60)
		}
		rows = append(rows, notice.Row{Name: "转来", Value: value})
	}
	if t.InPlaceOf.ID != 0 {
		rows = append(rows, notice.Row{Name: "代办", Value: "代 " + officerName(t.InPlaceOf)})
	}
	return rows
}
