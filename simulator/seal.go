package simulator

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// seal signs and encrypts for one account.
type seal struct {
	token string
	codec *wxcrypt.Codec // nil in plain mode
}

func (s *Simulator) makeSeals() error {
	if app := s.cfg.WeCom; app != nil {
		codec, err := wxcrypt.NewCodec(app.Token, app.AESKey, app.CorpID, rand.Reader)
		if err != nil {
			return fmt.Errorf("configure wecom: %w", err)
		}
		s.seals[WeCom] = &seal{token: app.Token, codec: codec}
	}
	if a := s.cfg.Account; a != nil {
		own := &seal{token: a.Token}
		if a.Mode != Plain {
			codec, err := wxcrypt.NewCodec(a.Token, a.AESKey, a.AppID, rand.Reader)
			if err != nil {
				return fmt.Errorf("configure official account: %w", err)
			}
			own.codec = codec
		}
		s.seals[OfficialAccount] = own
	}
	return nil
}

// sealed is a callback as it travels.
type sealed struct {
	query url.Values
	body  []byte
}

func (m *sealed) request(ctx context.Context, target string) (*http.Request, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, errors.New("回调地址不合法")
	}
	query := u.Query()
	for name, values := range m.query {
		query[name] = values
	}
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(m.body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set("Content-Type", "text/xml")
	return req, nil
}

// wrap signs and encrypts a body as the account's mode asks for. The signature's time is the real one: the bot compares
// it with its own clock. The caller holds mu.
func (s *Simulator) wrap(p Platform, from string, inner []byte) (*sealed, error) {
	own := s.seals[p]
	timestamp, nonce := strconv.FormatInt(s.cfg.Now().Unix(), 10), randomName("")[:10]
	query := url.Values{"timestamp": {timestamp}, "nonce": {nonce}}
	if p == OfficialAccount {
		query.Set("signature", wxcrypt.Sign(own.token, timestamp, nonce))
		query.Set("openid", from)
		if s.cfg.Account.Mode == Plain {
			return &sealed{query: query, body: inner}, nil
		}
		query.Set("encrypt_type", "aes")
	}
	encrypted, err := own.codec.Encrypt(inner)
	if err != nil {
		return nil, fmt.Errorf("encrypt callback: %w", err)
	}
	query.Set("msg_signature", own.codec.Sign(timestamp, nonce, encrypted))
	return &sealed{query: query, body: s.envelope(p, inner, encrypted)}, nil
}

// envelope is the body around the ciphertext. In compatible mode the plain fields stand beside it. [W90238, O dev/push]
func (s *Simulator) envelope(p Platform, inner []byte, encrypted string) []byte {
	switch {
	case p == WeCom:
		return document(field("ToUserName", s.cfg.WeCom.CorpID), field("AgentID", strconv.Itoa(s.cfg.WeCom.AgentID)),
			field("Encrypt", encrypted))
	case s.cfg.Account.Mode == Compatible:
		plain := bytes.TrimSuffix(inner, []byte("</xml>"))
		return append(bytes.Clone(plain), "<Encrypt><![CDATA["+encrypted+"]]></Encrypt></xml>"...)
	}
	return document(field("ToUserName", s.cfg.Account.ID), field("Encrypt", encrypted))
}

// unwrap returns what a bot answered, after checking envelope and signature. [W91144]
func (s *Simulator) unwrap(p Platform, body []byte) ([]byte, error) {
	var e struct {
		Encrypt      string `xml:"Encrypt"`
		MsgSignature string `xml:"MsgSignature"`
		TimeStamp    string `xml:"TimeStamp"`
		Nonce        string `xml:"Nonce"`
	}
	if err := wellFormed(body); err != nil {
		return nil, err
	}
	if err := xml.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("应答不是 XML：%w", err)
	}
	own := s.seals[p]
	if e.Encrypt == "" && p == OfficialAccount && s.cfg.Account.Mode != Safe {
		return body, nil // compatible mode takes either
	}
	if e.Encrypt == "" {
		return nil, errors.New("应答没有加密")
	}
	if own.codec == nil {
		return nil, errors.New("明文模式下应答不能加密")
	}
	if _, err := strconv.ParseInt(e.TimeStamp, 10, 64); err != nil {
		return nil, errors.New("TimeStamp 不是整数")
	}
	if own.codec.Verify(e.MsgSignature, e.TimeStamp, e.Nonce, e.Encrypt) != nil {
		return nil, errors.New("应答的签名不对")
	}
	inner, err := own.codec.Decrypt(e.Encrypt)
	if err != nil {
		return nil, errors.New("应答解不开")
	}
	return inner, nil
}
