package officialaccount

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/callback"
	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// The account of the platform's own sample in compatible mode.
var (
	sealed = Config{AppID: "wx2c2769f8efd9abc2", ID: "gh_10f6c3c3ac5a", Token: "spamtest", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}
	plain  = Config{AppID: sealed.AppID, ID: sealed.ID, Token: sealed.Token}
)

// engine answers every message alike and keeps what it got.
type engine struct {
	answer bot.Answer
	got    []bot.Message
}

func (e *engine) Receive(_ context.Context, m bot.Message) bot.Answer {
	e.got = append(e.got, m)
	return e.answer
}

type vector struct {
	Name         string `json:"name"`
	Token        string `json:"token"`
	Timestamp    string `json:"timestamp"`
	Nonce        string `json:"nonce"`
	MsgSignature string `json:"msg_signature"`
	Signature    string `json:"signature"`
	Echostr      string `json:"echostr"`
	Body         string `json:"body"`
}

// published reads a vector from wxcrypt's folder, the one place where they are kept.
func published(t *testing.T, name string) vector {
	t.Helper()
	b, err := os.ReadFile("../wxcrypt/testdata/officialaccount.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if v.Name == name {
			return v
		}
	}
	t.Fatalf("no vector %s", name)
	return vector{}
}

// compatible is the platform's sample request in compatible mode: plain fields and Encrypt in one body.
func compatible(t *testing.T) (url.Values, string) {
	t.Helper()
	v := published(t, "official-cryptodemo-compat-body")
	return url.Values{
		"signature": {v.Signature}, "msg_signature": {v.MsgSignature}, "timestamp": {v.Timestamp}, "nonce": {v.Nonce}, "encrypt_type": {"aes"},
	}, v.Body
}

// unencrypted is the same message as plain mode sends it.
func unencrypted() (url.Values, string) {
	return url.Values{"signature": {wxcrypt.Sign(plain.Token, "1409735669", "n")}, "timestamp": {"1409735669"}, "nonce": {"n"}},
		"<xml><ToUserName>gh_10f6c3c3ac5a</ToUserName><FromUserName>oyORnuP8q7ou2gfYjqLzSIWZf0rs</FromUserName>" +
			"<CreateTime>1409735668</CreateTime><MsgType>text</MsgType><Content>abcdteT</Content><MsgId>6054768590064713728</MsgId></xml>"
}

func serve(t *testing.T, cfg Config, e *engine, method string, q url.Values, body string) *httptest.ResponseRecorder {
	t.Helper()
	w, _ := serveLate(t, cfg, e, method, q, body, 0)
	return w
}

// serveLate has the request arrive so long after its timestamp, and returns what was counted too.
func serveLate(t *testing.T, cfg Config, e *engine, method string, q url.Values, body string, late time.Duration) (w *httptest.ResponseRecorder, counted []string) {
	t.Helper()
	seconds, _ := strconv.ParseInt(q.Get("timestamp"), 10, 64)
	webhook, err := NewWebhook(cfg, e, callback.Options{
		Now:   func() time.Time { return time.Unix(seconds, 0).Add(late) },
		Count: func(channel bot.ChannelID, outcome string) { counted = append(counted, string(channel)+" "+outcome) },
	})
	if err != nil {
		t.Fatal(err)
	}
	w = httptest.NewRecorder()
	webhook.ServeHTTP(w, httptest.NewRequest(method, "/callback/officialaccount?"+q.Encode(), strings.NewReader(body)))
	return w, counted
}

func TestAddressVerificationReturnsTheEchoAsItIsInEveryMode(t *testing.T) {
	v := published(t, "official-push-get-verify")
	q := url.Values{"signature": {v.MsgSignature}, "timestamp": {v.Timestamp}, "nonce": {v.Nonce}, "echostr": {v.Echostr}}
	for name, cfg := range map[string]Config{"plain": plain, "safe": sealed} {
		t.Run(name, func(t *testing.T) {
			cfg.Token = v.Token
			w := serve(t, cfg, &engine{}, http.MethodGet, q, "")
			if w.Code != http.StatusOK || w.Body.String() != v.Echostr {
				t.Errorf("got %d %q", w.Code, w.Body)
			}
			if kind := w.Header().Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("a browser may take the echo for %q", kind)
			}
		})
	}
}

