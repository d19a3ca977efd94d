package article_test

import (
	"testing"

	"github.com/unionbot/unionbot/union/article"
)

func TestWhatAnswersAQuestionInterruptsNothing(t *testing.T) {
	for _, text := range []string{
		"为什么没有护栏", "为什么年假只有几天?", "凭什么不发高温津贴", "怎么还不发加班费", "年假都没休几天", "能不能多发点生日蛋糕券?", "可不可以多给几天产假",
		"希望产假多给几天", "建议公开加班费怎么算", "高温津贴没发多少", "夜班巡检经过炉口没有护栏,上月有人滑倒", "工伤以后工资少了。怎么办", "不知道年假有几天",
		"没人说过大病救助怎么算", "我问了班长三次高温津贴的事,他每次都说过几天再看怎么办", "给锅炉房加个护栏", "加班费", "3",
	} {
		if article.Interrupts(text) {
			t.Errorf("%s interrupts", text)
		}
	}
}

func TestAQuestionInterrupts(t *testing.T) {
	for _, text := range []string{
		"生日慰问标准是多少", "年假几天", "产假多少天?", "加班费怎么算", "大病救助怎么申请", "怀孕能辞退吗", "困难职工是什么标准", "申请法律援助要什么材料", "职业病体检谁出钱", "陪产假几天啊",
	} {
		if !article.Interrupts(text) || !article.Asks(text) {
			t.Errorf("%s does not interrupt", text)
		}
	}
}
