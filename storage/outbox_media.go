package storage

import (
	"context"
	"errors"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// MediaShelf is the attachments as delivery fetches them.
type MediaShelf struct {
	attachments *Attachments
	came        func(ctx context.Context, a cases.Attachment) error
}

// NewMediaShelf shows the pending attachments. came is told of each that was kept or is lost for good, in the
// transaction that says so.
func NewMediaShelf(a *Attachments, came func(ctx context.Context, a cases.Attachment) error) *MediaShelf {
	return &MediaShelf{attachments: a, came: came}
}

// Wanted returns files to fetch and leases them.
func (s *MediaShelf) Wanted(ctx context.Context, now time.Time, limit int) ([]bot.WantedMedia, error) {
	pending, err := s.attachments.Pending(ctx, now, limit)
	if err != nil {
		return nil, err
	}
	wanted := make([]bot.WantedMedia, 0, len(pending))
	for _, a := range pending {
		wanted = append(wanted, bot.WantedMedia{
			ID: int64(a.ID), Channel: bot.ChannelID(a.Channel), MediaID: a.MediaID, Created: a.CreatedAt, Paper: a.Sheet > 0,
		})
	}
	return wanted, nil
}

// Kept records where a file was stored.
func (s *MediaShelf) Kept(ctx context.Context, id int64, k bot.KeptMedia) error {
	return s.attachments.db.Tx(ctx, func(ctx context.Context) error {
		if err := s.attachments.Kept(ctx, cases.ID(id), k.Hash, k.Size, k.Type); err != nil {
			return err
		}
		if k.Doubt != "" {
			if err := s.attachments.Doubt(ctx, cases.ID(id), k.Doubt); err != nil {
				return err
			}
		}
		return s.tell(ctx, cases.ID(id))
	})
}

// tell is of what was removed meanwhile to nobody.
func (s *MediaShelf) tell(ctx context.Context, id cases.ID) error {
	a, err := s.attachments.Get(ctx, id)
	if errors.Is(err, union.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.came(ctx, a)
}

// Lost records why a file is not there: for ever, or until it is tried again at retry.
func (s *MediaShelf) Lost(ctx context.Context, id int64, cause string, retry *time.Time) error {
	return s.attachments.db.Tx(ctx, func(ctx context.Context) error {
		if err := s.attachments.Lost(ctx, cases.ID(id), shortCause(cause), retry); err != nil || retry != nil {
			return err
		}
		return s.tell(ctx, cases.ID(id))
	})
}
