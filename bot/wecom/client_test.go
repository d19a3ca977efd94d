package wecom_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/bot/wecom"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

const sendPath = "/cgi-bin/message/send"

func newClient(t *testing.T, apiURL, secret string, log *slog.Logger) *wecom.Client {
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
	client, err := wecom.NewClient(wecom.ClientConfig{
		CorpID:  storagetest.Unique("ww"),
		AgentID: "1000002",
		Secret:  secret,
		APIURL:  apiURL,
		Tokens:  turns.NewTokens(redis.Client()),
		Now:     time.Now,
		Logger:  log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func compose(t *testing.T, c *wecom.Client, l platform.Letter) []byte {
	t.Helper()
	call, err := c.Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	return call
}

func letter(text string, to ...bot.UserID) platform.Letter {
	return platform.Letter{Key: "k", Kind: "answer", To: to, Out: bot.Outgoing{Text: text}}
}

// body reads the JSON of the last call.
func body(t *testing.T, api *platformtest.API) map[string]any {
	t.Helper()
	calls := api.Calls()
	if len(calls) == 0 {
		t.Fatal("nothing was called")
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(calls[len(calls)-1].Body), &got); err != nil {
		t.Fatalf("body %s: %v", calls[len(calls)-1].Body, err)
	}
	return got
}

func TestATextArrivesAsItWasWritten(t *testing.T) {
	api := platformtest.New(t)
	api.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","invaliduser":"","msgid":"m-1"}`))
	client := newClient(t, api.URL, platformtest.Secret, nil)
	call := compose(t, client, letter("张师傅,a<b & c>d\u2028\x01😀\n谢谢", "zhangwei", "lifang"))
	if got, want := client.Send(t.Context(), call), (platform.Result{Verdict: platform.Done, ID: "m-1", Refused: map[bot.UserID]platform.Verdict{}}); !cmp.Equal(got, want) {
		t.Errorf("Send = %+v, want %+v", got, want)
	}
	want := map[string]any{
		"touser": "zhangwei|lifang", "agentid": 1000002.0, "msgtype": "text",
		"text":                   map[string]any{"content": "张师傅,a＜b & c>d😀\n谢谢"},
		"enable_duplicate_check": 1.0, "duplicate_check_interval": 1800.0,
	}
	if diff := cmp.Diff(want, body(t, api)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

// A link in a notice would look as if the union had sent it, whoever wrote what the notice quotes.
func TestNothingQuotedBecomesALinkOnWeCom(t *testing.T) {
	const forged = `<a href="http://evil.example">点这里领补助</a> <@all> &lt;a href="x"&gt;`
	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, nil)
	card := bot.Card{Title: forged, Detail: forged, TaskID: "t1", Rows: []bot.CardRow{{Name: "<a>", Value: forged}},
		Buttons: []bot.CardButton{{Text: "<a>", Key: "k"}}}
	for name, out := range map[string]bot.Outgoing{
		"notice": {Text: forged}, "reply": {Text: wecom.Render(bot.Reply{Text: forged}), Rendered: true}, "card": {Card: &card},
		"reply that is not ours": {Text: forged, Rendered: true},
	} {
		client.Send(t.Context(), compose(t, client, platform.Letter{To: []bot.UserID{"lifang"}, Out: out}))
		sent, err := json.Marshal(body(t, api))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(sent, []byte(`\u003ca`)) || bytes.Contains(sent, []byte(`\u003c@`)) || bytes.Contains(sent, []byte(`\u0026lt;`)) {
			t.Errorf("%s: sent %s", name, sent)
		}
	}
	updated, err := client.ComposeUpdate([]bot.UserID{"lifang"}, card, "code")
	if err != nil || bytes.Contains(updated, []byte(`<a`)) {
		t.Errorf("update is %s, %v", updated, err)
	}
}

func TestWhatMayHonestlyBeRepeatedIsNotCheckedForDuplicates(t *testing.T) {
	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, nil)
	l := letter("请稍等", "zhangwei")
	l.Repeats = true
	client.Send(t.Context(), compose(t, client, l))
	if got := body(t, api); got["enable_duplicate_check"] != nil {
		t.Errorf("body is %v", got)
	}
}

func TestATextLongerThanTheLimitIsCutBetweenCharacters(t *testing.T) {
	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, nil)
	client.Send(t.Context(), compose(t, client, letter(strings.Repeat("建议", 600), "zhangwei")))
	fields, _ := body(t, api)["text"].(map[string]any)
	text, _ := fields["content"].(string)
	if len(text) > 2048 || len(text) < 2040 || !strings.HasSuffix(text, "…") || strings.ContainsRune(text, '\uFFFD') {
		t.Errorf("%d bytes, ending %q", len(text), text[len(text)-9:])
	}
}

func TestADeadTokenIsFetchedAgainAndTheCallRepeatedOnce(t *testing.T) {
	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, nil)
	call := compose(t, client, letter("好", "zhangwei"))
	for range 2 {
		api.Expire()
		if r := client.Send(t.Context(), call); r.Verdict != platform.Done {
			t.Fatalf("Send = %+v", r)
		}
	}
	if api.Minted() != 2 || len(api.Calls()) != 2 {
		t.Errorf("%d tokens for %d calls", api.Minted(), len(api.Calls()))
	}
	api.Answer(sendPath, platformtest.Errcode(40014))
	api.Answer(sendPath, platformtest.Errcode(40014))
	if r := client.Send(t.Context(), call); r.Verdict != platform.Refresh {
		t.Errorf("a platform that takes no token: %+v", r)
	}
	if n := len(api.Calls()); n != 4 {
		t.Errorf("%d calls, want one repetition", n)
	}
}

func TestErrcodesHaveTheirVerdicts(t *testing.T) {
	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, nil)
	call := compose(t, client, letter("好", "zhangwei"))
	for code, want := range map[int]platform.Verdict{
		-1: platform.Retry, 45009: platform.Slow, 45033: platform.Retry, 81013: platform.Drop, 60111: platform.Drop,
		43004: platform.Drop, 60020: platform.Alarm, 48002: platform.Alarm, 45002: platform.Shorten, 42014: platform.Used,
		40058: platform.Invalid, 99999: platform.Fault,
	} {
		api.Answer(sendPath, platformtest.Errcode(code))
		if got := client.Send(t.Context(), call); got.Verdict != want {
			t.Errorf("errcode %d: %+v, want %s", code, got, want)
		}
	}
}

