package seal

import (
	"crypto/aes"
	stdcipher "crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union/personal"
)

// gcm is AES-256-GCM, and HMAC-SHA256 for digests.
type gcm struct {
	aead      stdcipher.AEAD
	digestKey []byte
	indexKey  []byte
}

func newAES(raw []byte) (cipher, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	// A random nonce of 12 bytes stands before the ciphertext.
	aead, err := stdcipher.NewGCMWithRandomNonce(block)
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
	return gcm{aead: aead, digestKey: digestKey, indexKey: indexKey}, nil
}

func (a gcm) seal(dst, plain, context []byte) []byte {
	return a.aead.Seal(slices.Grow(dst, len(plain)+a.aead.Overhead()), nil, plain, context) //nolint:gosec // G407: this cipher makes the nonce itself
}

func (a gcm) open(sealed, context []byte) ([]byte, error) {
	return a.aead.Open(nil, nil, sealed, context)
}

func (a gcm) digest(data []byte) []byte { return keyedHash(a.digestKey, data) }

// blind gives every kind a key of its own, so that a phone's digest says nothing about a card's. There are so few phones
// that only the key protects them.
func (a gcm) blind(kind personal.Kind, number string) []byte {
	return keyedHash(keyedHash(a.indexKey, []byte(kind)), []byte(number))
}

func keyedHash(key, data []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(data)
	return mac.Sum(nil)
}
