// Package seal encrypts fields before they reach SQL or Redis, with keys that rotate: the first seals, all open. It
// satisfies union.Sealer and stores nothing.
package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrUnknownKey means that a value was sealed with a key that is no longer held.
var ErrUnknownKey = errors.New("sealed with a key that is not held")

const (
	keySize = 32
	// prefixSize is how much of the SHA-256 of a key's name stands before what it sealed.
	prefixSize = 4
)

type prefix [prefixSize]byte

// Keyring holds the keys. It is safe for concurrent use.
type Keyring struct {
	keys     []key
	byPrefix map[prefix]key
}

type key struct {
	prefix prefix
	aead   tink.AEAD
	digest []byte
}

// Parse reads keys as the configuration gives them: `name:base64 of 32 bytes`, joined by commas. The first seals. The
// error says which key is wrong by its place and never contains any of it.
func Parse(list string) (*Keyring, error) {
	r := &Keyring{byPrefix: map[prefix]key{}}
	for i, entry := range strings.Split(list, ",") {
		name, encoded, ok := strings.Cut(strings.TrimSpace(entry), ":")
		if !ok || name == "" {
			return nil, fmt.Errorf("key %d: want name:base64", i+1)
		}
		raw, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(raw) != keySize {
			return nil, fmt.Errorf("key %d: want the base64 of %d bytes after its name", i+1, keySize)
		}
		k, err := newKey(name, raw)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		if _, taken := r.byPrefix[k.prefix]; taken {
			return nil, fmt.Errorf("key %d: its name is taken by an earlier key", i+1)
		}
		r.keys = append(r.keys, k)
		r.byPrefix[k.prefix] = k
	}
	return r, nil
}

func newKey(name string, raw []byte) (key, error) {
	aead, err := subtle.NewAESGCM(raw)
	if err != nil {
		return key{}, fmt.Errorf("make cipher: %w", err)
	}
	// Digests get a key of their own, so that no two algorithms share one.
	digest, err := hkdf.Key(sha256.New, raw, nil, "unionbot digest", sha256.Size)
	if err != nil {
		return key{}, fmt.Errorf("derive digest key: %w", err)
	}
	named := sha256.Sum256([]byte(name))
	return key{prefix: prefix(named[:prefixSize]), aead: aead, digest: digest}, nil
}

// Seal encrypts plain under the first key and binds it to context. The text is base64.
func (r *Keyring) Seal(plain, context string) (string, error) {
	k := r.keys[0]
	box, err := k.aead.Encrypt([]byte(plain), []byte(context))
	if err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(append(k.prefix[:], box...)), nil
}

// Open decrypts what Seal made with the same context, under whichever held key sealed it.
func (r *Keyring) Open(sealed, context string) (string, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < prefixSize {
		return "", errors.New("open: not a sealed value")
	}
	k, ok := r.byPrefix[prefix(raw[:prefixSize])]
	if !ok {
		return "", fmt.Errorf("open: %w", ErrUnknownKey)
	}
	plain, err := k.aead.Decrypt(raw[prefixSize:], []byte(context))
	if err != nil {
		return "", fmt.Errorf("open: %w", err)
	}
	return string(plain), nil
}

// Digests returns the hex HMAC-SHA256 of plain and context under every key, the first key's first.
func (r *Keyring) Digests(plain, context string) []string {
	all := make([]string, len(r.keys))
	for i, k := range r.keys {
		mac := hmac.New(sha256.New, k.digest)
		mac.Write([]byte(context))
		mac.Write([]byte{0}) // a context holds no NUL: no two pairs run together alike
		mac.Write([]byte(plain))
		all[i] = hex.EncodeToString(mac.Sum(nil))
	}
	return all
}
