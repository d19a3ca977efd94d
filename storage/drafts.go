package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
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
	sealed, err := r.seal(d)
	if err != nil {
		return err
	}
	changed, err := execute(ctx, r.db, "save draft", `UPDATE drafts SET hash = ?, version = ?, body = ?, updated_ms = ?,
		warned_ms = NULL WHERE id = ? AND owner = ? AND state = 'open' AND version < ?`,
		d.Hash, d.Version, sealed, d.UpdatedAt.UnixMilli(), d.ID, d.Owner, d.Version)
	if err != nil || changed == 1 {
		return err
	}
	_, err = execute(ctx, r.db, "insert draft", insertDrafts(1), draftRow(d, cases.DraftOpen, d.Version, sealed)...)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return union.ErrStale
	}
	return err
}

// SaveAll writes those of the open drafts that Save would not find stale, all in one statement.
func (r *Drafts) SaveAll(ctx context.Context, drafts ...cases.Draft) error {
	// In one order everywhere, so that no two wait for each other.
	sort.SliceStable(drafts, func(i, j int) bool { return drafts[i].ID < drafts[j].ID })
	var args []any
	for _, d := range drafts {
		sealed, err := r.seal(d)
		if err != nil {
			return err
		}
		args = append(args, draftRow(d, cases.DraftOpen, d.Version, sealed)...)
	}
	return post(ctx, r.db, "save drafts", insertDrafts(len(drafts))+
		r.db.renew(`drafts.owner = new(owner) AND drafts.state = 'open' AND drafts.version < new(version)`,
			"hash", "body", "updated_ms", "warned_ms", "version"), args...)
}

// Close marks a draft as filed or dropped, whether it was saved before or not. What it held is not kept: the case has
// it, or nobody wants it. One that was closed before stays as it is.
func (r *Drafts) Close(ctx context.Context, d cases.Draft, as cases.DraftState) error {
	return post(ctx, r.db, "close draft", insertDrafts(1)+
		r.db.renew(`drafts.owner = new(owner) AND drafts.state = 'open'`, "version", "body", "updated_ms", "state"),
		draftRow(d, as, closedVersion, "{}")...)
}

func insertDrafts(n int) string {
	return `INSERT INTO drafts (id, owner, service, hash, version, state, body, updated_ms, warned_ms)
		VALUES ` + rows("(?, ?, ?, ?, ?, ?, ?, ?, NULL)", n)
}

func draftRow(d cases.Draft, state cases.DraftState, version int64, body string) []any {
	return []any{d.ID, d.Owner, d.Service, d.Hash, version, state, body, d.UpdatedAt.UnixMilli()}
}

func (r *Drafts) seal(d cases.Draft) (string, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("encode draft: %w", err)
	}
	return r.db.seal(draftBody, d.ID, body)
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

// OfOwner lists the owner's open drafts of forms, newest first.
func (r *Drafts) OfOwner(ctx context.Context, owner union.MemberID, limit int) ([]cases.Draft, error) {
	return r.list(ctx, `owner = ? AND state = 'open' AND service NOT LIKE ? ORDER BY updated_ms DESC, id DESC LIMIT ?`,
		owner, cases.FlowDraft("%"), limit)
}

// OfFlow reads the owner's newest open draft of a conversation, or returns union.ErrNotFound.
func (r *Drafts) OfFlow(ctx context.Context, owner union.MemberID, service string) (cases.Draft, error) {
	list, err := r.list(ctx, `owner = ? AND state = 'open' AND service = ? ORDER BY updated_ms DESC, id DESC LIMIT 1`, owner, service)
	if err == nil && len(list) == 0 {
		return cases.Draft{}, fmt.Errorf("read draft: %w", union.ErrNotFound)
	}
	if err != nil {
		return cases.Draft{}, err
	}
	return list[0], nil
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
