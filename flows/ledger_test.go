package flows

import (
	"testing"
	"time"
)

func TestAMonthIsTheLatestOfItsNumber(t *testing.T) {
	zone := time.FixedZone("CST", 8*60*60)
	for _, c := range []struct {
		now   time.Time
		month int
		want  string
	}{
		{time.Date(2026, 11, 22, 20, 0, 0, 0, zone), 11, "2026-11"},
		{time.Date(2026, 11, 22, 20, 0, 0, 0, zone), 12, "2025-12"},
		{time.Date(2026, 12, 1, 0, 10, 0, 0, zone), 12, "2026-12"}, // in UTC it is November still
		{time.Date(2026, 1, 31, 9, 0, 0, 0, zone), 0, "2026-01"},
	} {
		if got := monthBefore(c.now, c.month).Format("2006-01"); got != c.want {
			t.Errorf("month %d on %s: %s, want %s", c.month, c.now, got, c.want)
		}
	}
}
