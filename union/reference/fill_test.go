package reference_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/unionbot/unionbot/union/reference"
)

func TestFiguresStandWhereFilesLeavePlacesForThem(t *testing.T) {
	data := &reference.Data{}
	data.Hotlines.Lines = []reference.Line{{Name: "mind", Number: "12356"}}
	data.Standards.Standards = []reference.Standard{{Name: "hospital", Yuan: 1000}}
	files := reference.Fill(fstest.MapFS{
		"a.yaml": {Data: []byte("a: 打 {hotline:mind}\nb: yuan({standard:hospital})\nc: {hotline:none} {name}\n")},
		"b.md":   {Data: []byte("{hotline:mind}")},
	}, reference.NewBook(data))
	for name, want := range map[string]string{
		"a.yaml": "a: 打 12356\nb: yuan(1000)\nc: {hotline:none} {name}\n", "b.md": "{hotline:mind}",
	} {
		if got, err := fs.ReadFile(files, name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if entries, err := fs.ReadDir(files, "."); err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
	if reference.Fill(nil, data) != nil {
		t.Error("no folder has become one")
	}
}
