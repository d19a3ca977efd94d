package main

import (
	"context"
	"io"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/media"
	"github.com/unionbot/unionbot/union/fund"
)

// keepSheet keeps what was made to be sent, for a day.
func keepSheet(s *stores) fund.Keep {
	const limit = 20 << 20 // what WeCom takes as a file
	sheets := storage.NewSheets(s.db)
	return func(ctx context.Context, r io.Reader) (string, error) {
		kept, err := s.media.Keep(ctx, r, limit)
		if err != nil {
			return "", err
		}
		return kept.Hash, sheets.Made(ctx, kept.Hash, time.Now())
	}
}

// keepIn keeps in the store what the fetcher brings.
func keepIn(s *media.Store) delivery.Keep {
	return func(ctx context.Context, r io.Reader, limit int64, paper bool) (bot.KeptMedia, error) {
		keep := s.Keep
		if paper {
			keep = s.KeepPaper
		}
		k, err := keep(ctx, r, limit)
		return bot.KeptMedia(k), err
	}
}
