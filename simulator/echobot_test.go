package simulator_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot/wxcrypt"
	"github.com/unionbot/unionbot/simulator"
)

const (
	aesKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	token    = "callbacktoken"
	corpID   = "ww0123456789abcdef"
	appID    = "wx0123456789abcdef"
	ghID     = "gh_0123456789ab"
	zhangwei = "wecom:zhangwei"
	lifang   = "wecom:lifang"
	wangqi   = "officialaccount:o_wangqiang"
)

// inbound is what the echo bot reads of a callback.
type inbound struct {
	ToUserName, FromUserName, MsgType, Content, Event, EventKey string
	ResponseCode, Status                                        string
	MsgID                                                       string `xml:"MsgId"`
	MediaID                                                     string `xml:"MediaId"`
	TaskID                                                      string `xml:"TaskId"`
	Query                                                       url.Values
	Raw, Body                                                   string
}

// echoBot is the smallest bot that keeps to the platforms' rules: it verifies, decrypts, answers and remembers.
type echoBot struct {
	*httptest.Server
	codec map[string]*wxcrypt.Codec

	mu    sync.Mutex
	heard []inbound
	// answer makes the response. The default echoes text and is silent otherwise.
	answer func(w http.ResponseWriter, m inbound)
}

func newEchoBot(t *testing.T) *echoBot {
	t.Helper()
	b := &echoBot{codec: map[string]*wxcrypt.Codec{}}
	for platform, receiver := range map[string]string{"wecom": corpID, "officialaccount": appID} {
		codec, err := wxcrypt.NewCodec(token, aesKey, receiver, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		b.codec[platform] = codec
	}
	b.Server = httptest.NewServer(http.HandlerFunc(b.serve))
	t.Cleanup(b.Close)
	return b
}

func (b *echoBot) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	m, err := b.open(r.URL.Path[1:], r.URL.Query(), body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	b.mu.Lock()
	b.heard = append(b.heard, m)
	answer := b.answer
	b.mu.Unlock()
	if answer != nil {
		answer(w, m)
	} else if m.MsgType == "text" {
		b.say(w, m, "echo: "+m.Content)
	}
}

// open verifies and decrypts as the documents prescribe.
func (b *echoBot) open(platform string, q url.Values, body []byte) (m inbound, err error) {
	var e struct{ Encrypt string }
	if err := xml.Unmarshal(body, &e); err != nil {
		return m, err
	}
	inner := body
	if platform == "wecom" || q.Get("encrypt_type") == "aes" {
		codec := b.codec[platform]
		if err := codec.Verify(q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce"), e.Encrypt); err != nil {
			return m, err
		}
		if inner, err = codec.Decrypt(e.Encrypt); err != nil {
			return m, err
		}
	}
	if platform == "officialaccount" {
		if err := wxcrypt.Verify(q.Get("signature"), token, q.Get("timestamp"), q.Get("nonce")); err != nil {
			return m, err
		}
	}
	err = xml.Unmarshal(inner, &m)
	m.Query, m.Raw, m.Body = q, string(inner), string(body)
	return m, err
}

func (b *echoBot) say(w io.Writer, m inbound, text string) {
	var escaped bytes.Buffer
	if err := xml.EscapeText(&escaped, []byte(text)); err != nil {
		panic(err)
	}
	b.reply(w, m, "<MsgType>text</MsgType><Content>"+escaped.String()+"</Content>")
}

// reply wraps the elements into a reply whose names are swapped, encrypted if the callback was.
func (b *echoBot) reply(w io.Writer, m inbound, elements string) {
	inner := fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime>%s</xml>",
		m.FromUserName, m.ToUserName, time.Now().Unix(), elements)
	b.seal(w, m, inner)
}

func (b *echoBot) seal(w io.Writer, m inbound, inner string) {
	if m.Query.Get("msg_signature") == "" {
		fmt.Fprint(w, inner)
		return
	}
	codec := b.codec["officialaccount"]
	if m.ToUserName == corpID {
		codec = b.codec["wecom"]
	}
	encrypted, err := codec.Encrypt([]byte(inner))
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(w, "<xml><Encrypt>%s</Encrypt><MsgSignature>%s</MsgSignature><TimeStamp>1700000000</TimeStamp><Nonce>n</Nonce></xml>",
		encrypted, codec.Sign("1700000000", "n", encrypted))
}

func (b *echoBot) answers(f func(w http.ResponseWriter, m inbound)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = f
}

