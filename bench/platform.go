package main

import (
	"bytes"
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// The account at the platform that this program plays. Nothing of it exists elsewhere.
const (
	corpID  = "ww0123456789abcdef"
	agentID = "1000002"
	token   = "benchbenchbench"
	aesKey  = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	// encryptionKey is 32 bytes in base64.
	encryptionKey = "bench:YSBrZXkgb2YgdGhpcnR5LXR3byBieXRlcywgYmVuY2g="
)

// platform makes callbacks as WeCom does, and takes what is sent.
type platform struct {
	codec *wxcrypt.Codec
	api   *httptest.Server
	last  int64
	sent  atomic.Int64
	// cast counts those of sent that go to receivers of a broadcast.
	cast atomic.Int64
	// delay is how long a message takes, in nanoseconds.
	delay atomic.Int64
}

func newPlatform() (*platform, error) {
	codec, err := wxcrypt.NewCodec(token, aesKey, corpID, rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make platform: %w", err)
	}
	p := &platform{codec: codec, last: time.Now().UnixNano()}
	p.api = httptest.NewServer(http.HandlerFunc(p.take))
	return p, nil
}

// take answers a call of the API: whatever is sent arrives.
func (p *platform) take(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // what else it says was looked at by tests
	answer := `{"errcode":0,"errmsg":"ok","access_token":"bench","expires_in":7200}`
	if r.URL.Path == "/cgi-bin/message/send" {
		time.Sleep(time.Duration(p.delay.Load()))
		n := p.sent.Add(1)
		if bytes.Contains(body, []byte(`"touser":"`+castUser)) {
			p.cast.Add(1)
		}
		answer = fmt.Sprintf(`{"errcode":0,"errmsg":"ok","msgid":"%d","response_code":"%d"}`, n, n)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, answer) // the caller may be gone
}

// message is a callback ready to be written to a connection.
func (p *platform) message(user, text string) ([]byte, error) {
	p.last++
	now := strconv.FormatInt(time.Now().Unix(), 10)
	plain := fmt.Appendf(nil, "<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%s</CreateTime>"+
		"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId><AgentID>%s</AgentID></xml>",
		corpID, user, now, text, p.last, agentID)
	encrypted, err := p.codec.Encrypt(plain)
	if err != nil {
		return nil, fmt.Errorf("encrypt message: %w", err)
	}
	nonce := strconv.FormatInt(p.last, 10)
	body := fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt><AgentID><![CDATA[%s]]></AgentID></xml>",
		corpID, encrypted, agentID)
	return fmt.Appendf(nil, "POST /callback/wecom?msg_signature=%s&timestamp=%s&nonce=%s HTTP/1.1\r\nHost: union.example.com\r\n"+
		"User-Agent: Mozilla/4.0\r\nAccept: */*\r\nPragma: no-cache\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s",
		p.codec.Sign(now, nonce, encrypted), now, nonce, len(body), body), nil
}

// open reads a passive reply.
func (p *platform) open(body []byte) (string, error) {
	var envelope struct{ Encrypt string }
	if err := xml.NewDecoder(bytes.NewReader(body)).Decode(&envelope); err != nil {
		return "", fmt.Errorf("read reply %q: %w", body, err)
	}
	plain, err := p.codec.Decrypt(envelope.Encrypt)
	if err != nil {
		return "", fmt.Errorf("decrypt reply: %w", err)
	}
	var reply struct{ Content string }
	if err := xml.Unmarshal(plain, &reply); err != nil {
		return "", fmt.Errorf("read reply: %w", err)
	}
	return reply.Content, nil
}
