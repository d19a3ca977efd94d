package service_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/unionbot/unionbot/union/service"
)

// guarded is an archive for several goroutines, which may be away.
type guarded struct {
	mu   sync.Mutex
	kept archive
	away error
	// before is called with what is to be published.
	before func(...service.Version)
}

func (g *guarded) Publish(ctx context.Context, versions ...service.Version) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.away != nil {
		return g.away
	}
	if g.before != nil {
		g.before(versions...)
	}
	return g.kept.Publish(ctx, versions...)
}

func (g *guarded) Version(ctx context.Context, hash string) (service.Version, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.kept.Version(ctx, hash)
}

// watched is a folder that is looked at by hand.
type watched struct {
	t         *testing.T
	files     fstest.MapFS
	archive   *guarded
	catalogue *service.Catalogue
	folder    *service.Folder
	log       bytes.Buffer
	now       time.Time
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	w := &watched{t: t, files: folder(), archive: &guarded{kept: archive{}}, now: time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	w.catalogue = service.NewCatalogue(w.archive, clock, time.UTC)
	w.folder = service.NewFolder(w.catalogue, clock, slog.New(slog.NewJSONHandler(&w.log, nil)), folder("idea.yaml", small), w.files)
	if err := w.folder.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// put writes a file; nothing removes it.
func (w *watched) put(name, text string) {
	if text == "" {
		delete(w.files, name)
		return
	}
	w.files[name] = &fstest.MapFile{Data: []byte(text)}
}

// look looks so often, a minute apart, and returns what was logged.
func (w *watched) look(times int) string {
	w.log.Reset()
	for range times {
		w.now = w.now.Add(time.Minute)
		w.folder.Look(w.t.Context())
	}
	return w.log.String()
}

// offers checks how long the decision may take by what is offered, and whether something is refused.
func (w *watched) offers(days int, refused bool) {
	w.t.Helper()
	s, ok := w.catalogue.Current("idea")
	if !ok || s.Review[0].Days != days {
		w.t.Errorf("offered is %v, want %d days", ok, days)
	}
	if got := w.folder.Status().Refused; (got != nil) != refused {
		w.t.Errorf("refused is %v", got)
	}
}

func TestAChangedFolderIsTakenOnceItStandsStill(t *testing.T) {
	w := newWatched(t)
	opened := w.folder.Status().Taken
	if said := w.look(3); said != "" {
		t.Errorf("a folder that does not change is talked about: %s", said)
	}
	w.put("idea.yaml", strings.Replace(small, "days: 3", "days: 5", 1))
	w.look(1)
	w.offers(3, false)
	w.put("idea.yaml", strings.Replace(small, "days: 3", "days: 7", 1)) // it was being written
	w.look(1)
	w.offers(3, false)
	before, _ := w.catalogue.Current("idea")
	w.archive.before = func(versions ...service.Version) {
		if s, _ := w.catalogue.Current("idea"); s.Hash != before.Hash || versions[0].Hash == before.Hash {
			t.Errorf("%s is offered before it is published", s.Hash)
		}
	}
	if said := w.look(1); !strings.Contains(said, "files are taken from the folder") {
		t.Errorf("it says %q", said)
	}
	w.offers(7, false)
	if at := w.folder.Status().Taken; !at.Equal(w.now) || at.Equal(opened) {
		t.Errorf("taken at %s", at)
	}
	if s, err := w.catalogue.ByHash(t.Context(), before.Hash); err != nil || s != before {
		t.Errorf("the version before is forgotten: %v", err)
	}
	w.archive.before = nil
	w.put("idea.yaml", "")
	w.look(2)
	w.offers(3, false)
}

func TestABrokenFolderIsRefusedWholeAndSaidOnce(t *testing.T) {
	w := newWatched(t)
	w.put("idea.yaml", strings.Replace(small, "days: 3", "days: 5", 1)) // faultless by itself
	w.put("other.yaml", "prefx: XX\n")
	said := w.look(5)
	w.offers(3, true)
	if want := `"file":"other.yaml","line":1,"field":"","error":"unknown key: \"prefx\" is none of from`; strings.Count(said, want) != 1 {
		t.Errorf("the log does not say %s once: %s", want, said)
	}
	if !strings.Contains(said, `did you mean \"prefix\"?`) || !strings.Contains(said, `"field":"title"`) {
		t.Errorf("the log does not say what was expected: %s", said)
	}
	w.put("other.yaml", "prefix: X\n")
	if said := w.look(2); !strings.Contains(said, `"field":"prefix"`) {
		t.Errorf("another mistake is not told: %s", said)
	}
	w.put("other.yaml", "")
	w.look(2)
	w.offers(5, false)
	w.put("other.yaml", "prefx: XX\n")
	w.look(2)
	w.offers(5, true)
	w.put("other.yaml", "")
	if said := w.look(1); !strings.Contains(said, "holds again what is offered") {
		t.Errorf("a mistake that was taken back: %s", said)
	}
	w.offers(5, false)
	w.put("other.yaml", "prefx: XX\n")
	if said := w.look(2); !strings.Contains(said, "prefx") {
		t.Errorf("a mistake that was made again is not told: %q", said)
	}
}

func TestAFolderThatCannotBeReadOrPublishedIsTriedAgain(t *testing.T) {
	w := newWatched(t)
	w.put("idea.yaml/nothing", "a folder of that name")
	if said := w.look(3); strings.Count(said, "idea.yaml is no file") != 1 {
		t.Errorf("a folder in the place of a file: %s", said)
	}
	w.offers(3, true)
	w.put("idea.yaml/nothing", "")
	w.put("idea.yaml", strings.Replace(small, "days: 3", "days: 5", 1))
	w.archive.away = errors.New("the database is away")
	if said := w.look(4); strings.Count(said, "files of the folder could not be published and are tried again") != 1 {
		t.Errorf("a database that is away is not told once: %s", said)
	}
	w.offers(3, true)
	w.archive.away = nil
	w.look(1)
	w.offers(5, false)
}

func TestAFolderIsLookedAtUntilTheEnd(t *testing.T) {
	w := newWatched(t)
	w.put("idea.yaml", strings.Replace(small, "days: 3", "days: 5", 1))
	ctx, stop := context.WithCancel(t.Context())
	ticks, ended := make(chan time.Time), make(chan struct{})
	go func() {
		w.folder.Run(ctx, ticks)
		close(ended)
	}()
	for range 3 { // when the third is taken, the second has been looked at
		ticks <- w.now
	}
	w.offers(5, false)
	stop()
	<-ended
}

func TestABrokenFolderCannotBeOpened(t *testing.T) {
	c := service.NewCatalogue(archive{}, time.Now, time.UTC)
	f := service.NewFolder(c, time.Now, slog.New(slog.DiscardHandler), folder("idea.yaml", small), folder("other.yaml", "a: b"))
	if err := f.Open(t.Context()); err == nil || !strings.Contains(err.Error(), "other.yaml:1") {
		t.Errorf("it says %v", err)
	}
	if len(c.All()) != 0 {
		t.Error("something is offered")
	}
}
