package cases

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// NudgeDrafts asks the owners of up to limit drafts that were left half filled the day before whether they go on, at the
// time of day that the service's file sets, and returns how many it has dealt with. A draft is asked after once in its
// life, and a person once a day. Whoever called the form off is not asked: they know that it is kept.
func (d *Desk) NudgeDrafts(ctx context.Context, limit int) (int64, error) {
	now := d.now().In(d.zone)
	if hour := now.Hour(); hour >= warnUntil {
		return 0, nil
	}
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, d.zone)
	var done int64
	var last IdleDraft
	for { // those whose hour has not come stay, and are passed over
		left, err := d.store.Drafts.Unnudged(ctx, today.AddDate(0, 0, -1), today, last, limit)
		if err != nil {
			return done, fmt.Errorf("nudge: %w", err)
		}
		for _, draft := range left {
			nudged, err := d.nudge(ctx, draft, now, today)
			if err != nil {
				return done, fmt.Errorf("nudge of draft %d: %w", draft.ID, err)
			}
			if nudged {
				done++
			}
			last = draft
		}
		if len(left) < limit {
			return done, nil
		}
	}
}

// nudge deals with one draft; it says no where that is for later.
func (d *Desk) nudge(ctx context.Context, draft IdleDraft, now, today time.Time) (dealt bool, err error) {
	s, err := d.services.ByHash(ctx, draft.Hash)
	unknown := errors.Is(err, union.ErrNotFound) // a form that nobody could go on with, or none
	if err != nil && !unknown {
		return false, err
	}
	silent := unknown || draft.Empty || draft.Aside
	if !silent {
		at, ever := s.Nudge.At()
		if ever && now.Sub(today) < at {
			return false, nil
		}
		silent = !ever
	}
	err = d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		marked, err := d.store.Drafts.Nudged(ctx, draft, now)
		if err != nil || !marked || silent {
			return err
		}
		return d.outbox.Put(ctx, notice.Notice{
			Key:    "draft/nudge/" + strconv.FormatInt(int64(draft.Owner), 10) + "/" + today.Format("20060102"),
			Kind:   notice.KindDraft,
			Policy: notice.Hold, // rather none than two
			To:     draft.Owner,
			Body:   d.words.DraftLeft(s),
		})
	})
	return err == nil, err
}
