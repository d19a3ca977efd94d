package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/config"
)

func TestProcessesThatStartAtOnceShareOneKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "union.db")
	c, err := config.Load(config.Source{Environ: []string{"UNIONBOT_DATABASE_URL=sqlite:" + path}})
	if err != nil {
		t.Fatal(err)
	}
	const processes = 8
	sealed := make([]string, processes)
	var started sync.WaitGroup
	for i := range processes {
		started.Go(func() {
			keys, err := keyring(c, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Error(err)
				return
			}
			if sealed[i], err = keys.Seal("13900010000", "phone"); err != nil {
				t.Error(err)
			}
		})
	}
	started.Wait()
	keys, err := keyring(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sealed {
		if got, err := keys.Open(s, "phone"); err != nil || got != "13900010000" {
			t.Errorf("opened %q, %v", got, err)
		}
	}
	info, err := os.Stat(path + ".key")
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("key file is %v", info.Mode())
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("drafts are left: %v", entries)
	}
}
