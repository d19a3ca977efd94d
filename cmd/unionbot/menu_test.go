package main

import (
	"bytes"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
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

func TestMenuPublishShowsWhatItWouldPublish(t *testing.T) {
	file := filepath.Join(t.TempDir(), "menu.yaml")
	for text, want := range map[string]string{
		"bar: [{label: 办事, entries: [{service: hazard}, {label: 扫码, scan: true}]}, {label: 发布, say: 发布竞赛}]": "办事\n  隐患  service:hazard\n  扫码  (scanner)\n发布  发布竞赛\n",
		"bar: [{label: 办事, service: nothing}]": "",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var stdout, stderr bytes.Buffer
		environ := []string{"UNIONBOT_REDIS_URL=embedded", "UNIONBOT_DATABASE_URL=sqlite:unused.db"}
		code := run([]string{"menu", "publish", "--file", file, "--dry-run"}, nil, &stdout, &stderr, environ)
		if stdout.String() != want || (code == exitDone) != (want != "") {
			t.Errorf("%s: exit %d, %q, %s", text, code, &stdout, &stderr)
		}
	}
}
