package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

const (
	// followEvery is how often a broadcast that somebody follows is looked at.
	followEvery = time.Second
	// followLess keeps the counting of a large one from taking more than a tenth of the time.
	followLess = 10
	// followAlive is how often a stream says that it is there, where nothing changes.
	followAlive = 15 * time.Second
)

// castLook says how a broadcast stands.
type castLook func(ctx context.Context, number string) (broadcast.Report, error)

// follow tells each of how a broadcast stands now and of every change, until it has ended; idle hears that there was none.
func (look castLook) follow(ctx context.Context, number string, every time.Duration, each func(broadcast.Report) error, idle func() error) error {
	var last *broadcast.Report
	for {
		began := time.Now()
		r, err := look(ctx, number)
		if err != nil {
			return fmt.Errorf("show %s: %w", number, err)
		}
		if last == nil || last.State != r.State || last.Head != r.Head || last.Full != r.Full || !maps.Equal(last.Counts, r.Counts) {
			err = each(r)
		} else {
			err = idle()
		}
		if err != nil || r.State.Over() && !r.EndedAt.IsZero() {
			return err
		}
		last = &r
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(every, followLess*time.Since(began))):
		}
	}
}

// castProgress streams how a broadcast stands as server-sent events. It names nobody, and is for operators and consoles on this
// machine.
type castProgress struct {
	look  castLook
	zone  *time.Location
	every time.Duration
	log   *slog.Logger
}

func newCastProgress(c config.Config, desk *broadcast.Desk, log *slog.Logger) castProgress {
	return castProgress{look: desk.Look, zone: c.Timezone, every: followEvery, log: log.With("part", "broadcast progress")}
}

// ServeHTTP implements http.Handler.
func (p castProgress) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number := strings.ToUpper(r.PathValue("number"))
	switch _, err := p.look(r.Context(), number); {
	case errors.Is(err, union.ErrNotFound):
		http.Error(w, "no such broadcast", http.StatusNotFound)
		return
	case err != nil:
		p.log.Warn("broadcast not read", "broadcast", number, "error", err)
		http.Error(w, "the broadcast cannot be read now", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	s := stream{w: w, control: http.NewResponseController(w), said: time.Now()}
	_ = s.control.SetReadDeadline(time.Time{}) // it lasts longer than the reading of a request may
	err := p.look.follow(r.Context(), number, p.every, func(now broadcast.Report) error {
		event := "progress"
		if now.State.Over() && !now.EndedAt.IsZero() {
			event = "end"
		}
		return s.say(event, lineOfReport(now, p.zone))
	}, s.alive)
	if err != nil && r.Context().Err() == nil {
		p.log.Info("progress is told no more", "broadcast", number, "error", err) // who follows asks again
	}
}

// stream is one answer that goes on.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	said    time.Time
}

func (s *stream) say(event string, data any) error {
	line, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode progress: %w", err)
	}
	return s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, line))
}

// alive keeps what lies between from giving the connection up.
func (s *stream) alive() error {
	if time.Since(s.said) < followAlive {
		return nil
	}
	return s.write(": nothing new\n\n")
}

func (s *stream) write(text string) error {
	s.said = time.Now()
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("tell progress: %w", err)
	}
	if err := s.control.Flush(); err != nil {
		return fmt.Errorf("tell progress: %w", err)
	}
	return nil
}
