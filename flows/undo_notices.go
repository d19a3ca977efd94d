package flows

import (
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

var _ cases.UndoWords = (*Notices)(nil)

// UndoAsked tells the author that an officer asks to undo a case, and who decides that.
func (n *Notices) UndoAsked(u cases.UndoNotice) notice.Body {
	return notice.Body{Text: n.matter(u.Case, u.Service) + ":" + u.Officer.Name + "同志申请撤销" + because(u) + "。由 " + officers(u.Officers) + " 决定," +
		promised(n.calendar, u.Case.DueAt) + " 前告诉您结果。不同意的话,请联系他们或回复\"人工\"。"}
}

// because is the reason; of a sensitive case only its author reads it without opening the case.
func because(u cases.UndoNotice) string {
	if why := undoWhy(u); why != "" {
		return ",原因:" + why
	}
	return ""
}

func undoWhy(u cases.UndoNotice) string {
	if u.Service.Sensitive && !u.Own {
		return ""
	}
	return u.Why
}

// UndoDecided tells of a case that is undone, or is not.
func (n *Notices) UndoDecided(u cases.UndoNotice) notice.Body {
	head := u.Case.Number
	switch {
	case u.Own:
		head = n.matter(u.Case, u.Service)
	case !u.Service.Sensitive:
		head = u.Service.Short.In(n.language) + " " + head + "《" + cut(u.Case.Title, 20) + "》"
	}
	if u.Service.Sensitive {
		head += " "
	}
	if !u.Granted {
		text := head + "的撤销申请," + u.Officer.Name + "同志没有同意" + because(u) + "。这件事照原来的办"
		if u.Own && u.Case.State == cases.Returned {
			text += ",还等您补充"
			if fields := fieldsOf(u.Service, u.Asked); len(fields) > 0 {
				text += ":" + labelsOf(fields, n.language)
			}
			text += ",方便的时候回复\"补充 " + u.Case.Number + "\""
		}
		return notice.Body{Text: text + "。"}
	}
	text := head + "已撤销," + u.Officer.Name + "同志同意" + because(u) + "。"
	switch {
	case u.Reclaim > 0 && u.Own:
		text += "已付给您的 " + answer.Yuan(u.Reclaim) + " 要退回,办理的人(" + memberNames(u.Officers) + ")会联系您。"
	case u.Reclaim > 0:
		text += "已付的 " + answer.Yuan(u.Reclaim) + " 应收回,由 " + memberNames(u.Officers) + " 办理。"
	case u.Freed > 0:
		text += "预留的 " + answer.Yuan(u.Freed) + " 已退回资金。"
	}
	return notice.Body{Text: text + "以前的打印件和公示不再算数。看经过请回复\"进度 " + u.Case.Number + "\"。"}
}

// MoneyBack tells all who wait for it that what was paid has come back, or is written off.
func (n *Notices) MoneyBack(u cases.UndoNotice) notice.Body {
	head := u.Case.Number
	if u.Own {
		head = n.matter(u.Case, u.Service)
	}
	where := undoWhy(u)
	if where != "" {
		where = "," + where
	}
	switch {
	case u.Lost && u.Own:
		return notice.Body{Text: head + " 应收回的款项," + u.Officer.Name + "同志同意核销,不用再退" + where + "。"}
	case u.Lost:
		return notice.Body{Text: head + " 应收回的款项," + u.Officer.Name + "同志同意核销,记为损失,不再收回" + where + "。"}
	}
	return notice.Body{Text: head + " 应收回的款项," + u.Officer.Name + "同志登记:已收回" + where + "。"}
}

// SignerFallen tells somebody who was added to a step that it needs nobody any more.
func (n *Notices) SignerFallen(number string, _ *service.Service, kind string) notice.Body {
	why := "退回了"
	if kind == cases.EventUndoAsked {
		why = "有人申请撤销"
	}
	return notice.Body{Text: number + " " + why + ",请您的加签不用办了。再要您签时会另外请您。"}
}
