package checkup

import (
	"testing"
	"time"
)

func TestOfStagesThatPassedTheLastIsToldByDay(t *testing.T) {
	zone := time.FixedZone("CST", 8*60*60)
	for _, c := range []struct {
		now, due  string
		stage     int
		next      string
		afterThat string
	}{
		{"2026-11-22 20:00", "2027-03-01", 0, "2027-01-30 09:00", "long before"},
		{"2026-11-22 15:00", "2026-12-10", 0, "2026-11-22 15:00", "by day at once"},
		{"2026-11-22 21:00", "2026-12-10", 0, "2026-11-23 09:00", "at night in the morning"},
		{"2026-11-22 03:00", "2026-11-25", 1, "2026-11-22 09:00", "a week before has passed"},
		{"2026-11-22 10:00", "2026-11-01", 3, "2026-11-22 10:00", "late by weeks"},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", c.now, zone)
		if err != nil {
			t.Fatal(err)
		}
		d := &Desk{Zone: zone, Now: func() time.Time { return now }}
		check := Checkup{Due: c.due}
		d.schedule(&check)
		if next := check.Next.In(zone).Format("2006-01-02 15:04"); check.Stage != c.stage || next != c.next {
			t.Errorf("%s: stage %d at %s, not %d at %s", c.afterThat, check.Stage, next, c.stage, c.next)
		}
	}
}

func TestAMonthLaterIsADayOfThatMonth(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{{"2027-01-31", 1, "2027-02-28"}, {"2026-11-23", 12, "2027-11-23"}, {"2027-12-31", 2, "2028-02-29"}} {
		from, err := time.Parse(time.DateOnly, c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := monthsAfter(from, c.months).Format(time.DateOnly); got != c.want {
			t.Errorf("%d months after %s: %s, not %s", c.months, c.from, got, c.want)
		}
	}
}