func TestSomeReceiversMayBeRefusedWhileOthersGetIt(t *testing.T) {
	api := platformtest.New(t)
	api.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","invaliduser":"gone|LEFT","unlicenseduser":"nolicence","msgid":"m"}`))
	client := newClient(t, api.URL, platformtest.Secret, nil)
	r := client.Send(t.Context(), compose(t, client, letter("好", "zhangwei", "gone", "left", "nolicence")))
	for user, want := range map[bot.UserID]platform.Verdict{
		"zhangwei": platform.Done, "gone": platform.Drop, "left": platform.Drop, "nolicence": platform.Drop,
	} {
		if got := r.Of(user); got != want {
			t.Errorf("%s: %s, want %s", user, got, want)
		}
	}
}

func TestItIsKnownWhetherABrokenCallMayHaveArrived(t *testing.T) {
	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, nil)
	call := compose(t, client, letter("好", "zhangwei"))
	api.Answer(sendPath, platformtest.Hangup)
	if r := client.Send(t.Context(), call); r.Verdict != platform.Unknown {
		t.Errorf("cut off after the request: %+v", r)
	}
	api.Answer(sendPath, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	if r := client.Send(t.Context(), call); r.Verdict != platform.Unknown {
		t.Errorf("a gateway's error: %+v", r)
	}
	away := newClient(t, "http://127.0.0.1:1", platformtest.Secret, nil)
	if r := away.Send(t.Context(), call); r.Verdict != platform.Unsent {
		t.Errorf("nobody listens: %+v", r)
	}
}

