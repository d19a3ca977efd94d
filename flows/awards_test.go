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
	switch {
	case h.awards:
		load = awarding
	case h.allSteps:
		load = allSteps
	}
	set, err := load()
	check(h.t, err)
	return set
}

// awarding has suggestions awarded and carried out, allSteps has every step of theirs.
var (
	awarding = sync.OnceValues(func() (*service.Set, error) {
		return withSuggestion(func(file string) string {
			return strings.Replace(awarded(file), "en: Carrying out}\n    disabled: true\n", "en: Carrying out}\n", 1)
		})
	})
	allSteps = sync.OnceValues(func() (*service.Set, error) {
		return withSuggestion(func(file string) string { return strings.ReplaceAll(awarded(file), "    disabled: true\n", "") })
	})
)

// awarded is the file without the one line that leaves awards out.
func awarded(file string) string {
	return strings.Replace(file, "\n  disabled: true\n  by: value\n", "\n  by: value\n", 1)
}

func withSuggestion(change func(file string) string) (*service.Set, error) {
	files := fstest.MapFS{}
	err := fs.WalkDir(services.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(services.Files, path)
		if file := string(data); path == "suggestion.yaml" {
			if awarded(file) == file {
				return fmt.Errorf("%s: the line that switches awards off is not where it is looked for", path)
			}
			data = []byte(change(file))
		}
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		return nil, err
	}
	return withServices(files)
}
