package answer_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/answer"
)

func TestValuesAreFoundInASentence(t *testing.T) {
	show := func(text string, all []answer.Found) string {
		var parts []string
		for _, f := range all {
			parts = append(parts, text[f.From:f.To]+" = "+read(f.Reading))
		}
		return strings.Join(parts, "; ")
	}
	for _, c := range []struct{ kind, text, want string }{
		{"date", "我老婆上周三住院花了5万2,还没报销", "上周三 = 2026年11月11日(周三)"},
		{"date", "12月5号到12月7号出差", ""},
		{"date", "10月1,2号", ""}, {"date", "10月1号和2号", ""}, {"money", "3到5千块", ""}, {"money", "3千、5千块", ""}, {"money", "花了5万2,3号出院", ""},
		{"date", "老李昨晚看到的", "昨晚 = 2026年11月21日(周六)"},
		{"date", "三天前摔的", "三天前 = 2026年11月19日(周四)"},
		{"date", "腊月廿三以后再说", "腊月廿三 = 2027年1月30日(周六),农历腊月廿三"},
		{"date", "月底发", "月底 = ? 2026年11月30日(周一)"},
		{"date", "二号炉的护栏,3号行车", ""},
		{"time", "明天下午3点在门口", "明天下午3点 = 2026年11月23日(周一)15:00"},
		{"time", "下周三 14:00开会", "下周三 14:00 = 2026年11月25日(周三)14:00"},
		{"time", "今晚八点半", "今晚八点半 = 2026年11月22日(周日)20:30"},
		{"money", "我老婆上周三住院花了5万2,还没报销", "5万2 = 52,000.00 元"},
		{"money", "花了三千五百块", "三千五百块 = 3,500.00 元"}, {"money", "自付12,000.50元", "12,000.50元 = 12,000.50 元"},
		{"money", "花了5万多", "5万多 = ? 50,000.00 元"}, {"money", "大概3000块", "大概3000块 = ? 3,000.00 元"},
		{"money", "三四千块", "三四千块 = ? 3,000.00 元 | 4,000.00 元"}, {"money", "几千块钱", "几千块钱 = ! 请写一个准数,比如 52000 或 5万2。"},
		{"money", "¥300", "¥300 = 300.00 元"}, {"money", "二车间3号行车", ""}, {"money", "住了12天", ""}, {"money", "一块铁板", ""},
		{"number", "住了十二天", "十二天 = 12天"}, {"number", "住了三四天", "三四天 = ? 3天 | 4天"}, {"number", "住了10多天", "10多天 = ? 10天"}, {"number", "3号行车", ""},
	} {
		found := map[string]func() []answer.Found{
			"date":   func() []answer.Found { return answer.FindDates(c.text, evening, answer.DateLimits{}) },
			"time":   func() []answer.Found { return answer.FindTimes(c.text, evening, answer.TimeLimits{}) },
			"money":  func() []answer.Found { return answer.FindMoney(c.text, answer.MoneyLimits{}) },
			"number": func() []answer.Found { return answer.FindNumbers(c.text, answer.NumberLimits{Unit: "天"}) },
		}[c.kind]()
		if got := show(c.text, found); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.kind, c.text, got, c.want)
		}
	}
}
