package custody_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/custody"
)

// FuzzKey reads what stands in the configuration: what is taken is written the same again.
func FuzzKey(f *testing.F) {
	key, _, err := custody.New(rand.Reader, 3)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(key.String())
	f.Add(key.String() + "," + key.String())
	f.Add("custodian-key:AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := custody.ParseKey(text); err == nil {
			if again, err := custody.ParseKey(k.String()); err != nil || again.ID() != k.ID() {
				t.Errorf("%q is read as %q, which is read as %q, %v", text, k, again, err)
			}
		}
		if ring, err := custody.Parse(text); err == nil && ring.Keeps() == (strings.TrimSpace(text) == "") {
			t.Errorf("of %q it is said that there is a key: %t", text, ring.Keeps())
		}
	})
}

// FuzzShare reads what a custodian types into the chat.
func FuzzShare(f *testing.F) {
	_, shares, err := custody.New(rand.Reader, 3)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range shares {
		f.Add(s)
	}
	f.Add("ABCD-EFGH")
	f.Add("０１２３－ＡＢＣＤ")
	f.Fuzz(func(t *testing.T, written string) {
		once, err := custody.ReadShare(written)
		if err != nil {
			return
		}
		if twice, err := custody.ReadShare(once); err != nil || twice != once {
			t.Errorf("%q is read as %q, which is read as %q, %v", written, once, twice, err)
		}
	})
}
