package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
)

// Audit keeps what happened outside of the timelines, and the chain in which everything is listed.
type Audit struct {
	db  *DB
	now func() time.Time
	// retried is set once what was put aside waits again.
	retried atomic.Bool
}

// NewAudit returns the repository.
func NewAudit(db *DB) *Audit { return &Audit{db: db, now: time.Now} }

// UseClock gives it another clock than the machine's, before it is used.
func (r *Audit) UseClock(now func() time.Time) { r.now = now }

// said is what rests sealed of an entry.
type said struct {
	Name string     `json:"name,omitempty"`
	Role union.Role `json:"role,omitempty"`
	Note string     `json:"note,omitempty"`
	// Emptied, Changed and Unread are ids of other entries and events, Through is a place of a timeline.
	Emptied []int64 `json:"emptied,omitempty"`
	Changed []int64 `json:"changed,omitempty"`
	Unread  []int64 `json:"unread,omitempty"`
	Through int64   `json:"through,omitempty"`
	Bounded bool    `json:"bounded,omitempty"`
}

// Append writes an entry, in the transaction of ctx if there is one. One that is there already, by its key, is passed over.
func (r *Audit) Append(ctx context.Context, e audit.Entry) error {
	id, salt := r.db.NewID(), newSalt()
	body, err := json.Marshal(said{e.Name, e.Role, e.Note, e.Emptied, e.Changed, e.Unread, e.Through, e.Bounded})
	if err != nil {
		return fmt.Errorf("encode audit entry: %w", err)
	}
	content, err := r.db.seal(auditContent, id, body)
	if err != nil {
		return err
	}
	sealedSalt, err := r.db.seal(auditSalt, id, salt)
	if err != nil {
		return err
	}
	digest := e.Digest(salt)
	var key any
	if e.Key != "" {
		key = e.Key
	}
	_, err = execute(ctx, r.db, "append to audit", `INSERT INTO audit_entries
		(id, row_key, at_ms, kind, actor, case_id, member_id, content, salt, digest, signature, listed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		id, key, e.At.UnixMilli(), e.Kind, orNull(e.Actor), orNull(e.Case), orNull(e.Member), content, sealedSalt, digest,
		audit.SignEntry(r.db.keys, id, digest))
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return r.repeated(ctx, e)
	}
	return err
}

// repeated fails where what has the key of an entry is not that entry.
func (r *Audit) repeated(ctx context.Context, e audit.Entry) error {
	there, err := queryAll(ctx, r.db, "read audit entry", r.scanEntry, selectRecorded+`WHERE a.row_key = ?`, e.Key)
	if err != nil {
		return err
	}
	if c := audit.NewChecker(r.db.keys, audit.Link{}); len(there) == 0 || !c.Repeats(there[0], e) {
		return fmt.Errorf("append to audit: what has the key %s is another entry, or was changed: audit verify", e.Key)
	}
	return nil
}
