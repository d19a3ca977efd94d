package storage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/reference"
)

// states are how the greetings of an occasion stand.
func (p *party) states(name string) string {
	p.t.Helper()
	text, err := storage.Text(p.t.Context(), p.db, `SELECT COALESCE(MAX(state), '') FROM greetings WHERE occasion = ?`, name)
	p.must(err)
	return text
}

// awake hands over as a worker does that keeps the quiet hours.
func (p *party) awake(now time.Time) {
	p.t.Helper()
	p.now.set(now)
	p.must(p.PlanDays(p.t.Context()))
	for n := int64(1); n > 0; {
		var err error
		n, err = p.HandOver(p.t.Context(), false)
		p.must(err)
	}
}

// A replica that has not read the files again yet leaves to the others what it does not know.
func TestAReplicaThatDoesNotKnowADayYetStopsNobody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		older, err := reference.Load(shipped.Files)
		p.must(err)
		old := p.desk(older)
		p.ownDays(reference.OwnDay{Name: "soon", Label: "快过生日了", Of: reference.OfBirthday, Before: 7})
		m := p.born("1990-11-28", "")
		p.must(p.PlanDay(t.Context(), p.Today(), p.now.Now()))
		if _, err := old.HandOver(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		p.awake(p.now.Now().Add(15 * time.Minute))
		p.wantSaid(m, 1, "by the replica that knows it")

		gone := p.born("1990-11-29", "")
		p.now.set(at("2026-11-22", "07:50"))
		p.must(p.PlanDays(t.Context()))
		p.now.set(at("2026-11-23", "07:50"))
		if _, err := old.HandOver(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		p.wantSaid(gone, 0, "of what no file knows")
		if n, err := p.store.InState(t.Context(), []string{p.unit.Lineage}, occasion.Stopped, "", 10); err != nil || len(n) != 1 || n[0].Member != gone.ID {
			t.Errorf("stopped are %+v, %v", n, err)
		}
	})
}

// A number that is changed in the evening is made up for in the morning, also where nothing may be late.
func TestANumberThatIsChangedInTheEveningLosesNobody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		g := p.ownDays(reference.OwnDay{Name: "soon", Label: "快过生日了", Of: reference.OfBirthday, Before: 3})
		p.awake(birthday)
		m, over := p.born("1990-11-26", ""), p.born("1990-11-21", "")
		g.OwnDays[0].Before = 7
		p.awake(at("2026-11-21", "22:00"))
		p.wantSaid(m, 0, "in the evening")
		p.awake(at("2026-11-22", "07:50"))
		p.wantSaid(m, 1, "in the morning")
		for _, text := range p.said(over) {
			if strings.Contains(text, "快过生日了") {
				t.Errorf("after the birthday: %s", text)
			}
		}
	})
}

// What a changed number makes up for waits for the day after a somber one.
func TestANumberThatIsChangedOnASomberDayWaits(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		g := p.ownDays(reference.OwnDay{Name: "soon", Label: "快过生日了", Of: reference.OfBirthday, Before: 3})
		p.awake(at("2026-12-12", "07:50"))
		m := p.born("1990-12-17", "")
		g.OwnDays[0].Before = 7
		p.awake(at("2026-12-13", "07:50")) // 国家公祭日
		p.wantSaid(m, 0, "on the somber day")
		say, err := storage.Text(t.Context(), db, `SELECT say_on FROM greetings WHERE member_id = ? AND occasion = 'soon'`, m.ID)
		if err != nil || say != "2026-12-14" {
			t.Errorf("it is said on %s, %v", say, err)
		}
		p.awake(at("2026-12-14", "07:50"))
		p.wantSaid(m, 1, "the day after")
	})
}

// Who is caught up with is stopped, and shown beforehand, as whoever has their own day.
func TestWhatAChangedNumberMakesUpForIsShownAndStopped(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		g := p.ownDays(reference.OwnDay{Name: "soon", Label: "快过生日了", Of: reference.OfBirthday, Before: 3})
		p.awake(birthday)
		m := p.born("1990-11-26", "")
		g.OwnDays[0].Before = 7
		shown := func() string {
			list, _, err := p.Week(t.Context(), p.chair.ID)
			p.must(err)
			for _, c := range list {
				if c.Label == "快过生日了" {
					return fmt.Sprintf("%s %d %s", c.Day, c.N, c.State)
				}
			}
			return ""
		}
		if got := shown(); got != "2026-11-21 1 planned" {
			t.Errorf("shown is %q", got)
		}
		if _, _, err := p.Stop(t.Context(), p.chair.ID, "快过生日了"); err != nil {
			t.Fatal(err)
		}
		if got := shown(); got != "2026-11-21 1 stopped" {
			t.Errorf("stopped, shown is %q", got)
		}
		p.now.set(birthday.Add(time.Hour))
		p.awake(p.now.Now())
		p.wantSaid(m, 0, "stopped")
		if _, err := p.Resume(t.Context(), p.chair.ID, "快过生日了"); err != nil {
			t.Fatal(err)
		}
		p.awake(p.now.Now())
		p.wantSaid(m, 1, "resumed")
	})
}

// A festival that comes to be said earlier is not wished after its day.
func TestAFestivalThatIsSaidEarlierIsNotSaidAfterItsDay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.awake(at("2026-12-29", "07:50"))
		for i, f := range p.Data.Now().Festivals.Festivals {
			if f.Name == "new_year" {
				p.Data.Now().Festivals.Festivals[i].Before = 7
			}
		}
		m := p.born("1990-05-05", "")
		p.now.set(at("2026-12-30", "07:50"))
		p.must(p.PlanDays(t.Context()))
		if got := p.states("new_year"); got != string(occasion.Planned) {
			t.Fatalf("it is %q", got)
		}
		p.awake(at("2027-01-03", "07:50")) // nobody was there for four days
		p.wantSaid(m, 0, "after the day")
		if got := p.states("new_year"); got != string(occasion.Missed) {
			t.Errorf("it is %q", got)
		}
	})
}
