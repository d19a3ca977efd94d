package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhoeverAsksOftenDoesNotFillTheLog(t *testing.T) {
	var log bytes.Buffer
	var away error
	h := &health{log: slog.New(slog.NewTextHandler(&log, nil)), reach: map[string]func(context.Context) error{
		"database": func(context.Context) error { return away },
	}}
	mux := http.NewServeMux()
	h.routes(mux)
	ask := func(want int) {
		t.Helper()
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
		if w.Code != want || strings.Contains(w.Body.String(), "10.0.0.7") {
			t.Errorf("got %d %s, want %d", w.Code, w.Body, want)
		}
	}
	ask(http.StatusOK)
	away = errors.New("dial 10.0.0.7: refused")
	for range 5 {
		ask(http.StatusServiceUnavailable)
	}
	away = nil
	ask(http.StatusOK)
	if n := strings.Count(log.String(), "dependency is away"); n != 1 || !strings.Contains(log.String(), "dependency is back") {
		t.Errorf("logged %d times:\n%s", n, &log)
	}
}
