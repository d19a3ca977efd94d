package flows

import (
	"strconv"

	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/occasion"
)

var _ occasion.Words = (*Notices)(nil)

// AskOfficer names nobody: it may be read over a shoulder.
func (n *Notices) AskOfficer(g occasion.Greeting, label string) notice.Body {
	id := strconv.FormatInt(g.ID, 10)
	detail := "可能不便打扰,祝福先没有发。要发吗?"
	return notice.Body{
		Text: "有位会员 " + dayOf(g.Day) + " " + label + "," + detail + "回复\"待发祝福\"看是谁、再定。",
		Card: &notice.Card{
			Title: "有位会员 " + label + " " + dayOf(g.Day), Detail: detail, TaskID: carePrefix + "-" + id,
			Buttons: []notice.Button{{Text: "看是谁", Key: carePrefix + ":look:" + id, Style: 1}, {Text: "不发", Key: carePrefix + ":no:" + id, Style: 2}},
		},
	}
}

// SilenceOver asks what is to become of what a silence held.
func (n *Notices) SilenceOver(s occasion.Silence, held []occasion.Count, label func(string) string) notice.Body {
	return notice.Body{Text: s.Name + " 的静默到期了,往后的照常发。" + heldWords(held, label) + "补不补?回复\"补发\"或\"不补\"。"}
}

// DatesListed names nobody either.
func (n *Notices) DatesListed() notice.Body {
	return notice.Body{Text: "您负责的范围里有人的劳动合同快到期,或快退休了。回复\"到期名单\"查看。"}
}

// UnreachedListed names nobody either.
func (n *Notices) UnreachedListed() notice.Body {
	return notice.Body{Text: "您负责的范围里有会员的祝福没能送到。回复\"联系不上\"看名单和电话,请打个电话或送一张纸。"}
}
