package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// What is gone is said, and so is that the others could not be looked for.
func TestTheFindingOfLostFilesSaysWhatWasNotLookedFor(t *testing.T) {
	for _, c := range []struct {
		lost  []string
		err   error
		state state
		says  []string
	}{
		{nil, nil, stateOK, []string{"the newest 5"}},
		{nil, context.DeadlineExceeded, stateWarn, []string{"could not be looked for: context deadline exceeded"}},
		{[]string{"A", "B"}, nil, stateBad, []string{"of the newest 5", "A, B"}},
		{[]string{"A", "B"}, context.DeadlineExceeded, stateBad, []string{"A, B", "the others could not be looked for: context deadline exceeded"}},
	} {
		found := lostFinding("media files", 5, c.lost, c.err)
		if len(found) != 1 || found[0].State != c.state {
			t.Fatalf("found %+v", found)
		}
		for _, want := range c.says {
			if !strings.Contains(found[0].Detail, want) {
				t.Errorf("%q lacks %q", found[0].Detail, want)
			}
		}
		if c.err == nil && strings.Contains(found[0].Detail, "could not") {
			t.Errorf("says %q", found[0].Detail)
		}
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
