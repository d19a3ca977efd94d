package cases

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shelf is a store of drafts whose outages a test decides: neither a real database nor its driver runs on the time of
// a synctest bubble.
type shelf struct {
	DraftStore
	mu     sync.Mutex
	away   bool
	refuse ID // and every id below
	kept   map[ID]int64
	saves  int
}

func (s *shelf) SaveAll(_ context.Context, drafts ...Draft) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := maps.Clone(s.kept)
	for _, d := range drafts {
		s.saves++
		if s.away || d.ID <= s.refuse {
			s.kept = before
			return errors.New("no")
		}
		s.kept[d.ID] = max(s.kept[d.ID], d.Version)
	}
	return nil
}

func (s *shelf) set(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
}

func (s *shelf) versions() map[ID]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.kept)
}

// runBehind runs test beside a saver in a bubble of its own time, and stops the saver.
func runBehind(t *testing.T, test func(t *testing.T, s *shelf, b *behind)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{kept: map[ID]int64{}}
		b := newBehind(Store{Drafts: s}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { b.run(ctx) })
		test(t, s, b)
		stop()
		wg.Wait()
	})
}

func TestChangesOfADraftAreKeptTogetherWithinASecond(t *testing.T) {
	runBehind(t, func(t *testing.T, s *shelf, b *behind) {
		for version := range int64(3) {
			b.put(Draft{ID: 1, Version: version + 1})
			time.Sleep(100 * time.Millisecond) // of the bubble
		}
		b.put(Draft{ID: 1, Version: 2}) // late and old
		time.Sleep(700 * time.Millisecond)
		synctest.Wait()
		if diff := cmp.Diff(map[ID]int64{1: 3}, s.versions()); diff != "" {
			t.Errorf("kept (-want +got):\n%s", diff)
		}
		if s.saves != 1 {
			t.Errorf("%d saves", s.saves)
		}
		b.put(Draft{ID: 1, Version: 4})
		time.Sleep(time.Second)
		synctest.Wait()
		if diff := cmp.Diff(map[ID]int64{1: 4}, s.versions()); diff != "" {
			t.Errorf("kept later (-want +got):\n%s", diff)
		}
	})
}

func TestDraftsWaitForTheDatabase(t *testing.T) {
	runBehind(t, func(t *testing.T, s *shelf, b *behind) {
		s.set(true)
		for id := ID(1); id <= 100; id++ {
			b.put(Draft{ID: id, Version: 1})
		}
		time.Sleep(time.Minute)
		b.put(Draft{ID: 7, Version: 2})
		s.set(false)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if kept := s.versions(); len(kept) != 100 || kept[7] != 2 {
			t.Errorf("%d drafts are kept, the seventh in version %d", len(kept), kept[7])
		}
	})
}

func TestBadDraftsKeepNoOtherBackAndAreGivenUp(t *testing.T) {
	const bad = 3
	runBehind(t, func(t *testing.T, s *shelf, b *behind) {
		s.refuse = bad
		for id := ID(1); id <= bad; id++ {
			b.put(Draft{ID: id, Version: 1})
		}
		for id := ID(bad + 1); id < 2*bad+2*behindGiveUp; id++ {
			b.put(Draft{ID: id, Version: 1})
			time.Sleep(4 * time.Second)
			synctest.Wait()
			if s.versions()[id] != 1 {
				t.Fatalf("draft %d is not kept", id)
			}
		}
		for id := ID(1); id <= bad; id++ {
			if _, waits := b.get(id); waits {
				t.Errorf("draft %d waits still", id)
			}
		}
	})
}

func TestWhatWaitsIsKeptAtTheEnd(t *testing.T) {
	var kept *shelf
	runBehind(t, func(_ *testing.T, s *shelf, b *behind) {
		kept = s
		b.put(Draft{ID: 1, Version: 1})
	})
	if diff := cmp.Diff(map[ID]int64{1: 1}, kept.versions()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestWaitingDraftsAreBounded(t *testing.T) {
	b := newBehind(Store{}, slog.New(slog.DiscardHandler))
	for id := ID(1); id <= behindMost+2; id++ {
		b.put(Draft{ID: id, Version: 1})
	}
	if len(b.waiting) != behindMost {
		t.Errorf("%d drafts wait", len(b.waiting))
	}
	if _, waits := b.get(2); waits {
		t.Error("the oldest was not given up first")
	}
	if _, waits := b.get(behindMost + 2); !waits {
		t.Error("the newest does not wait")
	}
}
