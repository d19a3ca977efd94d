package main

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage/storagetest"
)

func TestDoctorComparesTheClockWithAllOthers(t *testing.T) {
	p := newPractice(t, nil)
	database := storagetest.MigratedURL(t)
	patient := p.patient(t, "DATABASE_URL="+database, "REDIS_URL="+storagetest.RedisURL(t))
	for off, want := range map[time.Duration]state{
		0: stateOK, time.Minute: stateWarn, -time.Minute: stateWarn, 6 * time.Minute: stateBad, -6 * time.Minute: stateBad,
	} {
		patient.now = func() time.Time { return time.Now().Add(off) }
		says := "NTP"
		if want == stateOK {
			says = "agrees with WeCom, the Official Account's platform, the database, Redis"
		}
		expect(t, examineClock(t.Context(), patient), "clock", want, says)
	}
	alone := p.patient(t, "WECOM_API_URL=http://127.0.0.1:1", "OFFICIAL_ACCOUNT_API_URL=http://127.0.0.1:1")
	expect(t, examineClock(t.Context(), alone), "clock", stateWarn, "nothing to compare")
}

func TestTheHolidaysOfNextYearAreMissedFromNovemberOn(t *testing.T) {
	p := newPractice(t, nil).patient(t)
	zone := p.config.Timezone
	for date, says := range map[time.Time]string{
		time.Date(2025, 10, 31, 23, 0, 0, 0, zone): "",
		time.Date(2025, 12, 1, 9, 0, 0, 0, zone):   "", // those of 2026 are known
		time.Date(2060, 10, 31, 23, 0, 0, 0, zone): "holidays of 2060:",
		time.Date(2060, 11, 1, 0, 0, 0, 0, zone):   "holidays of 2060 and 2061:",
	} {
		p.now = func() time.Time { return date }
		want := stateWarn
		if says == "" {
			want = stateOK
		}
		expect(t, examineData(t.Context(), p), "calendar", want, says)
	}
}

// redisAt is a Redis with a password in its URL, at an address.
func redisAt(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(storagetest.RedisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	u.User, u.Host = url.UserPassword("", "hunter2-of-redis"), address
	return u.String()
}

func TestTheUnionsOwnHolidaysCount(t *testing.T) {
	folder := t.TempDir()
	p := newPractice(t, nil).patient(t, "REFERENCE_DIR="+folder)
	p.now = func() time.Time { return time.Date(2060, 11, 5, 9, 0, 0, 0, p.config.Timezone) }
	const head = "source 国办发明电\nas_of 2060-11-04\noff 2060-01-01\noff 2061-01-01..2061-01-03 元旦\n"
	for text, want := range map[string]state{head: stateOK, head + "off 2026-03-03\n": stateWarn, "off 2061-01-01\n": stateBad} {
		if err := os.WriteFile(filepath.Join(folder, ownHolidays), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		expect(t, []finding{examineCalendar(p)}, "calendar", want, "holidays")
		if _, err := openCalendar(p.config, time.Now); (err != nil) != (want == stateBad) {
			t.Errorf("serve with %q: %v", text, err)
		}
	}
}
