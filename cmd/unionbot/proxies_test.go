package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage/storagetest"
)

func TestOnlyATrustedProxyIsBelievedAboutTheClient(t *testing.T) {
	tests := map[string]struct {
		peer      string
		forwarded []string
		realIP    string
		want      string
	}{
		"nobody forwards":              {peer: "198.51.100.7:4711", want: "198.51.100.7:4711"},
		"a stranger says so":           {peer: "198.51.100.7:4711", forwarded: []string{"203.0.113.9"}, realIP: "203.0.113.8", want: "198.51.100.7:4711"},
		"one proxy":                    {peer: "10.0.0.5:4711", forwarded: []string{"203.0.113.9"}, want: "203.0.113.9:0"},
		"two proxies":                  {peer: "10.0.0.5:4711", forwarded: []string{"203.0.113.9, 10.0.0.6"}, want: "203.0.113.9:0"},
		"two headers":                  {peer: "10.0.0.5:4711", forwarded: []string{"1.1.1.1", "203.0.113.9"}, want: "203.0.113.9:0"},
		"the client wrote some before": {peer: "10.0.0.5:4711", forwarded: []string{"10.0.0.1, 127.0.0.1, 203.0.113.9"}, want: "203.0.113.9:0"},
		"the client wrote nonsense":    {peer: "10.0.0.5:4711", forwarded: []string{"x\ny, 203.0.113.9"}, want: "203.0.113.9:0"},
		"the proxy wrote nonsense":     {peer: "10.0.0.5:4711", forwarded: []string{"203.0.113.9, unknown"}, want: "10.0.0.5:4711"},
		"with ports":                   {peer: "10.0.0.5:4711", forwarded: []string{"203.0.113.9:1234, [2001:db8::1]:443"}, want: "[2001:db8::1]:0"},
		"bare IPv6":                    {peer: "[fd00::5]:4711", forwarded: []string{"2001:db8::7"}, want: "[2001:db8::7]:0"},
		"IPv4 in IPv6":                 {peer: "[::ffff:10.0.0.5]:4711", forwarded: []string{"::ffff:203.0.113.9"}, want: "203.0.113.9:0"},
		"all are proxies":              {peer: "10.0.0.5:4711", forwarded: []string{"10.0.0.7, 10.0.0.6"}, want: "10.0.0.7:0"},
		"X-Real-IP alone":              {peer: "10.0.0.5:4711", realIP: "203.0.113.8", want: "203.0.113.8:0"},
		"X-Real-IP beside the other":   {peer: "10.0.0.5:4711", forwarded: []string{"203.0.113.9"}, realIP: "203.0.113.8", want: "203.0.113.9:0"},
		"neither":                      {peer: "10.0.0.5:4711", want: "10.0.0.5:4711"},
		"a socket":                     {peer: "@", forwarded: []string{"203.0.113.9"}, want: "@"},
	}
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			r.RemoteAddr = tt.peer
			for _, each := range tt.forwarded {
				r.Header.Add("X-Forwarded-For", each)
			}
			if tt.realIP != "" {
				r.Header.Set("X-Real-IP", tt.realIP)
			}
			fromClient(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if r.RemoteAddr != tt.want {
					t.Errorf("got %s, want %s", r.RemoteAddr, tt.want)
				}
			})).ServeHTTP(httptest.NewRecorder(), r)
		})
	}
}

// newTestInstance puts an instance together on SQLite, with the settings beside those of both platforms.
func newTestInstance(t *testing.T, does role, log *slog.Logger, settings ...string) *instance {
	t.Helper()
	database := "DATABASE_URL=" + storagetest.MigratedSQLiteURL(t)
	var environ []string
	for _, s := range append(append(bothPlatforms(), database, "REDIS_URL=embedded", "MEDIA_URL=file:"+t.TempDir()), settings...) {
		environ = append(environ, "UNIONBOT_"+s)
	}
	c, err := config.Load(config.Source{Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	i, err := newInstance(t.Context(), c, does, newClock(0), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.close)
	return i
}

func TestPathsBehindAProxyAndAnAddressForTheConsole(t *testing.T) {
	const listen, console = "LISTEN=127.0.0.1:0", "CONSOLE_LISTEN=127.0.0.1:0"
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	together := newTestInstance(t, roleAll, logger, listen, "PUBLIC_URL=https://example.com/hui/", "TRUSTED_PROXIES=192.0.2.1")
	apart := newTestInstance(t, roleWeb, logger, listen, console)
	worker := newTestInstance(t, roleWorker, logger, listen)
	tests := []struct {
		name     string
		handler  http.Handler
		path     string
		status   int
		location string
	}{
		{"alive, stripped", together.handler, "/healthz", http.StatusOK, ""},
		{"alive, not stripped", together.handler, "/hui/healthz", http.StatusOK, ""},
		{"callback, stripped", together.handler, "/callback/wecom", http.StatusForbidden, ""},
		{"callback, not stripped", together.handler, "/hui/callback/wecom", http.StatusForbidden, ""},
		{"another path", together.handler, "/huihui/callback/wecom", http.StatusNotFound, ""},
		{"the path twice", together.handler, "/hui/hui/callback/wecom", http.StatusNotFound, ""},
		{"console, not stripped", together.handler, "/hui/console/", http.StatusOK, ""},
		{"console, stripped and without its end", together.handler, "/console", http.StatusFound, "/hui/console/"},
		{"console, without its end", together.handler, "/hui/console", http.StatusFound, "/hui/console/"},
		{"no console with the callbacks", apart.handler, "/console/", http.StatusNotFound, ""},
		{"callbacks without the console", apart.handler, "/callback/wecom", http.StatusForbidden, ""},
		{"console apart", apart.console, "/console/", http.StatusOK, ""},
		{"console apart, without its end", apart.console, "/console", http.StatusFound, "/console/"},
		{"no callbacks with the console", apart.console, "/callback/wecom", http.StatusNotFound, ""},
		{"a worker has no console", worker.handler, "/console/", http.StatusNotFound, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, tt.path, http.NoBody)
			r.Header.Set("X-Forwarded-For", "203.0.113.9") // of the peer 192.0.2.1
			tt.handler.ServeHTTP(w, r)
			if w.Code != tt.status || w.Header().Get("Location") != tt.location {
				t.Errorf("%d to %q, want %d to %q", w.Code, w.Header().Get("Location"), tt.status, tt.location)
			}
			if strings.HasSuffix(tt.path, "/console/") && tt.status == http.StatusOK {
				body, err := io.ReadAll(w.Body)
				if err != nil || !strings.Contains(string(body), thisBuild().Version) || w.Header().Get("Content-Security-Policy") == "" {
					t.Errorf("console: %v\n%s", err, body)
				}
			}
		})
	}
	if said := log.String(); !strings.Contains(said, "from=203.0.113.9") || !strings.Contains(said, "from=192.0.2.1") {
		t.Errorf("the log does not name who was refused, through a trusted proxy and through another:\n%s", said)
	}
}
