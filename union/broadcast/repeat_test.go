package broadcast_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
)

func TestAMonthWithoutTheDayHasItOnItsLast(t *testing.T) {
	for name, each := range map[string]struct {
		rule  broadcast.Rule
		after string
		want  []string
	}{
		"the 5th":                  {broadcast.Rule{Every: broadcast.Monthly, Day: 5}, "2026-11-05", []string{"2026-12-05", "2027-01-05"}},
		"today is not after today": {broadcast.Rule{Every: broadcast.Monthly, Day: 5}, "2026-11-04", []string{"2026-11-05"}},
		"the 31st":                 {broadcast.Rule{Every: broadcast.Monthly, Day: 31}, "2026-12-31", []string{"2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"}},
		"the 30th in a leap year":  {broadcast.Rule{Every: broadcast.Monthly, Day: 30}, "2028-01-30", []string{"2028-02-29", "2028-03-30"}},
		"a year":                   {broadcast.Rule{Every: broadcast.Yearly, Month: time.May, Day: 1}, "2026-11-05", []string{"2027-05-01", "2028-05-01"}},
		"the 29th of February":     {broadcast.Rule{Every: broadcast.Yearly, Month: time.February, Day: 29}, "2028-02-29", []string{"2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"}},
	} {
		t.Run(name, func(t *testing.T) {
			day, err := calendar.ParseDate(each.after)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range each.want {
				if day = each.rule.After(day); day.String() != want {
					t.Errorf("the next is %s, want %s", day, want)
				}
			}
		})
	}
}
