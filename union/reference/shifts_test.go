package reference_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

// Time that runs in office hours and in the shifts of some people is what one counts minute by minute, whatever the rosters are.
func TestShiftTimeIsWhatOneCountsMinuteByMinute(t *testing.T) {
	zone := clockAt(t, "2027-01-01 00:00").Location()
	days, err := calendar.New(zone)
	if err != nil {
		t.Fatal(err)
	}
	const path = "集团公司/一分厂/锅炉班"
	roles := []union.Role{union.Chair, union.SafetyOfficer}
	rapid.Check(t, func(r *rapid.T) {
		b := rosters(t, someRosters(r))
		staff := rapid.SampledFrom([][]string{nil, {}, {"1"}, {"1", "2"}, {"3"}}).Draw(r, "staff")
		shifts := func(midnight time.Time) []calendar.Stretch { return b.Shifts(path, roles, staff, midnight) }
		works := func(at time.Time) bool {
			if days.WorkingTimeLeft(at, at.Add(time.Minute)) > 0 {
				return true
			}
			for _, no := range []string{"1", "2", "3"} {
				counts := staff == nil || strings.Contains(fmt.Sprint(staff), no)
				if counts && b.OnShift(no, path, roles, at) {
					return true
				}
			}
			return false
		}
		from := clockAt(t, "2026-12-30 00:00").Add(time.Duration(rapid.IntRange(0, 6*24*60).Draw(r, "minute")) * time.Minute)
		left := rapid.IntRange(1, 20*60).Draw(r, "left")
		due, counted := from, 0
		for ; counted < left; due = due.Add(time.Minute) {
			if works(due) {
				counted++
			}
		}
		if got := days.AddShiftTime(from, time.Duration(left)*time.Minute, shifts); !got.Equal(due) {
			r.Fatalf("%d minutes from %s end at %s, counted at %s", left, from, got, due)
		}
		until := from.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(r, "until")) * time.Minute)
		counted = 0
		for at := from; at.Before(until); at = at.Add(time.Minute) {
			if works(at) {
				counted++
			}
		}
		if got := days.ShiftTimeLeft(from, until, shifts); got != time.Duration(counted)*time.Minute {
			r.Fatalf("from %s until %s are %s, counted %d minutes", from, until, got, counted)
		}
	})
}

// someRosters overlap, leave gaps, reach over midnight, and are of other offices and elsewhere, too.
func someRosters(r *rapid.T) string {
	text := ""
	for i := range rapid.IntRange(0, 3).Draw(r, "rosters") {
		clock := func(what string) string {
			m := rapid.IntRange(0, 24*4-1).Draw(r, what) * 15
			return fmt.Sprintf("%02d:%02d", m/60, m%60)
		}
		text += fmt.Sprintf("  - {name: r%d, label: 值班, role: %s, at: %s,\n     shifts: [{name: 甲, from: '%s', to: '%s'}, {name: 乙, from: '%s', to: '%s'}],\n"+
			"     cycle: [甲, 乙, 休],\n     crews: [{name: a, staff: ['1'], from: 2027-01-0%d}, {name: b, staff: ['%d'], from: 2027-01-02}],\n     days: [{on: 2027-01-0%d, shift: 甲, staff: ['2']}]}\n",
			i, rapid.SampledFrom([]string{"chair", "safety_officer", "lawyer"}).Draw(r, "role"),
			rapid.SampledFrom([]string{"集团公司", "集团公司/一分厂", "集团公司/二分厂"}).Draw(r, "at"),
			clock("from"), clock("to"), clock("from"), clock("to"), rapid.IntRange(1, 4).Draw(r, "crew"), rapid.IntRange(1, 3).Draw(r, "staff"), rapid.IntRange(1, 4).Draw(r, "day"))
	}
	if text == "" {
		return "  []\n"
	}
	return text
}