func TestOfACompatibleBodyOnlyTheEncryptedPartCounts(t *testing.T) {
	q, body := compatible(t)
	e := &engine{}
	w := serve(t, sealed, e, http.MethodPost, q, strings.Replace(body, "[abcdteT]", "[forged]", 1))
	if w.Code != http.StatusOK || w.Body.String() != "success" {
		t.Fatalf("got %d %q", w.Code, w.Body)
	}
	if e.got[0].Text != "abcdteT" || e.got[0].User != "oyORnuP8q7ou2gfYjqLzSIWZf0rs" {
		t.Errorf("got %+v", e.got[0])
	}
}

func TestAForbiddenCharacterInThePlainPartOfACompatibleBodyDoesNotMatter(t *testing.T) {
	q, body := compatible(t)
	e := &engine{}
	w := serve(t, sealed, e, http.MethodPost, q, strings.Replace(body, "[abcdteT]", "[a\x01\xff]", 1))
	if w.Code != http.StatusOK || len(e.got) != 1 || e.got[0].Text != "abcdteT" {
		t.Errorf("got %d, %+v", w.Code, e.got)
	}
}

func TestThePlainMessageIsTheSameMessage(t *testing.T) {
	q, body := unencrypted()
	before := &engine{}
	serve(t, plain, before, http.MethodPost, q, body)
	q, body = compatible(t)
	after := &engine{}
	serve(t, sealed, after, http.MethodPost, q, body)
	if diff := cmp.Diff(before.got, after.got); diff != "" || len(before.got) != 1 {
		t.Errorf("messages differ (-plain +encrypted):\n%s", diff)
	}
}

// What is forged, old, too large or of another account or mode is told nothing, reaches nobody, and is counted by its reason.
func TestEveryFaultIsRefusedAndCounted(t *testing.T) {
	safeQuery, safeBody := compatible(t)
	plainQuery, plainBody := unencrypted()
	without := func(q url.Values, name string) url.Values {
		c := url.Values{}
		for k, v := range q {
			if k != name {
				c[k] = v
			}
		}
		return c
	}
	with := func(q url.Values, name, value string) url.Values {
		c := without(q, name)
		c.Set(name, value)
		return c
	}
	bomb := `<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><FromUserName>&b;</FromUserName><Encrypt>&b;</Encrypt></xml>`
	start := strings.Index(safeBody, "<Encrypt><![CDATA[") + len("<Encrypt><![CDATA[")
	changed := safeBody[:start] + "AAAA" + safeBody[start+4:]
	huge := strings.Repeat(" ", callback.DefaultMaxBody)
	tests := map[string]struct {
		cfg  Config
		q    url.Values
		body string
		late time.Duration
		why  string
	}{
		"a plain message, though there is a key":             {sealed, plainQuery, plainBody, 0, "mode"},
		"a plain message that says it is encrypted":          {sealed, with(plainQuery, "encrypt_type", "aes"), plainBody, 0, "envelope"},
		"only the plain signature, which covers no body":     {sealed, without(safeQuery, "msg_signature"), safeBody, 0, "signature"},
		"the plain signature in the place of the other":      {sealed, with(safeQuery, "msg_signature", safeQuery.Get("signature")), safeBody, 0, "signature"},
		"no word of encryption":                              {sealed, without(safeQuery, "encrypt_type"), safeBody, 0, "mode"},
		"another nonce":                                      {sealed, with(safeQuery, "nonce", "n"), safeBody, 0, "signature"},
		"a changed ciphertext":                               {sealed, safeQuery, changed, 0, "signature"},
		"the same once more an hour later":                   {sealed, safeQuery, safeBody, time.Hour, "time"},
		"one from tomorrow":                                  {sealed, safeQuery, safeBody, -24 * time.Hour, "time"},
		"no time":                                            {sealed, with(safeQuery, "timestamp", "now"), safeBody, 0, "time"},
		"a huge body":                                        {sealed, safeQuery, safeBody + huge, 0, "body"},
		"an entity bomb":                                     {sealed, safeQuery, bomb, 0, "envelope"},
		"half a document":                                    {sealed, safeQuery, safeBody[:len(safeBody)/2], 0, "envelope"},
		"garbage":                                            {sealed, safeQuery, "\x00\x01<<", 0, "envelope"},
		"garbage that begins as JSON":                        {sealed, safeQuery, `{"Encrypt":`, 0, "envelope"},
		"JSON of another shape":                              {sealed, safeQuery, `{"Encrypt":{"Encrypt":"x"}}`, 0, "envelope"},
		"deep JSON":                                          {sealed, safeQuery, strings.Repeat(`{"a":`, 10_000), 0, "envelope"},
		"an encrypted message, though there is no key":       {plain, safeQuery, safeBody, 0, "mode"},
		"a wrong signature in plain mode":                    {plain, with(plainQuery, "signature", strings.Repeat("0", 40)), plainBody, 0, "signature"},
		"an old one in plain mode":                           {plain, plainQuery, plainBody, time.Hour, "time"},
		"a huge body in plain mode":                          {plain, plainQuery, plainBody + huge, 0, "body"},
		"a DOCTYPE in plain mode":                            {plain, plainQuery, "<!DOCTYPE xml>" + plainBody, 0, "envelope"},
		"an entity bomb in plain mode":                       {plain, plainQuery, bomb, 0, "envelope"},
		"something else than a document in plain mode":       {plain, plainQuery, "[]", 0, "envelope"},
		"another account's in plain mode":                    {plain, plainQuery, strings.Replace(plainBody, sealed.ID, "gh_0", 1), 0, "receiver"},
		"nobody's in plain mode":                             {plain, plainQuery, strings.Replace(plainBody, sealed.ID, "", 1), 0, "receiver"},
		"one without a receiver in plain mode":               {plain, plainQuery, strings.Replace(plainBody, "<ToUserName>"+sealed.ID+"</ToUserName>", "", 1), 0, "receiver"},
		"a key of another account, which cannot read a word": {Config{AppID: "wx0", ID: "gh_0", Token: sealed.Token, AESKey: strings.Repeat("A", 43)}, safeQuery, safeBody, 0, "padding"},
		"another account with the same key":                  {Config{AppID: "wx0", ID: "gh_0", Token: sealed.Token, AESKey: sealed.AESKey}, safeQuery, safeBody, 0, "receiver"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e := &engine{}
			w, counted := serveLate(t, tt.cfg, e, http.MethodPost, tt.q, tt.body, tt.late)
			if w.Code != http.StatusForbidden || w.Body.String() != "forbidden\n" {
				t.Errorf("got %d %q", w.Code, w.Body)
			}
			if diff := cmp.Diff([]string{string(tt.cfg.ChannelID()) + " refused_" + tt.why}, counted); diff != "" {
				t.Errorf("counts differ (-want +got):\n%s", diff)
			}
			if len(e.got) > 0 {
				t.Error("the message reached the engine")
			}
		})
	}
}

