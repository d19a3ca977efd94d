package answer_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/answer"
)

// read is a reading in one line: its value, its problem, or what it may be.
func read(r answer.Reading) string {
	switch {
	case r.OK():
		return r.Shown
	case r.Problem != "":
		return "! " + r.Problem
	case len(r.Either) > 0:
		var all []string
		for _, e := range r.Either {
			all = append(all, e.Shown)
		}
		return "? " + strings.Join(all, " | ")
	}
	return "-"
}

func TestMoneyIsReadAsPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]string{
		"5万2":         "52,000.00 元",
		"五万二":         "52,000.00 元",
		"五万二千":        "52,000.00 元",
		"一千二":         "1,200.00 元",
		"￥3,000":      "3,000.00 元",
		"¥ 3000.5":    "3,000.50 元",
		"３０００元":       "3,000.00 元",
		"3000块钱":      "3,000.00 元",
		"2.5万":        "25,000.00 元",
		"1.2345万":     "12,345.00 元",
		"1.23456789万": "! 金额最多写到分(两位小数)。",
		"1w":          "10,000.00 元",
		"3k":          "3,000.00 元",
		"两百五":         "250.00 元",
		"两百零五":        "205.00 元",
		"一万零五百":       "10,500.00 元",
		"1万2千3百":      "12,300.00 元",
		"5万2000":      "52,000.00 元",
		"三十五万":        "350,000.00 元",
		"十二万五千块":      "125,000.00 元",
		"三千五百块八毛":     "3,500.80 元",
		"3块5":         "3.50 元",
		"8毛":          "0.80 元",
		"八毛五":         "0.85 元",
		"12000.55":    "12,000.55 元",
		"12000.555":   "! 金额最多写到分(两位小数)。",
		"0":           "0.00 元",
		"没有":          "0.00 元",
		"一共花了5万2。":    "52,000.00 元",
		"一亿":          "! 最多填 1,000,000.00 元,请核对一下是不是多写了。",
		"-500":        "! 金额不能是负数。",
		"两千来块":        "? 2,000.00 元",
		"5000左右":      "? 5,000.00 元",
		"大概5000":      "? 5,000.00 元",
		"三四千":         "? 3,000.00 元 | 4,000.00 元",
		"三四千块吧":       "! 请写一个准数,比如 52000 或 5万2。",
		"3到5千":        "? 3,000.00 元 | 5,000.00 元",
		"3000-4000":   "? 3,000.00 元 | 4,000.00 元",
		"几千块":         "! 请写一个准数,比如 52000 或 5万2。",
		"不知道":         "-",
		"看病花的":        "-",
		"五":           "5.00 元",
		"千":           "-",
		"万五":          "-",
		"1.2.3":       "-",
		"":            "-",
	} {
		if got := read(answer.Money(text, answer.MoneyLimits{Max: 1_000_000})); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestASumIsNotMadeOfTwo(t *testing.T) {
	for text, want := range map[string]string{
		"一两千": "? 1,000.00 元 | 2,000.00 元", "两三万": "? 20,000.00 元 | 30,000.00 元",
		"三五千": "-", "十七八块": "-", "一万二三": "-", "四千八九": "-", "三千五千": "-", "两万三万": "-", "2万3万": "-", "1千5000": "-", "三百五万": "-",
		"5000,3000": "-", "5000 3000": "-", "5000、3000": "-", "1,5": "-", "5,2万": "-", "5千2,3百": "-", "5万2.5": "-", "5块十": "-",
		"三四": "! 请写一个准数,比如 52000 或 5万2。", "52.000": "! 请写一个准数,比如 52000 或 5万2。",
		"12,000": "12,000.00 元", "1,234,567.89元": "1,234,567.89 元", "共12，000元整": "12,000.00 元", "5000,": "5,000.00 元", "3 万": "30,000.00 元",
		"一百零五万": "1,050,000.00 元", "一千零二十万": "10,200,000.00 元", "3亿5千万": "350,000,000.00 元", "5万200": "50,200.00 元", "1.000万": "10,000.00 元",
	} {
		if got := read(answer.Money(text, answer.MoneyLimits{})); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func FuzzMoney(f *testing.F) {
	for _, seed := range []string{"5万2", "三四千", "99999999999亿", "1.00000000001万", "块块", "八毛五分", "零零零", "3到", "万亿千百十"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := answer.Money(text, answer.MoneyLimits{})
		if !r.OK() {
			return
		}
		if again := answer.Money(r.Shown, answer.MoneyLimits{}); again.Shown != r.Shown {
			t.Errorf("%q is %s, and that is %s", text, r.Shown, read(again))
		}
	})
}