// TestNoSecretLeaks pins what the library would do wrong: it prints URLs with tokens and secrets into errors and logs.
func TestNoSecretLeaks(t *testing.T) {
	var logged bytes.Buffer
	before := log.Writer()
	log.SetOutput(&logged)
	t.Cleanup(func() { log.SetOutput(before) })
	logger := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))

	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, logger)
	call := compose(t, client, letter("好", "zhangwei"))
	var causes []string
	say := func(r platform.Result) { causes = append(causes, r.Cause) }
	for _, answer := range []http.HandlerFunc{
		platformtest.Hangup,
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		platformtest.JSON(`not json access_token=access-1`),
		platformtest.JSON(`{"errcode":40058,"errmsg":"hint: access_token=access-1&corpsecret=%s"}`, platformtest.Secret),
		platformtest.JSON(`{"errcode":0,"errmsg":"Warning: wrong json format. access_token=access-1"}`),
	} {
		api.Answer(sendPath, answer)
		say(client.Send(t.Context(), call))
	}
	say(newClient(t, "http://127.0.0.1:1", platformtest.Secret, logger).Send(t.Context(), call))
	wrong := newClient(t, api.URL, "another-secret", logger).Send(t.Context(), call)
	if wrong.Verdict != platform.Alarm {
		t.Errorf("a wrong secret: %+v", wrong)
	}
	say(wrong)

	everything := logged.String() + strings.Join(causes, "\n")
	for _, secret := range []string{platformtest.Secret, "another-secret", "access-1"} {
		if strings.Contains(everything, secret) {
			t.Errorf("%q leaked:\n%s", secret, everything)
		}
	}
	if strings.Contains(logged.String(), "好") {
		t.Errorf("message text was logged:\n%s", logged.String())
	}
}

// TestTheLibrarysLoggerIsNotLinked pins that nothing of the library that logs is part of the program: its root package
// and its callback server set logrus to debug level and print messages.
func TestTheLibrarysLoggerIsNotLinked(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "github.com/unionbot/unionbot/bot/wecom",
		"github.com/unionbot/unionbot/bot/officialaccount").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), "silenceper/wechat/v2/work/message") {
		t.Fatal("the library is not used at all")
	}
	for _, unwanted := range []string{"sirupsen/logrus", "silenceper/wechat/v2/officialaccount/server"} {
		if strings.Contains(string(out), unwanted) {
			t.Errorf("%s is linked", unwanted)
		}
	}
}

var card = bot.Card{
	Source: "工会服务", Title: "合理化建议 JY26-0138", Detail: "现状:夜班巡检经过炉口没有护栏,上月有人滑倒",
	Rows:    []bot.CardRow{{Name: "提出人", Value: "张伟"}, {Name: "单位", Value: strings.Repeat("一分厂/锅炉班", 9)}},
	Buttons: []bot.CardButton{{Text: "受理", Key: "accept", Style: 1}, {Text: "不受理", Key: "refuse", Style: 2}},
	Menu:    []bot.CardButton{{Text: "退回补充", Key: "return"}},
	Pick:    &bot.CardPick{Key: "refuse", Title: "不受理的原因", Options: []string{"点了按钮再写", "已有同样的安排,或正在实施,或者明年实施"}},
	TaskID:  "c138-s1-m3", Fallback: "JY26-0138 请您办理",
}

