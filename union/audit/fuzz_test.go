package audit

import (
	"slices"
	"strings"
	"testing"
)

// FuzzFindAnchors reads whatever an auditor kept: what is found is an anchor as it was written, and is found again.
func FuzzFindAnchors(f *testing.F) {
	signature := strings.Repeat("0a", 36)
	f.Add("审计存证:\naudit-anchor:2026-11-26:42:" + signature + "\n")
	f.Add("audit-anchor:2026-11-26:999999999999999999:" + signature + "audit-anchor:0000-99-99:1:" + signature)
	f.Add("audit-anchor:2026-11-26:01:" + signature)
	f.Fuzz(func(t *testing.T, text string) {
		for _, a := range FindAnchors(text) {
			if !strings.Contains(text, a.String()) || a.Place <= 0 {
				t.Errorf("%q holds no %s", text, a)
			}
			if again := FindAnchors(a.String()); !slices.Equal(again, []Anchor{a}) {
				t.Errorf("%s is read as %v", a, again)
			}
		}
	})
}
