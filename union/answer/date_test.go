package answer_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/calendar"
)

// today is a Sunday, 农历十月十四.
var today = calendar.Date{Year: 2026, Month: time.November, Day: 22}

func TestDatesAreReadAsPeopleSayThem(t *testing.T) {
	for text, want := range map[string]string{
		"12月5号": "2026年12月5日(周六)", "12.5": "2026年12月5日(周六)", "12/5": "2026年12月5日(周六)", "2026-12-05": "2026年12月5日(周六)",
		"20261205": "2026年12月5日(周六)", "2026年12月5日": "2026年12月5日(周六)", "十二月五号": "2026年12月5日(周六)", "26年12月5日": "2026年12月5日(周六)",
		"今天": "2026年11月22日(周日)", "明天": "2026年11月23日(周一)", "大后天": "2026年11月25日(周三)", "前天": "2026年11月20日(周五)",
		"上周三": "2026年11月11日(周三)", "这周五": "2026年11月20日(周五)", "周五": "2026年11月20日(周五)", "下周一": "2026年11月23日(周一)", "下星期天": "2026年11月29日(周日)",
		"月底": "2026年11月30日(周一)", "下月底": "2026年12月31日(周四)", "2月底": "2027年2月28日(周日)",
		"25号": "2026年11月25日(周三)", "5号": "2026年12月5日(周六)", "1月3日": "2027年1月3日(周日)", "去年10月3号": "2025年10月3日(周五)",
		"农历十月十三": "2026年11月21日(周六),农历十月十三", "腊月廿三": "2027年1月30日(周六),农历腊月廿三", "闰六月初三": "2025年7月27日(周日),农历闰六月初三",
		"十月十三": "? 2026年10月13日(周二) | 2026年11月21日(周六),农历十月十三", "十月十三号": "2026年10月13日(周二)",
		"2月29号": "2028年2月29日(周二)", "2月30号": "! 没有这一天,请核对一下日期。", "2026-02-29": "! 没有这一天,请核对一下日期。", "13月1号": "! 没有这一天,请核对一下日期。",
		"32号": "! 没有这一天,请核对一下日期。", "3026-01-01": "! 请核对一下年份。", "正月三十": "2027年3月7日(周日),农历正月三十",
		"12月1,2号": "-", "12月1 2号": "-", "12月1、2号": "-", "1,2号": "-", "12 月 5 号": "2026年12月5日(周六)",
		"12月0号": "! 没有这一天,请核对一下日期。", "5月00": "! 没有这一天,请核对一下日期。", "12.0": "! 没有这一天,请核对一下日期。",
		"98年5月1号": "1998年5月1日(周五)", "46年1月1号": "2046年1月1日(周一)",
		"过两天": "-", "最近": "-", "12": "-", "": "-", "号": "-",
	} {
		if got := read(answer.Date(text, today, answer.DateLimits{})); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestADateLiesOnItsSideOfToday(t *testing.T) {
	for _, c := range []struct {
		text   string
		limits answer.DateLimits
		want   string
	}{
		{"12月5号", answer.DateLimits{Past: true}, "2025年12月5日(周五)"},
		{"3月5号", answer.DateLimits{Future: true}, "2027年3月5日(周五)"},
		{"25号", answer.DateLimits{Past: true}, "2026年10月25日(周日)"},
		{"今天", answer.DateLimits{Past: true}, "2026年11月22日(周日)"},
		{"明天", answer.DateLimits{Past: true}, "! 2026年11月23日(周一)还没到,请写已经过去的日子。"},
		{"昨天", answer.DateLimits{Future: true}, "! 2026年11月21日(周六)已经过了,请写今天或以后的日子。"},
		{"2月29号", answer.DateLimits{Past: true}, "2024年2月29日(周四)"},
		{"农历十月十三", answer.DateLimits{Future: true}, "2027年11月10日(周三),农历十月十三"},
	} {
		if got := read(answer.Date(c.text, today, c.limits)); got != c.want {
			t.Errorf("%s %+v: %s, want %s", c.text, c.limits, got, c.want)
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, seed := range []string{"12月5号", "闰四月三十", "2月底", "去年二月29号", "99999999", "0.0", "下下周末", "一月一", "零零年零月零日"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := answer.Date(text, today, answer.DateLimits{})
		if len(r.Raw) > 0 {
			if _, err := calendar.ParseDate(string(r.Raw[1 : len(r.Raw)-1])); err != nil {
				t.Errorf("%q is %s: %v", text, r.Raw, err)
			}
		}
	})
}
