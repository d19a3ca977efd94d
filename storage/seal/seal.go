// Package seal encrypts what people wrote before it reaches SQL or Redis, with keys that rotate: the first seals, all
// open. It satisfies union.Sealer, personal.Index and storage.Keys, and stores nothing.
//
// A sealed value begins with four bytes of the SHA-256 of its key's name, so that the key is found without trying, and a
// value of a key that is gone is told from one that was damaged. What is behind them is the key's own matter: a key of
// another algorithm (SM4-GCM with HMAC-SM3, where the law on commercial cryptography asks for it) is another
// implementation of cipher, chosen by the entry in ENCRYPTION_KEYS, and changes neither callers nor stored values.
package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/unionbot/unionbot/union/personal"
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
	// signing holds the keys of signatures, also of keys that are out of use otherwise.
	signing map[prefix][]byte
}

type key struct {
	name   string
	prefix prefix
	cipher cipher
	// signing signs, and is of no use for anything else: it is derived, and tells nothing of what it was derived from.
	signing []byte
}

// cipher is what an algorithm must give.
type cipher interface {
	tink.AEAD
	// digest is a keyed digest: equal for equal data, and telling nothing without the key.
	digest(data []byte) []byte
	// blind is a keyed digest of 32 bytes that depends on nothing but key, kind and number.
	blind(kind personal.Kind, number string) []byte
}

// Verifying marks an entry that only verifies what a key has signed: `name:verify:base64`. It opens nothing.
const Verifying = "verify"

// Parse reads keys as the configuration gives them: `name:base64 of 32 bytes`, joined by commas. The first seals. Behind
// it may stand entries that only verify. The error says which key is wrong by its place and never contains any of it.
func Parse(list string) (*Keyring, error) {
	r := &Keyring{byPrefix: map[prefix]key{}, signing: map[prefix][]byte{}}
	for i, entry := range strings.Split(list, ",") {
		if err := r.add(strings.TrimSpace(entry)); err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
	}
	return r, nil
}

func (r *Keyring) add(entry string) error {
	name, encoded, ok := strings.Cut(entry, ":")
	if !ok || name == "" {
		return errors.New("want name:base64")
	}
	algorithm, rest, tagged := strings.Cut(encoded, ":")
	if tagged && algorithm != Verifying {
		return fmt.Errorf("algorithm %q is not in this version: keys are name:base64, for AES-256-GCM", algorithm)
	}
	if tagged {
		encoded = rest
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != keySize {
		return fmt.Errorf("want the base64 of %d bytes after its name", keySize)
	}
	named := sha256.Sum256([]byte(name))
	at := prefix(named[:prefixSize])
	if _, taken := r.signing[at]; taken {
		return errors.New("its name is taken by an earlier key")
	}
	if tagged {
		if len(r.keys) == 0 {
			return errors.New("it only verifies, and the first must seal")
		}
		r.signing[at] = raw
		return nil
	}
	c, err := newAES(raw)
	if err != nil {
		return err
	}
	signing, err := hkdf.Key(sha256.New, raw, nil, "unionbot signature", sha256.Size)
	if err != nil {
		return fmt.Errorf("derive signing key: %w", err)
	}
	k := key{name: name, prefix: at, cipher: c, signing: signing}
	r.keys, r.byPrefix[at], r.signing[at] = append(r.keys, k), k, signing
	return nil
}

// Retired returns the entry that verifies what the named key has signed and opens nothing, to stand in its place when
// nothing is sealed with it any more.
func (r *Keyring) Retired(name string) (string, error) {
	for _, k := range r.keys {
		if k.name == name {
			return name + ":" + Verifying + ":" + base64.StdEncoding.EncodeToString(k.signing), nil
		}
	}
	return "", fmt.Errorf("no key that seals or opens has the name %q", name)
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

// Names lists the names of the keys that seal or open, the first key's first.
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

// Blind implements personal.Index: the prefix of the key as hex, a colon, and the digest as base64.
func (r *Keyring) Blind(kind personal.Kind, normal string) []string {
	all := r.BlindMarks()
	for i, k := range r.keys {
		all[i] += base64.RawURLEncoding.EncodeToString(k.cipher.blind(kind, normal))
	}
	return all
}

// BlindMarks implements personal.Index.
func (r *Keyring) BlindMarks() []string {
	marks := make([]string, len(r.keys))
	for i, k := range r.keys {
		marks[i] = hex.EncodeToString(k.prefix[:]) + ":"
	}
	return marks
}

// Sign returns a keyed digest of data under the first key, behind the prefix that names it, as hex: it is for what must
// be found unchanged later, under whichever key.
func (r *Keyring) Sign(data []byte) string {
	k := r.keys[0]
	return hex.EncodeToString(append(k.prefix[:len(k.prefix):len(k.prefix)], sign(k.signing, data)...))
}

// Verify says whether Sign made the signature of data. held is false where the key that it names is not held.
func (r *Keyring) Verify(data []byte, signature string) (valid, held bool) {
	raw, err := hex.DecodeString(signature)
	if err != nil || len(raw) < prefixSize {
		return false, true
	}
	signing, held := r.signing[prefix(raw[:prefixSize])]
	return held && hmac.Equal(raw[prefixSize:], sign(signing, data)), held
}

func sign(signing, data []byte) []byte { return keyedHash(signing, data) }
