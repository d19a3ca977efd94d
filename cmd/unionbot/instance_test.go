package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// story notes what happened, in order.
type story struct {
	mu    sync.Mutex
	lines []string
}

func (s *story) tell(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, line)
}

func TestAStopLetsARunningCallbackEndAndStopsInOrder(t *testing.T) {
	var told story
	arrived, release := make(chan struct{}), make(chan struct{})
	workerEnded := make(chan struct{})
	log := slog.New(slog.DiscardHandler)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /callback", func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		told.tell("callback answered")
		_, _ = io.WriteString(w, "answer")
	})
	s := &instance{
		health:  &health{log: log},
		handler: mux, inner: http.NotFoundHandler(), log: log,
		workers: []job{{"worker", func(ctx context.Context) { <-ctx.Done(); close(workerEnded) }}},
		keepers: []job{{"keeper", func(ctx context.Context) { <-ctx.Done(); told.tell("keeper ended") }}},
		drain:   func(context.Context) error { told.tell("turns drained"); return nil },
		closers: []func() error{func() error { told.tell("store closed"); return nil }},
	}
	listener, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx, listeners{public: listener}) }()
	answered := make(chan string, 1)
	go func() {
		response, err := http.Post("http://"+listener.Addr().String()+"/callback", "text/xml", http.NoBody)
		if err != nil {
			answered <- err.Error()
			return
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			answered <- err.Error()
		}
		_ = response.Body.Close()
		answered <- string(body)
	}()
	<-arrived
	stop()
	<-workerEnded // while the callback still runs
	close(release)
	if got := <-answered; got != "answer" {
		t.Errorf("the callback got %q", got)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("run: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it did not stop")
	}
	want := []string{"callback answered", "turns drained", "keeper ended", "store closed"}
	if !slices.Equal(told.lines, want) {
		t.Errorf("it went %v", told.lines)
	}
}

func TestReadinessNamesWhatIsAwayAndNotWhere(t *testing.T) {
	h := &health{log: slog.New(slog.DiscardHandler), reach: map[string]func(context.Context) error{
		"database": func(context.Context) error { return nil },
		"redis":    func(context.Context) error { return io.ErrUnexpectedEOF },
	}}
	if status, text := h.ready(t.Context()); status != http.StatusServiceUnavailable || text != "redis is away\n" {
		t.Errorf("got %d %q", status, text)
	}
	delete(h.reach, "redis")
	if status, text := h.ready(t.Context()); status != http.StatusOK || text != "ready\n" {
		t.Errorf("got %d %q", status, text)
	}
	h.stopping.Store(true)
	if status, _ := h.ready(t.Context()); status != http.StatusServiceUnavailable {
		t.Errorf("while stopping: %d", status)
	}
}

func TestASweepGoesOnUntilLittleIsLeft(t *testing.T) {
	left := int64(2*sweepBatch + 5)
	calls := 0
	sweep(t.Context(), chore{"rows", func(context.Context) (int64, error) {
		calls++
		removed := min(left, sweepBatch)
		left -= removed
		return removed, nil
	}}, slog.New(slog.DiscardHandler))
	if left != 0 || calls != 3 {
		t.Errorf("%d left after %d calls", left, calls)
	}
}
