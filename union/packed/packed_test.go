package packed_test

import (
	_ "embed"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/unionbot/unionbot/union/packed"
)

// three holds a.yaml 建议, b.yaml 隐患 and c.md 文章, a line each.
//
//go:embed testdata/three.bz2
var three []byte

func TestFilesArePackedAndRead(t *testing.T) {
	files := packed.Files(three)
	for name, want := range map[string]string{"a.yaml": "建议\n", "b.yaml": "隐患\n", "c.md": "文章\n"} {
		if got, err := fs.ReadFile(files, name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestStaleNamesWhatWasChangedAddedOrTakenAway(t *testing.T) {
	for _, c := range []struct {
		folder map[string]string
		want   []string
	}{
		{map[string]string{"a.yaml": "建议\n", "b.yaml": "隐患\n"}, nil},
		{map[string]string{"a.yaml": "建议\n", "b.yaml": "事故\n"}, []string{"b.yaml"}},
		{map[string]string{"a.yaml": "建议\n"}, []string{"b.yaml"}},
		{map[string]string{"a.yaml": "建议\n", "b.yaml": "隐患\n", "d.yaml": "新的\n"}, []string{"d.yaml"}},
	} {
		folder := fstest.MapFS{}
		for name, content := range c.folder {
			folder[name] = &fstest.MapFile{Data: []byte(content)}
		}
		if stale, err := packed.Stale(folder, packed.Files(three), "*.yaml"); err != nil || !slices.Equal(stale, c.want) {
			t.Errorf("%v: %v, want %v, %v", c.folder, stale, c.want, err)
		}
	}
}
