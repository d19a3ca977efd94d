package main

import (
	"bytes"
	"io"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/unionbot/unionbot/simulator"
)

// The platforms are the stand-in, which refuses what they refuse: a label or a key that is too long, a fourth entry.
func TestMenuPublishShowsTheServicesOnBothPlatforms(t *testing.T) {
	p := newPlayed()
	platforms, err := simulator.New(simulator.Config{WeCom: &p.app, Account: &p.account})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := platforms.Close(t.Context()); err != nil {
			t.Log(err)
		}
	})
	server := httptest.NewServer(platforms)
	t.Cleanup(server.Close)
	var stderr bytes.Buffer
	environ := append(p.environ(server.URL), "UNIONBOT_REDIS_URL=embedded", "UNIONBOT_DATABASE_URL=sqlite:unused.db")
	if code := run([]string{"menu", "publish"}, nil, io.Discard, &stderr, environ); code != exitDone {
		t.Fatalf("exit %d: %s", code, &stderr)
	}
	var on []simulator.Platform
	for _, r := range platforms.Records() {
		if r.Title == "menu/create" && r.ErrCode == 0 {
			on = append(on, r.Platform)
		}
	}
	slices.Sort(on)
	if want := []simulator.Platform{simulator.OfficialAccount, simulator.WeCom}; !slices.Equal(on, want) {
		t.Errorf("menus were taken on %v, want %v; %s", on, want, &stderr)
	}
}
