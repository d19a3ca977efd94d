package flows

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union/broadcast"
)

var errcode = regexp.MustCompile(`errcode (\d+)`)

// castCauses are what the platform's codes mean to who wrote a broadcast.
var castCauses = map[string]string{
	"48001": barredSaid, "48004": barredSaid, "48006": barredSaid, "50002": barredSaid,
	"43101": "本人没有订阅或拒收提醒", "40037": "提醒的模板不对,请联系管理员", "47003": "提醒的模板不对,请联系管理员",
	"40001": misconfigured, "40013": misconfigured, "40125": misconfigured, "40164": misconfigured, "60020": misconfigured, "48002": misconfigured,
	"45009": "平台的次数到了上限,晚些接着发", "45011": "发得太快,平台要求慢一点,晚些接着发", "45033": "发得太快,平台要求慢一点,晚些接着发",
}

const (
	barredSaid    = "账号的发送接口被平台停用或没有开通,请联系管理员"
	misconfigured = "账号的配置有误,请联系管理员"
	// causesShown is how many causes a report names.
	causesShown = 3
)

// causes says why receivers wait, or were refused; "" where nobody knows more than that.
func (castWords) causes(r broadcast.Report) string {
	of := map[string]int{}
	for cause, n := range r.Causes {
		said := ""
		if code := errcode.FindStringSubmatch(cause); code != nil {
			said = cmp.Or(castCauses[code[1]], "平台没有接收") + "(" + code[1] + ")"
		} else if strings.Contains(cause, "user block") {
			said = "本人拒收提醒"
		}
		if said != "" {
			of[said] += n
		}
	}
	var lines []string
	for _, said := range slices.Sorted(maps.Keys(of)) {
		lines = append(lines, fmt.Sprintf("%s %d 人", said, of[said]))
	}
	if len(lines) == 0 {
		return ""
	}
	return "原因:" + strings.Join(lines[:min(len(lines), causesShown)], ";") + "。"
}
