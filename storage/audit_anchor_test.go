package storage_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/notice"
)

// An older copy of the database is sound in itself. What was told outside shows that it is old.
func TestAnOldCopyIsFoundByTheAnchor(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r, _, old := auditRecord(t, db)
		newer := audit.Anchor{Day: "2026-11-25", Place: old.Place + 3, Signature: old.Signature}
		report, err := r.Check(t.Context(), audit.FindAnchors("mail of Tuesday: "+old.String()+", of Wednesday: "+newer.String()), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Damages) != 1 || !names(report, "cut anchor of 2026-11-25") {
			t.Errorf("found %+v", report)
		}
	})
}

func TestAnAnchorIsFoundInWhateverIsAroundIt(t *testing.T) {
	want := audit.Anchor{Day: "2026-11-24", Place: 1234, Signature: strings.Repeat("0f", 36)}
	found := audit.FindAnchors(`{"time":"x","anchor":"` + want.String() + `"}` + "\n今日存证:" + want.String() + "。audit-anchor:2026-11-24:0:00")
	if len(found) != 2 || found[0] != want || found[1] != want {
		t.Errorf("found %v", found)
	}
}

type anchorWords struct{}

func (anchorWords) Anchor(a audit.Anchor) notice.Body { return notice.Body{Text: a.String()} }

func (anchorWords) StandsStill() notice.Body { return notice.Body{Text: "stands still"} }

// Two replicas keep one chain; an auditor gets one anchor a day, and the log has the same.
func TestKeepersTellTheAnchorOnceADay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		auditor := o.person(t, "", "审计员", union.Auditor)
		left := o.person(t, "", "离任审计员", union.Auditor)
		left.Status = union.Left
		if _, err := o.members.Put(t.Context(), left, testNow); err != nil {
			t.Fatal(err)
		}
		var log strings.Builder
		keeper := func() *audit.Keeper {
			return audit.NewKeeper(audit.KeeperDeps{
				Chain: storage.NewAudit(db), Outbox: o.outbox, Words: anchorWords{}, Now: o.now.Now, Zone: time.UTC,
				Log: slog.New(slog.NewTextHandler(&log, nil)),
			})
		}
		one, two := keeper(), keeper()
		keep := func() {
			for _, k := range []*audit.Keeper{one, two, one} {
				if err := k.Keep(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n, since, err := storage.NewAudit(db).Unlisted(t.Context(), 10); n != 0 || !since.IsZero() || err != nil {
			t.Errorf("%d wait since %v, %v", n, since, err)
		}
		keep() // nothing is there to be anchored
		o.file(t, o.worker, "第一天")
		if n, since, err := storage.NewAudit(db).Unlisted(t.Context(), 10); n != 1 || !since.Equal(testNow) || err != nil {
			t.Errorf("%d wait since %v, %v", n, since, err)
		}
		keep()
		o.now.set(o.now.Now().Add(24 * time.Hour))
		keep()
		told, err := storage.Text(t.Context(), db, `SELECT GROUP_CONCAT(DISTINCT member_id) FROM outbox WHERE kind = ?`, notice.KindAnchor)
		if err != nil || told != fmt.Sprint(auditor.ID) {
			t.Errorf("told %s, %v", told, err)
		}
		days, err := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM outbox WHERE kind = ?`, notice.KindAnchor)
		if err != nil || days != "2" {
			t.Errorf("told %s times, %v", days, err)
		}
		o.person(t, "", "赵医生", union.Counsellor)
		o.closedCase(t, o.worker)
		clocked := storage.NewAudit(db)
		clocked.UseClock(o.now.Now)
		if n, since, err := clocked.Unlisted(t.Context(), 10); n != 0 || err != nil {
			t.Errorf("the moment of a sealed case shows: %d wait since %v, %v", n, since, err)
		}
		o.now.set(o.now.Now().Add(time.Hour))
		if n, _, err := clocked.Unlisted(t.Context(), 10); n == 0 || err != nil {
			t.Errorf("%d wait when the hour is over, %v", n, err)
		}
		keep()
		logged := audit.FindAnchors(log.String())
		report, err := clocked.Check(t.Context(), logged, nil)
		if err != nil || !report.Sound() || len(logged) != 4 || report.Anchors != 6 || len(report.Unanchored) > 0 {
			t.Errorf("logged %v, found %+v, %v", logged, report, err)
		}
	})
}

// An anchor that somebody put into the database for a day to come keeps no auditor from being told, and the log from having the day's own.
func TestAPlantedAnchorSilencesNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.person(t, "", "审计员", union.Auditor)
		o.file(t, o.worker, "第一天")
		var log strings.Builder
		k := audit.NewKeeper(audit.KeeperDeps{
			Chain: storage.NewAudit(db), Outbox: o.outbox, Words: anchorWords{}, Now: o.now.Now, Zone: time.UTC, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		for _, signature := range []string{"", strings.Repeat("0", 72)} {
			day := o.now.Now().Add(24 * time.Hour)
			o.now.set(day)
			if signature != "" {
				forger{t: t, db: db}.run(`INSERT INTO audit_anchors (day, place, signature) VALUES (?, 1, ?)`, day.Format(time.DateOnly), signature)
			}
			if err := k.Keep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		told, err := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM outbox WHERE kind = ?`, notice.KindAnchor)
		if logged := audit.FindAnchors(log.String()); err != nil || told != "2" || len(logged) != 2 {
			t.Errorf("told %s, %v; logged %s", told, err, log.String())
		}
		r := storage.NewAudit(db)
		r.UseClock(o.now.Now)
		if report, err := r.Check(t.Context(), nil, nil); err != nil || len(report.Damages) != 1 || report.Damages[0].Kind != audit.Replaced {
			t.Errorf("found %+v, %v", report, err)
		}
	})
}

// A day without an anchor is named, from the first that has one until yesterday.
func TestDaysWithoutAnAnchorAreNamed(t *testing.T) {
	db := storagetest.SQLite(t)
	r, _, anchor := auditRecord(t, db)
	for _, day := range []string{"2026-11-12", "2026-11-13", "2026-11-15", "2026-11-20"} {
		anchor.Day = day
		if err := r.PutAnchor(t.Context(), anchor); err != nil {
			t.Fatal(err)
		}
	}
	report, err := r.Check(t.Context(), nil, nil)
	want := []string{"2026-11-13 to 2026-11-15", "2026-11-15 to 2026-11-20", "2026-11-20 to 2026-11-24"}
	if err != nil || !report.Sound() || !slices.Equal(report.Unanchored, want) {
		t.Errorf("found %+v, %v", report, err)
	}
}
