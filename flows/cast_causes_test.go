package flows

import (
	"testing"

	"github.com/unionbot/unionbot/union/broadcast"
)

func TestAReportSaysInWordsWhyReceiversWait(t *testing.T) {
	for want, causes := range map[string]map[string]int{
		"": {"no address": 3, "": 1},
		"原因:本人拒收提醒 1 人;账号的发送接口被平台停用或没有开通,请联系管理员(48004) 5 人。": {
			"notice: message/template/send: errcode 48004: api forbidden": 3, "message/template/send: errcode 48004: api forbidden": 2, "notice: failed:user block": 1,
		},
		"原因:平台没有接收(99999) 2 人。": {"message/send: errcode 99999: odd": 2},
	} {
		if got := (castWords{}).causes(broadcast.Report{Causes: causes}); got != want {
			t.Errorf("%v: %s, want %s", causes, got, want)
		}
	}
}
