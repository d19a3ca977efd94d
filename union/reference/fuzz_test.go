package reference_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/reference"
)

// FuzzLoad reads a union's own file in the place of one that is shipped: whatever stands in it, people in danger are told a number.
func FuzzLoad(f *testing.F) {
	names, err := fs.Glob(shipped.Files, "*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for i, name := range names {
		source, err := fs.ReadFile(shipped.Files, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), source)
	}
	f.Add(uint8(0), []byte("- &a [*a]"))
	f.Fuzz(func(t *testing.T, which uint8, source []byte) {
		own := fstest.MapFS{names[int(which)%len(names)]: {Data: source}}
		d, err := reference.Load(shipped.Files, own)
		if (err == nil) != (d != nil) {
			t.Fatalf("%v, %v", d, err)
		}
		if d == nil {
			return
		}
		for _, name := range []string{reference.Police, reference.Ambulance, reference.Fire, reference.Mind} {
			if line, ok := d.Hotline(name); !ok || line.In("集团公司/一分厂") == "" {
				t.Errorf("the line %s has no number: %+v", name, line)
			}
		}
	})
}
