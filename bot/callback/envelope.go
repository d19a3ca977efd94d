package callback

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// Sealed returns the Encrypt value of an envelope. Whatever else the envelope says counts for nothing: it is not signed.
// In compatible mode that is the message itself, so a character that XML forbids is no reason to refuse.
func Sealed(body []byte) (string, error) {
	root, err := ReadCleaned(body, "Encrypt")
	if err != nil {
		return "", BadEnvelope
	}
	encrypted := root.Get("Encrypt")
	if encrypted == "" {
		return "", BadEnvelope
	}
	return encrypted, nil
}

// OpenSealed verifies and decrypts the message in an envelope.
func OpenSealed(codec *wxcrypt.Codec, q Query, body []byte) ([]byte, error) {
	encrypted, err := Sealed(body)
	if err != nil {
		return nil, err
	}
	if err := codec.Verify(q.MsgSignature, q.Timestamp, q.Nonce, encrypted); err != nil {
		return nil, err
	}
	return codec.Decrypt(encrypted)
}

// Seal encrypts and signs a passive reply as both platforms want it, in the format of the reply.
func Seal(codec *wxcrypt.Codec, reply []byte, now time.Time, random io.Reader) ([]byte, error) {
	var salt [8]byte
	if _, err := io.ReadFull(random, salt[:]); err != nil {
		return nil, fmt.Errorf("make nonce: %w", err)
	}
	encrypted, err := codec.Encrypt(reply)
	if err != nil {
		return nil, fmt.Errorf("encrypt reply: %w", err)
	}
	timestamp, nonce := strconv.FormatInt(now.Unix(), 10), hex.EncodeToString(salt[:])
	if IsJSON(reply) {
		return json.Marshal(struct {
			Encrypt, MsgSignature string
			TimeStamp             json.Number
			Nonce                 string
		}{encrypted, codec.Sign(timestamp, nonce, encrypted), json.Number(timestamp), nonce})
	}
	b := append(make([]byte, 0, 256+len(encrypted)), "<xml>"...)
	b = AppendCDATA(b, "Encrypt", encrypted)
	b = AppendCDATA(b, "MsgSignature", codec.Sign(timestamp, nonce, encrypted))
	b = append(b, "<TimeStamp>"+timestamp+"</TimeStamp>"...) // with a capital S, and a bare number
	b = AppendCDATA(b, "Nonce", nonce)
	return append(b, "</xml>"...), nil
}

// TextReply writes a passive text reply in the format of the delivery, whose ends change sides.
func TextReply(d Delivery, text string, now time.Time) ([]byte, error) {
	if d.JSON {
		return textReplyJSON(d, text, now)
	}
	b := append(make([]byte, 0, 256+len(text)), "<xml>"...)
	b = AppendCDATA(b, "ToUserName", d.From)
	b = AppendCDATA(b, "FromUserName", d.To)
	b = append(b, "<CreateTime>"...)
	b = strconv.AppendInt(b, now.Unix(), 10)
	b = append(b, "</CreateTime><MsgType><![CDATA[text]]></MsgType>"...)
	b = AppendCDATA(b, "Content", text)
	return append(b, "</xml>"...), nil
}

func textReplyJSON(d Delivery, text string, now time.Time) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // the platforms want < as it is
	err := encoder.Encode(struct {
		ToUserName, FromUserName string
		CreateTime               int64
		MsgType, Content         string
	}{d.From, d.To, now.Unix(), "text", string(Clean([]byte(text)))})
	if err != nil {
		return nil, fmt.Errorf("write reply: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
