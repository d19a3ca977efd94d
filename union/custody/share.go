package custody

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"strings"

	"golang.org/x/text/width"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"
)

// letters are Crockford's: none is mistaken for another. Those that it leaves out are read as what they look like.
var letters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

var lookalikes = strings.NewReplacer("O", "0", "I", "1", "L", "1")

const (
	checkSize = 3
	shareSize = keyIDSize + 1 + scalarSize + checkSize // 40 bytes are 64 letters
	groupSize = 4
)

// share is one custodian's part of a private key.
type share struct {
	key   string // its id
	index byte   // from 1
	value []byte
}

// String is how a share is printed and typed: 16 groups of four letters, the last of which tell a slip of the pen.
func (s share) String() string {
	id, _ := letters.DecodeString(s.key) // made by keyID
	raw := append(append(id, s.index), s.value...)
	text := letters.EncodeToString(append(raw, checksum(raw)...))
	var groups []string
	for ; text != ""; text = text[groupSize:] {
		groups = append(groups, text[:groupSize])
	}
	return strings.Join(groups, "-")
}

func checksum(raw []byte) []byte {
	sum := sha256.Sum256(append([]byte(info+" share"), raw...))
	return sum[:checkSize]
}

// parseShare reads a share however it is grouped, in any case and width.
func parseShare(written string) (share, error) {
	text := lookalikes.Replace(strings.ToUpper(width.Fold.String(written)))
	text = strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || r == ',' || r <= ' ' || r == '—' || r == '–' || r == '_' {
			return -1
		}
		return r
	}, text)
	raw, err := letters.DecodeString(text)
	if err != nil || len(raw) != shareSize {
		return share{}, ErrMistyped
	}
	body, check := raw[:shareSize-checkSize], raw[shareSize-checkSize:]
	if subtle.ConstantTimeCompare(checksum(body), check) != 1 {
		return share{}, ErrMistyped
	}
	return share{key: letters.EncodeToString(body[:keyIDSize]), index: body[keyIDSize], value: body[keyIDSize+1:]}, nil
}

// point is the share as the scheme has it.
func (s share) point() (secretsharing.Share, error) {
	p := secretsharing.Share{ID: sharing.NewScalar().SetUint64(uint64(s.index)), Value: sharing.NewScalar()}
	if s.index == 0 || s.index > MostShares || p.Value.UnmarshalBinary(s.value) != nil {
		return p, ErrForged
	}
	return p, nil
}

// check says whether the share is one of the key's.
func (k Key) check(s share) error {
	p, err := s.point()
	if err != nil {
		return err
	}
	if !secretsharing.Verify(Needed-1, p, k.commitment) {
		return ErrForged
	}
	return nil
}

// restore is the secret of which these are two shares.
func (k Key) restore(a, b share) (group.Scalar, error) {
	if a.index == b.index {
		return nil, ErrSameShare // which the scheme does not survive
	}
	points := make([]secretsharing.Share, 0, Needed)
	for _, s := range []share{a, b} {
		if err := k.check(s); err != nil {
			return nil, err
		}
		p, err := s.point()
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	secret, err := secretsharing.Recover(Needed-1, points)
	if err != nil {
		return nil, errors.Join(ErrForged, err)
	}
	return secret, nil
}
