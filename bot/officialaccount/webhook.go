package officialaccount

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/callback"
	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// Config is what the callback page of an Official Account shows (服务器配置).
type Config struct {
	AppID string
	ID    string // the account's original id, gh_…
	Token string
	// AESKey is the EncodingAESKey, 43 characters. With it only encrypted callbacks are taken (compatible and safe
	// mode); without it only plain ones, whose bodies no signature covers.
	AESKey string
}

// ChannelID names the account.
func (c Config) ChannelID() bot.ChannelID { return bot.ChannelID("officialaccount:" + c.ID) }

// Webhook serves the callback address of an Official Account.
type Webhook struct {
	*callback.Webhook
}

// NewWebhook makes the webhook that gives messages to the receiver. It fails on a Config that cannot work.
func NewWebhook(cfg Config, receiver callback.Receiver, opts callback.Options) (*Webhook, error) {
	opts = opts.WithDefaults()
	s, err := newScheme(cfg, opts.Random)
	if err != nil {
		return nil, fmt.Errorf("configure Official Account callback: %w", err)
	}
	return &Webhook{callback.NewWebhook(cfg.ChannelID(), s, receiver, opts)}, nil
}

func newScheme(cfg Config, random io.Reader) (callback.Scheme, error) {
	switch {
	case cfg.AppID == "":
		return nil, errors.New("app id is empty")
	case cfg.ID == "":
		return nil, errors.New("account id is empty")
	case cfg.Token == "":
		return nil, errors.New("token is empty")
	}
	plain := plainScheme{channel: cfg.ChannelID(), id: cfg.ID, token: cfg.Token}
	if cfg.AESKey == "" {
		return plain, nil
	}
	codec, err := wxcrypt.NewCodec(cfg.Token, cfg.AESKey, cfg.AppID, random)
	if err != nil {
		return nil, err
	}
	return sealedScheme{plainScheme: plain, codec: codec, random: random}, nil
}

// plainScheme is plain mode (明文模式). Its signature covers token, time and nonce and not the body, so whoever has seen
// one address can forge messages for as long as the window is open.
type plainScheme struct {
	channel bot.ChannelID
	id      string
	token   string
}

// Echo returns echostr as it is: here it is not encrypted, not even in safe mode.
func (s plainScheme) Echo(q callback.Query) ([]byte, error) {
	if err := wxcrypt.Verify(q.Signature, s.token, q.Timestamp, q.Nonce); err != nil {
		return nil, err
	}
	return []byte(q.Echo), nil
}

// Open refuses what is no document at all, or another account's: the body is its own envelope here.
func (s plainScheme) Open(q callback.Query, body []byte) ([]byte, error) {
	if q.EncryptType != "" && q.EncryptType != "raw" {
		return nil, callback.BadMode
	}
	if err := wxcrypt.Verify(q.Signature, s.token, q.Timestamp, q.Nonce); err != nil {
		return nil, err
	}
	root, err := callback.ReadCleaned(body)
	if err != nil {
		return nil, callback.BadEnvelope
	}
	if root.Get("ToUserName") != s.id {
		return nil, wxcrypt.BadReceiver
	}
	return body, nil
}

// Decode reads the body of a message.
func (s plainScheme) Decode(plain []byte) callback.Delivery { return decode(s.channel, plain) }

// Reply writes the reply as it is shown.
func (s plainScheme) Reply(d callback.Delivery, text string, now time.Time) ([]byte, error) {
	return callback.TextReply(d, text, now)
}

// Silence is the word that keeps the platform from telling the follower that the account is out of order.
func (s plainScheme) Silence() string { return "success" }

// sealedScheme is compatible and safe mode (兼容模式, 安全模式). Of a compatible body only the encrypted part is read.
type sealedScheme struct {
	plainScheme
	codec  *wxcrypt.Codec
	random io.Reader
}

// Open refuses a request that is not encrypted, or signed only with the plain signature, which does not cover the body.
func (s sealedScheme) Open(q callback.Query, body []byte) ([]byte, error) {
	if q.EncryptType != "aes" {
		return nil, callback.BadMode
	}
	return callback.OpenSealed(s.codec, q, body)
}

// Reply encrypts, as the platform demands wherever it encrypts itself.
func (s sealedScheme) Reply(d callback.Delivery, text string, now time.Time) ([]byte, error) {
	reply, err := callback.TextReply(d, text, now)
	if err != nil {
		return nil, err
	}
	return callback.Seal(s.codec, reply, now, s.random)
}
