package main

import (
	"context"
	"io"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/media"
	"github.com/unionbot/unionbot/union/cases"
)

// attachments show the fetcher what cases and drafts wait for.
type attachments struct{ *storage.Attachments }

// Wanted implements delivery.Shelf.
func (a attachments) Wanted(ctx context.Context, now time.Time, limit int) ([]delivery.Wanted, error) {
	pending, err := a.Pending(ctx, now, limit)
	if err != nil {
		return nil, err
	}
	wanted := make([]delivery.Wanted, len(pending))
	for i, p := range pending {
		wanted[i] = delivery.Wanted{ID: int64(p.ID), Channel: bot.ChannelID(p.Channel), MediaID: p.MediaID, Created: p.CreatedAt}
	}
	return wanted, nil
}

// Kept implements delivery.Shelf.
func (a attachments) Kept(ctx context.Context, id int64, k delivery.Kept) error {
	return a.Attachments.Kept(ctx, cases.ID(id), k.Hash, k.Size, k.Type)
}

// Lost implements delivery.Shelf.
func (a attachments) Lost(ctx context.Context, id int64, cause string, retry *time.Time) error {
	return a.Attachments.Lost(ctx, cases.ID(id), cause, retry)
}

// keepIn keeps in the folder what the fetcher brings.
func keepIn(f *media.Folder) delivery.Keep {
	return func(ctx context.Context, r io.Reader, limit int64) (delivery.Kept, error) {
		k, err := f.Keep(ctx, r, limit)
		return delivery.Kept(k), err
	}
}
