package flows

import (
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
	"github.com/unionbot/unionbot/union/notice"
)

var _ enrolment.Words = (*Notices)(nil)

func (n *Notices) enrol() enrolWords { return enrolWords{n.calendar} }

// PlaceOffered implements enrolment.Words. The time is the one that is kept.
func (n *Notices) PlaceOffered(a enrolment.Activity, e enrolment.Entry) notice.Body {
	return notice.Body{Text: "有名额了!" + n.enrol().brief(a) + ",请在 " + n.calendar.Speech(e.AnswerBy) +
		" 前回复\"接受\",过时顺延给下一位。不要了回复\"放弃\"。(编号 " + e.Number + ")"}
}

// PlaceLapsed implements enrolment.Words.
func (n *Notices) PlaceLapsed(a enrolment.Activity, e enrolment.Entry) notice.Body {
	return notice.Body{Text: n.enrol().brief(a) + "的名额没有等到您的答复,已顺延给下一位。(编号 " + e.Number + ")还想参加,可以再回复\"报名\"。"}
}

// NeverReached implements enrolment.Words.
func (n *Notices) NeverReached(a enrolment.Activity, e enrolment.Entry) notice.Body {
	return notice.Body{Text: n.enrol().brief(a) + "已经开始,候补没有轮到您,抱歉。(编号 " + e.Number + ")下次早点来。"}
}

// InTeam implements enrolment.Words.
func (n *Notices) InTeam(a enrolment.Activity, e enrolment.Entry, captain union.Member) notice.Body {
	how := "报名"
	if e.State == enrolment.Waiting {
		how = "报名候补"
	}
	return notice.Body{Text: captain.Name + " 把您列入\"" + e.Team + "\"队," + how + n.enrol().full(a) + "。编号 " + e.Number +
		",回复\"进度 " + e.Number + "\"看详情。不参加请告诉 " + captain.Name + "。"}
}

// TeamWithdrawn implements enrolment.Words.
func (n *Notices) TeamWithdrawn(a enrolment.Activity, e enrolment.Entry, captain union.Member) notice.Body {
	return notice.Body{Text: captain.Name + " 已让\"" + e.Team + "\"队退出" + n.enrol().brief(a) + "。(编号 " + e.Number + ")"}
}

// ActivityCancelled implements enrolment.Words.
func (n *Notices) ActivityCancelled(a enrolment.Activity, e enrolment.Entry, reason string) notice.Body {
	return notice.Body{Text: "很抱歉," + n.enrol().brief(a) + "取消了。原因:" + reason + "。您的报名 " + e.Number + " 不用再管。"}
}

// ActivityMoved implements enrolment.Words.
func (n *Notices) ActivityMoved(before, a enrolment.Activity, e enrolment.Entry) notice.Body {
	return notice.Body{Text: n.enrol().brief(before) + "改了:现在是 " + n.calendar.Speech(a.StartsAt) + "," + a.Place + "。您的报名 " + e.Number +
		" 仍然有效;来不了请回复\"退出 " + e.Number + "\"。"}
}

// NoEvidence implements enrolment.Words.
func (n *Notices) NoEvidence(number string, nth int) string {
	return fmt.Sprintf("%s 的第 %d 张照片没能发过来。", number, nth)
}
