package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
)

// What is gone is named once, also where time ran out before all was looked for.
func TestLostFilesAreNamedThoughTimeRanOut(t *testing.T) {
	kept := []storage.KeptFile{{Hash: "1", Number: "B"}, {Hash: "2", Number: "A"}, {Hash: "3", Number: "B"}, {Hash: "late", Number: "C"}, {Hash: "5", Number: "D"}}
	lost, err := lostFiles(t.Context(), kept, func(_ context.Context, hash string) (io.ReadSeekCloser, error) {
		if hash == "late" {
			return nil, context.DeadlineExceeded
		}
		return nil, fs.ErrNotExist
	})
	if !errors.Is(err, context.DeadlineExceeded) || !slices.Equal(lost, []string{"A", "B"}) {
		t.Errorf("found %v, %v", lost, err)
	}
}

// A folder that cannot be looked into is not one that is gone.
func TestAFolderThatCannotBeReachedHasLostNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := &patient{config: config.Config{MediaURL: config.NewSecret("file:" + file + "/media")}}
	if lost, err := p.lost(t.Context(), []storage.KeptFile{{Hash: "1", Number: "A"}}); err == nil || len(lost) > 0 {
		t.Errorf("found %v, %v", lost, err)
	}
}
