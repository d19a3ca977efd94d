package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

func openStore(t *testing.T, rawURL string) *Store {
	t.Helper()
	f, err := Open(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func read(t *testing.T, f *Store, hash string) []byte {
	t.Helper()
	r, err := f.Open(t.Context(), hash)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return b
}

// files lists everything in the folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatIsKeptIsFoundByItsHashAlsoByTheNextProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "media")
	voice := "#!AMR\n" + strings.Repeat("voice", 10000)
	kept, err := openStore(t, "file:"+dir).Keep(t.Context(), iotest.OneByteReader(strings.NewReader(voice)), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(voice))
	if want := (Kept{Hash: hex.EncodeToString(sum[:]), Size: int64(len(voice)), Type: "audio/amr"}); kept != want {
		t.Errorf("got %+v, want %+v", kept, want)
	}
	if got := read(t, openStore(t, "file:"+dir), kept.Hash); string(got) != voice {
		t.Errorf("got %d bytes", len(got))
	}
}

func TestAPictureIsKeptWithoutItsMetadataAndNamedAfterWhatIsKept(t *testing.T) {
	f := openStore(t, "file:"+t.TempDir())
	picture := chattyJPEG(t, exif(binary.LittleEndian, 6))
	kept, err := f.Keep(t.Context(), bytes.NewReader(picture), int64(len(picture)))
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, f, kept.Hash)
	sum := sha256.Sum256(got)
	if kept.Hash != hex.EncodeToString(sum[:]) || kept.Size != int64(len(got)) || kept.Type != "image/jpeg" {
		t.Errorf("got %+v for %d bytes", kept, len(got))
	}
	if bytes.Contains(got, []byte(secret)) {
		t.Error("the metadata was kept")
	}
	assertSamePicture(t, picture, got)
}

func TestTheTypeIsReadFromTheContent(t *testing.T) {
	f := openStore(t, "file:"+t.TempDir())
	for content, want := range map[string]string{
		"":                       "text/plain; charset=utf-8",
		"#!AMR-WB\n":             "audio/amr",
		"\x02#!SILK_V3":          "audio/silk",
		"%PDF-1.7":               "application/pdf",
		"\x89PNG\r\n\x1a\n":      "image/png",
		"RIFF\x04\x00\x00\x00WE": "application/octet-stream",
	} {
		kept, err := f.Keep(t.Context(), strings.NewReader(content), 100)
		if err != nil || kept.Type != want {
			t.Errorf("%q: got %q, %v, want %q", content, kept.Type, err, want)
		}
	}
}

func TestAFailedKeepLeavesNothingBehind(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	broken := errors.New("connection is gone")
	pixels := string(plainJPEG(t))
	tests := map[string]struct {
		ctx  context.Context
		r    io.Reader
		want error
	}{
		"too large at once":    {t.Context(), strings.NewReader(strings.Repeat("x", 101)), ErrTooLarge},
		"too large later":      {t.Context(), strings.NewReader(strings.Repeat("x", 10000)), ErrTooLarge},
		"too large a picture":  {t.Context(), strings.NewReader(pixels), ErrTooLarge},
		"the connection broke": {t.Context(), io.MultiReader(strings.NewReader("x"), iotest.ErrReader(broken)), broken},
		"it was called off":    {cancelled, strings.NewReader("x"), context.Canceled},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := openStore(t, "file:"+dir).Keep(tt.ctx, tt.r, 100); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if left := files(t, dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestALongFileThatBreaksOffLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	_, err := openStore(t, "file:"+dir).Keep(t.Context(), strings.NewReader(strings.Repeat("x", 10000)), 9999)
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheLimitItselfIsNotTooLarge(t *testing.T) {
	if _, err := openStore(t, "file:"+t.TempDir()).Keep(t.Context(), strings.NewReader(strings.Repeat("x", 100)), 100); err != nil {
		t.Error(err)
	}
}

func TestTheSameContentKeptManyTimesAtOnceIsOneFile(t *testing.T) {
	dir := t.TempDir()
	f := openStore(t, "file:"+dir)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := f.Keep(t.Context(), strings.NewReader("the same"), 100); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all := files(t, dir); len(all) != 1 {
		t.Errorf("got %v", all)
	}
}

func TestAHashThatNamesNothingIsNotFound(t *testing.T) {
	dir := t.TempDir()
	f := openStore(t, "file:"+filepath.Join(dir, "media"))
	if err := os.WriteFile(filepath.Join(dir, "secret"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := f.Keep(t.Context(), strings.NewReader("x"), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{"", "ab", "../secret", strings.Repeat("0", 64), strings.ToUpper(kept.Hash), "./" + kept.Hash, "..//" + kept.Hash[4:]} {
		if _, err := f.Open(t.Context(), hash); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: got %v", hash, err)
		}
	}
}

func TestOpeningClearsAwayWhatDeadProcessesLeft(t *testing.T) {
	dir := t.TempDir()
	kept, err := openStore(t, "file:"+dir).Keep(t.Context(), strings.NewReader("x"), 1)
	if err != nil {
		t.Fatal(err)
	}
	young, old := filepath.Join(dir, tempPrefix+"young"), filepath.Join(dir, tempPrefix+"old")
	for _, name := range []string{young, old} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-tempAge - time.Minute)
	for _, name := range []string{old, filepath.Join(dir, placeOf(kept.Hash))} {
		if err := os.Chtimes(name, yesterday, yesterday); err != nil {
			t.Fatal(err)
		}
	}
	openStore(t, "file:"+dir)
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old part: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("the young part: %v", err)
	}
	read(t, openStore(t, "file:"+dir), kept.Hash)
}
