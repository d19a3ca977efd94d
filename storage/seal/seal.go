// Package seal encrypts what people wrote before it reaches SQL or Redis, with keys that rotate: the first seals, all
// open. It satisfies union.Sealer and storage.Keys, and stores nothing.
//
// A sealed value begins with four bytes of the SHA-256 of its key's name, so that the key is found without trying, and a
// value of a key that is gone is told from one that was damaged. What is behind them is the key's own matter: a key of
// another algorithm (SM4-GCM with HMAC-SM3, where the law on commercial cryptography asks for it) is another
// implementation of cipher, chosen by the entry in ENCRYPTION_KEYS, and changes neither callers nor stored values.
package seal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

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
	name   string
	prefix prefix
	cipher cipher
}

// cipher is what an algorithm must give.
type cipher interface {
	tink.AEAD
	// digest is a keyed digest: equal for equal data, and telling nothing without the key.
	digest(data []byte) []byte
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
		if algorithm, _, tagged := strings.Cut(encoded, ":"); tagged {
			return nil, fmt.Errorf("key %d: algorithm %q is not in this version: keys are name:base64, for AES-256-GCM", i+1, algorithm)
		}
		raw, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(raw) != keySize {
			return nil, fmt.Errorf("key %d: want the base64 of %d bytes after its name", i+1, keySize)
		}
		c, err := newAES(raw)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		named := sha256.Sum256([]byte(name))
		k := key{name: name, prefix: prefix(named[:prefixSize]), cipher: c}
		if _, taken := r.byPrefix[k.prefix]; taken {
			return nil, fmt.Errorf("key %d: its name is taken by an earlier key", i+1)
		}
		r.keys = append(r.keys, k)
		r.byPrefix[k.prefix] = k
	}
	return r, nil
}

// Seal encrypts plain under the first key and binds it to context. The text is base64.
func (r *Keyring) Seal(plain, context string) (string, error) {
	box, err := r.SealBytes([]byte(plain), context)
	if err != nil {
		return "", err
	}
	return base64.RawStdEncoding.EncodeToString(box), nil
}

// Open decrypts what Seal made with the same context, under whichever held key sealed it.
func (r *Keyring) Open(sealed, context string) (string, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return "", errors.New("open: not a sealed value")
	}
	plain, err := r.OpenBytes(raw, context)
	return string(plain), err
}

// SealBytes is Seal without the base64.
func (r *Keyring) SealBytes(plain []byte, context string) ([]byte, error) {
	k := r.keys[0]
	box, err := k.cipher.Encrypt(plain, []byte(context))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return append(k.prefix[:len(k.prefix):len(k.prefix)], box...), nil
}

// OpenBytes is Open without the base64.
func (r *Keyring) OpenBytes(sealed []byte, context string) ([]byte, error) {
	if len(sealed) < prefixSize {
		return nil, errors.New("open: not a sealed value")
	}
	k, ok := r.byPrefix[prefix(sealed[:prefixSize])]
	if !ok {
		return nil, fmt.Errorf("open: %w", ErrUnknownKey)
	}
	plain, err := k.cipher.Decrypt(sealed[prefixSize:], []byte(context))
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	return plain, nil
}

// Current says whether a value that SealBytes made is under the first key.
func (r *Keyring) Current(sealed []byte) bool {
	return bytes.HasPrefix(sealed, r.keys[0].prefix[:])
}

// Names lists the names of the keys, the first key's first.
func (r *Keyring) Names() []string {
	names := make([]string, len(r.keys))
	for i, k := range r.keys {
		names[i] = k.name
	}
	return names
}

// Digests returns the hex digest of plain and context under every key, the first key's first.
func (r *Keyring) Digests(plain, context string) []string {
	// A context holds no NUL: no two pairs run together alike.
	data := []byte(context + "\x00" + plain)
	all := make([]string, len(r.keys))
	for i, k := range r.keys {
		all[i] = hex.EncodeToString(k.cipher.digest(data))
	}
	return all
}

// signing is the context of signatures among digests.
const signing = "signature"

// Sign returns a keyed digest of data under the first key, behind the prefix that names it, as hex: it is for what must
// be found unchanged later, under whichever key.
func (r *Keyring) Sign(data []byte) string {
	k := r.keys[0]
	return hex.EncodeToString(append(k.prefix[:len(k.prefix):len(k.prefix)], k.sign(data)...))
}

// Verify says whether Sign made the signature of data. held is false where the key that it names is not held.
func (r *Keyring) Verify(data []byte, signature string) (valid, held bool) {
	raw, err := hex.DecodeString(signature)
	if err != nil || len(raw) < prefixSize {
		return false, true
	}
	k, held := r.byPrefix[prefix(raw[:prefixSize])]
	return held && hmac.Equal(raw[prefixSize:], k.sign(data)), held
}

func (k key) sign(data []byte) []byte {
	return k.cipher.digest(append([]byte(signing+"\x00"), data...))
}
