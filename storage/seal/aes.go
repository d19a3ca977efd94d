package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// aes is AES-256-GCM, and HMAC-SHA256 for digests.
type aes struct {
	tink.AEAD
	digestKey []byte
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
	return aes{AEAD: aead, digestKey: digestKey}, nil
}

func (a aes) digest(data []byte) []byte {
	mac := hmac.New(sha256.New, a.digestKey)
	mac.Write(data)
	return mac.Sum(nil)
}
