package storage_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Who is away is rung as before, and whoever stands in for them as well, once.
func TestAnAlarmRingsWhoStandsInBesides(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		by := p.person(t, "二分厂", "何松", "")
		p.lend(t, p.duty, by, 3)
		p.lend(t, p.safety, p.duty, 3) // who is away, and has the same one stand in
		p.lend(t, p.topped, p.worker, 3)
		p.outbox.take()
		raised := p.raise(t, "二号配电室有人触电")
		first := p.outbox.take()
		for _, who := range []union.Member{p.duty, p.safety, by} {
			if alarms(first, who) != 1 || calls(first, who) != 1 {
				t.Errorf("%s is rung %d times, the telephone %d times", who.Name, alarms(first, who), calls(first, who))
			}
		}
		var shown []string
		for _, c := range raised.Called {
			shown = append(shown, c.Name+"/"+c.By+"/"+c.InPlaceOf)
		}
		if len(shown) != 3 || shown[0] != "周强/何松/" || shown[1] != "唐亮/何松/" || shown[2] != "何松//周强" || !raised.Called[0].Away || raised.Called[2].Away {
			t.Errorf("called are %v", shown)
		}
		p.ring(t, testNow.Add(3*time.Minute)) // who reported it stands in for the next, and is not rung
		second := p.outbox.take()
		if alarms(second, p.topped) != 1 || alarms(second, by) != 0 || calls(second, p.worker) != 0 {
			t.Errorf("rung next: %v", second)
		}
		if goes, err := p.TakeAlarm(t.Context(), by.ID, raised.Case.ID, ""); err != nil || goes.Case.Number != raised.Case.Number {
			t.Errorf("who stands in cannot go: %v", err)
		}
	})
}

// Of somebody who cannot go on nobody hears for having been asked to stand in: only who could be rung by an office.
func TestWhoCannotGoOnIsCalledByThoseWhoMayKnow(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		counsellor, plain := p.person(t, "", "陈晓", union.Counsellor), p.person(t, "二分厂", "何松", "")
		second := p.person(t, "", "白露", union.Counsellor)
		women := p.person(t, "", "刘岚", union.WomenOfficer)
		p.lend(t, counsellor, plain, 3)
		p.lend(t, second, women, 3)
		p.outbox.take()
		raised, err := p.RaiseAlarm(t.Context(), cases.AlarmCall{Member: p.worker.ID, Hash: p.crisis, Text: "请联系我"})
		if err != nil {
			t.Fatal(err)
		}
		put := p.outbox.take()
		if alarms(put, counsellor) != 1 || alarms(put, second) != 1 || alarms(put, women) != 1 {
			t.Errorf("rung are %v", raised.Called)
		}
		if alarms(put, plain) != 0 {
			t.Error("who only stands in hears of somebody who cannot go on")
		}
	})
}
