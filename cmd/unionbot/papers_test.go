package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// onePaper knows one code of each kind, and fails at another.
type onePaper struct{}

func (onePaper) Check(_ context.Context, code string) (cases.Checked, error) {
	switch code {
	case "known":
		return cases.Checked{Number: "JY26-0001<b>", State: cases.Open}, nil
	case "broken":
		return cases.Checked{}, errors.New("dial tcp 10.0.0.9: refused")
	}
	return cases.Checked{}, union.ErrNotFound
}

func (onePaper) FetchPaper(_ context.Context, token string) (string, []byte, error) {
	switch token {
	case "known":
		return "JY26-0001", []byte("%PDF"), nil
	case "over":
		return "", nil, cases.ErrLinkOver
	}
	return "", nil, union.ErrNotFound
}

func paperPages(t *testing.T) http.Handler {
	t.Helper()
	c := config.Config{Timezone: time.UTC, PublicURL: "https://example.com/hui/", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	mux := http.NewServeMux()
	if err := servePapers(mux, c, onePaper{}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return behindProxies(c, mux)
}

// TestPagesOfPapersTellNobodyMore than who opened them: no cache, no other page's log, no frame.
func TestPagesOfPapersTellNobodyMore(t *testing.T) {
	pages := paperPages(t)
	for _, tt := range []struct {
		method, path string
		status       int
		says         string
	}{
		{http.MethodGet, "/hui/check/known", 200, "JY26-0001&lt;b&gt;"},
		{http.MethodGet, "/check/known", 200, "JY26-0001"},
		{http.MethodGet, "/check/other", 404, "没有查到"},
		{http.MethodGet, "/check/%2e%2e%2fknown", 404, "没有查到"},
		{http.MethodGet, "/check/broken", 500, "正忙"},
		{http.MethodGet, "/hui/paper/known", 200, "%PDF"},
		{http.MethodGet, "/paper/over", 410, "过期"},
	} {
		got := httptest.NewRecorder()
		pages.ServeHTTP(got, httptest.NewRequest(tt.method, tt.path, nil))
		if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.says) || strings.Contains(got.Body.String(), "10.0.0.9") {
			t.Errorf("%s: %d, %s", tt.path, got.Code, got.Body)
		}
		h := got.Header()
		if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", tt.path, h)
		}
		if page := tt.says != "%PDF"; page != strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %v", tt.path, h)
		}
	}
	for _, path := range []string{"/check/known", "/paper/known"} {
		got := httptest.NewRecorder()
		pages.ServeHTTP(got, httptest.NewRequest(http.MethodPost, path, nil))
		if got.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", path, got.Code)
		}
	}
}

// TestWhoGoesThroughCodesWaits, and nobody behind the same proxy.
func TestWhoGoesThroughCodesWaits(t *testing.T) {
	pages := paperPages(t)
	open := func(client string) int {
		r := httptest.NewRequest(http.MethodGet, "/check/other", nil)
		r.Header.Set("X-Forwarded-For", "203.0.113.200, "+client)
		got := httptest.NewRecorder()
		pages.ServeHTTP(got, r)
		return got.Code
	}
	refused := 0
	for range 40 {
		if open("198.51.100.1") == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < 5 || open("198.51.100.2") != http.StatusNotFound {
		t.Errorf("%d of 40 were refused, and the neighbour is answered with %d", refused, open("198.51.100.2"))
	}
}
