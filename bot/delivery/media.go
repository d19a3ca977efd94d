package delivery

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// Shelf lists the files that are wanted and takes note of what became of them.
type Shelf interface {
	// Wanted returns files to fetch and leases them, so that no other process fetches them at the same time.
	Wanted(ctx context.Context, now time.Time, limit int) ([]bot.WantedMedia, error)
	Kept(ctx context.Context, id int64, k bot.KeptMedia) error
	// Lost records why a file is not there: for ever, or until it is tried again at retry.
	Lost(ctx context.Context, id int64, cause string, retry *time.Time) error
}

// Keep stores a file of at most limit bytes; of a paper it says whether it can be read.
type Keep func(ctx context.Context, r io.Reader, limit int64, paper bool) (bot.KeptMedia, error)

// Source fetches a file from a platform. The error of one that is gone is judged as platform.Drop.
type Source interface {
	FetchMedia(ctx context.Context, mediaID string, w io.Writer, limit int64) error
	JudgeMedia(err error) platform.Verdict
}

const (
	// mediaBytes is the largest file that a person can send: the platforms take no larger ones. [W96484]
	mediaBytes = 20 << 20
	// mediaLife is how long the platforms keep a file. [W90239]
	mediaLife = 72 * time.Hour
	// mediaAgain is the wait after a failure that may pass.
	mediaAgain = 30 * time.Second
	mediaBatch = 8
)

// Fetcher keeps what messages brought before the platform forgets it.
type Fetcher struct {
	shelf   Shelf
	store   Keep
	sources map[bot.ChannelID]Source
	now     func() time.Time
	log     *slog.Logger
	wake    chan struct{}
}

// NewFetcher makes a Fetcher; Run starts it. now is the machine's clock.
func NewFetcher(shelf Shelf, store Keep, sources map[bot.ChannelID]Source, now func() time.Time, log *slog.Logger) *Fetcher {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Fetcher{shelf: shelf, store: store, sources: sources, now: now, log: log, wake: make(chan struct{}, 1)}
}

// Wake makes the shelf be looked at soon. It never blocks.
func (f *Fetcher) Wake() { signal(f.wake) }

// Run fetches until ctx ends.
func (f *Fetcher) Run(ctx context.Context) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		case <-tick.C:
		}
		for f.round(ctx) {
		}
	}
}

// round fetches one batch; more is true if there may be another.
func (f *Fetcher) round(ctx context.Context) (more bool) {
	wanted, err := f.shelf.Wanted(ctx, f.now(), mediaBatch)
	if err != nil {
		if ctx.Err() == nil {
			f.log.Warn("attachments not read", "err", err)
		}
		return false
	}
	for _, w := range wanted {
		if ctx.Err() != nil {
			return false
		}
		f.fetch(ctx, w)
	}
	return len(wanted) == mediaBatch
}

func (f *Fetcher) fetch(ctx context.Context, w bot.WantedMedia) {
	source, ok := f.sources[w.Channel]
	if !ok {
		f.lose(ctx, w, "channel is not configured", nil)
		return
	}
	kept, err := f.keep(ctx, source, w)
	if err == nil {
		if err := f.shelf.Kept(ctx, w.ID, kept); err != nil {
			f.log.Warn("kept file not recorded", "attachment", w.ID, "err", err)
		}
		return
	}
	now := f.now()
	again := now.Add(mediaAgain)
	switch verdict := source.JudgeMedia(err); {
	case errors.Is(err, platform.ErrTooLarge):
		f.lose(ctx, w, "too large", nil)
	case verdict == platform.Drop || verdict == platform.Fault:
		f.lose(ctx, w, err.Error(), nil)
	case now.Sub(w.Created) > mediaLife:
		f.lose(ctx, w, "expired at the platform", nil)
	default:
		f.lose(ctx, w, err.Error(), &again)
	}
}

// keep streams the file from the platform into the store.
func (f *Fetcher) keep(ctx context.Context, source Source, wanted bot.WantedMedia) (bot.KeptMedia, error) {
	r, w := io.Pipe()
	fetched := make(chan error, 1)
	go func() {
		err := source.FetchMedia(ctx, wanted.MediaID, w, mediaBytes)
		w.CloseWithError(err) // nil ends the file
		fetched <- err
	}()
	kept, err := f.store(ctx, r, mediaBytes, wanted.Paper)
	r.CloseWithError(err) // lets the fetch end if the store gave up
	if fetchErr := <-fetched; fetchErr != nil && err != nil {
		// The platform's word says more than the store's complaint about it, unless the store failed first.
		var refused *platform.Error
		var outage *platform.Outage
		if errors.As(fetchErr, &refused) || errors.As(fetchErr, &outage) || errors.Is(fetchErr, platform.ErrTooLarge) {
			return bot.KeptMedia{}, fetchErr
		}
	}
	return kept, err
}

func (f *Fetcher) lose(ctx context.Context, w bot.WantedMedia, cause string, retry *time.Time) {
	f.log.Warn("attachment not fetched", "attachment", w.ID, "channel", string(w.Channel), "cause", cause, "again", retry != nil)
	if err := f.shelf.Lost(ctx, w.ID, cause, retry); err != nil {
		f.log.Warn("lost attachment not recorded", "attachment", w.ID, "err", err)
	}
}
