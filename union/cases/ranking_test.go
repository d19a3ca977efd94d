package cases

import (
	"testing"
	"time"
)

func TestTeamsAlikeShareAPlace(t *testing.T) {
	list := []Standing{{Org: 1, Fen: -500, Base: 1000}, {Org: 2, Fen: 100, Base: 1000}, {Org: 3, Fen: 200, Base: 2000}, {Org: 4, Fen: 300, Base: 1000}, {Org: 5}}
	place(list)
	want := []struct{ org, place int64 }{{4, 1}, {3, 2}, {2, 2}, {5, 4}, {1, 5}}
	for i, w := range want {
		if int64(list[i].Org) != w.org || int64(list[i].Place) != w.place {
			t.Errorf("the %dth is team %d in place %d, not team %d in place %d", i+1, list[i].Org, list[i].Place, w.org, w.place)
		}
	}
}

func TestAMonthWithoutItsYearIsTheLatest(t *testing.T) {
	at := time.Date(2027, 2, 3, 0, 0, 0, 0, time.UTC)
	for month, want := range map[int]string{1: "2027-01", 2: "2027-02", 3: "2026-03", 12: "2026-12"} {
		if got := periodOf(at, month); got != want {
			t.Errorf("month %d is %s, not %s", month, got, want)
		}
	}
}
