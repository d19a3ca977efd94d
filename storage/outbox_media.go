package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
)

// MediaShelf is the attachments as delivery fetches them.
type MediaShelf struct {
	attachments *Attachments
	doubted     func(ctx context.Context, a cases.Attachment) error
}

// NewMediaShelf shows the pending attachments. doubted is told of each that can hardly be read, in the transaction that says so.
func NewMediaShelf(a *Attachments, doubted func(ctx context.Context, a cases.Attachment) error) *MediaShelf {
	return &MediaShelf{attachments: a, doubted: doubted}
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
	if k.Doubt == "" {
		return s.attachments.Kept(ctx, cases.ID(id), k.Hash, k.Size, k.Type)
	}
	return s.attachments.db.Tx(ctx, func(ctx context.Context) error {
		if err := s.attachments.Kept(ctx, cases.ID(id), k.Hash, k.Size, k.Type); err != nil {
			return err
		}
		if err := s.attachments.Doubt(ctx, cases.ID(id), k.Doubt); err != nil {
			return err
		}
		a, err := s.attachments.Get(ctx, cases.ID(id))
		if err != nil {
			return err
		}
		return s.doubted(ctx, a)
	})
}

// Lost records why a file is not there: for ever, or until it is tried again at retry.
func (s *MediaShelf) Lost(ctx context.Context, id int64, cause string, retry *time.Time) error {
	return s.attachments.Lost(ctx, cases.ID(id), shortCause(cause), retry)
}