// reply is a passive reply.
type reply struct {
	ToUserName, FromUserName, CreateTime, MsgType, Content string
}

func TestTheReplyIsEncryptedWhereTheMessageWas(t *testing.T) {
	want := reply{
		ToUserName: "oyORnuP8q7ou2gfYjqLzSIWZf0rs", FromUserName: "gh_10f6c3c3ac5a", CreateTime: "1409735669", MsgType: "text",
		Content: "收到]]><b>",
	}
	answer := bot.Answer{Text: "收到]]><b>\x01"}
	t.Run("plain", func(t *testing.T) {
		q, body := unencrypted()
		var got reply
		if err := xml.Unmarshal(serve(t, plain, &engine{answer: answer}, http.MethodPost, q, body).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("reply differs (-want +got):\n%s", diff)
		}
	})
	t.Run("encrypted", func(t *testing.T) {
		q, body := compatible(t)
		var envelope struct{ Encrypt, MsgSignature, TimeStamp, Nonce string }
		if err := xml.Unmarshal(serve(t, sealed, &engine{answer: answer}, http.MethodPost, q, body).Body.Bytes(), &envelope); err != nil {
			t.Fatal(err)
		}
		codec, err := wxcrypt.NewCodec(sealed.Token, sealed.AESKey, sealed.AppID, bytes.NewReader(nil))
		if err != nil {
			t.Fatal(err)
		}
		if err := codec.Verify(envelope.MsgSignature, envelope.TimeStamp, envelope.Nonce, envelope.Encrypt); err != nil {
			t.Errorf("signature: %v", err)
		}
		inner, err := codec.Decrypt(envelope.Encrypt)
		if err != nil {
			t.Fatal(err)
		}
		var got reply
		if err := xml.Unmarshal(inner, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("reply differs (-want +got):\n%s", diff)
		}
	})
}