func (b *echoBot) all() []inbound {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]inbound(nil), b.heard...)
}

// stage is a simulator with the echo bot behind it, and a way to call its interfaces.
type stage struct {
	*testing.T
	sim *simulator.Simulator
	bot *echoBot
	url string
}

// newStage plays both platforms with short waits. change may be nil.
func newStage(t *testing.T, change func(*simulator.Config)) *stage {
	t.Helper()
	bot := newEchoBot(t)
	cfg := simulator.Config{
		WeCom: &simulator.App{
			CorpID: corpID, AgentID: 1000002, Secret: "app-secret", ContactSecret: "contact-secret", CallSecret: "call-secret", Token: token, AESKey: aesKey,
			Callbacks: []string{bot.URL + "/wecom"},
		},
		Account: &simulator.Account{
			AppID: appID, ID: ghID, Secret: "account-secret", Token: token, AESKey: aesKey, Callbacks: []string{bot.URL + "/officialaccount"},
			Templates: map[string]string{"T1": "编号：{{character_string1.DATA}}\n事项：{{thing2.DATA}}"},
		},
		People: []simulator.Person{
			{Platform: simulator.WeCom, ID: "zhangwei", Name: "张伟", Departments: []int{2}},
			{Platform: simulator.WeCom, ID: "lifang", Name: "李芳", Departments: []int{2, 3}},
			{Platform: simulator.OfficialAccount, ID: "o_wangqiang", Name: "王强"},
		},
		RetryPause: time.Millisecond,
		Gap:        30 * time.Second,
	}
	if change != nil {
		change(&cfg)
	}
	sim, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := sim.Close(ctx); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return &stage{T: t, sim: sim, bot: bot, url: server.URL}
}

// do lets a person act and waits until the bot has answered.
func (s *stage) do(a simulator.Act) simulator.Entry {
	s.Helper()
	e, err := s.sim.Act(a)
	if err != nil {
		s.Fatalf("%s %s: %v", a.Person, a.Do, err)
	}
	s.settle(a.Person)
	return e
}

func (s *stage) say(person, text string) simulator.Entry {
	s.Helper()
	return s.do(simulator.Act{Person: person, Do: "say", Text: text})
}

func (s *stage) settle(person string) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Second)
	defer cancel()
	if err := s.sim.Settle(ctx, person); err != nil {
		s.Fatal(err)
	}
}

func (s *stage) chat(person string) []simulator.Entry {
	s.Helper()
	entries, err := s.sim.Chat(person)
	if err != nil {
		s.Fatal(err)
	}
	return entries
}

func (s *stage) last(person string) simulator.Entry {
	s.Helper()
	entries := s.chat(person)
	if len(entries) == 0 {
		s.Fatalf("the phone of %s is empty", person)
	}
	return entries[len(entries)-1]
}

// answer is what an API call answered.
type answer map[string]any

func (a answer) code() int { return int(a.number("errcode")) }

func (a answer) number(name string) float64 {
	n, _ := a[name].(float64)
	return n
}

func (a answer) text(name string) string {
	text, _ := a[name].(string)
	return text
}

func (s *stage) read(resp *http.Response, err error) answer {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end, or the test fails
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		s.Fatalf("answer with status %d is not JSON: %v", resp.StatusCode, err)
	}
	return a
}

func (s *stage) get(path string) answer {
	s.Helper()
	return s.read(http.Get(s.url + "/cgi-bin/" + path))
}

func (s *stage) post(path, body string) answer {
	s.Helper()
	return s.read(http.Post(s.url+"/cgi-bin/"+path, "application/json", strings.NewReader(body)))
}

// wecom and official call with a valid token.
func (s *stage) wecom(path, body string) answer {
	s.Helper()
	return s.with(s.get("gettoken?corpid="+corpID+"&corpsecret=app-secret").text("access_token"), path, body)
}

func (s *stage) official(path, body string) answer {
	s.Helper()
	a := s.post("stable_token", `{"grant_type":"client_credential","appid":"`+appID+`","secret":"account-secret"}`)
	return s.with(a.text("access_token"), path, body)
}

func (s *stage) with(accessToken, path, body string) answer {
	s.Helper()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	path += separator + "access_token=" + accessToken
	if body == "" {
		return s.get(path)
	}
	return s.post(path, body)
}

func (s *stage) wants(a answer, code int) answer {
	s.Helper()
	if a.code() != code {
		s.Fatalf("errcode %d (%v), want %d", a.code(), a["errmsg"], code)
	}
	return a
}
