package simulator_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
)

func custom(text string) string {
	return fmt.Sprintf(`{"touser":"o_wangqiang","msgtype":"text","text":{"content":%q}}`, text)
}

func TestCustomerServiceMessagesKeepTheirWindows(t *testing.T) {
	s := newStage(t, nil) // O kf/intro: five within 48 h of a message, three within a minute of a tap or a follow
	s.wants(s.official("message/custom/send", custom("太早")), 45015)
	s.say(wangqi, "你好")
	for range 5 {
		s.wants(s.official("message/custom/send", custom("在")), 0)
	}
	s.wants(s.official("message/custom/send", custom("第六条")), 45047)
	s.say(wangqi, "再来")
	if err := s.sim.Advance(48*time.Hour + time.Second); err != nil {
		t.Fatal(err)
	}
	s.wants(s.official("message/custom/send", custom("太晚")), 45015)

	s.do(simulator.Act{Person: wangqi, Do: "unfollow"})
	s.wants(s.official("message/custom/send", custom("走了")), 45015)
	s.do(simulator.Act{Person: wangqi, Do: "follow"})
	for range 3 {
		s.wants(s.official("message/custom/send", custom("欢迎")), 0)
	}
	s.wants(s.official("message/custom/send", custom("第四条")), 45047)
	if err := s.sim.Advance(61 * time.Second); err != nil {
		t.Fatal(err)
	}
	s.wants(s.official("message/custom/send", custom("一分钟后")), 45015)
}

func TestCustomerServiceMessagesAreChecked(t *testing.T) {
	s := newStage(t, nil)
	s.say(wangqi, "你好")
	s.wants(s.official("message/custom/send", custom(strings.Repeat("长", 683))), 45002) // not cut; measured by several
	s.wants(s.official("message/custom/send", strings.Replace(custom("x"), "o_wangqiang", "nobody", 1)), 40003)
	s.wants(s.official("message/custom/send", "{"), 47001)
	s.wants(s.official("message/send", "{}"), 48001)
	s.wants(s.official("message/custom/send",
		`{"touser":"o_wangqiang","msgtype":"msgmenu","msgmenu":{"head_content":"满意吗","list":[{"id":"1","content":"满意"}],"tail_content":""}}`), 0)
	if got := s.last(wangqi).Text; !strings.Contains(got, `weixin://bizmsgmenu?msgmenucontent=满意&msgmenuid=1`) {
		t.Errorf("the menu shows %q", got)
	}
	s.do(simulator.Act{Person: wangqi, Do: "say", Text: "满意", MenuID: "1"})
	heard := s.bot.all()
	if raw := heard[len(heard)-1].Raw; !strings.Contains(raw, "<bizmsgmenuid>") {
		t.Errorf("the tapped line is told as %s", raw)
	}
}

func TestOfficialAccountTokens(t *testing.T) {
	s := newStage(t, nil) // O token, O stable_token
	fetch := func() string {
		return s.wants(s.get("token?grant_type=client_credential&appid="+appID+"&secret=account-secret"), 0).text("access_token")
	}
	stable := func(force bool) answer {
		return s.post("stable_token", fmt.Sprintf(`{"grant_type":"client_credential","appid":%q,"secret":"account-secret","force_refresh":%v}`, appID, force))
	}
	use := func(token string) answer { return s.with(token, "user/info?openid=o_wangqiang", "") }
	steady := s.wants(stable(false), 0).text("access_token")
	first := fetch()
	second := fetch()
	if first == second {
		t.Error("/token handed the same token out twice")
	}
	s.wants(use(first), 0) // alive for about five minutes more
	if err := s.sim.Advance(5*time.Minute + time.Second); err != nil {
		t.Fatal(err)
	}
	s.wants(use(first), 40001)
	s.wants(use(second), 0)
	s.wants(use(steady), 0) // has nothing to do with /token
	if again := stable(false).text("access_token"); again != steady {
		t.Error("stable_token is not stable")
	}
	forced := s.wants(stable(true), 0).text("access_token")
	if forced == steady {
		t.Error("force_refresh handed out the old token")
	}
	s.wants(stable(true), 45011) // at least 30 s apart
	if err := s.sim.Advance(2 * time.Hour); err != nil {
		t.Fatal(err)
	}
	s.wants(use(forced), 42001)
	s.wants(s.post("stable_token", `{"grant_type":"client_credential","appid":"`+appID+`","secret":"wrong"}`), 40001)
}

