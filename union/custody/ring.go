package custody

import (
	"crypto/hpke"
	"errors"
	"fmt"
	"strings"
)

// Ring is the configured keys: the first encrypts, and what any of them encrypted can be opened with its shares. A nil
// Ring has none.
type Ring struct{ keys []Key }

// Parse reads keys, joined by commas. No text is no key, and a nil Ring.
func Parse(list string) (*Ring, error) {
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	r := &Ring{}
	for text := range strings.SplitSeq(list, ",") {
		k, err := ParseKey(text)
		if err != nil {
			return nil, err
		}
		r.keys = append(r.keys, k)
	}
	return r, nil
}

// Keeps says whether there is a key to keep something with.
func (r *Ring) Keeps() bool { return r != nil && len(r.keys) > 0 }

// Sealed is something that two shares open.
type Sealed struct {
	Key string `json:"key"` // the id of its key
	// Enc is the sender's share of the key exchange, Box what was encrypted.
	Enc []byte `json:"enc"`
	Box []byte `json:"box"`
}

// Seal encrypts to the first key. What is sealed opens together with about only.
func (r *Ring) Seal(plain []byte, about string) (*Sealed, error) {
	if !r.Keeps() {
		return nil, ErrUnknownKey
	}
	k := r.keys[0]
	enc, sender, err := hpke.NewSender(k.public, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info))
	if err != nil {
		return nil, fmt.Errorf("seal for custodians: %w", err)
	}
	box, err := sender.Seal([]byte(about), plain)
	if err != nil {
		return nil, fmt.Errorf("seal for custodians: %w", err)
	}
	return &Sealed{Key: k.id, Enc: enc, Box: box}, nil
}

func (r *Ring) key(id string) (Key, error) {
	if r != nil {
		for _, k := range r.keys {
			if k.id == id {
				return k, nil
			}
		}
	}
	return Key{}, ErrUnknownKey
}

// Check reads a share that somebody wrote, and returns it as it is kept: without its slips of the pen. It returns
// ErrMistyped, ErrOtherKey, ErrForged, or ErrUnknownKey.
func (r *Ring) Check(written string, what *Sealed) (kept string, err error) {
	k, err := r.key(what.Key)
	if err != nil {
		return "", err
	}
	s, err := parseShare(written)
	if err != nil {
		return "", err
	}
	if s.key != k.id {
		return "", ErrOtherKey
	}
	if err := k.check(s); err != nil {
		return "", err
	}
	return s.String(), nil
}

// Open opens with two shares what Seal has sealed about the same. It returns what Check does, and ErrSameShare.
func (r *Ring) Open(first, second string, what *Sealed, about string) ([]byte, error) {
	k, err := r.key(what.Key)
	if err != nil {
		return nil, err
	}
	a, errA := parseShare(first)
	b, errB := parseShare(second)
	if err := errors.Join(errA, errB); err != nil {
		return nil, err
	}
	secret, err := k.restore(a, b)
	if err != nil {
		return nil, err
	}
	private, err := privateKey(secret)
	if err != nil {
		return nil, err
	}
	recipient, err := hpke.NewRecipient(what.Enc, private, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info))
	if err != nil {
		return nil, fmt.Errorf("open for custodians: %w", err)
	}
	plain, err := recipient.Open([]byte(about), what.Box)
	if err != nil {
		return nil, fmt.Errorf("open for custodians: %w", err)
	}
	return plain, nil
}
