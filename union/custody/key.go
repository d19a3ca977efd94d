package custody

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"
)

// Needed is how many shares open.
const Needed = 2

// MostShares is how many shares a key has at most: more custodians than that keep no secret.
const MostShares = 9

const (
	keyMark    = "custodians:"
	info       = "unionbot custodians 1"
	keyIDSize  = 4
	pointSize  = 32 // of X25519 and of ristretto255
	scalarSize = 32
)

// Key is the public half: it encrypts, and knows a share of its own from any other.
type Key struct {
	public hpke.PublicKey
	// commitment is Feldman's: it tells whether a share is one of the key's, and nothing of the secret.
	commitment secretsharing.SecretCommitment
	encoded    []byte
	id         string
}

// sharing is the group whose scalars are shared. Its arithmetic takes the same time whatever the secret.
var sharing = group.Ristretto255

// New makes a key and its shares, as they are given to the custodians, one each. The private key is forgotten here.
func New(random io.Reader, shares int) (Key, []string, error) {
	if shares < Needed || shares > MostShares {
		return Key{}, nil, fmt.Errorf("a key has %d to %d shares, not %d", Needed, MostShares, shares)
	}
	secret := sharing.RandomNonZeroScalar(random)
	private, err := privateKey(secret)
	if err != nil {
		return Key{}, nil, err
	}
	split := secretsharing.New(random, Needed-1, secret)
	encoded := private.PublicKey().Bytes()
	for _, c := range split.CommitSecret() {
		point, err := c.MarshalBinaryCompress()
		if err != nil {
			return Key{}, nil, fmt.Errorf("make custodian key: %w", err)
		}
		encoded = append(encoded, point...)
	}
	k, err := decodeKey(encoded)
	if err != nil {
		return Key{}, nil, err
	}
	list := make([]string, shares)
	for i, s := range split.Share(uint(shares)) {
		value, err := s.Value.MarshalBinary()
		if err != nil {
			return Key{}, nil, fmt.Errorf("make share: %w", err)
		}
		list[i] = share{key: k.id, index: byte(i + 1), value: value}.String()
	}
	return k, list, nil
}

// privateKey is the key that the secret stands for.
func privateKey(secret group.Scalar) (hpke.PrivateKey, error) {
	seed, err := secret.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("derive custodian key: %w", err)
	}
	private, err := kem().DeriveKeyPair(seed)
	if err != nil {
		return nil, fmt.Errorf("derive custodian key: %w", err)
	}
	return private, nil
}

func kem() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

// String is how the key is configured. It is not secret.
func (k Key) String() string { return keyMark + base64.RawURLEncoding.EncodeToString(k.encoded) }

// ID tells keys apart for people.
func (k Key) ID() string { return k.id }

// ParseKey reads what String writes. Its errors do not repeat the text.
func ParseKey(text string) (none Key, _ error) {
	encoded, ok := strings.CutPrefix(strings.TrimSpace(text), keyMark)
	if !ok {
		return none, errors.New("must be what unionbot keys custodians printed, " + keyMark + "…")
	}
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return none, errors.New("is not whole: it must be what unionbot keys custodians printed")
	}
	return decodeKey(raw)
}

func decodeKey(raw []byte) (none Key, _ error) {
	errDamaged := errors.New("is not whole: it must be what unionbot keys custodians printed")
	if len(raw) != (1+Needed)*pointSize {
		return none, errDamaged
	}
	public, err := kem().NewPublicKey(raw[:pointSize])
	if err != nil {
		return none, errDamaged
	}
	k := Key{public: public, encoded: raw, id: keyID(raw)}
	for i := range Needed {
		point := sharing.NewElement()
		if err := point.UnmarshalBinary(raw[(1+i)*pointSize : (2+i)*pointSize]); err != nil {
			return none, errDamaged
		}
		k.commitment = append(k.commitment, point)
	}
	return k, nil
}

func keyID(encoded []byte) string {
	sum := sha256.Sum256(append([]byte(info+" key"), encoded...))
	return letters.EncodeToString(sum[:keyIDSize])
}
