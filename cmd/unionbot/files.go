package main

import (
	"context"
	"io"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/storage/media"
	"github.com/unionbot/unionbot/union/fund"
)

// keepSheet keeps a workbook until it is sent.
func keepSheet(s *media.Store) fund.Keep {
	const limit = 20 << 20 // what WeCom takes as a file
	return func(ctx context.Context, r io.Reader) (string, error) {
		kept, err := s.Keep(ctx, r, limit)
		return kept.Hash, err
	}
}

// keepIn keeps in the store what the fetcher brings.
func keepIn(s *media.Store) delivery.Keep {
	return func(ctx context.Context, r io.Reader, limit int64) (bot.KeptMedia, error) {
		k, err := s.Keep(ctx, r, limit)
		return bot.KeptMedia(k), err
	}
}
