package broadcast_test

import (
	"testing"

	"github.com/unionbot/unionbot/union/broadcast"
)

func TestWhatIsUrgentIsKeptFromNobody(t *testing.T) {
	for _, urgent := range []bool{false, true} {
		b := broadcast.Broadcast{Urgent: urgent, Details: broadcast.Details{Text: "祝大家元旦快乐"}}
		if b.Cheers() == urgent {
			t.Errorf("urgent %v: cheers %v", urgent, b.Cheers())
		}
	}
}

// Whoever is not to be greeted never gets what cheers: that is a wish and nothing else.
func TestOnlyAWishAsAWholeIsKeptFromAnybody(t *testing.T) {
	for text, cheers := range map[string]bool{
		"祝大家元旦快乐":      true,
		"祝女工姐妹节日快乐!":   true,
		"{姓名}师傅,生日快乐!": true,
		"新春将至,工会祝全体职工及家属身体健康、阖家欢乐。":            true,
		"值此中秋佳节之际,向全体职工致以节日的问候和祝福!感谢大家一年来的付出。": true,
		"各位工友,请接受我们的祝福:新年好!":                   true,
		"祝您早日康复":                     true,
		"Happy New Year to you all!": true,
		"祝贺我厂获评全国先进!":                true,

		"大病救助申报本月15日截止,祝大家健康":                      false,
		"祝大家健康!大病救助申报本月15日截止。":                     false,
		"对遇难工友致以沉痛哀悼":                              false,
		"向烈士家属致以问候,节哀":                             false,
		"明天停水":                                     false,
		"庆祝五一表彰大会周五召开":                             false,
		"祝大家元旦快乐,联欢会周五下午三点在食堂。":                    false,
		"祝大家周末愉快,食堂搬到东门了":                          false,
		"中秋慰问品已到,祝大家节日快乐":                          false,
		"祝大家节日快乐,请到分会领票":                           false,
		"食堂推出优惠套餐,抽奖送折扣":                           false,
		"安康医院义诊改期":                                 false,
		"问卷收上来了,问候语由各班写":                           false,
		"Happy New Year, the meeting is on Friday": false,
	} {
		if got := (&broadcast.Broadcast{Details: broadcast.Details{Text: text}}).Cheers(); got != cheers {
			t.Errorf("%q cheers: %v, want %v", text, got, cheers)
		}
	}
}
