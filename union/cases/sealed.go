package cases

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/custody"
	"github.com/unionbot/unionbot/union/service"
)

// smallGroup is the fewest members among whom the author of a sealed case is hidden: where an organisation has fewer,
// the next one above it stands in its place, for routing as well as for showing.
const smallGroup = 10

// Seal is what a sealed case keeps about its author. It is stored inside of the case's encrypted form, and leaves this
// package only for there.
type Seal struct {
	// Salt and Mark recognise the author where a right depends on it, and give no name.
	Salt []byte `json:"salt"`
	Mark []byte `json:"mark"`
	// Code is the SHA-256 of the fetch code. The code is long enough that nobody goes through all of them.
	Code []byte `json:"code"`
	// ReplyTo is who is told that there is an answer; 0 where the author fetches it.
	ReplyTo union.MemberID `json:"reply_to,omitempty"`
	// From is the organisation as officers are shown it.
	From string `json:"from"`
	// Name is the author's, for two custodians; nil where there was no key for them.
	Name *custody.Sealed `json:"name,omitempty"`
	// OpenedBy are the custodians who know the name. They decide the case no more.
	OpenedBy []union.MemberID `json:"opened_by,omitempty"`
}

// openedBy says whether the member is a custodian who knows the name.
func (s *Seal) openedBy(member union.MemberID) bool {
	return s != nil && slices.Contains(s.OpenedBy, member)
}

// is says whether the member filed the case.
func (s *Seal) is(member union.MemberID) bool {
	return s != nil && hmac.Equal(s.Mark, mark(s.Salt, member))
}

func mark(salt []byte, member union.MemberID) []byte {
	h := hmac.New(sha256.New, salt)
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(member))) // a hash takes everything
	return h.Sum(nil)
}

// seal takes the author out of a case that is about to be filed, and returns the code by which its answer is fetched.
func (d *Desk) seal(ctx context.Context, m *matter, draft Draft) (code string, err error) {
	crowd, err := d.members.Crowd(ctx, m.author.Lineage, smallGroup)
	if err != nil {
		return "", err
	}
	salt := make([]byte, 32)
	if _, err := io.ReadFull(d.random, salt); err != nil {
		return "", fmt.Errorf("make salt: %w", err)
	}
	if code, err = newFetchCode(d.random); err != nil {
		return "", err
	}
	id, err := randomID(d.random)
	if err != nil {
		return "", err
	}
	s := &Seal{Salt: salt, Mark: mark(salt, m.Author), Code: codeHash(code), From: crowd.Name}
	if draft.Notify {
		s.ReplyTo = m.Author
	}
	if draft.Named {
		if err := d.sealName(s, id, m.author); err != nil {
			return "", err
		}
	}
	m.ID, m.Author, m.Org, m.Lineage, m.Anonymous, m.Seal = id, 0, crowd.ID, crowd.Lineage, true, s
	m.FiledAt = hour(m.FiledAt)
	m.author = union.Member{}
	return code, nil
}

// hour cuts a time, so that what a sealed case leaves cannot be joined by the moment with what its author did.
func hour(t time.Time) time.Time { return t.Truncate(time.Hour) }

// moment is now as the records of the case show it.
func (d *Desk) moment(m *matter) time.Time {
	if m.service.Sealed {
		return hour(d.now())
	}
	return d.now()
}

// idFor makes the id of something that belongs to the case.
func (d *Desk) idFor(m *matter) (ID, error) {
	if m.service.Sealed {
		return randomID(d.random)
	}
	return ID(d.newID()), nil
}

// randomID makes an id that tells nothing of the time.
func randomID(random io.Reader) (ID, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return 0, fmt.Errorf("make id: %w", err)
	}
	return ID(binary.BigEndian.Uint64(b[:])>>1 | 1), nil
}

// fetchAlphabet leaves out what is mistaken for something else: 0 O 1 I L.
const fetchAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// fetchLength makes about 59 bits of the code.
const fetchLength = 12

func newFetchCode(random io.Reader) (string, error) {
	code := make([]byte, fetchLength)
	for i := range code {
		n, err := rand.Int(random, big.NewInt(int64(len(fetchAlphabet))))
		if err != nil {
			return "", fmt.Errorf("make fetch code: %w", err)
		}
		code[i] = fetchAlphabet[n.Int64()]
	}
	return string(code[:4]) + "-" + string(code[4:8]) + "-" + string(code[8:]), nil
}

// codeHash is the same however the code is grouped and spelt.
func codeHash(code string) []byte {
	kept := strings.Map(func(r rune) rune {
		if strings.ContainsRune(fetchAlphabet, r) {
			return r
		}
		return -1
	}, strings.ToUpper(code))
	sum := sha256.Sum256([]byte(kept))
	return sum[:]
}

// sealedDigits is how many digits follow the year: too many to be counted through.
const sealedDigits = 100_000_000

// sealedTries is how often a number is drawn that was drawn before.
const sealedTries = 5

// sealedNumber draws a number: counted ones would tell the order in which cases came.
func (d *Desk) sealedNumber(year int) (string, error) {
	n, err := rand.Int(d.random, big.NewInt(sealedDigits))
	if err != nil {
		return "", fmt.Errorf("draw number: %w", err)
	}
	return fmt.Sprintf("%s%02d-%08d", service.SealedPrefix, year, n.Int64()), nil
}
