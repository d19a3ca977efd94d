package packed_test

import (
	"io/fs"
	"os/exec"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/unionbot/unionbot/union/packed"
)

// archived packs as go generate does.
func archived(t *testing.T, txtar string) []byte {
	t.Helper()
	pack := exec.CommandContext(t.Context(), "sh", "-c", `printf '%s' "$0" | bzip2 -9`, txtar)
	archive, err := pack.Output()
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

func TestFilesArePackedAndRead(t *testing.T) {
	files := packed.Files(archived(t, "-- a.yaml --\n建议\n-- b.yaml --\n隐患\n"))
	for name, want := range map[string]string{"a.yaml": "建议\n", "b.yaml": "隐患\n"} {
		if got, err := fs.ReadFile(files, name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestStaleNamesWhatWasChangedAddedOrTakenAway(t *testing.T) {
	files := packed.Files(archived(t, "-- same.yaml --\n1\n-- changed.yaml --\n1\n-- gone.yaml --\n1\n-- other.md --\n1\n"))
	folder := fstest.MapFS{
		"same.yaml": {Data: []byte("1\n")}, "changed.yaml": {Data: []byte("2\n")}, "new.yaml": {Data: []byte("1\n")},
	}
	stale, err := packed.Stale(folder, files, "*.yaml")
	if slices.Sort(stale); err != nil || !slices.Equal(stale, []string{"changed.yaml", "gone.yaml", "new.yaml"}) {
		t.Errorf("%v, %v", stale, err)
	}
}
