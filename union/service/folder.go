package service

import (
	"context"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/folder"
)

// Folder keeps a catalogue at what stands in folders.
type Folder = folder.Watch

// NewFolder keeps a catalogue at what stands in folders, later ones over earlier ones as Load reads them.
func NewFolder(c *Catalogue, now func() time.Time, log *slog.Logger, layers ...fs.FS) *Folder {
	return folder.NewWatch(func() (folder.Reading, error) {
		t, err := read(layers)
		if err != nil {
			return nil, err
		}
		return reading{t, c}, nil
	}, now, log)
}

// reading is a state of the files that a catalogue may offer.
type reading struct {
	*texts
	catalogue *Catalogue
}

// Digest names this state of the files, and of the groups that they may name.
func (r reading) Digest() string {
	return folder.Digest(r.sources, r.problems) + strings.Join(r.groups, ",")
}

// Take offers the services.
func (r reading) Take(ctx context.Context) error {
	set, err := r.load()
	if err != nil {
		return err
	}
	return r.catalogue.Offer(ctx, set)
}
