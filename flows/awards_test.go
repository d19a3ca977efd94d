package flows_test

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing/fstest"

	"github.com/unionbot/unionbot/flows/services"
	"github.com/unionbot/unionbot/union/service"
)

// services are those that come along and those that only tests have; where the transcript awards suggestions, without the one
// line that has them not.
func (h *harness) services() *service.Set {
	h.t.Helper()
	load := usual
	if h.awards {
		load = awarding
	}
	set, err := load()
	check(h.t, err)
	return set
}

var awarding = sync.OnceValues(func() (*service.Set, error) {
	files := fstest.MapFS{}
	err := fs.WalkDir(services.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(services.Files, path)
		if path == "suggestion.yaml" {
			on := strings.Replace(string(data), "\n  disabled: true\n  by: value\n", "\n  by: value\n", 1)
			if on == string(data) {
				return fmt.Errorf("%s: the line that switches awards off is not where it is looked for", path)
			}
			data = []byte(strings.Replace(on, "en: Carrying out}\n    disabled: true\n", "en: Carrying out}\n", 1))
		}
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		return nil, err
	}
	return withServices(files)
})
