package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestDoctorKnocksAsThePlatformsDo has the service behind what stands before it: a proxy with a certificate and a path.
func TestDoctorKnocksAsThePlatformsDo(t *testing.T) {
	p := newPractice(t, nil)
	i, err := newInstance(t.Context(), p.config(t, "PUBLIC_URL=https://example.com/hui"), roleWeb, newClock(0), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.close)
	answer := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://elsewhere.example.com/")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
		}
	}
	tests := map[string]struct {
		proxy   http.Handler
		changes []string
		within  time.Duration
		state   state
		says    []string
	}{
		"all is well":             {proxy: i.handler, within: patience, state: stateOK, says: []string{"/hui/callback/", "answers rightly"}},
		"slow":                    {proxy: i.handler, within: time.Nanosecond, state: stateBad, says: []string{"answers rightly, but after", "load"}},
		"another token":           {proxy: i.handler, within: patience, changes: []string{"WECOM_TOKEN=other", "OFFICIAL_ACCOUNT_TOKEN=other"}, state: stateBad, says: []string{"403", "EncodingAESKey", "callback refused"}},
		"not handed on":           {proxy: http.NotFoundHandler(), within: patience, state: stateBad, says: []string{"404", "/callback/"}},
		"somebody else":           {proxy: answer(http.StatusOK, "Welcome to nginx!"), within: patience, state: stateBad, says: []string{"somebody else"}},
		"redirected":              {proxy: answer(http.StatusMovedPermanently, ""), within: patience, state: stateBad, says: []string{"301", "redirect"}},
		"the service is not up":   {proxy: answer(http.StatusBadGateway, ""), within: patience, state: stateBad, says: []string{"502", "is it running"}},
		"it cannot keep anything": {proxy: answer(http.StatusServiceUnavailable, ""), within: patience, state: stateBad, says: []string{"503", "Redis"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewTLSServer(tt.proxy)
			defer server.Close()
			patient := p.patient(t, append(tt.changes, "PUBLIC_URL="+server.URL+"/hui/")...)
			patient.answerWithin, patient.tls = tt.within, trusting(server)
			found := examineCallbacks(t.Context(), patient)
			expect(t, found, "wecom callback", tt.state, tt.says...)
			expect(t, found, "account callback", tt.state, tt.says...)
			expect(t, found, "certificate", stateOK, "days")
			expect(t, found, "public address", stateWarn, "443") // the test's port is another
		})
	}
	t.Run("a certificate that nobody vouches for", func(t *testing.T) {
		server := httptest.NewTLSServer(i.handler)
		defer server.Close()
		server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
		found := examineCallbacks(t.Context(), p.patient(t, "PUBLIC_URL="+server.URL))
		expect(t, found, "wecom callback", stateBad, "out of reach", "certificate")
		for _, f := range found {
			if strings.Contains(f.Detail, "signature=") {
				t.Errorf("a signed address is shown: %s", f.Detail)
			}
		}
	})
	t.Run("nobody listens", func(t *testing.T) {
		found := examineCallbacks(t.Context(), p.patient(t, "PUBLIC_URL=http://127.0.0.1:1"))
		expect(t, found, "wecom callback", stateBad, "out of reach")
		expect(t, found, "public address", stateWarn, "not encrypted")
	})
}

func trusting(s *httptest.Server) *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

func TestACertificateThatEndsSoonIsToldInTime(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for days, want := range map[int]state{30: stateOK, 14: stateOK, 13: stateWarn, 0: stateWarn} {
		f := judgeCertificate(&x509.Certificate{NotAfter: now.AddDate(0, 0, days).Add(time.Hour)}, now)
		expect(t, []finding{f}, "certificate", want)
	}
}

func TestTheAddressIsOneThatThePlatformsCall(t *testing.T) {
	for address, want := range map[string]state{
		"https://union.example.com":      stateOK,
		"https://union.example.com:443":  stateOK,
		"https://union.example.com:8443": stateWarn,
		"http://union.example.com":       stateWarn,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, []finding{judgeAddress("public address", u, true)}, "public address", want)
	}
}
