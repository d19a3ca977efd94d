package storage_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/checkup"
	"github.com/unionbot/unionbot/union/notice"
)

type plainChecks struct{}

func (plainChecks) CheckupDue(_ union.Member, c checkup.Checkup, missed bool) notice.Body {
	if missed {
		return notice.Body{Text: "missed " + c.Due}
	}
	return notice.Body{Text: "due " + c.Due + " at " + c.Place}
}

func (plainChecks) CheckupResult(_ union.Member, c checkup.Checkup) notice.Body {
	return notice.Body{Text: "fetch at " + c.Place}
}

func (plainChecks) CheckupUntold(_ union.Member, c checkup.Checkup) notice.Body {
	return notice.Body{Text: "no result of " + c.Due}
}

func (plainChecks) CheckupsUntold() notice.Body { return notice.Body{Text: "somebody awaits a result"} }

func (plainChecks) CheckupsMissed() notice.Body { return notice.Body{Text: "somebody missed"} }

func newChecks(t *testing.T, db *storage.DB) (*fair, *checkup.Desk) {
	t.Helper()
	f := newFair(t, db)
	return f, &checkup.Desk{
		Store: storage.NewCheckups(db), Members: f.members, Outbox: f.outbox, Words: plainChecks{}, Zone: time.FixedZone("CST", 8*60*60), Now: f.now.Now, NewID: db.NewID,
	}
}

func imports(t *testing.T, d *checkup.Desk, dry bool, lines ...string) (checkup.Report, error) {
	t.Helper()
	file, err := fstest.MapFS{"checks.csv": {Data: []byte(strings.Join(lines, "\n"))}}.Open("checks.csv")
	if err != nil {
		t.Fatal(err)
	}
	return d.Import(t.Context(), file, dry)
}

func TestAListOfChecksIsTakenWholeOrNotAtAll(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f, d := newChecks(t, db)
		who := f.person("一分厂")
		head, good := "工号,类别,应检日期,周期,地点,状态", who.StaffNo+",在岗,2026-12-10,12,医院,"
		report, err := imports(t, d, false, head, good, "nobody-here,在岗,2026-12-10,,,", who.StaffNo+",年检,2026-12-10,,,", who.StaffNo+",离岗,12月,,,",
			who.StaffNo+",离岗,2026-12-10,12,,", who.StaffNo+",岗前,2026-12-10,,,听力下降", good)
		if !errors.Is(err, checkup.ErrInvalid) || len(report.Problems) != 6 || report.Problems[0].Line != 3 || !strings.Contains(report.Problems[5].Reason, "第 2 行") {
			t.Fatalf("the report is %+v, %v", report, err)
		}
		if report, err = imports(t, d, true, head, good); err != nil || report.New != 1 {
			t.Fatalf("the dry run reports %+v, %v", report, err)
		}
		if own, err := d.Own(t.Context(), who.ID); err != nil || len(own) != 0 {
			t.Fatalf("after mistakes and a dry run there is %+v, %v", own, err)
		}
		for i, want := range []checkup.Report{{Rows: 1, New: 1}, {Rows: 1, Same: 1}} {
			if report, err = imports(t, d, false, head, good); err != nil || report.New != want.New || report.Same != want.Same {
				t.Errorf("the %dth import reports %+v, %v", i+1, report, err)
			}
		}
		if own, err := d.Own(t.Context(), who.ID); err != nil || len(own) != 1 || own[0].Place != "医院" || own[0].Every != 12 {
			t.Errorf("kept is %+v, %v", own, err)
		}
	})
}

func TestEachOccasionIsToldOnceHoweverManyRemind(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f, d := newChecks(t, db)
		who := f.person("一分厂")
		if _, err := imports(t, d, false, "staff_no,kind,due", who.StaffNo+",leaving,2026-11-29"); err != nil {
			t.Fatal(err)
		}
		for range 2 { // late by days, then again at the same moment
			f.now.set(f.now.Now().AddDate(0, 0, 9))
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					if _, err := d.Remind(t.Context(), 10); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		told := map[string]bool{} // a transaction that ran again has put it again, under the same key
		for _, n := range f.outbox.take() {
			if n.To == who.ID && n.Kind == notice.KindCheckup {
				told[n.Key] = true
				if n.Body.Text != "missed 2026-11-29" {
					t.Errorf("told is %q", n.Body.Text)
				}
			}
		}
		if len(told) != 1 {
			t.Errorf("told %d times", len(told))
		}
	})
}
