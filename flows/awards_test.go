package flows_test

import (
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/unionbot/unionbot/flows/services"
)

// shippedServices are those that come along; where the transcript awards suggestions, without the one line that has them not.
func (h *harness) shippedServices() fs.FS {
	if !h.awards {
		return services.Files
	}
	files := fstest.MapFS{}
	check(h.t, fs.WalkDir(services.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(services.Files, path)
		if path == "suggestion.yaml" {
			on := strings.Replace(string(data), "\n  disabled: true\n  by: value\n", "\n  by: value\n", 1)
			if on == string(data) {
				h.t.Fatal("the line that switches awards off is not where it is looked for")
			}
			data = []byte(on)
		}
		files[path] = &fstest.MapFile{Data: data}
		return err
	}))
	return files
}
