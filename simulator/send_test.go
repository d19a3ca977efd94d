package simulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
)

func textTo(users, text string) string {
	return fmt.Sprintf(`{"touser":%q,"msgtype":"text","agentid":1000002,"text":{"content":%q}}`, users, text)
}

func TestWeComTokens(t *testing.T) {
	s := newStage(t, nil) // W91039, W90455
	s.wants(s.get("gettoken?corpid=nobody&corpsecret=app-secret"), 40013)
	s.wants(s.get("gettoken?corpid="+corpID+"&corpsecret=wrong"), 40001)
	first := s.wants(s.get("gettoken?corpid="+corpID+"&corpsecret=app-secret"), 0)
	if again := s.get("gettoken?corpid=" + corpID + "&corpsecret=app-secret"); again.text("access_token") != first.text("access_token") {
		t.Error("within its life another token was handed out")
	}
	if first.number("expires_in") != 7200 {
		t.Errorf("expires in %v", first["expires_in"])
	}
	s.wants(s.post("message/send", textTo("zhangwei", "x")), 41001)
	s.wants(s.with("made-up", "message/send", textTo("zhangwei", "x")), 40014)
	s.sim.ExpireTokens()
	s.wants(s.with(first.text("access_token"), "message/send", textTo("zhangwei", "x")), 42001)
	s.wants(s.wecom("message/send", textTo("zhangwei", "x")), 0)
	contacts := s.get("gettoken?corpid=" + corpID + "&corpsecret=contact-secret").text("access_token")
	s.wants(s.with(contacts, "message/send", textTo("zhangwei", "x")), 48002)
	s.wants(s.with(contacts, "user/list_id", "{}"), 0)
	s.wants(s.with(contacts, "pstncc/call", `{"callee_userid":["zhangwei"]}`), 48002)
	s.wants(s.wecom("pstncc/call", `{"callee_userid":["zhangwei"]}`), 48002)
	calls := s.get("gettoken?corpid=" + corpID + "&corpsecret=call-secret").text("access_token")
	s.wants(s.with(calls, "message/send", textTo("zhangwei", "x")), 48002)
	s.wants(s.with(calls, "pstncc/call", `{"callee_userid":["zhangwei","ghost"]}`), 0)
	if got := s.last(zhangwei); !strings.Contains(got.Text, "语音来电") {
		t.Errorf("the phone shows %+v", got)
	}
	s.wants(s.wecom("message/custom/send", "{}"), 48001)
}

func TestMessageSendRefusesWhatThePlatformRefuses(t *testing.T) {
	s := newStage(t, nil) // W90236, W90455
	crowd := strings.TrimSuffix(strings.Repeat("zhangwei|", 1001), "|")
	tests := []struct {
		name, body string
		code       int
	}{
		{"all receivers invalid", textTo("ghost", "x"), 81013},
		{"nobody", textTo("", "x"), 82001},
		{"more than 1000 receivers", textTo(crowd, "x"), 40032},
		{"empty text", textTo("zhangwei", ""), 44004},
		{"escaped characters", `{"touser":"zhangwei","msgtype":"text","agentid":1000002,"text":{"content":"\u4f60"}}`, 40033},
		{"no agent", `{"touser":"zhangwei","msgtype":"text","text":{"content":"x"}}`, 41011},
		{"another agent", `{"touser":"zhangwei","msgtype":"text","agentid":7,"text":{"content":"x"}}`, 301002},
		{"an unknown type", `{"touser":"zhangwei","msgtype":"poem","agentid":1000002}`, 40008},
		{"an unknown file", `{"touser":"zhangwei","msgtype":"image","agentid":1000002,"image":{"media_id":"X"}}`, 40007},
		{"nine articles", `{"touser":"zhangwei","msgtype":"news","agentid":1000002,"news":{"articles":[{},{},{},{},{},{},{},{},{}]}}`, 45008},
		{"no JSON", `touser=zhangwei`, 40058},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := s.wecom("message/send", test.body); got.code() != test.code {
				t.Errorf("errcode %d (%v), want %d", got.code(), got["errmsg"], test.code)
			}
		})
	}
	if n := len(s.chat(zhangwei)); n != 0 {
		t.Errorf("the phone shows %d lines of refused messages", n)
	}
	// An escaped backslash before a u is no escaped character.
	s.wants(s.wecom("message/send", `{"touser":"zhangwei","msgtype":"text","agentid":1000002,"text":{"content":"C:\\u4f60"}}`), 0)
}

func TestSomeInvalidReceiversAreListedWithErrcodeZero(t *testing.T) {
	s := newStage(t, nil) // W90236: invaliduser comes back lower-cased, ids are compared without regard to case
	got := s.wants(s.wecom("message/send", textTo("ZhangWei|Ghost", "x")), 0)
	if got.text("invaliduser") != "ghost" {
		t.Errorf("invaliduser is %q", got.text("invaliduser"))
	}
	if got := s.last(zhangwei).Text; got != "x" {
		t.Errorf("the phone shows %q", got)
	}
	got = s.wants(s.wecom("message/send", `{"toparty":"3|9","msgtype":"text","agentid":1000002,"text":{"content":"y"}}`), 0)
	if got.text("invalidparty") != "9" || s.last(lifang).Text != "y" || s.last(zhangwei).Text != "x" {
		t.Errorf("the party got it: %v, invalid %q", s.last(lifang).Text, got.text("invalidparty"))
	}
}

