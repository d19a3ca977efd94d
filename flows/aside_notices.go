package flows

import (
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

var (
	_ cases.HelpWords = (*Notices)(nil)
	_ cases.CopyWords = (*Notices)(nil)
)

// helpCard is the card of whoever is asked: that of the task, with what is asked and by whom.
func (n *Notices) helpCard(h cases.HelpView) notice.Card {
	card := n.card(h.View)
	card.Source, card.Title, card.TaskID = "工会委派", "请您核实:"+card.Title, h.CardID()
	say := cut(h.Say, 60)
	if h.View.Service.Sensitive {
		say = masked
	}
	card.Rows = append([]notice.Row{{Name: "委派", Value: officer(h.Officer) + ":" + say}}, card.Rows...)
	return card
}

// HelpWanted asks a colleague to find something out.
func (n *Notices) HelpWanted(h cases.HelpView) notice.Body {
	card := n.helpCard(h)
	card.Buttons = []notice.Button{{Text: answersHelp, Key: helpPrefix + ":" + h.View.Case.Number, Style: 1}}
	text := "委派:" + card.Title + "\n" + card.Detail + "\n" + rows(card.Rows) +
		"\n请回复\"" + answersHelp + " " + h.View.Case.Number + "\"再写核实的结果。由委派人来定。"
	return notice.Body{Text: text, Card: &card}
}

// HelpSettled shows that the answer was given, or that nobody waits for it any more.
func (n *Notices) HelpSettled(h cases.HelpView, s cases.Settled) notice.Body {
	card := n.helpCard(h)
	outcome := n.calendar.Speech(s.At)
	if s.Officer != "" {
		outcome += " " + s.Officer
	}
	outcome = strings.TrimSpace(outcome + " " + kindWord(s.Step, s.Kind, n.language) + " " + s.Into)
	card.Rows = append(card.Rows[:min(len(card.Rows), cardRows-1)], notice.Row{Name: "结果", Value: outcome})
	card.Settled = "不用答复了"
	if h.Answer != "" {
		card.Settled = "已答复"
	}
	return notice.Body{Text: s.Number + " " + card.Settled + ":" + outcome + "。", Card: &card}
}

// Helped tells the officer what a colleague has found.
func (n *Notices) Helped(h cases.HelpView) notice.Body {
	text := fmt.Sprintf("%s 您委派的 %s 答复了", h.View.Case.Number, officer(h.Helper))
	if h.Pictures > 0 {
		text += fmt.Sprintf("(照片 %d 张)", h.Pictures)
	}
	if h.View.Service.Sensitive {
		return notice.Body{Text: text + "。还由您来定,回复\"待办\"查看。"}
	}
	return notice.Body{Text: text + ":" + h.Answer + "\n还由您来定,回复\"待办\"办理。"}
}

// Copied tells somebody what they were given to read.
func (n *Notices) Copied(v cases.TaskView, from union.Member) notice.Body {
	by := "按规定"
	if from.ID != 0 {
		by = officer(from) + " "
	}
	what := v.Service.Short.In(n.language) + " " + v.Case.Number
	if !v.Service.Sensitive {
		what += "《" + cut(v.Case.Title, 30) + "》"
	}
	return notice.Body{Text: by + "抄送给您:" + what + "," + stateName(v.Case.State, v.Service, n.language) + "。只供阅读,不用办。回复\"进度 " + v.Case.Number + "\"查看。"}
}