func TestTemplateMessages(t *testing.T) {
	s := newStage(t, nil) // O template messages, TEMPLATESENDJOBFINISH
	body := func(id, thing string) string {
		return fmt.Sprintf(`{"touser":"o_wangqiang","template_id":%q,"data":{"character_string1":{"value":"JY26-0138"},"thing2":{"value":%q}}}`, id, thing)
	}
	s.wants(s.official("message/template/send", body("T9", "已受理")), 40037)
	s.wants(s.official("message/template/send", body("T1", "")), 47003)
	s.wants(s.official("message/template/send", body("T1", strings.Repeat("长", 21))), 47003)
	s.wants(s.official("message/template/send", body("T1", "已受理")), 0)
	s.settle(wangqi)
	if got := s.last(wangqi); got.Text != "编号：JY26-0138\n事项：已受理" || got.Kind != simulator.Template || got.State != "" {
		t.Errorf("the phone shows %+v", got)
	}
	if m := s.bot.all()[0]; m.Event != "TEMPLATESENDJOBFINISH" || m.Status != "success" {
		t.Errorf("the bot is told %+v", m)
	}
	s.do(simulator.Act{Person: wangqi, Do: "unfollow"})
	s.wants(s.official("message/template/send", body("T1", "已受理")), 43004)
}

