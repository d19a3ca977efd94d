package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Keys signs what must not change. They are not in the database.
type Keys interface {
	// Sign returns a signature that names its key.
	Sign(data []byte) string
	// Verify says whether the signature is that of data; held is false where its key is not held any more.
	Verify(data []byte, signature string) (valid, held bool)
}

// What is digested or signed begins with its form, so that nothing of one form passes as another. A form whose fields
// change gets another name, and the old one stays for what was written with it.
const (
	formEvent     = "event 1"
	formEntry     = "entry 1"
	formKeyed     = "entry 2"
	formErasure   = "erasure 1"
	formDeletion  = "erasure 2"
	formBounded   = "erasure 3"
	formEventSeal = "event seal 1"
	formEntrySeal = "entry seal 1"
	formLink      = "link 1"
)

// pack writes fields one after another, each behind its length: no two lists of fields are packed alike.
func pack(form string, fields ...string) []byte {
	size := 4 + len(form)
	for _, f := range fields {
		size += 4 + len(f)
	}
	packed := make([]byte, 0, size)
	packed = append(binary.BigEndian.AppendUint32(packed, uint32(len(form))), form...)
	for _, f := range fields {
		packed = append(binary.BigEndian.AppendUint32(packed, uint32(len(f))), f...)
	}
	return packed
}

func digest(salt []byte, form string, fields ...string) string {
	sum := sha256.Sum256(append(pack(form, fields...), salt...))
	return hex.EncodeToString(sum[:])
}

func decimal[N ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// Event is an entry of a case's timeline, as plain as it was said: how it is kept may change.
type Event struct {
	Case, Version    int64
	At               time.Time
	Actor            union.MemberID
	Name, Kind, Step string
	Note, Other      string
}

// Digest is the digest of what the event says. The salt keeps a digest whose content was deleted from being guessed.
func (e Event) Digest(salt []byte) string {
	return digest(salt, formEvent, decimal(e.Case), decimal(e.Version), decimal(e.At.UnixMilli()), decimal(e.Actor),
		e.Name, e.Kind, e.Step, e.Note, e.Other)
}

// SignEvent signs an event's digest, its place in the case, counted from 1, and the signature of the one before it,
// which is empty for the first.
func SignEvent(k Keys, inCase, place int64, before, digest string) string {
	return k.Sign(eventSeal(inCase, place, before, digest))
}

func eventSeal(inCase, place int64, before, digest string) []byte {
	return pack(formEventSeal, decimal(inCase), decimal(place), before, digest)
}
