package storage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/reference"
)

// BenchmarkGreetingsOfALargeUnion plans on MariaDB a day of birthdays in a union of 1,000,000, of whom a third keep the lunar calendar, and a
// festival that concerns everybody in one of 100,000. A day has to take less than a second.
func BenchmarkGreetingsOfALargeUnion(b *testing.B) {
	for what, c := range map[string]struct {
		people int
		day    calendar.Date
		most   time.Duration
	}{
		"day":      {1_000_000, calendar.Date{Year: 2026, Month: time.November, Day: 21}, time.Second},
		"festival": {100_000, calendar.Date{Year: 2026, Month: time.October, Day: 1}, time.Minute},
	} {
		b.Run(what, func(b *testing.B) {
			db := storagetest.MariaDB(b)
			desk := largeUnion(b, db, c.people)
			for n := 0; b.Loop(); n++ {
				day := c.day
				day.Year += n // each is planned once, in the morning
				desk.Now = func() time.Time { return desk.At(day, 7*time.Hour) }
				began := time.Now()
				if err := desk.PlanDay(b.Context(), day, time.Time{}); err != nil {
					b.Fatal(err)
				}
				took := time.Since(began)
				planned, err := storage.Text(b.Context(), db, `SELECT COUNT(*) FROM greetings WHERE say_on = ?`, day.String())
				if err != nil {
					b.Fatal(err)
				}
				b.Logf("%s: %s planned in %s", day, planned, took.Round(time.Millisecond))
				if took > c.most {
					b.Errorf("%s took %s, more than %s", day, took, c.most)
				}
				b.ReportMetric(took.Seconds(), "s/"+what)
			}
		})
	}
}

// largeUnion makes people with birthdays over the whole year and two calendars, joined long ago, in twenty units.
func largeUnion(b *testing.B, db *storage.DB, people int) *occasion.Desk {
	b.Helper()
	data, err := reference.Load(shipped.Files)
	if err != nil {
		b.Fatal(err)
	}
	members := newMembers(b, db)
	var orgs, days []string
	for i := range 20 {
		org, err := members.EnsureOrganisation(b.Context(), fmt.Sprintf("集团公司/%d分厂", i))
		if err != nil {
			b.Fatal(err)
		}
		orgs = append(orgs, fmt.Sprintf("SELECT %d AS i, %d AS org", i, org.ID))
	}
	for i, day := 0, (calendar.Date{Year: 1975, Month: time.January, Day: 1}); i < 365; i, day = i+1, day.AddDays(1) {
		lunar := calendar.Lunar{Month: i%12 + 1, Day: i%29 + 1}.String()
		days = append(days, fmt.Sprintf("SELECT %d AS i, '%s' AS solar, '%s' AS lunar", i, day, lunar))
	}
	var digits []string
	for i := range 10 {
		digits = append(digits, fmt.Sprintf("SELECT %d AS n", i))
	}
	const each = 10_000 // a statement has to end in time
	for from := 0; from < people; from += each {
		err := storage.Run(b.Context(), db, `INSERT INTO members (id, staff_no, name, name_key, phone, phone_digest, id_card, id_card_digest, gender, birthday,
			lunar_birthday, org_id, post, joined, member_since, retire_on, employment, notes, status, created_ms, updated_ms)
			SELECT s.n * 7919, CONCAT('G', s.n), '张伟', '张伟', '', '', '', '', '男', d.solar, CASE WHEN s.n % 3 = 0 THEN d.lunar ELSE '' END, u.org, '焊工', d.solar, '', '', '', '', 'active', 0, 0
			FROM (SELECT ? + a.n + 10 * b.n + 100 * c.n + 1000 * e.n AS n FROM (`+union4(digits)+`) s
			JOIN (`+strings.Join(days, " UNION ALL ")+`) d ON d.i = s.n % 365 JOIN (`+strings.Join(orgs, " UNION ALL ")+`) u ON u.i = s.n % 20`, from+1)
		if err != nil {
			b.Fatal(err)
		}
	}
	return &occasion.Desk{
		Store: storage.NewGreetings(db), Members: members, Outbox: storage.NewOutbox(db), Words: plainCare{}, Data: reference.NewBook(data),
		Zone: time.FixedZone("CST", 8*60*60), Now: time.Now, NewID: db.NewID, Language: "zh-CN",
	}
}

// union4 joins the digits with themselves, for 10,000 rows.
func union4(digits []string) string {
	all := strings.Join(digits, " UNION ALL ")
	return all + ") a JOIN (" + all + ") b JOIN (" + all + ") c JOIN (" + all + ") e"
}
