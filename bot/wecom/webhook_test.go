package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/callback"
	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// The account of the platform's own sample, whose published messages are from 2014.
var (
	sample     = Config{CorpID: "wx5823bf96d3bd56c7", AgentID: "218", Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}
	sampleTime = time.Unix(1409659813, 0)
)

// engine answers every message alike and keeps what it got.
type engine struct {
	answer bot.Answer
	during func(context.Context)
	mu     sync.Mutex
	got    []bot.Message
}

func (e *engine) Receive(ctx context.Context, m bot.Message) bot.Answer {
	e.mu.Lock()
	e.got = append(e.got, m)
	e.mu.Unlock()
	if e.during != nil {
		e.during(ctx)
	}
	return e.answer
}

// phone is the platform's side of one account.
type phone struct {
	codec   *wxcrypt.Codec
	webhook *Webhook
	engine  *engine
	mu      sync.Mutex
	counted map[string]int
	log     bytes.Buffer
}

func newPhone(t *testing.T, answer bot.Answer) *phone {
	t.Helper()
	p := &phone{engine: &engine{answer: answer}, counted: map[string]int{}}
	random := bytes.NewReader(bytes.Repeat([]byte("0123456789abcdef"), 100))
	var err error
	if p.codec, err = wxcrypt.NewCodec(sample.Token, sample.AESKey, sample.CorpID, random); err != nil {
		t.Fatal(err)
	}
	p.webhook, err = NewWebhook(sample, p.engine, callback.Options{
		Now: func() time.Time { return sampleTime },
		Count: func(channel bot.ChannelID, outcome string) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.counted[string(channel)+" "+outcome]++
		},
		Logger: slog.New(slog.NewTextHandler(&p.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// send posts a message as the platform does.
func (p *phone) send(t *testing.T, message string) *httptest.ResponseRecorder {
	t.Helper()
	return p.do(p.request(t, message))
}

func (p *phone) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	p.webhook.ServeHTTP(w, r)
	return w
}

func (p *phone) request(t *testing.T, message string) *http.Request {
	t.Helper()
	encrypted, err := p.codec.Encrypt([]byte(message))
	if err != nil {
		t.Fatal(err)
	}
	q := url.Values{"timestamp": {"1409659813"}, "nonce": {"n"}, "msg_signature": {p.codec.Sign("1409659813", "n", encrypted)}}
	body := "<xml><ToUserName>x</ToUserName><Encrypt>" + encrypted + "</Encrypt></xml>"
	return httptest.NewRequest(http.MethodPost, "/callback/wecom?"+q.Encode(), strings.NewReader(body))
}

// reply is a passive reply after decryption.
type reply struct {
	ToUserName, FromUserName, CreateTime, MsgType, Content string
}

func (p *phone) open(t *testing.T, body []byte) reply {
	t.Helper()
	var envelope struct{ Encrypt, MsgSignature, TimeStamp, Nonce string }
	if err := xml.Unmarshal(body, &envelope); err != nil {
		t.Fatalf("envelope of the reply: %v\n%s", err, body)
	}
	if err := p.codec.Verify(envelope.MsgSignature, envelope.TimeStamp, envelope.Nonce, envelope.Encrypt); err != nil {
		t.Fatalf("signature of the reply: %v", err)
	}
	plain, err := p.codec.Decrypt(envelope.Encrypt)
	if err != nil {
		t.Fatal(err)
	}
	return readReply(t, plain)
}

func readReply(t *testing.T, plain []byte) reply {
	t.Helper()
	var r reply
	if err := xml.Unmarshal(plain, &r); err != nil {
		t.Fatalf("reply is no XML: %v\n%s", err, plain)
	}
	return r
}

const textMessage = `<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName><FromUserName><![CDATA[ZhangWei]]></FromUserName>` +
	`<CreateTime>1409659813</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content><MsgId>42</MsgId><AgentID>218</AgentID></xml>`

type vector struct {
	Name         string `json:"name"`
	Kind         string `json:"kind"`
	Token        string `json:"token"`
	ReceiveID    string `json:"receive_id"`
	Timestamp    string `json:"timestamp"`
	Nonce        string `json:"nonce"`
	MsgSignature string `json:"msg_signature"`
	Echostr      string `json:"echostr"`
	Body         string `json:"body"`
	Plaintext    string `json:"expect_plaintext"`
}

// published reads the vectors of the account above from wxcrypt's folder, the one place where they are kept.
func published(t *testing.T, kind string) []vector {
	t.Helper()
	b, err := os.ReadFile("../wxcrypt/testdata/wecom.json")
	if err != nil {
		t.Fatal(err)
	}
	var all, found []vector
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if v.Kind == kind && v.Token == sample.Token && v.ReceiveID == sample.CorpID {
			found = append(found, v)
		}
	}
	if len(found) == 0 {
		t.Fatalf("no vector of kind %s", kind)
	}
	return found
}

func (v vector) query() string {
	q := url.Values{"msg_signature": {v.MsgSignature}, "timestamp": {v.Timestamp}, "nonce": {v.Nonce}}
	if v.Echostr != "" {
		q.Set("echostr", v.Echostr)
	}
	return q.Encode()
}

func TestAddressVerificationAnswersTheBarePlaintext(t *testing.T) {
	for _, v := range published(t, "url_verify") {
		t.Run(v.Name, func(t *testing.T) {
			p := newPhone(t, bot.Answer{})
			p.webhook = at(t, v.Timestamp)
			// Once escaped as it should be, once with the + that some console sends as it is.
			for _, raw := range []string{v.query(), strings.ReplaceAll(v.query(), "%2B", "+")} {
				w := p.do(httptest.NewRequest(http.MethodGet, "/callback/wecom?"+raw, nil))
				if w.Code != http.StatusOK || w.Body.String() != v.Plaintext {
					t.Errorf("got %d %q, want %q", w.Code, w.Body, v.Plaintext)
				}
			}
		})
	}
}

// at makes a webhook of the sample account whose clock stands at a timestamp.
func at(t *testing.T, timestamp string) *Webhook {
	t.Helper()
	var seconds int64
	if err := json.Unmarshal([]byte(timestamp), &seconds); err != nil {
		t.Fatal(err)
	}
	w, err := NewWebhook(sample, &engine{}, callback.Options{Now: func() time.Time { return time.Unix(seconds, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestPublishedMessagesReachTheEngine(t *testing.T) {
	for _, v := range published(t, "message") {
		t.Run(v.Name, func(t *testing.T) {
			p := newPhone(t, bot.Answer{})
			w := p.do(httptest.NewRequest(http.MethodPost, "/?"+v.query(), strings.NewReader(v.Body)))
			if w.Code != http.StatusOK || w.Body.Len() != 0 {
				t.Fatalf("got %d %q", w.Code, w.Body)
			}
			want := decode(sample.ChannelID(), []byte(v.Plaintext)).Message
			if diff := cmp.Diff([]bot.Message{want}, p.engine.got); diff != "" {
				t.Errorf("message differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryFaultGetsTheSameAnswerAndReachesNobody(t *testing.T) {
	swap := func(from, to string) func(*http.Request) {
		return func(r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(string(b), from, to, 1)))
		}
	}
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			q := r.URL.Query()
			q.Set(name, value)
			r.URL.RawQuery = q.Encode()
		}
	}
	other, err := wxcrypt.NewCodec(sample.Token, sample.AESKey, "another", bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.Encrypt([]byte(textMessage))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		spoil func(*http.Request)
		why   string
	}{
		"signature":          {set("msg_signature", strings.Repeat("0", 40)), "signature"},
		"no signature":       {set("msg_signature", ""), "signature"},
		"another nonce":      {set("nonce", "m"), "signature"},
		"too old":            {set("timestamp", "1409659212"), "time"},
		"from the future":    {set("timestamp", "1409660414"), "time"},
		"no time":            {set("timestamp", "now"), "time"},
		"changed ciphertext": {swap("<Encrypt>", "<Encrypt>AAAA"), "signature"},
		"two ciphertexts":    {swap("</xml>", "<Encrypt>x</Encrypt></xml>"), "envelope"},
		"no ciphertext":      {swap("Encrypt>", "encrypt>"), "envelope"},
		"a DOCTYPE":          {swap("<xml>", "<!DOCTYPE xml><xml>"), "envelope"},
		"a second document":  {swap("</xml>", "</xml><xml></xml>"), "envelope"},
		"another root":       {func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("<yml><Encrypt>x</Encrypt></yml>")) }, "envelope"},
		"an entity bomb": {func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(`<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>`))
		}, "envelope"},
		"garbage":                     {func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("\x00\x01<<")) }, "envelope"},
		"garbage that begins as JSON": {func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{"encrypt":`)) }, "envelope"},
		"nested too deep":             {swap("<xml>", "<xml>"+strings.Repeat("<a>", 16)+strings.Repeat("</a>", 16)), "envelope"},
		"too large":                   {func(r *http.Request) { r.ContentLength = callback.DefaultMaxBody + 1 }, "body"},
		"too large without size":      {swap("</xml>", strings.Repeat(" ", callback.DefaultMaxBody)+"</xml>"), "body"},
		"another method":              {func(r *http.Request) { r.Method = http.MethodPut }, "method"},
		"another receiver": {func(r *http.Request) {
			set("msg_signature", other.Sign("1409659813", "n", foreign))(r)
			r.Body = io.NopCloser(strings.NewReader("<xml><Encrypt>" + foreign + "</Encrypt></xml>"))
		}, "receiver"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, bot.Answer{Text: "x"})
			r := p.request(t, textMessage)
			tt.spoil(r)
			w := p.do(r)
			if w.Code != http.StatusForbidden || w.Body.String() != "forbidden\n" {
				t.Errorf("got %d %q", w.Code, w.Body)
			}
			if diff := cmp.Diff(map[string]int{"wecom:218 refused_" + tt.why: 1}, p.counted); diff != "" {
				t.Errorf("counts differ (-want +got):\n%s", diff)
			}
			if len(p.engine.got) > 0 {
				t.Error("the message reached the engine")
			}
		})
	}
}

func TestARefusedAddressVerificationGetsTheSameAnswer(t *testing.T) {
	p := newPhone(t, bot.Answer{})
	w := p.do(httptest.NewRequest(http.MethodGet, "/?timestamp=1409659813&nonce=n&echostr=x&msg_signature=x", nil))
	if w.Code != http.StatusForbidden || w.Body.String() != "forbidden\n" {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
}

func TestTimestampsAtTheEdgeOfTheWindowAreTaken(t *testing.T) {
	for _, timestamp := range []string{"1409659213", "1409660413"} {
		p := newPhone(t, bot.Answer{})
		r := p.request(t, textMessage)
		body, _ := io.ReadAll(r.Body)
		encrypted, _ := callback.Sealed(body)
		q := url.Values{"timestamp": {timestamp}, "nonce": {"n"}, "msg_signature": {p.codec.Sign(timestamp, "n", encrypted)}}
		if w := p.do(httptest.NewRequest(http.MethodPost, "/?"+q.Encode(), bytes.NewReader(body))); w.Code != http.StatusOK {
			t.Errorf("%s: got %d", timestamp, w.Code)
		}
	}
}

func TestAnAnswerComesBackEncryptedAndAddressedAsThePlatformWroteIt(t *testing.T) {
	p := newPhone(t, bot.Answer{Text: "收到"})
	w := p.send(t, textMessage)
	want := reply{ToUserName: "ZhangWei", FromUserName: "wx5823bf96d3bd56c7", CreateTime: "1409659813", MsgType: "text", Content: "收到"}
	if diff := cmp.Diff(want, p.open(t, w.Body.Bytes())); diff != "" {
		t.Errorf("reply differs (-want +got):\n%s", diff)
	}
	if got := p.engine.got[0].User; got != "zhangwei" {
		t.Errorf("the engine knows the member as %q", got)
	}
	if p.counted["wecom:218 replied"] != 1 {
		t.Errorf("counted %v", p.counted)
	}
}

func TestAMessageThatNobodyUnderstandsIsKeptAndAnswered200(t *testing.T) {
	tests := map[string]struct{ message, user string }{
		"no XML":               {"hello", ""},
		"a DOCTYPE":            {`<!DOCTYPE xml>` + textMessage, ""},
		"two senders":          {strings.Replace(textMessage, "<MsgType>", "<FromUserName>boss</FromUserName><MsgType>", 1), ""},
		"a type of tomorrow":   {strings.Replace(textMessage, "[text]", "[hologram]", 1), "zhangwei"},
		"a place that is none": {strings.Replace(textMessage, "<![CDATA[text]]></MsgType>", "location</MsgType><Location_X>NaN</Location_X><Location_Y>1</Location_Y>", 1), "zhangwei"},
		"a picture without id": {strings.Replace(textMessage, "[text]", "[image]", 1), "zhangwei"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, bot.Answer{})
			if w := p.send(t, tt.message); w.Code != http.StatusOK {
				t.Fatalf("got %d", w.Code)
			}
			m := p.engine.got[0]
			if m.Kind != bot.KindUnknown || string(m.Raw) != tt.message || string(m.User) != tt.user || m.ID == "" {
				t.Errorf("got %+v", m)
			}
			if strings.Contains(p.log.String(), "你好") || strings.Contains(p.log.String(), "hello") {
				t.Errorf("the log has the words of the message: %s", p.log.String())
			}
		})
	}
}

func TestForbiddenCharactersCostOnlyThemselves(t *testing.T) {
	p := newPhone(t, bot.Answer{})
	p.send(t, strings.Replace(textMessage, "你好", "你\x01\x0b好\xff", 1))
	if m := p.engine.got[0]; m.Kind != bot.KindText || m.Text != "你好\uFFFD" {
		t.Errorf("got %q %q", m.Kind, m.Text)
	}
}

func TestARefusedMessageIsAnswered503SoThatItComesAgain(t *testing.T) {
	p := newPhone(t, bot.Answer{Refused: true})
	if w := p.send(t, textMessage); w.Code != http.StatusServiceUnavailable {
		t.Errorf("got %d", w.Code)
	}
}

func TestAHeldMessageIsCutOffAfterThePlatformHasGone(t *testing.T) {
	tests := map[string]struct {
		hangUp, want time.Duration
	}{
		"the platform hangs up": {5 * time.Second, 5 * time.Second},
		"the platform waits":    {time.Minute, callback.DefaultHold},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				webhook, err := NewWebhook(sample, &engine{answer: bot.Answer{Hold: true}}, callback.Options{Window: 100 * 365 * 24 * time.Hour})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), tt.hangUp)
				defer cancel()
				p := newPhone(t, bot.Answer{})
				w := httptest.NewRecorder()
				func() {
					defer func() {
						if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
							t.Errorf("the handler ended with %v", err)
						}
					}()
					webhook.ServeHTTP(w, p.request(t, textMessage).WithContext(ctx))
				}()
				if got := time.Since(start); got != tt.want {
					t.Errorf("cut off after %v, want %v", got, tt.want)
				}
				if w.Body.Len() > 0 {
					t.Errorf("wrote %q", w.Body)
				}
			})
		})
	}
}

func TestAHeldMessageGetsNotAByteOverARealConnection(t *testing.T) {
	p := newPhone(t, bot.Answer{})
	webhook, err := NewWebhook(sample, &engine{answer: bot.Answer{Hold: true}}, callback.Options{
		Now: func() time.Time { return sampleTime }, Hold: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(webhook)
	defer server.Close()
	r := p.request(t, textMessage)
	response, err := http.Post(server.URL+r.URL.String(), "text/xml", r.Body)
	if err == nil {
		t.Fatalf("got %s, %v", response.Status, response.Body.Close())
	}
	if !errors.Is(err, io.EOF) {
		t.Errorf("the connection ended with %v", err)
	}
}

func TestATurnOutlivesTheConnection(t *testing.T) {
	p := newPhone(t, bot.Answer{})
	ctx, hangUp := context.WithCancel(t.Context())
	p.engine.during = func(ctx context.Context) {
		hangUp()
		if ctx.Err() != nil {
			t.Error("the turn was cancelled with its request")
		}
	}
	p.do(p.request(t, textMessage).WithContext(ctx))
	if len(p.engine.got) != 1 {
		t.Fatal("no turn ran")
	}
}

func TestAConfigurationThatCannotWorkIsRefusedWithoutShowingSecrets(t *testing.T) {
	for name, spoil := range map[string]func(*Config){
		"corp id":        func(c *Config) { c.CorpID = "" },
		"agent id":       func(c *Config) { c.AgentID = "" },
		"token":          func(c *Config) { c.Token = "" },
		"EncodingAESKey": func(c *Config) { c.AESKey = c.AESKey[1:] },
	} {
		cfg := sample
		spoil(&cfg)
		_, err := NewWebhook(cfg, &engine{}, callback.Options{})
		if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), sample.AESKey[1:]) {
			t.Errorf("without %s: got %v", name, err)
		}
	}
}

// BenchmarkCallback measures the edge alone: from the request to the encrypted reply, with an engine that says one word.
func BenchmarkCallback(b *testing.B) {
	webhook, err := NewWebhook(sample, &engine{answer: bot.Answer{Text: "收到"}}, callback.Options{Now: func() time.Time { return sampleTime }})
	if err != nil {
		b.Fatal(err)
	}
	codec, err := wxcrypt.NewCodec(sample.Token, sample.AESKey, sample.CorpID, bytes.NewReader(make([]byte, 16)))
	if err != nil {
		b.Fatal(err)
	}
	encrypted, err := codec.Encrypt([]byte(textMessage))
	if err != nil {
		b.Fatal(err)
	}
	q := url.Values{"timestamp": {"1409659813"}, "nonce": {"n"}, "msg_signature": {codec.Sign("1409659813", "n", encrypted)}}
	body := "<xml><ToUserName>x</ToUserName><Encrypt>" + encrypted + "</Encrypt></xml>"
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		webhook.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/?"+q.Encode(), strings.NewReader(body)))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
