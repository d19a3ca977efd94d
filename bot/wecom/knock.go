package wecom

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/bot/callback"
	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// Knocks are an address verification and an event that means nothing, as WeCom would send them now.
func (c Config) Knocks(now time.Time) ([]callback.Knock, error) {
	codec, err := wxcrypt.NewCodec(c.Token, c.AESKey, c.CorpID, rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("knock at WeCom callback: %w", err)
	}
	seconds, nonce, echo := strconv.FormatInt(now.Unix(), 10), rand.Text(), rand.Text()
	encryptedEcho, err := codec.Encrypt([]byte(echo))
	if err != nil {
		return nil, fmt.Errorf("knock at WeCom callback: %w", err)
	}
	encrypted, err := codec.Encrypt(callback.KnockMessage(c.CorpID, seconds))
	if err != nil {
		return nil, fmt.Errorf("knock at WeCom callback: %w", err)
	}
	signed := func(encrypted string) url.Values {
		return url.Values{"msg_signature": {codec.Sign(seconds, nonce, encrypted)}, "timestamp": {seconds}, "nonce": {nonce}}
	}
	verification := signed(encryptedEcho)
	verification.Set("echostr", encryptedEcho)
	return []callback.Knock{
		{Query: verification, Want: echo},
		{Query: signed(encrypted), Body: callback.Envelope(c.CorpID, encrypted)},
	}, nil
}
