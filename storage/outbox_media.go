package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
)

// MediaShelf is the attachments as delivery fetches them.
type MediaShelf struct{ attachments *Attachments }

// NewMediaShelf shows the pending attachments.
func NewMediaShelf(a *Attachments) *MediaShelf { return &MediaShelf{attachments: a} }

// Wanted returns files to fetch and leases them.
func (s *MediaShelf) Wanted(ctx context.Context, now time.Time, limit int) ([]bot.WantedMedia, error) {
	pending, err := s.attachments.Pending(ctx, now, limit)
	if err != nil {
		return nil, err
	}
	wanted := make([]bot.WantedMedia, 0, len(pending))
	for _, a := range pending {
		wanted = append(wanted, bot.WantedMedia{
			ID: int64(a.ID), Channel: bot.ChannelID(a.Channel), MediaID: a.MediaID, Created: a.CreatedAt,
		})
	}
	return wanted, nil
}

// Kept records where a file was stored.
func (s *MediaShelf) Kept(ctx context.Context, id int64, k bot.KeptMedia) error {
	return s.attachments.Kept(ctx, cases.ID(id), k.Hash, k.Size, k.Type)
}

// Lost records why a file is not there: for ever, or until it is tried again at retry.
func (s *MediaShelf) Lost(ctx context.Context, id int64, cause string, retry *time.Time) error {
	return s.attachments.Lost(ctx, cases.ID(id), shortCause(cause), retry)
}
