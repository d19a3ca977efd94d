package seal_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage/seal"
)

func FuzzParse(f *testing.F) {
	f.Add(keyNamed("k1", 1) + "," + keyNamed("k2", 2))
	f.Add("k1:sm4:AAAA,:,")
	f.Fuzz(func(t *testing.T, list string) {
		keys, err := seal.Parse(list)
		if err != nil {
			for _, entry := range strings.Split(list, ",") {
				if _, secret, ok := strings.Cut(entry, ":"); ok && len(secret) > 40 && strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows a key: %v", err)
				}
			}
			return
		}
		sealed, err := keys.Seal("a", "b")
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := keys.Open(sealed, "b"); plain != "a" || err != nil {
			t.Errorf("%q, %v", plain, err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	keys := parse(f, keyNamed("k1", 1))
	sealed, err := keys.Seal("a", "b")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:len(sealed)-4])
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		if plain, err := keys.Open(text, "b"); err == nil && plain != "a" {
			t.Errorf("%q opens as %q", text, plain)
		}
	})
}
