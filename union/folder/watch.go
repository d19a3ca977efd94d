package folder

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Reading is one state of the folders.
type Reading interface {
	// Digest names the state.
	Digest() string
	// Take offers what stands there. It returns Problems if that cannot be offered, and any other error if it should be
	// tried again.
	Take(ctx context.Context) error
}

// Watch keeps what is offered at what stands in folders that people write to.
type Watch struct {
	read func() (Reading, error)
	now  func() time.Time
	log  *slog.Logger

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

// NewWatch watches what read reads.
func NewWatch(read func() (Reading, error), now func() time.Time, log *slog.Logger) *Watch {
	return &Watch{read: read, now: now, log: log}
}

// Open reads the folders for the first time. There is nothing to fall back to: an error is the end.
func (w *Watch) Open(ctx context.Context) error {
	r, err := w.read()
	if err != nil {
		return err
	}
	return w.take(ctx, r)
}

// Run looks at every tick until ctx ends.
func (w *Watch) Run(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			w.Look(ctx)
		}
	}
}

// Look takes what stands in the folders if it has changed, was the same at the last look, and is faultless. The second
// look is for files that are being written. What is refused is refused whole, and what was offered before goes on.
func (w *Watch) Look(ctx context.Context) {
	r, err := w.read()
	if err != nil {
		w.seen = ""
		w.refuse(err.Error(), err)
		return
	}
	digest, last := r.Digest(), w.seen
	w.seen = digest
	switch {
	case digest == w.taken:
		w.back()
	case digest != last:
	default:
		w.change(ctx, r, digest)
	}
}

func (w *Watch) change(ctx context.Context, r Reading, digest string) {
	err := w.take(ctx, r)
	var problems Problems
	switch {
	case err == nil:
		w.refused = ""
		w.log.Info("files are taken from the folder")
	case errors.As(err, &problems):
		w.refuse(digest, problems)
	case ctx.Err() == nil: // the database: the next look tries again
		w.note(err)
		if unpublished := "unpublished " + digest; w.refused != unpublished {
			w.refused = unpublished
			w.log.Warn("files of the folder could not be published and are tried again", "error", err)
		}
	}
}

func (w *Watch) take(ctx context.Context, r Reading) error {
	if err := r.Take(ctx); err != nil {
		return err
	}
	w.taken = r.Digest()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status = Status{Taken: w.now()}
	return nil
}

// refuse says once why a state of the folders is not taken.
func (w *Watch) refuse(digest string, why error) {
	w.note(why)
	if w.refused == digest {
		return
	}
	w.refused = digest
	var problems Problems
	if !errors.As(why, &problems) {
		w.log.Error("files are refused, the ones before go on", "error", why)
		return
	}
	for _, p := range problems[:min(len(problems), mostLogged)] {
		w.log.Error("files are refused, the ones before go on", "file", p.File, "line", p.Line, "field", p.Field, "error", p.Text,
			"mistakes", len(problems))
	}
}

// mostLogged ends the list of mistakes in the log; the check command of the files shows them all.
const mostLogged = 20

// back is when the folders hold again what is offered.
func (w *Watch) back() {
	if w.Status().Refused == nil {
		return
	}
	w.refused = ""
	w.note(nil)
	w.log.Info("the folder holds again what is offered")
}

func (w *Watch) note(refused error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status.Refused = refused
}

// Status tells how the folders stand. It may be asked by anybody at any time.
func (w *Watch) Status() Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status
}
