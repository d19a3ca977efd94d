package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

const (
	// followAlive is how often a stream says that it is there, where nothing changes.
	followAlive = 15 * time.Second
	// followPatience is how long a reader may stand still before it is given up.
	followPatience = 10 * time.Second
	// followFor is how long one stream lasts: whoever still follows asks again, and a reader that is gone holds no place for longer.
	followFor = 10 * time.Minute
)

// castProgress streams how a broadcast stands as server-sent events. It names nobody, and is for operators and consoles on this
// machine.
type castProgress struct {
	watch    *castWatch
	zone     *time.Location
	patience time.Duration
	log      *slog.Logger
}

func newCastProgress(c config.Config, desk *broadcast.Desk, log *slog.Logger) castProgress {
	return castProgress{watch: newCastWatch(desk.Look), zone: c.Timezone, patience: followPatience, log: log.With("part", "broadcast progress")}
}

// ServeHTTP implements http.Handler.
func (p castProgress) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number := strings.ToUpper(r.PathValue("number"))
	s := stream{w: w, control: http.NewResponseController(w), patience: p.patience}
	ctx, cancel := context.WithTimeout(r.Context(), followFor)
	defer cancel()
	err := p.watch.follow(ctx, number, func(now broadcast.Report) error {
		event := "progress"
		if now.State.Over() && !now.EndedAt.IsZero() {
			event = "end"
		}
		return s.say(event, lineOfReport(now, p.zone))
	}, followAlive, s.alive)
	switch {
	case err == nil || ctx.Err() != nil:
	case s.begun:
		p.log.Info("progress is told no more", "broadcast", number, "error", err) // who follows asks again
	case errors.Is(err, union.ErrNotFound):
		http.Error(w, "no such broadcast", http.StatusNotFound)
	case errors.Is(err, errCrowded):
		w.Header().Set("Retry-After", "10")
		http.Error(w, "too many follow broadcasts here", http.StatusServiceUnavailable)
	default:
		p.log.Warn("broadcast not read", "broadcast", number, "error", err)
		http.Error(w, "the broadcast cannot be read now", http.StatusServiceUnavailable)
	}
}

// stream is one answer that goes on.
type stream struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	begun    bool
}

func (s *stream) say(event string, data any) error {
	line, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode progress: %w", err)
	}
	return s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, line))
}

// alive keeps what lies between from giving the connection up.
func (s *stream) alive() error { return s.write(": nothing new\n\n") }

// write gives a reader up that does not read.
func (s *stream) write(text string) error {
	if !s.begun {
		s.begun = true
		s.w.Header().Set("Content-Type", "text/event-stream")
		s.w.Header().Set("Cache-Control", "no-store")
		_ = s.control.SetReadDeadline(time.Time{}) // it lasts longer than the reading of a request may
	}
	if err := s.control.SetWriteDeadline(time.Now().Add(s.patience)); err != nil {
		return fmt.Errorf("tell progress: %w", err)
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("tell progress: %w", err)
	}
	if err := s.control.Flush(); err != nil {
		return fmt.Errorf("tell progress: %w", err)
	}
	return nil
}