func TestACardHasWhatThePlatformDemands(t *testing.T) {
	api := platformtest.New(t)
	api.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","msgid":"m","response_code":"rc-1"}`))
	client := newClient(t, api.URL, platformtest.Secret, nil)
	r := client.Send(t.Context(), compose(t, client, platform.Letter{Key: "k", Kind: "task", To: []bot.UserID{"lifang"}, Out: bot.Outgoing{Card: &card}}))
	if r.Verdict != platform.Done || r.ResponseCode != "rc-1" {
		t.Errorf("Send = %+v", r)
	}
	got := body(t, api)["template_card"]
	want := map[string]any{
		"card_type":      "button_interaction",
		"source":         map[string]any{"desc": "工会服务"},
		"main_title":     map[string]any{"title": "合理化建议 JY26-0138"},
		"sub_title_text": "现状:夜班巡检经过炉口没有护栏,上月有人滑倒",
		"horizontal_content_list": []any{
			map[string]any{"keyname": "提出人", "value": "张伟"},
			map[string]any{"keyname": "单位", "value": string([]rune(strings.Repeat("一分厂/锅炉班", 9))[:29]) + "…"},
		},
		"button_list": []any{
			map[string]any{"text": "受理", "key": "accept", "style": 1.0},
			map[string]any{"text": "不受理", "key": "refuse", "style": 2.0},
		},
		"button_selection": map[string]any{
			"question_key": "refuse", "title": "不受理的原因", "selected_id": "0",
			"option_list": []any{map[string]any{"id": "0", "text": "点了按钮再写"}, map[string]any{"id": "1", "text": "已有同样的安排,或正在实施,或…"}},
		},
		"action_menu": map[string]any{"desc": "更多操作", "action_list": []any{map[string]any{"text": "退回补充", "key": "return"}}},
		"task_id":     "c138-s1-m3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("card (-want +got):\n%s", diff)
	}
}

func TestACardThatThePlatformWouldRefuseIsNotComposed(t *testing.T) {
	client := newClient(t, "http://127.0.0.1:1", platformtest.Secret, nil)
	for name, spoil := range map[string]func(*bot.Card){
		"task id with a space": func(c *bot.Card) { c.TaskID = "a b" },
		"task id too long":     func(c *bot.Card) { c.TaskID = strings.Repeat("a", 129) },
		"no title":             func(c *bot.Card) { c.Title = " " },
		"no button":            func(c *bot.Card) { c.Buttons = nil },
		"seven buttons":        func(c *bot.Card) { c.Buttons = make([]bot.CardButton, 7) },
		"four menu entries":    func(c *bot.Card) { c.Menu = make([]bot.CardButton, 4) },
		"a key twice":          func(c *bot.Card) { c.Menu = []bot.CardButton{{Text: "x", Key: "accept"}} },
		"a key too long":       func(c *bot.Card) { c.Buttons = []bot.CardButton{{Text: "x", Key: strings.Repeat("k", 1025)}} },
	} {
		spoilt := card
		spoil(&spoilt)
		if call, err := client.Compose(platform.Letter{To: []bot.UserID{"lifang"}, Out: bot.Outgoing{Card: &spoilt}}); err == nil {
			t.Errorf("%s: composed %s", name, call)
		}
	}
	for name, to := range map[string][]bot.UserID{"nobody": nil, "everybody": {"@all"}, "two in one": {"a|b"}, "1001": make([]bot.UserID, 1001)} {
		if call, err := client.Compose(letter("好", to...)); err == nil {
			t.Errorf("to %s: composed %s", name, call)
		}
	}
}

