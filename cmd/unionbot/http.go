package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"sync"
	"sync/atomic"
	"time"
)

// A platform cuts the connection after five seconds; what takes longer here is a slow or hostile client. An answer
// may be held back longer than that on purpose, so that the platform asks again.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
)

func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// OPTIONS * is for the handler, as every other request.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.With("part", "http").Handler(), slog.LevelDebug),
	}
}

// newInnerServer has no write time-out: a profile takes as long as its operator says.
func newInnerServer(handler http.Handler, log *slog.Logger) *http.Server {
	s := newServer(handler, log)
	s.WriteTimeout = 0
	return s
}

// listen binds a socket; port 0 chooses a free one.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}

// serveUntil serves until ctx ends, then lets requests finish for the grace period and cuts off the rest.
func serveUntil(ctx context.Context, s *http.Server, l net.Listener, grace time.Duration) error {
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := s.Shutdown(patience); err != nil {
		// Who is cut off is a platform, which asks again, or a page.
		if err := s.Close(); err != nil {
			return fmt.Errorf("stop serving %s: %w", l.Addr(), err)
		}
	}
	return nil
}

// health answers the two questions of an orchestrator.
type health struct {
	stopping atomic.Bool
	// reach are the dependencies by name.
	reach map[string]func(context.Context) error
	log   *slog.Logger

	mu   sync.Mutex
	away map[string]bool // as was logged last
}

// routes adds /healthz (the process is alive) and /readyz (it can work: dependencies answer, it is not stopping).
func (h *health) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		h.answer(w, http.StatusOK, "alive\n")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		status, text := h.ready(ctx)
		h.answer(w, status, text)
	})
}

func (h *health) ready(ctx context.Context) (status int, text string) {
	if h.stopping.Load() {
		return http.StatusServiceUnavailable, "stopping\n"
	}
	status, text = http.StatusOK, ""
	for name, reach := range h.reach {
		err := reach(ctx)
		h.tell(name, err)
		if err != nil {
			status, text = http.StatusServiceUnavailable, text+name+" is away\n"
		}
	}
	if text == "" {
		text = "ready\n"
	}
	return status, text
}

// tell logs that a dependency went away or came back, once each: whoever asks often must not fill the log. The cause goes
// there and not into the answer, for it may name hosts.
func (h *health) tell(name string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch away := h.away[name]; {
	case err != nil && !away:
		h.log.Warn("dependency is away", "dependency", name, "error", err)
	case err == nil && away:
		h.log.Info("dependency is back", "dependency", name)
	}
	if h.away == nil {
		h.away = map[string]bool{}
	}
	h.away[name] = err != nil
}

func (h *health) answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // the asker may be gone
}

// innerHandler is for operators only: it is served on the inner listener.
func innerHandler(metrics, casts http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.Handle("GET /broadcasts/{number}/progress", casts)
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
