package answer

import (
	"testing"

	"github.com/unionbot/unionbot/union/calendar"
)

func TestASpanOfDaysIsFound(t *testing.T) {
	today := calendar.Date{Year: 2026, Month: 11, Day: 23} // a Monday
	for said, want := range map[string]string{
		"我12月1日到7日出差,请王芳代":      "2026-12-01 2026-12-07",
		"12月1号-12月7号请假":         "2026-12-01 2026-12-07",
		"12月1日(周二)至12月7日(周一)":   "2026-12-01 2026-12-07",
		"12月28日到1月3日休假":         "2026-12-28 2027-01-03",
		"12月28日到3日休假":           "2026-12-28 2027-01-03",
		"明天到周五请假":               "2026-11-24 2026-11-27",
		"周五到周二学习":               "2026-11-27 2026-12-01",
		"下周一到下周三":               "2026-11-30 2026-12-02",
		"明天到后天":                 "2026-11-24 2026-11-25",
		"我要住院,到12月10日":          "2026-11-23 2026-12-10",
		"我下周住院做手术,到12月10日":      "2026-11-30 2026-12-10",
		"请假到周五":                 "2026-11-23 2026-11-27",
		"明天请假":                  "2026-11-24 2026-11-24",
		"12月1日起5天":              "2026-12-01 2026-12-05",
		"12月1日开始休假两周":           "2026-12-01 2026-12-14",
		"周日到下周二":                "2026-11-29 2026-12-01",
		"下周出差":                  "2026-11-30 2026-12-06",
		"11月20日到25日":            "2026-11-23 2026-11-25", // it has begun
		"2026-12-01到2026-12-07": "2026-12-01 2026-12-07",
		"十二月一号到七号出差":            "2026-12-01 2026-12-07",
		"11月25日（周三）到11月26日（周四）": "2026-11-25 2026-11-26",
	} {
		r := FindDays(said, today)
		if got := r.From.String() + " " + r.To.String(); !r.Found || got != want {
			t.Errorf("%s: %+v, want %s", said, r, want)
		}
	}
	for _, said := range []string{"从明天起请假", "12月1日开始住院", "明天以后都不在"} {
		if r := FindDays(said, today); !r.Open || r.Found {
			t.Errorf("%s: %+v", said, r)
		}
	}
	for _, said := range []string{"12月7日到12月1日", "11月1日到5日", "2月30日到3月2日"} {
		if r := FindDays(said, today); r.Found || r.Problem == "" {
			t.Errorf("%s: %+v", said, r)
		}
	}
	sunday := today.AddDays(-1)
	if r := FindDays("我周二到周三请假", sunday); r.From.String() != "2026-11-24" || r.To.String() != "2026-11-25" {
		t.Errorf("%+v", r)
	}
	if r := FindDays("请王芳代办", today); r.Found || r.Open || r.Problem != "" {
		t.Errorf("%+v", r)
	}
}