func TestACardIsReplacedByItsResponseCode(t *testing.T) {
	const path = "/cgi-bin/message/update_template_card"
	api := platformtest.New(t)
	api.Answer(path, platformtest.JSON(`{"errcode":0,"errmsg":"ok","invaliduser":["gone"]}`))
	client := newClient(t, api.URL, platformtest.Secret, nil)
	settled := card
	settled.Settled, settled.Detail = "已受理", "李芳 11月23日受理"
	call, err := client.ComposeUpdate([]bot.UserID{"lifang", "gone"}, settled, "rc-1")
	if err != nil {
		t.Fatal(err)
	}
	r := client.Send(t.Context(), call)
	if r.Of("lifang") != platform.Done || r.Of("gone") != platform.Drop {
		t.Errorf("Send = %+v", r)
	}
	got := body(t, api)
	whole, _ := got["template_card"].(map[string]any)
	if got["response_code"] != "rc-1" || got["agentid"] != 1000002.0 || whole["replace_text"] != "已受理" || whole["task_id"] != nil {
		t.Errorf("body is %v", got)
	}
	call, err = client.ComposeUpdate([]bot.UserID{"lifang"}, bot.Card{Settled: "已办结"}, "rc-2")
	if err != nil {
		t.Fatal(err)
	}
	client.Send(t.Context(), call)
	want := map[string]any{"userids": []any{"lifang"}, "agentid": 1000002.0, "response_code": "rc-2", "button": map[string]any{"replace_name": "已办结"}}
	if diff := cmp.Diff(want, body(t, api)); diff != "" {
		t.Errorf("button only (-want +got):\n%s", diff)
	}
}

func TestMediaIsToldApartFromItsFailure(t *testing.T) {
	const path = "/cgi-bin/media/get"
	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, nil)
	file := func(content []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "image/jpeg")
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
		}
	}
	var got bytes.Buffer
	api.Answer(path, file([]byte("jpeg bytes")))
	if err := client.FetchMedia(t.Context(), "id-1", &got, 100); err != nil || got.String() != "jpeg bytes" {
		t.Errorf("FetchMedia wrote %q, %v", got.String(), err)
	}
	api.Answer(path, platformtest.Errcode(40007))
	if err := client.FetchMedia(t.Context(), "gone", &got, 100); client.JudgeMedia(err) != platform.Drop {
		t.Errorf("an expired file: %v", err)
	}
	api.Answer(path, file([]byte("too many bytes")))
	if err := client.FetchMedia(t.Context(), "id-2", &got, 5); !errors.Is(err, platform.ErrTooLarge) {
		t.Errorf("a file over the limit: %v", err)
	}
	got.Reset()
	large := bytes.Repeat([]byte("0123456789"), platform.PieceBytes/10+77)
	api.Answer(path, platformtest.Errcode(830002))
	api.Answer(path, file(large))
	api.Answer(path, file(large))
	if err := client.FetchMedia(t.Context(), "id-3", &got, 2*platform.PieceBytes); err != nil || !bytes.Equal(got.Bytes(), large) {
		t.Errorf("a file in pieces: %d of %d bytes, %v", got.Len(), len(large), err)
	}
}

func TestATextFileIsAFileAndNoRefusal(t *testing.T) {
	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, nil)
	for _, contentType := range []string{"text/plain", "application/json"} {
		api.Answer("/cgi-bin/media/get", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("Content-Disposition", `attachment; filename="1.txt"`)
			_, _ = w.Write([]byte("{}"))
		})
		var got bytes.Buffer
		if err := client.FetchMedia(t.Context(), "id-1", &got, 100); err != nil || got.String() != "{}" {
			t.Errorf("a file of type %s: %q, %v", contentType, got.String(), err)
		}
	}
}

func TestAnUploadedFileIsSentAsWhatItIs(t *testing.T) {
	api := platformtest.New(t)
	client := newClient(t, api.URL, platformtest.Secret, nil)
	for _, kind := range []string{"image", "voice", "file"} {
		l := letter("照片没能发过来", "lifang")
		l.Media = &platform.Media{Kind: kind, ID: "M-1"}
		client.Send(t.Context(), compose(t, client, l))
		want := map[string]any{
			"touser": "lifang", "agentid": 1000002.0, "msgtype": kind, kind: map[string]any{"media_id": "M-1"},
			"enable_duplicate_check": 1.0, "duplicate_check_interval": 1800.0,
		}
		if diff := cmp.Diff(want, body(t, api)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
	l := letter("视频", "lifang")
	l.Media = &platform.Media{Kind: "video", ID: "M-1"}
	if call, err := client.Compose(l); err == nil {
		t.Errorf("a kind without a message is composed as %s", call)
	}
}
