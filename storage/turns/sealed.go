package turns

import (
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage/seal"
)

// Keys seals sessions, recorded replies and stashed messages. place ties a sealed value to where it stands.
type Keys interface {
	SealBytes(plain []byte, place string) ([]byte, error)
	OpenBytes(sealed []byte, place string) ([]byte, error)
	// Current says whether a value is sealed as new ones are.
	Current(sealed []byte) bool
}

// WithKeys gives the keys, without which nothing is stored that people wrote.
func WithKeys(keys Keys) Option { return func(t *Turns) { t.keys = keys } }

// sealedMark begins a sealed value. What lacks it is JSON that a version wrote that did not seal.
const sealedMark = 0x01

var errNoKeys = errors.New("redis was opened without encryption keys")

// seal returns a value, which is JSON, as it is stored at place. Nothing stays nothing.
func (t *Turns) seal(plain []byte, place string) ([]byte, error) {
	if len(plain) == 0 {
		return plain, nil
	}
	if t.keys == nil {
		return nil, errNoKeys
	}
	box, err := t.keys.SealBytes(seal.Pad(plain), place)
	if err != nil {
		return nil, err
	}
	return append([]byte{sealedMark}, box...), nil
}

// open returns what seal was given.
func (t *Turns) open(stored []byte, place string) ([]byte, error) {
	if len(stored) == 0 || stored[0] != sealedMark {
		return stored, nil
	}
	if t.keys == nil {
		return nil, errNoKeys
	}
	plain, err := t.keys.OpenBytes(stored[1:], place)
	return seal.Unpad(plain), err
}

func sessionPlace(who bot.Address) string { return placeOfSession(identityKey(who)) }

func placeOfSession(identity string) string { return identity + "/s" }

// sealSaved seals what a turn leaves.
func (t *Turns) sealSaved(who bot.Address, id bot.MessageID, session, reply []byte) (sealedSession, sealedReply []byte, err error) {
	if sealedSession, err = t.seal(session, sessionPlace(who)); err != nil {
		return nil, nil, fmt.Errorf("seal session: %w", err)
	}
	if sealedReply, err = t.seal(reply, replyKey(who, id)); err != nil {
		return nil, nil, fmt.Errorf("seal reply: %w", err)
	}
	return sealedSession, sealedReply, nil
}
