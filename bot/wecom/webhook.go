package wecom

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/callback"
	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// Config is what the callback page of a WeCom app shows (接收消息服务器配置).
type Config struct {
	CorpID  string
	AgentID string
	Token   string
	AESKey  string // EncodingAESKey, 43 characters
}

// Mute is true of a tap on a card's button: WeCom takes an update of the card for an answer to it, and no words; for one
// in the card's menu it takes words, and so for scancode_waitmsg, not for scancode_push
// (developer.work.weixin.qq.com/document/path/96469).
func Mute(m bot.Message) bool {
	return m.Kind == bot.KindScan && strings.EqualFold(m.Event, "scancode_push") || m.Kind == bot.KindTap && !strings.EqualFold(m.Event, "template_card_menu_event")
}

// ChannelID names the app.
func (c Config) ChannelID() bot.ChannelID { return bot.ChannelID("wecom:" + c.AgentID) }

// Webhook serves the callback address of a WeCom app.
type Webhook struct {
	*callback.Webhook
}

// NewWebhook makes the webhook that gives messages to the receiver. It fails on a Config that cannot work.
func NewWebhook(cfg Config, receiver callback.Receiver, opts callback.Options) (*Webhook, error) {
	opts = opts.WithDefaults()
	s, err := newScheme(cfg, opts.Random)
	if err != nil {
		return nil, fmt.Errorf("configure WeCom callback: %w", err)
	}
	return &Webhook{callback.NewWebhook(cfg.ChannelID(), s, receiver, opts)}, nil
}

// scheme is WeCom's side of a callback.Webhook: everything is encrypted, the address verification too.
type scheme struct {
	channel bot.ChannelID
	codec   *wxcrypt.Codec
	random  io.Reader
}

func newScheme(cfg Config, random io.Reader) (*scheme, error) {
	switch {
	case cfg.CorpID == "":
		return nil, errors.New("corp id is empty")
	case cfg.AgentID == "":
		return nil, errors.New("agent id is empty")
	}
	codec, err := wxcrypt.NewCodec(cfg.Token, cfg.AESKey, cfg.CorpID, random)
	if err != nil {
		return nil, err
	}
	return &scheme{channel: cfg.ChannelID(), codec: codec, random: random}, nil
}

// Echo decrypts echostr. Base64 has no blank, so one was a + that came without escaping.
func (s *scheme) Echo(q callback.Query) ([]byte, error) {
	encrypted := strings.ReplaceAll(q.Echo, " ", "+")
	if err := s.codec.Verify(q.MsgSignature, q.Timestamp, q.Nonce, encrypted); err != nil {
		return nil, err
	}
	return s.codec.Decrypt(encrypted)
}

// Open verifies and decrypts the body of a message.
func (s *scheme) Open(q callback.Query, body []byte) ([]byte, error) {
	return callback.OpenSealed(s.codec, q, body)
}

// Decode reads a decrypted message.
func (s *scheme) Decode(plain []byte) callback.Delivery { return decode(s.channel, plain) }

// Reply writes and encrypts a passive reply; WeCom takes no other.
func (s *scheme) Reply(d callback.Delivery, text string, now time.Time) ([]byte, error) {
	reply, err := callback.TextReply(d, text, now)
	if err != nil {
		return nil, err
	}
	return callback.Seal(s.codec, reply, now, s.random)
}

// Silence is an empty body: WeCom takes any 200 for an answer.
func (s *scheme) Silence() string { return "" }
