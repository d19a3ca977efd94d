package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

const selectIdle = `SELECT id, owner, service, hash, version, updated_ms, body FROM drafts `

// Unwarned lists open drafts that nobody touched since a time and whose owners were not warned since they did.
func (r *Drafts) Unwarned(ctx context.Context, untouched time.Time, limit int) ([]cases.IdleDraft, error) {
	return queryAll(ctx, r.db, "find drafts to warn of", r.scanIdle, selectIdle+`WHERE updated_ms <= ? AND state = 'open'
		AND warned_ms IS NULL ORDER BY updated_ms LIMIT ?`, untouched.UnixMilli(), limit)
}

// Warned notes that a draft's owner is told, in the transaction of ctx. It says no if the draft has changed meanwhile.
func (r *Drafts) Warned(ctx context.Context, d cases.IdleDraft, at time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "mark draft as warned of", `UPDATE drafts SET warned_ms = ?
		WHERE id = ? AND state = 'open' AND version = ? AND warned_ms IS NULL`,
		at.UnixMilli(), d.ID, d.Version)
	return n > 0, err
}

// Unnudged lists the next open drafts that were touched last in a period and whose owners were never asked after them.
func (r *Drafts) Unnudged(ctx context.Context, from, until time.Time, after cases.IdleDraft, limit int) ([]cases.IdleDraft, error) {
	last := max(from.UnixMilli(), after.UpdatedAt.UnixMilli())
	return queryAll(ctx, r.db, "find drafts to ask after", r.scanIdle, selectIdle+`WHERE updated_ms >= ? AND updated_ms < ?
		AND (updated_ms > ? OR id > ?) AND state = 'open' AND nudged_ms IS NULL ORDER BY updated_ms, id LIMIT ?`,
		last, until.UnixMilli(), last, after.ID, limit)
}

// Nudged notes that a draft's owner is asked, in the transaction of ctx. It says no if the draft has changed meanwhile.
func (r *Drafts) Nudged(ctx context.Context, d cases.IdleDraft, at time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "mark draft as asked after", `UPDATE drafts SET nudged_ms = ?
		WHERE id = ? AND state = 'open' AND version = ? AND nudged_ms IS NULL`,
		at.UnixMilli(), d.ID, d.Version)
	return n > 0, err
}

// Due lists open drafts that nobody touched since a time although the owners were warned before another.
func (r *Drafts) Due(ctx context.Context, untouched, warned time.Time, limit int) ([]cases.IdleDraft, error) {
	return queryAll(ctx, r.db, "find expired drafts", r.scanIdle, selectIdle+`WHERE updated_ms <= ? AND state = 'open'
		AND warned_ms <= ? ORDER BY updated_ms LIMIT ?`, untouched.UnixMilli(), warned.UnixMilli(), limit)
}

// Expire empties and closes a draft. It says no if the draft has changed meanwhile.
func (r *Drafts) Expire(ctx context.Context, d cases.IdleDraft, as cases.DraftState, at time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "expire draft", `UPDATE drafts SET state = ?, version = ?, body = '{}', updated_ms = ?
		WHERE id = ? AND state = 'open' AND version = ?`, as, int64(closedVersion), at.UnixMilli(), d.ID, d.Version)
	return n > 0, err
}

// LastExpired returns the service of the owner's draft that expired last, or union.ErrNotFound.
func (r *Drafts) LastExpired(ctx context.Context, owner union.MemberID) (string, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return "", err
	}
	var hash string
	err = g.Raw(`SELECT hash FROM drafts WHERE owner = ? AND state = ? ORDER BY updated_ms DESC, id DESC LIMIT 1`,
		owner, cases.DraftExpired).Row().Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read expired draft: %w", union.ErrNotFound)
	}
	if err != nil {
		return "", fmt.Errorf("read expired draft: %w", classify(err))
	}
	return hash, nil
}

// PurgeClosed removes what is left of drafts that were filed, dropped or expired before a time, at most limit: nobody
// saves them late any more. It returns how many went.
func (r *Drafts) PurgeClosed(ctx context.Context, before time.Time, limit int) (int64, error) {
	old, err := queryAll(ctx, r.db, "find closed drafts", func(s scanner) (id int64, err error) {
		return id, s.Scan(&id)
	}, `SELECT id FROM drafts WHERE updated_ms < ? AND state <> 'open' ORDER BY updated_ms LIMIT ?`, before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return removeEach(ctx, r.db, "purge drafts", `DELETE FROM drafts WHERE id = ? AND state <> 'open'`, old)
}

// scanIdle passes over what no key opens: such a draft counts as one with something in it, and holds up no other.
func (r *Drafts) scanIdle(row scanner) (d cases.IdleDraft, err error) {
	var updated int64
	var body string
	if err := row.Scan(&d.ID, &d.Owner, &d.Service, &d.Hash, &d.Version, &updated, &body); err != nil {
		return d, err
	}
	d.UpdatedAt = time.UnixMilli(updated).UTC()
	var inside cases.Draft
	if plain, err := r.db.open(draftBody, d.ID, body); err == nil && json.Unmarshal(plain, &inside) == nil {
		d.Empty, d.Aside = inside.Empty(), inside.Aside
	}
	return d, nil
}
