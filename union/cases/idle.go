package cases

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

const (
	// DraftKept is how long a draft is kept after it was touched last, and what is left of a closed one: that late saves
	// find it closed, and its owner hears of it.
	DraftKept = 30 * 24 * time.Hour
	// DraftWarning is how long before its end the owner of a draft is told, at least.
	DraftWarning = 3 * 24 * time.Hour
)

// Owners are told by day, for what is no hurry wakes nobody: from warnFrom o'clock until before warnUntil.
const (
	warnFrom  = 9
	warnUntil = 20
)

// IdleDraft is an open draft that nobody has touched for long.
type IdleDraft struct {
	ID        ID
	Owner     union.MemberID
	Service   string
	Hash      string
	Version   int64
	UpdatedAt time.Time
	Empty     bool
	// Aside says that the owner has called the form off for now.
	Aside bool
}

// WarnDrafts tells the owners of up to limit drafts that these are about to expire, and returns how many it looked at.
// Of an empty one it says nothing. At night it does nothing.
func (d *Desk) WarnDrafts(ctx context.Context, limit int) (int64, error) {
	now := d.now()
	if hour := now.In(d.zone).Hour(); hour < warnFrom || hour >= warnUntil {
		return 0, nil
	}
	idle, err := d.store.Drafts.Unwarned(ctx, now.Add(DraftWarning-DraftKept), limit)
	if err != nil {
		return 0, fmt.Errorf("warn of drafts: %w", err)
	}
	for i, draft := range idle {
		if err := d.warn(ctx, draft, now); err != nil {
			return int64(i), fmt.Errorf("warn of draft %d: %w", draft.ID, err)
		}
	}
	return int64(len(idle)), nil
}

func (d *Desk) warn(ctx context.Context, draft IdleDraft, now time.Time) error {
	return d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		marked, err := d.store.Drafts.Warned(ctx, draft, now)
		if err != nil || !marked || draft.Empty {
			return err
		}
		s, err := d.services.ByHash(ctx, draft.Hash)
		if errors.Is(err, union.ErrNotFound) {
			return nil // a form that nobody could go on with
		}
		if err != nil {
			return err
		}
		until := draft.UpdatedAt.Add(DraftKept)
		if soonest := now.Add(DraftWarning); until.Before(soonest) {
			until = soonest
		}
		return d.outbox.Put(ctx, notice.Notice{
			Key:    "draft/" + strconv.FormatInt(int64(draft.ID), 10) + "/" + strconv.FormatInt(draft.Version, 10),
			Kind:   notice.KindDraft,
			Policy: notice.Resend,
			To:     draft.Owner,
			Body:   d.words.DraftExpires(s, until),
		})
	})
}

// ExpireDrafts empties and closes up to limit drafts that nobody touched for DraftKept, though their owners were warned
// in time, and returns how many it looked at.
func (d *Desk) ExpireDrafts(ctx context.Context, limit int) (int64, error) {
	now := d.now()
	due, err := d.store.Drafts.Due(ctx, now.Add(-DraftKept), now.Add(-DraftWarning), limit)
	if err != nil {
		return 0, fmt.Errorf("expire drafts: %w", err)
	}
	for i, draft := range due {
		as := DraftExpired
		if draft.Empty {
			as = DraftDropped // there was nothing to miss
		}
		if _, err := d.store.Drafts.Expire(ctx, draft, as, now); err != nil {
			return int64(i), fmt.Errorf("expire draft %d: %w", draft.ID, err)
		}
	}
	return int64(len(due)), nil
}

// PurgeDrafts removes what is left of up to limit drafts that were closed DraftKept ago, and returns how many went.
func (d *Desk) PurgeDrafts(ctx context.Context, limit int) (int64, error) {
	return d.store.Drafts.PurgeClosed(ctx, d.now().Add(-DraftKept), limit)
}

// ExpiredDraft returns the service of the member's draft that expired last, as long as that is known, or
// union.ErrNotFound.
func (d *Desk) ExpiredDraft(ctx context.Context, member union.MemberID) (*service.Service, error) {
	hash, err := d.store.Drafts.LastExpired(ctx, member)
	if err != nil {
		return nil, err
	}
	return d.services.ByHash(ctx, hash)
}
