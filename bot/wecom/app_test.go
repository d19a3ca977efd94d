package wecom_test

import (
	"testing"

	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/bot/wecom"
)

// The answer is that of the platform's documentation of agent/get.
func TestTheAppIsReadAsThePlatformDescribesIt(t *testing.T) {
	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, nil)
	api.Answer("/cgi-bin/agent/get", platformtest.JSON(`{"errcode":0,"errmsg":"ok","agentid":1000005,"name":"HR助手",
		"square_logo_url":"https://p.qlogo.cn/bizmail/0","description":"HR服务助手","allow_userinfos":{"user":[{"userid":"zhangshan"},{"userid":"lisi"}]},
		"allow_partys":{"partyid":[1]},"allow_tags":{"tagid":[1,2,3]},"close":1,"redirect_domain":"open.work.weixin.qq.com","report_location_flag":0,
		"isreportenter":0,"home_url":"https://open.work.weixin.qq.com","customized_publish_status":1}`))
	got, err := client.App(t.Context())
	if want := (wecom.App{Name: "HR助手", Off: true, Users: 2, Parties: 1, Tags: 3}); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	api.Answer("/cgi-bin/agent/get", platformtest.JSON(`{"errcode":0,"errmsg":"ok","agentid":1000005,"name":"HR助手"}`))
	if got, err := client.App(t.Context()); err != nil || got != (wecom.App{Name: "HR助手"}) {
		t.Errorf("a range of nobody: got %+v, %v", got, err)
	}
}

func TestAMemberIsSeenOrNot(t *testing.T) {
	for code, want := range map[int]struct{ seen, fails bool }{0: {true, false}, 60011: {false, false}, 60111: {false, false}, 60020: {false, true}} {
		api := platformtest.New(t)
		client := newClient(t, api.URL, platformtest.Secret, nil)
		api.Answer("/cgi-bin/user/get", platformtest.Errcode(code))
		seen, err := client.Sees(t.Context(), "zhangwei")
		if seen != want.seen || (err != nil) != want.fails {
			t.Errorf("%d: got %t, %v", code, seen, err)
		}
	}
}
