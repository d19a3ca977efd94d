package flows

import (
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/union/enrolment"
)

// roll lists an activity's entries by their states.
func (w enrolWords) roll(r enrolment.Roll) string {
	state := "报名到 " + w.calendar.Speech(r.ClosesAt)
	switch r.State {
	case enrolment.Closed:
		state = "报名已关闭"
	case enrolment.Cancelled:
		state = "已取消"
	}
	places := "名额不限"
	if r.Places > 0 {
		places = fmt.Sprintf("名额 %d", r.Places)
	}
	lines := []string{r.Number + " " + w.full(r.Activity) + "。" + places + "," + state + "。"}
	for _, s := range []enrolment.EntryState{enrolment.SignedUp, enrolment.Received, enrolment.Offered, enrolment.Waiting} {
		var group []string
		for _, v := range r.Entries {
			if v.State == s {
				group = append(group, fmt.Sprintf("%d. %s", len(group)+1, w.rollLine(v)))
			}
		}
		if len(group) > 0 {
			lines = append(append(lines, fmt.Sprintf("【%s】%d %s", entryState(s), len(group), counted(r.Activity))), group...)
		}
	}
	if len(r.Entries) == 0 {
		lines = append(lines, "还没有人报名。")
	}
	if r.Ended > 0 {
		lines = append(lines, fmt.Sprintf("另有 %d 份已退出或过时。", r.Ended))
	}
	return strings.Join(lines, "\n")
}

func (w enrolWords) rollLine(v enrolment.EntryView) string {
	line := v.Captain.Name + " " + v.Captain.StaffNo + " " + v.Captain.Unit() + " " + v.Number
	if v.Team != "" {
		line = v.Team + "队:" + line + ",队员 " + names(v.Others)
	}
	if v.Of.Evidence != "" {
		how := ",现场核验"
		if !v.OnSite {
			how = fmt.Sprintf(",照片 %d 张", len(v.Pictures))
		}
		line += how
	}
	if v.Choice != "" {
		line += "," + v.Choice
	}
	if v.State == enrolment.Offered {
		line += "," + w.calendar.Speech(v.AnswerBy) + " 前答复"
	}
	return line
}
