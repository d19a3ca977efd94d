package menubar_test

import (
	"testing"

	"github.com/unionbot/unionbot/union/menubar"
)

// FuzzRead reads what a union's staff write: what both platforms would refuse is not laid.
func FuzzRead(f *testing.F) {
	f.Add([]byte("bar:\n  - label: 办事\n    entries: [{label: 提建议, start: suggestion}]\n"))
	f.Add([]byte("bar: [{label: 扫码, scan: true}]"))
	f.Add([]byte("bar: &a [*a]"))
	f.Fuzz(func(t *testing.T, source []byte) {
		bar, err := menubar.Read(source)
		if err != nil {
			return
		}
		if laid, err := bar.Lay(nil, nil, "zh"); err == nil && (len(laid) == 0 || len(laid) > 3) {
			t.Errorf("a bar of %d entries is laid", len(laid))
		}
	})
}
