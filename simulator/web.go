package simulator

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"time"

	"github.com/unionbot/unionbot/union/packed"
)

//go:generate sh -c "cd ../tools && go run ./pack ../simulator/web/* | bzip2 -9 > ../simulator/web.bz2"
//go:embed web.bz2
var packedWeb []byte

// web serves the page. Nothing on it comes from elsewhere, and its policy says so.
func web() http.Handler {
	static := http.FileServerFS(packed.Files(packedWeb))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-cache")
		static.ServeHTTP(w, r)
	})
}

// heartbeat keeps the stream of changes alive through proxies.
const heartbeat = 20 * time.Second

// serveEvents streams every change to a page (server-sent events). A page reads the state when the stream opens, so
// nothing is missed in between.
func (s *Simulator) serveEvents(w http.ResponseWriter, r *http.Request) {
	changes, cancel := s.feed.subscribe()
	defer cancel()
	out := http.NewResponseController(w)
	if err := out.SetWriteDeadline(time.Time{}); err != nil { // a stream outlives the server's time-out
		s.cfg.Logger.Debug("lift write deadline", "error", err)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for line := []byte(`{"what":"open"}`); ; {
		if line != nil {
			if _, err := fmt.Fprintf(w, "data: %s\n\n", line); err != nil {
				return
			}
		} else if _, err := fmt.Fprint(w, ": beat\n\n"); err != nil {
			return
		}
		if out.Flush() != nil {
			return
		}
		var open bool
		select {
		case line, open = <-changes:
			if !open {
				return
			}
		case <-beat.C:
			line = nil
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}

// waitForBot waits for a line of the bot on a phone; that none came in time is no error.
func (s *Simulator) waitForBot(r *http.Request, person string, after int64, wait time.Duration) {
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	if _, err := s.Await(ctx, person, after, func(e Entry) bool { return e.Side != Mine }); err != nil {
		s.cfg.Logger.Debug("wait for the bot", "error", err)
	}
}
