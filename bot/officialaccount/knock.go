package officialaccount

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/bot/callback"
	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// Knocks are an address verification and an event that means nothing, as the platform would send them now.
func (c Config) Knocks(now time.Time) ([]callback.Knock, error) {
	seconds, nonce, echo := strconv.FormatInt(now.Unix(), 10), rand.Text(), rand.Text()
	signed := func() url.Values {
		return url.Values{"signature": {wxcrypt.Sign(c.Token, seconds, nonce)}, "timestamp": {seconds}, "nonce": {nonce}}
	}
	verification, posting := signed(), signed()
	verification.Set("echostr", echo)
	body := callback.KnockMessage(c.ID, seconds)
	if c.AESKey != "" {
		codec, err := wxcrypt.NewCodec(c.Token, c.AESKey, c.AppID, rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("knock at Official Account callback: %w", err)
		}
		encrypted, err := codec.Encrypt(body)
		if err != nil {
			return nil, fmt.Errorf("knock at Official Account callback: %w", err)
		}
		posting.Set("encrypt_type", "aes")
		posting.Set("msg_signature", codec.Sign(seconds, nonce, encrypted))
		body = callback.Envelope(c.ID, encrypted)
	}
	return []callback.Knock{
		{Query: verification, Want: echo},
		{Query: posting, Body: body, Want: plainScheme{}.Silence()},
	}, nil
}