func TestBeyondThirtyAMinuteMessagesVanishWithErrcodeZero(t *testing.T) {
	s := newStage(t, nil) // W90236
	for i := range 31 {
		s.wants(s.wecom("message/send", textTo("zhangwei", fmt.Sprint(i))), 0)
	}
	entries := s.chat(zhangwei)
	if entries[29].State == simulator.Dropped || entries[30].State != simulator.Dropped || entries[30].Note == "" {
		t.Errorf("the 30th is %q, the 31st %q", entries[29].State, entries[30].State)
	}
	if err := s.sim.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	s.wants(s.wecom("message/send", textTo("zhangwei", "later")), 0)
	if s.last(zhangwei).State == simulator.Dropped {
		t.Error("a minute later messages still vanish")
	}
}

func TestTheDuplicateCheckDropsTheSameBody(t *testing.T) {
	s := newStage(t, nil) // W90236
	body := `{"touser":"zhangwei","msgtype":"text","agentid":1000002,"text":{"content":"x"},"enable_duplicate_check":1,"duplicate_check_interval":600}`
	for range 2 {
		s.wants(s.wecom("message/send", body), 0)
	}
	if err := s.sim.Advance(601 * time.Second); err != nil {
		t.Fatal(err)
	}
	s.wants(s.wecom("message/send", body), 0)
	var states []string
	for _, e := range s.chat(zhangwei) {
		states = append(states, string(e.State))
	}
	if got := strings.Join(states, ","); got != ",dropped," {
		t.Errorf("states %q, want the second dropped", got)
	}
}

func TestTheBaseFrequencyEndsIn45009(t *testing.T) {
	s := newStage(t, func(c *simulator.Config) { c.WeCom.CallsPerMinute = 2 }) // W90312
	s.wants(s.wecom("user/get?userid=zhangwei", ""), 0)
	s.wants(s.wecom("user/get?userid=ghost", ""), 60111)
	s.wants(s.wecom("user/get?userid=zhangwei", ""), 45009)
	s.wants(s.wecom("getcallbackip", ""), 0)
}

func TestALongTextIsCutAndAMessageRecalledWithinADay(t *testing.T) {
	s := newStage(t, nil) // W90236, W94867
	id := s.wants(s.wecom("message/send", textTo("zhangwei", strings.Repeat("长", 700))), 0).text("msgid")
	if got := s.last(zhangwei); len(got.Text) > 2050 || got.Note == "" {
		t.Errorf("the phone shows %d bytes", len(got.Text))
	}
	s.wants(s.wecom("message/recall", `{"msgid":"nothing"}`), 40058)
	s.wants(s.wecom("message/recall", `{"msgid":"`+id+`"}`), 0)
	if got := s.last(zhangwei).Text; got != "消息已被撤回" {
		t.Errorf("the phone shows %q", got)
	}
	id = s.wants(s.wecom("message/send", textTo("zhangwei", "y")), 0).text("msgid")
	if err := s.sim.Advance(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	s.wants(s.wecom("message/recall", `{"msgid":"`+id+`"}`), 42052)
}

// W90236: 200 persons a day for each account of the corporation, all receivers of a call or none, and what was refused may be
// sent again.
func TestADaysPersons(t *testing.T) {
	s := newStage(t, func(c *simulator.Config) { c.WeCom.Accounts = 1 })
	for i := range 99 {
		s.wants(s.wecom("message/send", textTo("zhangwei|lifang", fmt.Sprint(i))), 0)
	}
	s.wants(s.wecom("message/send", textTo("zhangwei", "199")), 0)
	const body = `{"touser":"zhangwei|lifang","msgtype":"text","agentid":1000002,"text":{"content":"x"},"enable_duplicate_check":1}`
	shown := len(s.chat(zhangwei))
	s.wants(s.wecom("message/send", body), 45009)
	if n := len(s.chat(zhangwei)); n != shown {
		t.Error("what was refused is on a phone")
	}
	if err := s.sim.Advance(24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	s.wants(s.wecom("message/send", body), 0)
	if got := s.last(zhangwei); got.State == simulator.Dropped {
		t.Errorf("it was refused, and taken for a double afterwards: %+v", got)
	}
}

func TestCallsASecond(t *testing.T) {
	now := time.Now()
	s := newStage(t, func(c *simulator.Config) {
		c.WeCom.CallsPerSecond = 3
		c.Now = func() time.Time { return now }
	})
	for range 3 {
		s.wants(s.wecom("message/send", textTo("zhangwei", "x")), 0)
	}
	s.wants(s.wecom("message/send", textTo("zhangwei", "x")), 45033)
	if err := s.sim.Advance(time.Second); err != nil {
		t.Fatal(err)
	}
	s.wants(s.wecom("message/send", textTo("zhangwei", "x")), 0)
}
