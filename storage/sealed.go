package storage

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/union/audit"
)

// Keys seals what is stored. place ties a sealed value to where it stands, so that it does not open elsewhere.
type Keys interface {
	SealBytes(plain []byte, place string) ([]byte, error)
	OpenBytes(sealed []byte, place string) ([]byte, error)
	// Current says whether a value is sealed as new ones are.
	Current(sealed []byte) bool
	// Digests are keyed digests under every key, the one to store first.
	Digests(plain, context string) []string
	audit.Keys
}

// A sealedColumn holds what people wrote or were told, sealed. All of it, whatever service it is about: if only what is
// delicate were sealed, the seal itself would tell who has something delicate to say.
type sealedColumn struct{ table, key, column string }

var (
	handledReply   = sealedColumn{"handled", "message", "reply"}
	handledSession = sealedColumn{"handled", "message", "session"}
	inboxBody      = sealedColumn{"inbox", "message", "body"}
	unreadBody     = sealedColumn{"unread", "message", "body"}
	parkedBody     = sealedColumn{"parked", "id", "body"}
	draftBody      = sealedColumn{"drafts", "id", "body"}
	outboxBody     = sealedColumn{"outbox", "id", "body"}
	outboxCall     = sealedColumn{"outbox", "id", "sent_call"}
	caseForm       = sealedColumn{"cases", "id", "form"}
	eventNote      = sealedColumn{"case_events", "id", "note"}
	eventSalt      = sealedColumn{"case_events", "id", "salt"}
	auditContent   = sealedColumn{"audit_entries", "id", "content"}
	auditSalt      = sealedColumn{"audit_entries", "id", "salt"}
	unsealingBody  = sealedColumn{"unsealings", "id", "body"}
	activityBody   = sealedColumn{"activities", "id", "body"}
	entryBody      = sealedColumn{"activity_entries", "id", "body"}
	publicityBody  = sealedColumn{"publicities", "case_id", "body"}
	objectionBody  = sealedColumn{"objections", "id", "body"}
	checkupPlace   = sealedColumn{"checkups", "id", "place"}
	broadcastBody  = sealedColumn{"broadcasts", "id", "body"}
	broadcastCalls = sealedColumn{"broadcast_chunks", "id", "sent_calls"}
	shieldCause    = sealedColumn{"greeting_shields", "member_id", "cause"}
	talkLine       = sealedColumn{"talk_lines", "id", "body"}
)

// sealedColumns is all of them, for those who change the keys.
var sealedColumns = []sealedColumn{
	publicityBody, objectionBody, checkupPlace, shieldCause, handledReply, handledSession, inboxBody, unreadBody, parkedBody, draftBody, outboxBody, outboxCall, caseForm, eventNote, eventSalt, auditContent, auditSalt,
	unsealingBody, activityBody, entryBody, talkLine, broadcastBody, broadcastCalls,
}

// sealedMark begins a sealed value in SQL, before its base64. What lacks it was written by a version that did not seal.
const sealedMark = "s1:"

var errNoKeys = errors.New("the database was opened without encryption keys")

// UseKeys gives the keys, before anything is stored or read that is sealed.
func (db *DB) UseKeys(keys Keys) { db.keys = keys }

func (c sealedColumn) place(key any) string { return fmt.Sprintf("%s.%s/%v", c.table, c.column, key) }

// padded is true where the length would tell something about a person: which answer it was, or how long a text is that
// stands elsewhere without a name. What the record has signed stays to the byte.
func (c sealedColumn) padded() bool {
	switch c {
	case eventNote, eventSalt, auditContent, auditSalt:
		return false
	}
	return true
}

// seal returns a value as it is stored in the row of key. Nothing stays nothing.
func (db *DB) seal(c sealedColumn, key any, plain []byte) (string, error) {
	if len(plain) == 0 {
		return "", nil
	}
	if db.keys == nil {
		return "", fmt.Errorf("seal %s.%s: %w", c.table, c.column, errNoKeys)
	}
	if c.padded() {
		plain = seal.Pad(plain)
	}
	box, err := db.keys.SealBytes(plain, c.place(key))
	if err != nil {
		return "", fmt.Errorf("seal %s.%s: %w", c.table, c.column, err)
	}
	return sealedMark + base64.RawStdEncoding.EncodeToString(box), nil
}

// open returns what seal was given.
func (db *DB) open(c sealedColumn, key any, stored string) ([]byte, error) {
	encoded, ok := strings.CutPrefix(stored, sealedMark)
	if !ok {
		return []byte(stored), nil
	}
	if db.keys == nil {
		return nil, fmt.Errorf("open %s.%s: %w", c.table, c.column, errNoKeys)
	}
	box, err := base64.RawStdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("open %s.%s: %w", c.table, c.column, err)
	}
	plain, err := db.keys.OpenBytes(box, c.place(key))
	if err != nil {
		return nil, fmt.Errorf("open %s.%s: %w", c.table, c.column, err)
	}
	if c.padded() {
		plain = seal.Unpad(plain)
	}
	return plain, nil
}
