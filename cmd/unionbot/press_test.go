package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/paper"
)

// debianFont is of the package that .ci/with-stores installs.
const debianFont = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"

func TestAFontIsFoundOrWhatToInstall(t *testing.T) {
	empty, folder := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "NotoSansCJK-Regular.ttc"), []byte("ttcf\x00\x02\x00\x00\x00\x00\x00\x01\x00\x00\x00\x10OTTO\x00\x00\x00\x00\x00\x00\x00\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		file    string
		folders []string
		want    state
		says    string
	}{
		"no font":              {"", []string{empty, filepath.Join(empty, "missing")}, stateWarn, "cannot be printed"},
		"outlines of CFF":      {"", []string{folder}, stateWarn, "NotoSansCJK-Regular.ttc: its outlines are of the kind CFF"},
		"the system's":         {"", []string{empty, filepath.Dir(debianFont), folder}, stateOK, "wqy-microhei.ttc"},
		"the operator's":       {debianFont, nil, stateOK, debianFont},
		"the operator's is no": {"press_test.go", []string{filepath.Dir(debianFont)}, stateWarn, "press_test.go"},
		"the operator's lacks": {filepath.Join(empty, "a.ttf"), nil, stateWarn, "a.ttf"},
	} {
		f := fontFinding(tt.file, tt.folders)
		if f.State != tt.want || !strings.Contains(f.Detail, tt.says) || (f.State == stateWarn) != strings.Contains(f.Do, "fonts-wqy-microhei") {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// Whoever installs a font need not restart the service.
func TestAFontIsTakenOnceItIsThere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "font.ttc")
	p := newPress(file)
	if err := p.Ready(); !errors.Is(err, paper.ErrNoFont) {
		t.Fatalf("ready without a font: %v", err)
	}
	if err := os.Symlink(debianFont, file); err != nil {
		t.Fatal(err)
	}
	if err := p.Ready(); err != nil {
		t.Errorf("not ready with a font: %v", err)
	}
}

// A font that will not do is not read again at every message: those of Noto CJK have a hundred megabytes together.
func TestAFontThatWillNotDoIsReadOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "font.ttf")
	if err := os.WriteFile(file, append([]byte("OTTO"), make([]byte, 8<<20)...), 0o600); err != nil {
		t.Fatal(err)
	}
	p := newPress(file)
	took := func() uint64 {
		t.Helper()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := p.Ready(); !errors.Is(err, paper.ErrNoFont) || !strings.Contains(err.Error(), "CFF") {
			t.Errorf("ready: %v", err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	first, again := took(), took()
	if first < 8<<20 || again > 1<<20 {
		t.Errorf("%d bytes were read, then %d", first, again)
	}
	data, err := os.ReadFile(debianFont)
	if err == nil {
		err = os.WriteFile(file, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Ready(); err != nil {
		t.Errorf("a font in its place is not taken: %v", err)
	}
}

// What has no end, or is larger than any font, is not read at all.
func TestWhatIsNoFileIsNoFont(t *testing.T) {
	folder := t.TempDir()
	huge := filepath.Join(folder, "huge.ttf")
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, 1<<40); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"/dev/zero", folder, huge} {
		if err := newPress(file).Ready(); !errors.Is(err, paper.ErrNoFont) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", file, err)
		}
	}
}