func TestATapOnAMenuLineIsAText(t *testing.T) {
	got := decode(testChannel, []byte("<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName><MsgType>text</MsgType>"+
		"<Content>提交</Content><MsgId>1</MsgId><bizmsgmenuid>4102</bizmsgmenuid></xml>")).Message
	if got.Kind != bot.KindText || got.Text != "提交" || got.Question != 41 {
		t.Errorf("got %+v", got)
	}
}

func TestAPaymentIsNoScene(t *testing.T) {
	got := decode(testChannel, []byte("<xml><FromUserName>b</FromUserName><MsgType>event</MsgType><Event>subscribe</Event>"+
		"<EventKey>last_trade_no_4008432001201608242300803394</EventKey></xml>")).Message
	if got.Kind != bot.KindFollow || got.Key != "" {
		t.Errorf("got %+v", got)
	}
}

func TestAVoiceMessageBringsWhatThePlatformRecognised(t *testing.T) {
	got := decode(testChannel, []byte("<xml><FromUserName>b</FromUserName><MsgType>voice</MsgType><MediaId>m</MediaId><Format>amr</Format>"+
		"<Recognition>锅炉房要护栏</Recognition><MsgId>1</MsgId></xml>")).Message
	if got.Kind != bot.KindVoice || got.Text != "锅炉房要护栏" || got.Media.Format != "amr" {
		t.Errorf("got %+v", got)
	}
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Config){
		"app id":         func(c *Config) { c.AppID = "" },
		"account id":     func(c *Config) { c.ID = "" },
		"token":          func(c *Config) { c.Token = "" },
		"EncodingAESKey": func(c *Config) { c.AESKey = "short" },
	} {
		cfg := sealed
		spoil(&cfg)
		if _, err := NewWebhook(cfg, &engine{}, callback.Options{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: got %v", name, err)
		}
	}
}

// What the platform had taken and did not show it tells of by an event of its own: of template messages by a word, of subscription notices
// by a list, which in JSON may be one object. [O TEMPLATESENDJOBFINISH, subscribe_msg_sent_event]
func TestANoticeThatWasNotShownIsKnown(t *testing.T) {
	const head = "<xml><FromUserName>b</FromUserName><MsgType>event</MsgType><CreateTime>1</CreateTime>"
	job := func(status string) string {
		return head + "<Event>TEMPLATESENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>" + status + "</Status></xml>"
	}
	const refused = `{"TemplateId":"S1","MsgID":"7","ErrorCode":"43101","ErrorStatus":"user refuse"}`
	sent := func(list string) string {
		return `{"FromUserName":"b","MsgType":"event","CreateTime":1,"Event":"subscribe_msg_sent_event","SubscribeMsgSentEvent":{"List":` + list + `}}`
	}
	blocked, no := bot.Unshown{ID: "200163836", Cause: "failed:user block"}, bot.Unshown{ID: "7", Cause: "errcode 43101: user refuse", Template: "S1"}
	for body, want := range map[string][]bot.Unshown{
		job("success"): nil, job("failed:user block"): {blocked}, sent(refused): {no},
		sent(`[{"TemplateId":"S1","MsgID":"6","ErrorCode":"0","ErrorStatus":"success"},` + refused + `]`): {no},
		head + "<Event>subscribe_msg_sent_event</Event><SubscribeMsgSentEvent><List><TemplateId>S1</TemplateId><MsgID>7</MsgID><ErrorCode>43101</ErrorCode>" +
			"<ErrorStatus>user refuse</ErrorStatus></List></SubscribeMsgSentEvent></xml>": {no},
		head + "<Event>TEMPLATESENDJOBFINISH</Event><Status>failed:user block</Status></xml>": nil, // of which one nobody knows
	} {
		if got := decode(testChannel, []byte(body)).Message; !slices.Equal(got.Unshown, want) || got.Kind != bot.KindEvent {
			t.Errorf("of %s is known %+v", body, got.Unshown)
		}
	}
}

func TestOnlySubscribedTemplatesAreKnownByTheirID(t *testing.T) {
	all, err := NewTemplates(map[string]string{"meeting": "subscribe:S1", "result": "T1"})
	if err != nil || all.KindOf("S1") != "meeting" || all.KindOf("T1") != "" || all.KindOf("") != "" {
		t.Errorf("%q %q, %v", all.KindOf("S1"), all.KindOf("T1"), err)
	}
}
