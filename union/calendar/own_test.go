package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAUnionsOwnNoticeIsLaidOverTheCalendar(t *testing.T) {
	c := newCalendar(t)
	const head = "source 国务院办公厅关于2027年部分节假日安排的通知\nas_of 2026-11-05\n"
	own, info, err := c.WithOwn(strings.NewReader(head + "off 2027-01-01..2027-01-03 元旦\nwork 2027-01-09 元旦\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !own.Known(2027) || !own.Known(2026) || c.Known(2027) || !slices.Equal(info.Years, []int{2027}) || len(info.Differs) > 0 || info.AsOf.String() != "2026-11-05" {
		t.Errorf("known %v %v, read %+v", own.Known(2027), own.Known(2026), info)
	}
	// What is promised is never earlier for it where a holiday falls in between.
	from := time.Date(2026, 12, 31, 10, 0, 0, 0, shanghai)
	if before, after := c.AddWorkingDays(from, 1), own.AddWorkingDays(from, 1); own.Speech(after) != "1月4日(周一)17:30" || !after.After(before) {
		t.Errorf("%s became %s", before, after)
	}
	if own.IsWorkingDay(date(t, "2026-02-16")) || !own.IsWorkingDay(date(t, "2027-01-09")) {
		t.Error("the other years are not as they were, or a moved working day is not")
	}

	// A day that it names otherwise than the release counts and is said; the other days of that year stay.
	own, info, err = c.WithOwn(strings.NewReader(head + "off 2026-01-01 元旦\nwork 2026-10-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !own.IsWorkingDay(date(t, "2026-10-01")) || own.IsWorkingDay(date(t, "2026-10-02")) || !slices.Equal(info.Differs, []string{"2026-10-01"}) {
		t.Errorf("it differs on %v", info.Differs)
	}
	// One day of the year before is not that year.
	own, info, err = c.WithOwn(strings.NewReader(head + "work 2027-12-26\noff 2028-01-01..2028-01-03\n"))
	if err != nil || own.Known(2027) || !own.Known(2028) || !own.IsWorkingDay(date(t, "2027-12-26")) || !slices.Equal(info.Years, []int{2028}) {
		t.Errorf("known are 2027 %v and 2028 %v, %+v, %v", own.Known(2027), own.Known(2028), info, err)
	}
	for text, want := range map[string]string{
		"off 2027-01-01 元旦\n":         "a line `source`",
		"source 通知\noff 2027-01-01\n": "as_of",
		head + "free 2027-01-01\n":    "line 3",
	} {
		if _, _, err := c.WithOwn(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
