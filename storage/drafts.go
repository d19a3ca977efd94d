package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Drafts keeps half-filled forms. A stored draft never goes back to an older version, and one that was filed or
// dropped stays so: closing writes the highest version there is, so that a late save finds itself old.
type Drafts struct{ db *DB }

// NewDrafts returns the repository.
func NewDrafts(db *DB) *Drafts { return &Drafts{db: db} }

const closedVersion = math.MaxInt64

// Save writes an open draft, or returns union.ErrStale if the stored one is as new, filed, dropped or somebody else's.
func (r *Drafts) Save(ctx context.Context, d cases.Draft) error {
	body, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("encode draft: %w", err)
	}
	sealed, err := r.db.seal(draftBody, d.ID, body)
	if err != nil {
		return err
	}
	changed, err := execute(ctx, r.db, "save draft", `UPDATE drafts SET hash = ?, version = ?, body = ?, updated_ms = ?,
		warned_ms = NULL WHERE id = ? AND owner = ? AND state = 'open' AND version < ?`,
		d.Hash, d.Version, sealed, d.UpdatedAt.UnixMilli(), d.ID, d.Owner, d.Version)
	if err != nil || changed == 1 {
		return err
	}
	return r.insert(ctx, d, cases.DraftOpen, d.Version, sealed)
}

// Close marks a draft as filed or dropped, whether it was saved before or not. What it held is not kept: the case has
// it, or nobody wants it.
func (r *Drafts) Close(ctx context.Context, d cases.Draft, as cases.DraftState) error {
	changed, err := execute(ctx, r.db, "close draft", `UPDATE drafts SET state = ?, version = ?, body = '{}', updated_ms = ?
		WHERE id = ? AND owner = ? AND state = 'open'`, as, int64(closedVersion), d.UpdatedAt.UnixMilli(), d.ID, d.Owner)
	if err != nil || changed == 1 {
		return err
	}
	if err := r.insert(ctx, d, as, closedVersion, "{}"); !errors.Is(err, union.ErrStale) {
		return err
	}
	return nil // closed before
}

func (r *Drafts) insert(ctx context.Context, d cases.Draft, state cases.DraftState, version int64, body string) error {
	_, err := execute(ctx, r.db, "insert draft", `INSERT INTO drafts
		(id, owner, service, hash, version, state, body, updated_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		d.ID, d.Owner, d.Service, d.Hash, version, state, body, d.UpdatedAt.UnixMilli())
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return union.ErrStale
	}
	return err
}

// Get reads an open draft of the owner, or returns union.ErrNotFound.
func (r *Drafts) Get(ctx context.Context, owner union.MemberID, id cases.ID) (cases.Draft, error) {
	list, err := r.list(ctx, `id = ? AND owner = ? AND state = 'open'`, id, owner)
	if err == nil && len(list) == 0 {
		return cases.Draft{}, fmt.Errorf("read draft: %w", union.ErrNotFound)
	}
	if err != nil {
		return cases.Draft{}, err
	}
	return list[0], nil
}

// Fate tells what became of a draft of the owner; one that was never saved is open.
func (r *Drafts) Fate(ctx context.Context, owner union.MemberID, id cases.ID) (cases.DraftState, error) {
	states, err := queryAll(ctx, r.db, "read state of draft", func(s scanner) (state cases.DraftState, err error) {
		return state, s.Scan(&state)
	}, `SELECT state FROM drafts WHERE id = ? AND owner = ?`, id, owner)
	if err != nil || len(states) == 0 {
		return cases.DraftOpen, err
	}
	return states[0], nil
}

// OfOwner lists the owner's open drafts, newest first.
func (r *Drafts) OfOwner(ctx context.Context, owner union.MemberID, limit int) ([]cases.Draft, error) {
	return r.list(ctx, `owner = ? AND state = 'open' ORDER BY updated_ms DESC, id DESC LIMIT ?`, owner, limit)
}

// list passes over what no key opens: it would keep its owner from every other form.
func (r *Drafts) list(ctx context.Context, where string, args ...any) ([]cases.Draft, error) {
	found, err := queryAll(ctx, r.db, "read drafts", r.scan, `SELECT id, body, version, updated_ms FROM drafts WHERE `+where, args...)
	return slices.DeleteFunc(found, func(d cases.Draft) bool { return d.ID == 0 }), err
}

func (r *Drafts) scan(row scanner) (cases.Draft, error) {
	var d cases.Draft
	var body string
	var version, updated int64
	var id cases.ID
	if err := row.Scan(&id, &body, &version, &updated); err != nil {
		return cases.Draft{}, err
	}
	plain, err := r.db.open(draftBody, id, body)
	if err != nil {
		return cases.Draft{}, nil //nolint:nilerr // passed over by list
	}
	if err := json.Unmarshal(plain, &d); err != nil {
		return cases.Draft{}, fmt.Errorf("decode draft: %w", err)
	}
	d.Version, d.UpdatedAt = version, time.UnixMilli(updated).UTC()
	return d, nil
}
