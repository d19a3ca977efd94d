package media

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWhatIsRemovedIsGoneUnlessItWasKeptAgainJustNow(t *testing.T) {
	dir := t.TempDir()
	f := openStore(t, "file:"+dir)
	keep := func() Kept {
		t.Helper()
		kept, err := f.Keep(t.Context(), strings.NewReader("x"), 1)
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	kept := keep()
	remove := func(want bool) {
		t.Helper()
		if gone, err := f.Remove(t.Context(), kept.Hash); gone != want || err != nil {
			t.Errorf("removed: %t, %v; want %t", gone, err, want)
		}
	}
	old := time.Now().Add(-settled - time.Minute)
	age := func() {
		t.Helper()
		if err := os.Chtimes(filepath.Join(dir, placeOf(kept.Hash)), old, old); err != nil {
			t.Fatal(err)
		}
	}
	remove(false)
	age()
	keep()
	remove(false)
	read(t, f, kept.Hash)
	age()
	remove(true)
	if _, err := f.Open(t.Context(), kept.Hash); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is there: %v", err)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	remove(true) // again
	if gone, err := f.Remove(t.Context(), "../secret"); !gone || err != nil {
		t.Errorf("what is no hash: %t, %v", gone, err)
	}
}
