package flows

import (
	"fmt"

	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// PapersWanted asks the author for papers that may follow: at once, when the day is near, when it is here, and after it.
func (n *Notices) PapersWanted(p cases.PapersNotice) notice.Body {
	what, day := p.Service.Papers.What.In(n.language), n.calendar.SpeechDay(p.Due)
	how := "拍照发来:回复\"补充 " + p.Case.Number + "\"。"
	switch p.Stage {
	case -1:
		return notice.Body{Text: master(p.Member.Name) + "," + p.Case.Number + " 先办后补,请在 " + day + " 前把" + what + how}
	case 0:
		return notice.Body{Text: master(p.Member.Name) + "," + p.Case.Number + " 的" + what + "还没补,请在 " + day + " 前" + how}
	case 1:
		return notice.Body{Text: master(p.Member.Name) + "," + p.Case.Number + " 的" + what + "到期日是 " + day + ",还没补,请" + how + "有难处请联系分会。"}
	}
	return notice.Body{Text: master(p.Member.Name) + "," + p.Case.Number + " 的" + what + " " + day + " 已到期还没补,已转告经办人。补上还来得及," + how}
}

// PapersLate tells who granted that the papers did not come. It names nobody.
func (n *Notices) PapersLate(p cases.PapersNotice) notice.Body {
	return notice.Body{Text: p.Case.Number + " 的后补材料 " + n.calendar.SpeechDay(p.Due) + " 到期,还没有补来。请联系本人,回复\"进度 " + p.Case.Number + "\"查看。"}
}

// Remarked tells who has a case what its author says unasked.
func (n *Notices) Remarked(r cases.RemarkNotice) notice.Body {
	number, by := r.Case.Number, "提出人"
	if r.Follower {
		by = "关注人"
	}
	switch {
	case r.Service.Pack.On():
		return notice.Body{Text: number + " " + confidential + ":" + by + "又补充了,和事实材料放在一起,回复\"事实材料 " + number + "\"查看。"}
	case r.Service.Sensitive:
		return notice.Body{Text: number + " " + confidential + ":" + by + "又补充了,回复\"进度 " + number + "\"查看。"}
	}
	text := r.Service.Short.In(n.language) + " " + number + "《" + cut(r.Case.Title, 30) + "》" + by + "又补充了:" + ended(cut(r.Text, noteRunes))
	if count := fmt.Sprintf("照片 %d 张", r.Pictures); r.Pictures > 0 && r.Text != count { // which is all that was said with pictures alone
		text += count + "。"
	}
	return notice.Body{Text: text + "回复\"待办\"办理。"}
}

// PapersBrought tells who granted that the papers have come.
func (n *Notices) PapersBrought(p cases.PapersNotice) notice.Body {
	return notice.Body{Text: p.Case.Number + " 的后补材料补来了,请核对:回复\"进度 " + p.Case.Number + "\"查看。"}
}
