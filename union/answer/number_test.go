package answer_test

import (
	"fmt"
	"testing"

	"github.com/unionbot/unionbot/union/answer"
)

func TestNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"12": "12天", "十二": "12天", "12天": "12天", "１２ 天": "12天", "两": "2天", "一百二十": "120天", "5个": "5天",
		"三四天": "? 3天 | 4天", "三四": "? 3天 | 4天", "大概5天": "? 5天", "10天左右": "? 10天", "几天": "! 请写一个准数。",
		"2.5": "! 请写一个整数。", "0": "! 最少是 1天。", "-3": "! 最少是 1天。", "500": "! 最多是 400天。", "很久": "-", "": "-",
		"十三四": "? 13天 | 14天", "二三十": "-", "三两": "-", "3,4": "-", "3 4": "-", "1.004": "! 请写一个整数。", "一两天": "? 1天 | 2天",
	} {
		if got := read(answer.Number(text, answer.NumberLimits{Min: 1, Max: 400, Unit: "天"})); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestANumberThatNobodyMeansIsAskedAgain(t *testing.T) {
	for text, want := range map[string]string{
		"1000000000": "1000000000", "1000000001": "! 这个数太大了,请核对一下是不是多写了。", "-2000000000": "! 这个数太大了,请核对一下是不是多写了。", "-3": "-3",
		"99999999999999999999": "-",
	} {
		if got := read(answer.Number(text, answer.NumberLimits{})); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestRatingsAreReadAsMarksAndWords(t *testing.T) {
	for text, want := range map[string]string{
		"5": "5 分", "五星": "5 分", "4分": "4 分", "满意": "4 分", "很好": "5 分", "不满意": "2 分", "一般。": "3 分", "三颗星": "3 分",
		"6": "! 请打 1 到 5 分,5 分最好。", "0": "! 请打 1 到 5 分,5 分最好。", "4.004": "! 请打 1 到 5 分,5 分最好。", "4.5": "! 请打 1 到 5 分,5 分最好。", "饭菜": "-",
	} {
		if got := read(answer.Rating(text)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestYesAndNoHaveManyWords(t *testing.T) {
	for text, want := range map[string]string{
		"是": "yes", "是的": "yes", "嗯呢": "yes", "对!": "yes", "行吧": "yes", "中": "yes", "OK": "yes", "没问题": "yes", "没有问题": "yes", "有的": "yes",
		"不是": "no", "没有": "no", "没": "no", "不用了": "no", "不要吧": "-", "算了吧": "no", "否": "no", "不行啊": "no", "还是算了": "no", "还没有": "no",
		"不,是的": "-", "没，有的": "-",
		"不是不行": "-", "看情况": "-", "有时候": "-", "": "-", "的": "-",
	} {
		yes, ok := answer.YesNo(text)
		got := map[string]string{"true true": "yes", "false true": "no"}[fmt.Sprint(yes, ok)]
		if got == "" {
			got = "-"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestSeveralChoicesAreReadTogether(t *testing.T) {
	options := []answer.Option{
		{Name: "bill", Label: "结算单", Synonyms: []string{"费用单"}}, {Name: "note", Label: "出院小结"}, {Name: "card", Label: "身份证"}, {Name: "book", Label: "户口本"},
		{Name: "both", Label: "车票和发票"},
	}
	for text, want := range map[string]string{
		"1 3": "结算单、身份证", "1,3": "结算单、身份证", "车票和发票": "车票和发票", "1、3和4": "结算单、身份证、户口本", "13": "结算单、身份证", "3 1": "结算单、身份证",
		"费用单和户口本": "结算单、户口本", "身份证": "身份证", "第2项": "出院小结", "一 二": "结算单、出院小结", "都有": "! 最多选 3 项。", "随便": "-", "13912345678": "-", "除了2和5": "结算单、身份证、户口本",
		"不要1 2": "身份证、户口本、车票和发票", "1 9": "! 没有“9”这一项。", "1 工资条": "! 没有“工资条”这一项。", "工资条": "-", "6": "-", "": "-", "1 1": "结算单",
		"不要": "-", "不选": "-", "除了": "-", "不要了": "-", "不要全部": "-", "都不要": "-",
	} {
		if got := read(answer.Several(text, options, answer.ChoicesLimits{Min: 1, Max: 3})); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
