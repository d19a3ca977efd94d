package callback

import (
	"net/http"
	"strconv"
	"time"
)

// Query is what a callback carries in its address.
type Query struct {
	// Signature covers token, timestamp and nonce only; MsgSignature covers the ciphertext as well.
	Signature    string
	MsgSignature string
	Timestamp    string // seconds since 1970
	Nonce        string
	Echo         string // echostr of the address verification
	EncryptType  string // "aes" where the Official Account encrypts
}

func queryOf(r *http.Request) Query {
	v := r.URL.Query()
	return Query{
		Signature:    v.Get("signature"),
		MsgSignature: v.Get("msg_signature"),
		Timestamp:    v.Get("timestamp"),
		Nonce:        v.Get("nonce"),
		Echo:         v.Get("echostr"),
		EncryptType:  v.Get("encrypt_type"),
	}
}

// fresh tells whether the timestamp lies inside the window. The signature has no expiry of its own, so this is what
// ends the life of a recorded request.
func (q Query) fresh(now time.Time, window time.Duration) bool {
	seconds, err := strconv.ParseInt(q.Timestamp, 10, 64)
	if err != nil {
		return false
	}
	at := time.Unix(seconds, 0)
	return !at.Before(now.Add(-window)) && !at.After(now.Add(window))
}
