package calendar_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/calendar"
)

func FuzzParseLunar(f *testing.F) {
	for _, text := range []string{"十月十三", "闰六月初三", "农历腊月廿三", "L1974-10-13", "LR2025-06-03", "L9999-99-99", "月"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := calendar.ParseLunar(text)
		if err == nil && !l.Exists() {
			t.Errorf("%q is read as %+v, which is no day", text, l)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add("off 2026-10-01..2026-10-07\nwork 2026-10-10\n")
	f.Add("off 9999-12-31..0001-01-01\n# x\n\nwork")
	f.Fuzz(func(t *testing.T, holidays string) {
		c, err := calendar.Read(shanghai, strings.NewReader(holidays))
		if (c == nil) == (err == nil) {
			t.Errorf("%v and %v", c, err)
		}
	})
}
