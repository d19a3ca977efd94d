package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// Uploads remembers which files the platforms have. It satisfies delivery.Uploads.
type Uploads struct{ db *DB }

// NewUploads returns the repository.
func NewUploads(db *DB) *Uploads { return &Uploads{db: db} }

// Get implements delivery.Uploads.
func (r *Uploads) Get(ctx context.Context, channel bot.ChannelID, hash string, now time.Time) (kind, id string, err error) {
	found, err := queryAll(ctx, r.db, "find upload", func(row scanner) (u [2]string, err error) { return u, row.Scan(&u[0], &u[1]) },
		`SELECT kind, media_id FROM uploads WHERE channel = ? AND hash = ? AND until_ms > ?`, channel, hash, now.UnixMilli())
	if err != nil || len(found) == 0 {
		return "", "", err
	}
	return found[0][0], found[0][1], nil
}

// Purge removes what the platforms had until a time, and says how many that were: there are as many as pictures.
func (r *Uploads) Purge(ctx context.Context, before time.Time) (int64, error) {
	return execute(ctx, r.db, "remove old uploads", `DELETE FROM uploads WHERE until_ms < ?`, before.UnixMilli())
}

// Put implements delivery.Uploads.
func (r *Uploads) Put(ctx context.Context, channel bot.ChannelID, hash, kind, id string, until time.Time) error {
	_, err := execute(ctx, r.db, "note upload", `INSERT INTO uploads (channel, hash, kind, media_id, until_ms) VALUES (?, ?, ?, ?, ?)`+
		r.db.overwrite("channel, hash", "kind", "media_id", "until_ms"), channel, hash, kind, id, until.UnixMilli())
	return err
}
