package officialaccount

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/wxcrypt"
)

func TestThePlatformsOwnJSONSamplesAreTaken(t *testing.T) {
	want := bot.Message{
		Address: bot.Address{Channel: "officialaccount:gh_97417a04a28d", User: "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"},
		Kind:    bot.KindEvent, Event: "debug_demo",
	}
	for name, cfg := range map[string]Config{
		"official-push-plain-json": {AppID: "wxba5fad812f8e6fb9", ID: "gh_97417a04a28d", Token: "AAAAA"},
		"official-push-safe-json":  {AppID: "wxba5fad812f8e6fb9", ID: "gh_97417a04a28d", Token: "AAAAA", AESKey: strings.Repeat("A", 43)},
	} {
		t.Run(name, func(t *testing.T) {
			v := published(t, name)
			q := url.Values{"signature": {v.MsgSignature}, "timestamp": {v.Timestamp}, "nonce": {v.Nonce}}
			if cfg.AESKey != "" {
				q = url.Values{"signature": {v.Signature}, "msg_signature": {v.MsgSignature}, "timestamp": {v.Timestamp}, "nonce": {v.Nonce}, "encrypt_type": {"aes"}}
			}
			e := &engine{}
			w := serve(t, cfg, e, http.MethodPost, q, v.Body)
			if w.Code != http.StatusOK || len(e.got) != 1 {
				t.Fatalf("got %d and %d messages", w.Code, len(e.got))
			}
			got := e.got[0]
			if got.ID == "" || got.SentAt.IsZero() {
				t.Errorf("id %q, sent at %v", got.ID, got.SentAt)
			}
			got.ID, got.SentAt = "", time.Time{}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// jsonMessage is the message of unencrypted in JSON.
const jsonMessage = `{"ToUserName":"gh_10f6c3c3ac5a","FromUserName":"oyORnuP8q7ou2gfYjqLzSIWZf0rs","CreateTime":1409735668,` +
	`"MsgType":"text","Content":"abcdteT","MsgId":6054768590064713728}`

func TestAMessageInJSONIsTheSameMessageAndIsAnsweredInJSON(t *testing.T) {
	type reply struct {
		ToUserName, FromUserName string
		CreateTime               int64
		MsgType, Content         string
	}
	want := reply{"oyORnuP8q7ou2gfYjqLzSIWZf0rs", "gh_10f6c3c3ac5a", 1409735669, "text", "a<b & \"c\""}
	answer := bot.Answer{Text: "a<b & \"c\"\x01"}
	q, xmlBody := unencrypted()
	codec, err := wxcrypt.NewCodec(sealed.Token, sealed.AESKey, sealed.AppID, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	encrypted, err := codec.Encrypt([]byte(jsonMessage))
	if err != nil {
		t.Fatal(err)
	}
	safe := url.Values{"msg_signature": {codec.Sign("1409735669", "n", encrypted)}, "timestamp": {"1409735669"}, "nonce": {"n"}, "encrypt_type": {"aes"}}

	first := &engine{answer: answer}
	serve(t, plain, first, http.MethodPost, q, xmlBody)
	second := &engine{answer: answer}
	w := serve(t, plain, second, http.MethodPost, q, jsonMessage)
	if diff := cmp.Diff(first.got, second.got); diff != "" {
		t.Errorf("(-xml +json)\n%s", diff)
	}
	var got reply
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got != want || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		t.Errorf("plain: %v %+v in %s", err, got, w.Body)
	}
	if !strings.Contains(w.Body.String(), "<b & ") {
		t.Errorf("the reply is escaped for HTML: %s", w.Body)
	}

	third := &engine{answer: answer}
	w = serve(t, sealed, third, http.MethodPost, safe, `{"ToUserName":"gh_10f6c3c3ac5a","Encrypt":"`+encrypted+`"}`)
	if diff := cmp.Diff(first.got, third.got); diff != "" {
		t.Errorf("(-xml +json)\n%s", diff)
	}
	var envelope struct {
		Encrypt, MsgSignature, Nonce string
		TimeStamp                    json.Number
	}
	if err := json.Unmarshal(w.Body.Bytes(), &envelope); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	if err := codec.Verify(envelope.MsgSignature, envelope.TimeStamp.String(), envelope.Nonce, envelope.Encrypt); err != nil {
		t.Error(err)
	}
	inner, err := codec.Decrypt(envelope.Encrypt)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(inner, &got); err != nil || got != want {
		t.Errorf("safe: %v %+v", err, got)
	}
}

// zeros is a source of randomness that has none.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }
