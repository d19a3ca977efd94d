package service

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"
)

// Folder keeps a catalogue at what stands in folders that people write to.
type Folder struct {
	catalogue *Catalogue
	layers    []fs.FS
	now       func() time.Time
	log       *slog.Logger

	// What was seen at the last look, what was refused and what is offered, by digest. They belong to whoever looks.
	seen, refused, taken string

	mu     sync.Mutex
	status Status
}

// Status is how the folders stand.
type Status struct {
	// Taken is when what is offered now was read.
	Taken time.Time
	// Refused says why what stands in the folders now is not offered; nil while it is.
	Refused error
}

// NewFolder watches folders, later ones over earlier ones as Load reads them.
func NewFolder(c *Catalogue, now func() time.Time, log *slog.Logger, layers ...fs.FS) *Folder {
	return &Folder{catalogue: c, layers: layers, now: now, log: log}
}

// Open reads the folders for the first time. There is nothing to fall back to: an error is the end.
func (f *Folder) Open(ctx context.Context) error {
	t, err := read(f.layers)
	if err != nil {
		return err
	}
	return f.take(ctx, t)
}

// Run looks at every tick until ctx ends.
func (f *Folder) Run(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			f.Look(ctx)
		}
	}
}

// Look takes what stands in the folders if it has changed, was the same at the last look, and is faultless. The second
// look is for files that are being written. What is refused is refused whole, and what was offered before goes on.
func (f *Folder) Look(ctx context.Context) {
	t, err := read(f.layers)
	if err != nil {
		f.seen = ""
		f.refuse(err.Error(), err)
		return
	}
	digest, last := t.digest(), f.seen
	f.seen = digest
	switch {
	case digest == f.taken:
		f.back()
	case digest != last:
	default:
		f.change(ctx, t, digest)
	}
}

func (f *Folder) change(ctx context.Context, t *texts, digest string) {
	err := f.take(ctx, t)
	var problems Problems
	switch {
	case err == nil:
		f.refused = ""
		f.log.Info("services are taken from the folder", "offered", len(f.catalogue.All()))
	case errors.As(err, &problems):
		f.refuse(digest, problems)
	case ctx.Err() == nil: // the database: the next look tries again
		f.note(err)
		if unpublished := "unpublished " + digest; f.refused != unpublished {
			f.refused = unpublished
			f.log.Warn("services could not be published and are tried again", "error", err)
		}
	}
}

func (f *Folder) take(ctx context.Context, t *texts) error {
	set, err := t.load()
	if err != nil {
		return err
	}
	if err := f.catalogue.Offer(ctx, set); err != nil {
		return err
	}
	f.taken = t.digest()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status = Status{Taken: f.now()}
	return nil
}

// refuse says once why a state of the folders is not taken.
func (f *Folder) refuse(digest string, why error) {
	f.note(why)
	if f.refused == digest {
		return
	}
	f.refused = digest
	var problems Problems
	if !errors.As(why, &problems) {
		f.log.Error("services are refused, the ones before go on", "error", why)
		return
	}
	for _, p := range problems[:min(len(problems), mostLogged)] {
		f.log.Error("services are refused, the ones before go on", "file", p.File, "line", p.Line, "field", p.Field, "error", p.Text,
			"mistakes", len(problems))
	}
}

// mostLogged ends the list of mistakes in the log; `unionbot services check` shows them all.
const mostLogged = 20

// back is when the folders hold again what is offered.
func (f *Folder) back() {
	if f.Status().Refused == nil {
		return
	}
	f.refused = ""
	f.note(nil)
	f.log.Info("the services' folder holds again what is offered")
}

func (f *Folder) note(refused error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Refused = refused
}

// Status tells how the folders stand. It may be asked by anybody at any time.
func (f *Folder) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.status
}
