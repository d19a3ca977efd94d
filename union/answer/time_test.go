package answer_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/answer"
)

// evening is Sunday 2026-11-22, 20:00 in the union's zone.
var evening = time.Date(2026, 11, 22, 20, 0, 0, 0, time.FixedZone("CST", 8*60*60))

func TestTimesAreReadAsPeopleSayThem(t *testing.T) {
	for text, want := range map[string]string{
		"明天下午3点": "2026年11月23日(周一)15:00", "后天上午9点半": "2026年11月24日(周二)09:30", "下周三 14:00": "2026年11月25日(周三)14:00",
		"下周三14：00": "2026年11月25日(周三)14:00", "今晚8点": "2026年11月22日(周日)20:00", "今晚八点一刻": "2026年11月22日(周日)20:15", "明早七点": "2026年11月23日(周一)07:00",
		"昨晚11点": "2026年11月21日(周六)23:00", "12月5日 15:30": "2026年12月5日(周六)15:30", "12月5号下午三点二十": "2026年12月5日(周六)15:20",
		"2026-12-05 09:05": "2026年12月5日(周六)09:05", "2026-12-05T09:05": "2026年12月5日(周六)09:05", "11月25日(周三)17:30": "2026年11月25日(周三)17:30",
		"明天15点": "2026年11月23日(周一)15:00", "明天中午12点": "2026年11月23日(周一)12:00", "明天中午1点": "2026年11月23日(周一)13:00",
		"明天3点": "? 2026年11月23日(周一)03:00 | 2026年11月23日(周一)15:00", "明天晚上12点": "? 2026年11月23日(周一)00:00 | 2026年11月24日(周二)00:00",
		"明天夜里2点": "? 2026年11月23日(周一)02:00 | 2026年11月24日(周二)02:00", "明天9:30": "? 2026年11月23日(周一)09:30 | 2026年11月23日(周一)21:30",
		"周末下午3点": "? 2026年11月21日(周六)15:00 | 2026年11月22日(周日)15:00", "农历十月十五上午10点": "2026年11月23日(周一)10:00",
		"明天下午": "! 2026年11月23日(周一)下午几点?", "明天": "! 2026年11月23日(周一)几点?请写钟点,比如下午3点。", "3点": "! 是哪一天?请连日期一起说,比如明天下午3点。",
		"下午3点": "! 是哪一天下午?请连日期一起说,比如明天下午3点。", "明天25点": "! 没有这个钟点,请核对一下。", "明天3点70": "! 没有这个钟点,请核对一下。", "明天上午3点": "! 上午没有3点,请核对一下。",
		"2月30日3点": "! 没有这一天,请核对一下日期。", "快点": "-", "有点": "-", "": "-", "过两天": "-",
	} {
		if got := read(answer.Time(text, evening, answer.TimeLimits{})); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestATimeLiesOnItsSideOfNow(t *testing.T) {
	past, future := answer.TimeLimits{}, answer.TimeLimits{PartOfDay: true}
	past.Past, future.Future = true, true
	for _, c := range []struct {
		text   string
		limits answer.TimeLimits
		want   string
	}{
		{"今天下午3点", past, "2026年11月22日(周日)15:00"},
		{"今晚9点", past, "! 2026年11月22日(周日)21:00还没到,请写已经过去的时间。"},
		{"今天下午3点", future, "! 2026年11月22日(周日)15:00已经过了,请写以后的时间。"},
		{"今天9点", future, "2026年11月22日(周日)21:00"}, // the other half is over
		{"12月5日下午3点", past, "2025年12月5日(周五)15:00"},
		{"明天下午", future, "2026年11月23日(周一)下午"},
		{"明天", future, "! 2026年11月23日(周一)几点?请写钟点,比如下午3点。"},
	} {
		if got := read(answer.Time(c.text, evening, c.limits)); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}

func TestWhatATimeLacksIsAddedByTheNextAnswer(t *testing.T) {
	r := answer.Time("明天下午", evening, answer.TimeLimits{})
	if got := read(answer.Time(r.Rest+"3点", evening, answer.TimeLimits{})); got != "2026年11月23日(周一)15:00" {
		t.Errorf("%q and 3点 are %s", r.Rest, got)
	}
}

func FuzzTime(f *testing.F) {
	for _, seed := range []string{"明天下午3点", "今晚12点半", "24:00", "周末夜里1点", "月底上午9点", "零点零分"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := answer.Time(text, evening, answer.TimeLimits{})
		if !r.OK() {
			return
		}
		raw, err := strconv.Unquote(string(r.Raw))
		if shown, ok := answer.ShownTime(raw); err != nil || !ok || shown == "" {
			t.Errorf("%q is %s, %s", text, r.Raw, r.Shown)
		}
	})
}
