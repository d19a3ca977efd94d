package services_test

import (
	"io/fs"
	"os"
	"testing"

	"github.com/unionbot/unionbot/flows/services"
)

// TestWhatIsPackedIsWhatLiesBeside fails where a service was changed and not packed anew.
func TestWhatIsPackedIsWhatLiesBeside(t *testing.T) {
	beside, packed := yaml(t, os.DirFS(".")), yaml(t, services.Files)
	for name, content := range beside {
		if packed[name] != content {
			t.Errorf("packed.zip has an old %s: go generate ./flows/services", name)
		}
	}
	for name := range packed {
		if _, there := beside[name]; !there {
			t.Errorf("packed.zip still has %s: go generate ./flows/services", name)
		}
	}
}

func yaml(t *testing.T, folder fs.FS) map[string]string {
	t.Helper()
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	files := map[string]string{}
	for _, name := range names {
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(content)
	}
	return files
}
