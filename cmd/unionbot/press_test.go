package main

import (
	"errors"
	"os"
	"path/filepath"
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
