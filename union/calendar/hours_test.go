package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/union/calendar"
)

var zone = time.FixedZone("CST", 8*60*60)

func days(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(zone)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func moment(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestTimeRunsInOfficeHours(t *testing.T) {
	c := days(t)
	for _, one := range []struct {
		from string
		left time.Duration
		want string
	}{
		{"2026-11-23 09:00", 2 * time.Hour, "2026-11-23 11:00"},
		{"2026-11-23 11:00", 2 * time.Hour, "2026-11-23 14:30"},    // over noon
		{"2026-11-23 16:30", 2 * time.Hour, "2026-11-24 09:30"},    // over night
		{"2026-11-27 17:00", 2 * time.Hour, "2026-11-30 10:00"},    // over the weekend
		{"2026-09-30 17:00", 1 * time.Hour, "2026-10-08 09:00"},    // over the National Day
		{"2026-10-09 17:00", 1 * time.Hour, "2026-10-10 09:00"},    // a Saturday that is worked
		{"2026-11-22 20:00", 30 * time.Minute, "2026-11-23 09:00"}, // from a Sunday
	} {
		if got := c.AddWorkingTime(moment(t, one.from), one.left); !got.Equal(moment(t, one.want)) {
			t.Errorf("%s + %s = %s, want %s", one.from, one.left, got.Format("2006-01-02 15:04"), one.want)
		}
	}
}

func TestDaysOfTheLawEndOnAWorkingDay(t *testing.T) {
	c := days(t)
	for _, one := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-22 20:00", 15, "2026-12-07 17:30"},
		{"2026-11-20 10:00", 15, "2026-12-07 17:30"}, // the 15th is a Saturday
		{"2026-09-16 10:00", 15, "2026-10-08 17:30"}, // the 15th is the National Day
	} {
		if got := c.AddDays(moment(t, one.from), one.n); !got.Equal(moment(t, one.want)) {
			t.Errorf("%s + %d days = %s, want %s", one.from, one.n, got.Format("2006-01-02 15:04"), one.want)
		}
	}
}

func TestRemindersWaitForDutyHours(t *testing.T) {
	c := days(t)
	for text, want := range map[string]bool{
		"2026-11-23 08:00": true, "2026-11-23 19:59": true, "2026-11-23 20:00": false, "2026-11-23 07:59": false,
		"2026-11-22 10:00": false, "2026-10-10 10:00": true, "2026-10-01 10:00": false,
	} {
		if next := c.NextDuty(moment(t, text)); want != next.Equal(moment(t, text)) || !c.OnDuty(next) || next.Before(moment(t, text)) {
			t.Errorf("the next time after %s is %s", text, next)
		}
		if got := c.OnDuty(moment(t, text)); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
	if got := c.NextDigest(moment(t, "2026-09-30 15:00"), nil); !got.Equal(moment(t, "2026-10-08 09:00")) {
		t.Errorf("the next digest is at %s", got)
	}
	if got := c.WorkingDaysBefore(moment(t, "2026-10-08 17:30"), 1); !got.Equal(moment(t, "2026-09-30 09:00")) {
		t.Errorf("a working day before is %s", got)
	}
}

func TestHoursOfOnesOwn(t *testing.T) {
	office, err := calendar.ParseSpans("09:00-12:00, 13:00-18:00")
	if err != nil {
		t.Fatal(err)
	}
	c := days(t).WithHours(calendar.Hours{Office: office})
	if got := c.AddWorkingDays(moment(t, "2026-11-23 09:00"), 1); !got.Equal(moment(t, "2026-11-24 18:00")) {
		t.Errorf("a day ends at %s", got)
	}
	for _, wrong := range []string{"", "9", "12:00-09:00", "09:00-12:00,11:00-13:00", "25:00-26:00"} {
		if spans, err := calendar.ParseSpans(wrong); err == nil {
			t.Errorf("%q is read as %v", wrong, spans)
		}
	}
	if clocks, err := calendar.ParseClocks("15：00 9:00，9:00"); err != nil || len(clocks) != 2 || clocks[0] != 9*time.Hour {
		t.Errorf("clocks %v, %v", clocks, err)
	}
}

// A time at which the office ended under the hours before is no shift's, and none is where nobody works in shifts.
func TestWhichTimesAreAShifts(t *testing.T) {
	office, err := calendar.ParseSpans("08:30-17:00")
	if err != nil {
		t.Fatal(err)
	}
	rostered := true
	c := days(t).WithHours(calendar.Hours{Office: office}).WithRosters(func() bool { return rostered })
	for at, shift := range map[string]bool{
		"2026-11-23 16:00": false, "2026-11-23 17:00": false, "2026-11-23 17:30": false, "2026-11-23 20:00": true,
		"2026-11-28 08:00": true, "2026-11-28 17:00": false, "2026-11-28 17:30": false,
	} {
		rostered = true
		if c.ByShift(moment(t, at)) != shift {
			t.Errorf("%s is of a shift: %v", at, !shift)
		}
		if rostered = false; c.ByShift(moment(t, at)) {
			t.Errorf("%s is of a shift where nobody works in one", at)
		}
	}
	for at, manned := range map[string]bool{"2026-11-23 17:30": true, "2026-11-23 20:00": false, "2026-11-28 17:30": false} {
		if c.Manned(moment(t, at)) != manned {
			t.Errorf("somebody of the office is there for %s: %v", at, !manned)
		}
	}
}

// What is left of a time and runs again at once is the same time.
func TestWhatIsLeftIsWhatRuns(t *testing.T) {
	c := days(t)
	rapid.Check(t, func(r *rapid.T) {
		from := moment(t, "2026-01-01 00:00").Add(time.Duration(rapid.IntRange(0, 360*24*60).Draw(r, "minute")) * time.Minute)
		later := from.Add(time.Duration(rapid.IntRange(0, 30*24*60).Draw(r, "later")) * time.Minute)
		n := rapid.IntRange(1, 40).Draw(r, "n")
		if due := c.AddWorkingDays(from, n); later.Before(due) && !c.AddWorkingDays(later, c.WorkingDaysLeft(later, due)).Equal(due) {
			r.Fatalf("%d working days from %s: at %s %d are left, which is another time than %s", n, from, later, c.WorkingDaysLeft(later, due), due)
		}
		span := time.Duration(n) * time.Hour
		if due := c.AddWorkingTime(from, span); later.Before(due) && !c.AddWorkingTime(later, c.WorkingTimeLeft(later, due)).Equal(due) {
			r.Fatalf("%s from %s: at %s %s are left, which is another time than %s", span, from, later, c.WorkingTimeLeft(later, due), due)
		}
		if due := c.AddDays(from, n); later.Before(due) && c.AddDays(later, c.DaysLeft(later, due)).Before(due) {
			r.Fatalf("%d days from %s became shorter at %s", n, from, later)
		}
	})
}
