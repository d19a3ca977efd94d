package officialaccount_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/officialaccount"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

const (
	customPath   = "/cgi-bin/message/custom/send"
	templatePath = "/cgi-bin/message/template/send"
	mediaPath    = "/cgi-bin/media/get"
)

func newClient(t *testing.T, apiURL string, transport http.RoundTripper) *officialaccount.Client {
	t.Helper()
	redis, err := turns.Open(t.Context(), storagetest.RedisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := redis.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	client, err := officialaccount.NewClient(officialaccount.ClientConfig{AppID: storagetest.Unique("wx"),
		Secret: platformtest.Secret, APIURL: apiURL, Tokens: turns.NewTokens(redis.Client()), Now: time.Now, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func lastBody(t *testing.T, api *platformtest.API, path string) map[string]any {
	t.Helper()
	calls := api.Calls()
	if len(calls) == 0 || calls[len(calls)-1].Path != path {
		t.Fatalf("%s was not called last: %+v", path, calls)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(calls[len(calls)-1].Body), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestATextOrACardsWordsGoToOneFollower(t *testing.T) {
	const tap = `<a href="weixin://bizmsgmenu?msgmenucontent=%E5%90%8C%E6%84%8F&msgmenuid=1">看照片</a>`
	api := platformtest.New(t)
	client := newClient(t, api.URL, nil)
	for name, c := range map[string]struct {
		out  bot.Outgoing
		want string
	}{
		"a text":            {bot.Outgoing{Text: "谢谢您的建议 <JY26-0138> & 再见\u2028"}, "谢谢您的建议 ＜JY26-0138> & 再见"},
		"a card with words": {bot.Outgoing{Card: &bot.Card{Title: "建议", Fallback: "请回复:同意 JY26-0138"}}, "请回复:同意 JY26-0138"},
		"a notice that would speak for its reader": {bot.Outgoing{Text: tap}, "＜" + tap[1:len(tap)-4] + "＜/a>"},
		"a card's words that would":                {bot.Outgoing{Card: &bot.Card{Title: "建议", Fallback: tap}}, "＜" + tap[1:len(tap)-4] + "＜/a>"},
		"a card's rows that would":                 {bot.Outgoing{Card: &bot.Card{Title: "建议", Detail: tap}}, "建议\n＜" + tap[1:len(tap)-4] + "＜/a>"},
		"a reply with our own links":               {bot.Outgoing{Text: tap, Rendered: true}, tap},
		"a card without them":                      {bot.Outgoing{Card: &bot.Card{Title: "建议", Detail: "护栏", Rows: []bot.CardRow{{Name: "提出人", Value: "张伟"}}}}, "建议\n护栏\n提出人:张伟"},
	} {
		call, err := client.Compose(platform.Letter{To: []bot.UserID{"oOpenID"}, Out: c.out})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if r := client.Send(t.Context(), call); r.Verdict != platform.Done {
			t.Errorf("%s: %+v", name, r)
		}
		want := map[string]any{"touser": "oOpenID", "msgtype": "text", "text": map[string]any{"content": c.want}}
		if diff := cmp.Diff(want, lastBody(t, api, customPath)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, err := client.Compose(platform.Letter{To: []bot.UserID{"a", "b"}, Out: bot.Outgoing{Text: "x"}}); err == nil {
		t.Error("two receivers were taken")
	}
}

func TestErrcodesHaveTheirVerdicts(t *testing.T) {
	api := platformtest.New(t)
	client := newClient(t, api.URL, nil)
	call, err := client.Compose(platform.Letter{To: []bot.UserID{"o"}, Out: bot.Outgoing{Text: "好"}})
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[int]platform.Verdict{
		45015: platform.Closed, 45047: platform.Closed, 45002: platform.Shorten, 43004: platform.Drop, 48002: platform.Drop,
		45009: platform.Slow, 45011: platform.Slow, -1: platform.Retry, 40164: platform.Alarm, 48001: platform.Barred, 47001: platform.Fault,
	} {
		api.Answer(customPath, platformtest.Errcode(code))
		if got := client.Send(t.Context(), call); got.Verdict != want {
			t.Errorf("errcode %d: %+v, want %s", code, got, want)
		}
	}
	api.Expire()
	if got := client.Send(t.Context(), call); got.Verdict != platform.Done || api.Minted() != 2 {
		t.Errorf("after the token died: %+v, %d tokens", got, api.Minted())
	}
}

func TestATemplateShowsOneLineAndIsTheSameWhenSentAgain(t *testing.T) {
	templates, err := officialaccount.NewTemplates(map[string]string{"answer": "tpl-1", "task": "tpl-2:thing4"})
	if err != nil {
		t.Fatal(err)
	}
	api := platformtest.New(t)
	api.Answer(templatePath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","msgid":200163836}`))
	client := newClient(t, api.URL, nil)
	l := platform.Letter{Key: "task/138/3", Kind: "task", To: []bot.UserID{"o"}, Out: bot.Outgoing{Card: &bot.Card{Title: "合理化建议 JY26-0138 请您办理,期限十一月二十五日", Fallback: "长"}}}
	call, err := templates.Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := templates.Compose(l); err != nil || !bytes.Equal(again, call) {
		t.Errorf("composed again: %s, %v", again, err)
	}
	if r := client.Send(t.Context(), call); r.Verdict != platform.Done || r.ID != "200163836" {
		t.Errorf("Send = %+v", r)
	}
	got := lastBody(t, api, templatePath)
	if id, _ := got["client_msg_id"].(string); len(id) != 32 {
		t.Errorf("client_msg_id is %q", id)
	}
	delete(got, "client_msg_id")
	want := map[string]any{"touser": "o", "template_id": "tpl-2", "data": map[string]any{"thing4": map[string]any{"value": "合理化建议 JY26-0138 请您办…"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	if _, err := templates.Compose(platform.Letter{Kind: "greeting", To: []bot.UserID{"o"}}); !errors.Is(err, platform.ErrNoTemplate) {
		t.Errorf("a kind without a template: %v", err)
	}
	if _, err := officialaccount.NewTemplates(map[string]string{"answer": ":thing1"}); err == nil {
		t.Error("a template without an id was taken")
	}
}

// videoHost answers for the platform's video host, and passes everything else on.
type videoHost struct{ asked []string }

func (v *videoHost) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Host, ".qq.com") {
		return http.DefaultTransport.RoundTrip(r)
	}
	v.asked = append(v.asked, r.URL.String())
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
}

func TestAVideoIsFetchedFromThePlatformsHostsOnly(t *testing.T) {
	api := platformtest.New(t)
	host := &videoHost{}
	client := newClient(t, api.URL, host)
	var out bytes.Buffer
	api.Answer(mediaPath, platformtest.JSON(`{"video_url":"http://vweixinthumb.tc.qq.com/150/snsvideodownload?filekey=1"}`))
	if err := client.FetchMedia(t.Context(), "v", &out, 100); err != nil || len(host.asked) != 1 || strings.Contains(host.asked[0], "access") {
		t.Errorf("asked %q, %v", host.asked, err)
	}
	for _, foreign := range []string{"http://127.0.0.1:6379/", "https://evil.example/.qq.com", "http://qq.com.evil.example/", "http://x@a.qq.com/", "ftp://a.qq.com/", "http://a.qq.com:22/"} {
		api.Answer(mediaPath, platformtest.JSON(`{"video_url":%q}`, foreign))
		if err := client.FetchMedia(t.Context(), "v", &out, 100); err == nil {
			t.Errorf("%s was fetched", foreign)
		}
	}
	api.Answer(mediaPath, platformtest.Errcode(40007))
	if err := client.FetchMedia(t.Context(), "gone", &out, 100); client.JudgeMedia(err) != platform.Drop {
		t.Errorf("an expired file: %v", err)
	}
}

func TestAnUploadedFileGoesToOneFollower(t *testing.T) {
	api := platformtest.New(t)
	client := newClient(t, api.URL, nil)
	letter := func(kind string) platform.Letter {
		return platform.Letter{To: []bot.UserID{"oOpenID"}, Out: bot.Outgoing{Text: "照片没能发过来"}, Media: &platform.Media{Kind: kind, ID: "M-1"}}
	}
	for _, kind := range []string{"image", "voice"} {
		call, err := client.Compose(letter(kind))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if r := client.Send(t.Context(), call); r.Verdict != platform.Done {
			t.Errorf("%s: %+v", kind, r)
		}
		want := map[string]any{"touser": "oOpenID", "msgtype": kind, kind: map[string]any{"media_id": "M-1"}}
		if diff := cmp.Diff(want, lastBody(t, api, customPath)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
	if call, err := client.Compose(letter("file")); err == nil {
		t.Errorf("a kind without a message is composed as %s", call)
	}
}
