package flows

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
)

// clock is the time at the end of a moment: 12月10日 9:00, 明天下午2点半, 后天上午九点.
var clock = regexp.MustCompile(`(凌晨|早上|上午|中午|下午|晚上|早|晚)?\s*(\d{1,2}|[一二两三四五六七八九十]{1,3})\s*(?::\s*(\d{2})|[点时](?:\s*(?:(\d{1,2})分?|(半)|整|钟))?)$`)

// clockIn cuts the time from a moment. ok is false where there is none, or none that a clock shows.
func clockIn(text string) (day string, hour, minute int, ok bool) {
	text = strings.TrimSpace(text)
	at := clock.FindStringSubmatchIndex(text)
	if at == nil {
		return text, 0, 0, false
	}
	m := clock.FindStringSubmatch(text)
	hour, ok = bot.Ordinal(m[2])
	if !ok {
		hour, _ = strconv.Atoi(m[2]) // 0 is no ordinal
	}
	switch {
	case m[3] != "":
		minute, _ = strconv.Atoi(m[3]) // the expression matched digits
	case m[4] != "":
		minute, _ = strconv.Atoi(m[4])
	case m[5] != "":
		minute = 30
	}
	if (m[1] == "下午" || m[1] == "晚上" || m[1] == "晚") && hour < 12 || m[1] == "中午" && hour < 3 {
		hour += 12
	}
	if hour > 23 || minute > 59 {
		return text, 0, 0, false
	}
	return strings.TrimSpace(text[:at[0]]), hour, minute, true
}
