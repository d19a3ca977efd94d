package wxcrypt

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"strings"
	"testing"
)

// vector is one published message; testdata/SOURCES.md explains the fields and where each comes from.
type vector struct {
	Name         string `json:"name"`
	Kind         string `json:"kind"`
	Token        string `json:"token"`
	AESKey       string `json:"aes_key"`
	ReceiveID    string `json:"receive_id"`
	Timestamp    string `json:"timestamp"`
	Nonce        string `json:"nonce"`
	MsgSignature string `json:"msg_signature"`
	Echostr      string `json:"echostr"`
	Body         string `json:"body"`
	BodyIs       string `json:"body_is"`
	Random       string `json:"random"`
	Plaintext    string `json:"expect_plaintext"`
}

func readVectors(tb testing.TB) []vector {
	tb.Helper()
	var all []vector
	for _, file := range []string{"testdata/wecom.json", "testdata/officialaccount.json"} {
		b, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		var vs []vector
		if err := json.Unmarshal(b, &vs); err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
		all = append(all, vs...)
	}
	return all
}

// encrypted is the value that the vector's signature covers.
func (v vector) encrypted(tb testing.TB) string {
	tb.Helper()
	switch {
	case v.Body == "":
		return v.Echostr
	case v.BodyIs != "":
		return v.Body
	}
	var envelope struct{ Encrypt string }
	decode := xml.Unmarshal
	if strings.HasPrefix(v.Body, "{") {
		decode = json.Unmarshal
	}
	if err := decode([]byte(v.Body), &envelope); err != nil {
		tb.Fatal(err)
	}
	return envelope.Encrypt
}

func (v vector) codec(tb testing.TB) *Codec {
	tb.Helper()
	c, err := NewCodec(v.Token, v.AESKey, v.ReceiveID, strings.NewReader(v.Random))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestPublishedVectorsPass(t *testing.T) {
	seen := map[string]int{}
	for _, v := range readVectors(t) {
		seen[v.Kind]++
		t.Run(v.Name, func(t *testing.T) {
			switch v.Kind {
			case "plain_verify", "plain_message", "plain_signature":
				if err := Verify(v.MsgSignature, v.Token, v.Timestamp, v.Nonce); err != nil {
					t.Errorf("plain signature: %v", err)
				}
			case "negative_key":
				if _, err := NewCodec("token", v.AESKey, v.ReceiveID, nil); err == nil {
					t.Error("bad key was accepted")
				}
			case "negative_signature":
				assertRefused(t, v.codec(t).Verify(v.MsgSignature, v.Timestamp, v.Nonce, v.encrypted(t)), BadSignature)
			default:
				checkEncrypted(t, v)
			}
		})
	}
	for _, kind := range []string{"url_verify", "message", "message_json", "message_bare", "reply_encrypt", "negative_key",
		"negative_signature", "plain_verify", "plain_message", "plain_signature"} {
		if seen[kind] == 0 {
			t.Errorf("no vector of kind %s", kind)
		}
	}
}

func checkEncrypted(t *testing.T, v vector) {
	t.Helper()
	c, encrypted := v.codec(t), v.encrypted(t)
	if err := c.Verify(v.MsgSignature, v.Timestamp, v.Nonce, encrypted); err != nil {
		t.Errorf("signature: %v", err)
	}
	plain, err := c.Decrypt(encrypted)
	if err != nil {
		t.Fatalf("decrypt: %s", reason(err))
	}
	if string(plain) != v.Plaintext {
		t.Errorf("plaintext is %q, want %q", plain, v.Plaintext)
	}
	if len(v.Random) != randomBytes {
		return // the random inside is not printable
	}
	again, err := c.Encrypt(plain)
	if err != nil {
		t.Fatal(err)
	}
	if again != encrypted {
		t.Error("encrypting again with the same random gives another ciphertext")
	}
}

func assertRefused(t *testing.T, err error, want Refusal) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("refused for %q, want %q", reason(err), want)
	}
	if err != nil && err.Error() != "callback refused" {
		t.Errorf("the refusal says %q, which tells more than that it is one", err)
	}
}

func reason(err error) string {
	var r Refusal
	if errors.As(err, &r) {
		return string(r)
	}
	return "no refusal"
}