func TestATemplateMessageWithTheSameIDIsDroppedForTenMinutes(t *testing.T) {
	s := newStage(t, func(c *simulator.Config) { c.Account.TemplatesADay = 2 }) // O template messages, client_msg_id
	send := func(id string) answer {
		return s.official("message/template/send", fmt.Sprintf(`{"touser":"o_wangqiang","template_id":"T1","client_msg_id":%q,"data":{"character_string1":{"value":"JY26-0138"},"thing2":{"value":"已受理"}}}`, id))
	}
	shown := func(want int) {
		t.Helper()
		s.settle(wangqi)
		if got := len(s.sim.Snapshot().Chats[wangqi]); got != want {
			t.Errorf("the phone shows %d messages, want %d", got, want)
		}
	}
	first := s.wants(send("a"), 0)
	if again := s.wants(send("a"), 0); again.text("msgid") != first.text("msgid") {
		t.Error("the double has another id")
	}
	shown(1)
	if err := s.sim.Advance(10 * time.Minute); err != nil {
		t.Fatal(err)
	}
	s.wants(send("a"), 0)
	shown(2)
	s.wants(send("b"), 45009) // as many as a day has
	if err := s.sim.Advance(24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	s.wants(send("b"), 0)
	shown(3)
}

func TestASubscriptionNoticeIsSentOnceForEachTimeThatItIsAllowed(t *testing.T) {
	s := newStage(t, func(c *simulator.Config) {
		c.Account.Subscriptions = map[string]string{"S1": "会议主题：{{thing1.DATA}}"}
	}) // O subscription_messages
	send := func() answer {
		return s.official("message/subscribe/bizsend", `{"touser":"o_wangqiang","template_id":"S1","data":{"thing1":{"value":"座谈会"}}}`)
	}
	s.wants(send(), 43101)
	s.do(simulator.Act{Person: wangqi, Do: "allow", Key: "S1"})
	s.wants(send(), 0)
	s.wants(send(), 43101)
	s.do(simulator.Act{Person: wangqi, Do: "allow", Key: "S1"})
	s.do(simulator.Act{Person: wangqi, Do: "refuse", Key: "S1"})
	s.wants(send(), 43101)
	s.wants(s.official("message/subscribe/bizsend", `{"touser":"o_wangqiang","template_id":"S9","data":{}}`), 40037)
}

func TestMenusAreCheckedAndTapped(t *testing.T) {
	s := newStage(t, nil) // W90455, menu/create
	menu := func(name string) string {
		return `{"button":[{"name":"` + name + `","type":"click","key":"file"},{"name":"更多","sub_button":[{"name":"官网","type":"view","url":"https://example.com"}]}]}`
	}
	s.wants(s.wecom("menu/create", menu("提建议")), 40056)
	s.wants(s.wecom("menu/get?agentid=1000002", ""), 46003)
	s.wants(s.wecom("menu/create?agentid=1000002", menu("合理化建议")), 0) // 15 bytes
	s.wants(s.official("menu/create", menu("合理化建议箱")), 40018)         // 18 bytes
	s.wants(s.official("menu/create", menu("提建议")), 0)
	s.wants(s.official("menu/create", `{"button":[]}`), 40016)
	s.wants(s.official("menu/create", `{"button":[{"name":"x","type":"click"}]}`), 40019)
	s.do(simulator.Act{Person: zhangwei, Do: "menu", Key: "file"})
	s.do(simulator.Act{Person: wangqi, Do: "menu", Key: "file"})
	s.do(simulator.Act{Person: wangqi, Do: "menu", Key: "https://example.com"})
	var got []string
	for _, m := range s.bot.all() {
		got = append(got, m.Event+" "+m.EventKey)
	}
	if want := "click file, CLICK file, VIEW https://example.com"; strings.Join(got, ", ") != want {
		t.Errorf("the bot is told %v, want %s", got, want)
	}
	s.wants(s.official("menu/delete", ""), 0)
	if _, err := s.sim.Act(simulator.Act{Person: wangqi, Do: "menu", Key: "file"}); err == nil {
		t.Error("a deleted menu can be tapped")
	}
}

func TestMediaLiveThreeDays(t *testing.T) {
	s := newStage(t, nil) // W96484, W96486
	s.do(simulator.Act{Person: zhangwei, Do: "picture", Media: "rope"})
	id := s.bot.all()[0].MediaID
	accessToken := s.get("gettoken?corpid=" + corpID + "&corpsecret=app-secret").text("access_token")
	resp, err := http.Get(s.url + "/cgi-bin/media/get?media_id=" + id + "&access_token=" + accessToken)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end below
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(resp.Header.Get("Content-Disposition"), "rope.jpg") {
		t.Errorf("%v, headers %v", err, resp.Header)
	}
	if !bytes.Contains(data, []byte("Exif\x00\x00")) {
		t.Error("the photograph says nothing of where it was taken")
	}
	s.wants(s.official("media/get?media_id="+id, ""), 40007) // of the other platform
	if err := s.sim.Advance(72 * time.Hour); err != nil {
		t.Fatal(err)
	}
	s.wants(s.wecom("media/get?media_id="+id, ""), 40007)
}

func TestUploadsAreCheckedAndCanBeSent(t *testing.T) {
	s := newStage(t, nil) // W96484
	accessToken := s.get("gettoken?corpid=" + corpID + "&corpsecret=app-secret").text("access_token")
	upload := func(kind, field, name, data string) answer {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile(field, name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(part, data)
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		return s.read(http.Post(s.url+"/cgi-bin/media/upload?type="+kind+"&access_token="+accessToken, form.FormDataContentType(), &body))
	}
	s.wants(upload("poem", "media", "a.jpg", "123456"), 40005)
	s.wants(upload("image", "file", "a.jpg", "123456"), 41005)
	s.wants(upload("image", "media", "a.jpg", "12345"), 40006)
	s.wants(upload("image", "media", "a.exe", "123456"), 40004)
	got := s.wants(upload("image", "media", "a.PNG", "\x89PNG\r\n\x1a\n"), 0)
	if got.text("created_at") == "" {
		t.Errorf("created_at is %v, want a string", got["created_at"])
	}
	s.wants(s.wecom("message/send", fmt.Sprintf(`{"touser":"zhangwei","msgtype":"image","agentid":1000002,"image":{"media_id":%q}}`, got.text("media_id"))), 0)
	if e := s.last(zhangwei); e.Kind != simulator.Picture || e.Media != got.text("media_id") {
		t.Errorf("the phone shows %+v", e)
	}
}

func TestANoticeIsTakenAndNotShown(t *testing.T) {
	s := newStage(t, func(c *simulator.Config) {
		c.Account.Subscriptions = map[string]string{"S1": "会议主题:{{thing1.DATA}}"}
	}) // O TEMPLATESENDJOBFINISH, subscribe_msg_sent_event
	s.sim.SetFaults(simulator.Faults{LoseNotices: 2})
	s.do(simulator.Act{Person: wangqi, Do: "allow", Key: "S1"})
	s.wants(s.official("message/template/send", `{"touser":"o_wangqiang","template_id":"T1","data":{"character_string1":{"value":"JY26-0138"},"thing2":{"value":"已受理"}}}`), 0)
	s.wants(s.official("message/subscribe/bizsend", `{"touser":"o_wangqiang","template_id":"S1","data":{"thing1":{"value":"座谈会"}}}`), 0)
	s.settle(wangqi)
	if got := s.last(wangqi); got.Kind == simulator.Template {
		t.Errorf("the phone shows %+v", got)
	}
	told := map[string]string{}
	for _, m := range s.bot.all() {
		told[m.Event] = m.Status
	}
	if status, ok := told["subscribe_msg_sent_event"]; told["TEMPLATESENDJOBFINISH"] != "failed:user block" || !ok || status != "" {
		t.Errorf("the bot is told %v", told)
	}
}
