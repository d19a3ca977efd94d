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
		"庆祝五一,祝大家节日快乐!":              true,
		"大家好!中秋将至,工会祝您和家人中秋快乐、阖家团圆。":    true,
		"祝大家新年快乐,身体健康,万事如意!":            true,
		"祝各位在新的一年里工作顺利,家庭幸福,心想事成,再创辉煌!": true,
		"春节到了,给大家拜年啦!":                  true,
		"祝大家端午安康!——公司工会":                true,
		"值此中秋佳节来临之际,厂工会祝全体职工节日快乐":       true,
		"祝小王和小李新婚快乐,百年好合":               true,
		"端午安康": true,
		"谨祝各位师傅国庆节快乐!感谢你们的坚守。":  true,
		"祝大家五一快乐,辛苦了!":          true,
		"愿大家平平安安,健健康康":          true,
		"恭祝全体职工新春快乐、龙年大吉。":      true,
		"今天是护士节,祝全体护士节日快乐,工作顺心": true,
		"大家新年好!": true,
		"亲爱的女职工姐妹们,三八节快乐,永远年轻!":                   true,
		"工会向坚守岗位的同志们致以节日的慰问和崇高的敬意!":               true,
		"Merry Christmas and a happy new year!":   true,
		"We wish you all a happy Spring Festival": true,

		"祝大家端午安康!粽子已到,到工会办公室领。":                         false,
		"中秋快乐!每人两盒月饼,到班组长处拿。":                           false,
		"祝大家中秋快乐,月饼票已发到班组":                              false,
		"祝大家中秋快乐月饼票已发到班组":                               false,
		"祝大家新年快乐,班车初一到初三停运。":                            false,
		"祝大家元旦快乐,厂区北门封闭,走东门。":                           false,
		"新年好!互助保障到期的到分会续保。":                             false,
		"祝主席明早来车间慰问":                                    false,
		"祝书记下午来":                                        false,
		"庆祝五一,电影票在分会拿":                                  false,
		"月饼到了,祝大家中秋快乐":                                  false,
		"电影票来了,祝大家节日快乐":                                 false,
		"祝大家端午安康!粽子找张师傅":                                false,
		"祝大家中秋快乐,月饼在工会":                                 false,
		"夜班津贴涨了祝大家工作顺利":                                 false,
		"祝大家中秋快乐!门票交张师傅":                                false,
		"祝大家中秋快乐!夜宵换成面条":                                false,
		"祝大家中秋快乐!每人两盒":                                  false,
		"祝大家新年快乐!门卫换人了,进厂带好工牌":                          false,
		"祝大家节日快乐,疗养名额明天公布":                              false,
		"夜班津贴涨了,祝大家工作顺利":                                false,
		"祝大家身体健康,保单号码换了":                                false,
		"戴好口罩关系到大家的健康,祝大家平安":                            false,
		"谢谢大家,明早六点半发车,祝一路平安":                            false,
		"祝大家国庆快乐,休七天":                                   false,
		"祝大家新年快乐、班车停运":                                  false,
		"祝大家新年快乐,你们的年终奖到账了":                             false,
		"Happy New Year, parcels are at the branch":     false,
		"Happy New Year to all, the shuttle bus stops":  false,
		"Happy New Year to all and the shuttle stops":   false,
		"Best wishes, your mooncakes are in the office": false,

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
