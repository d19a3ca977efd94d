package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/unionbot/unionbot/union/personal"
)

// aes is AES-256-GCM, and HMAC-SHA256 for digests.
type aes struct {
	tink.AEAD
	digestKey []byte
	indexKey  []byte
}

func newAES(raw []byte) (cipher, error) {
	aead, err := subtle.NewAESGCM(raw)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	// Digests get a key of their own, so that no two algorithms share one.
	digestKey, err := hkdf.Key(sha256.New, raw, nil, "unionbot digest", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("derive digest key: %w", err)
	}
	indexKey, err := hkdf.Key(sha256.New, raw, nil, "unionbot blind index", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("derive index key: %w", err)
	}
	return aes{AEAD: aead, digestKey: digestKey, indexKey: indexKey}, nil
}

func (a aes) digest(data []byte) []byte { return keyedHash(a.digestKey, data) }

// blind gives every kind a key of its own, so that a phone's digest says nothing about a card's. There are so few phones
// that only the key protects them.
func (a aes) blind(kind personal.Kind, number string) []byte {
	return keyedHash(keyedHash(a.indexKey, []byte(kind)), []byte(number))
}

func keyedHash(key, data []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(data)
	return mac.Sum(nil)
}
