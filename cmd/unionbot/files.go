package main

import (
	"context"
	"io"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/storage/media"
)

// keepIn keeps in the store what the fetcher brings.
func keepIn(s *media.Store) delivery.Keep {
	return func(ctx context.Context, r io.Reader, limit int64) (bot.KeptMedia, error) {
		k, err := s.Keep(ctx, r, limit)
		return bot.KeptMedia(k), err
	}
}
