package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

var errLost = errors.New("the database is gone")

// faulty loses the database: at the so-manieth plan, or at the so-manieth change of a greeting.
type faulty struct {
	occasion.Store
	plans, changes int
}

func (f *faulty) Plan(ctx context.Context, list []occasion.Greeting) error {
	if f.plans--; f.plans == 0 {
		return errLost
	}
	return f.Store.Plan(ctx, list)
}

func (f *faulty) Change(ctx context.Context, g occasion.Greeting, from occasion.State) (bool, error) {
	if f.changes--; f.changes == 0 {
		return false, errLost
	}
	return f.Store.Change(ctx, g, from)
}

// A replica that loses the database in the middle of planning, and one that does in the middle of handing over, leave nobody out and
// greet nobody twice: another goes on where the lease has run out, and a transaction that broke off has handed over nothing.
func TestWhatAReplicaBeganAnotherFinishes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		all := []union.Member{p.born("1990-11-21", ""), p.born("1991-11-21", ""), p.born("", "L0000-10-13"), p.born("", "L0000-10-13")}
		first := p.desk(p.Data.Now())
		first.Store = &faulty{Store: p.store, plans: 2} // the birthdays by the moon come second
		if err := first.PlanDays(t.Context()); !errors.Is(err, errLost) {
			t.Fatalf("planned, %v", err)
		}
		if err := p.PlanDays(t.Context()); err != nil { // the lease is the first one's still
			t.Fatal(err)
		}
		if n, err := p.store.PlannedUntil(t.Context(), "2026-11-21", p.now.Now()); err != nil || n != 2 {
			t.Errorf("%d are planned within the lease, %v", n, err)
		}
		p.now.set(birthday.Add(4 * time.Minute))
		second := p.desk(p.Data.Now())
		second.Store = &faulty{Store: p.store, changes: 3}
		if err := second.PlanDays(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := second.HandOver(t.Context(), true); !errors.Is(err, errLost) {
			t.Fatalf("handed over, %v", err)
		}
		for _, m := range all {
			p.wantSaid(m, 0, "the transaction broke off")
		}
		p.runs(3)
		for _, m := range all {
			p.wantSaid(m, 1, "finished by a third")
		}
	})
}

// slow plans a batch in two minutes.
type slow struct {
	occasion.Store
	planned func()
}

func (s slow) Plan(ctx context.Context, list []occasion.Greeting) error {
	err := s.Store.Plan(ctx, list)
	s.planned()
	return err
}

// A day that takes long to be planned stays the planner's as long as it goes on with it.
func TestWhoIsSlowInPlanningKeepsTheDay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.born("1990-11-21", "")
		p.born("", "L0000-10-13")
		batches := 0
		p.Store = slow{p.store, func() {
			batches++
			p.now.set(p.now.Now().Add(2 * time.Minute))
			if mine, err := p.store.ClaimDay(t.Context(), "2026-11-21", p.now.Now(), time.Minute, time.Minute); err != nil || mine {
				t.Errorf("after batch %d another may have the day: %v, %v", batches, mine, err)
			}
		}}
		p.must(p.PlanDays(t.Context()))
		if batches < 2 {
			t.Fatalf("%d batches", batches)
		}
	})
}

// The clocks of replicas differ by a day, and one is set back: whoever was greeted stays greeted, and nobody before the day.
func TestClocksThatDifferGreetNobodyTwiceOrTooEarly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		today, tomorrow := p.born("1990-11-21", "L0000-10-14"), p.born("1990-11-22", "")
		if _, err := p.KeepBirthday(t.Context(), today.ID, occasion.Solar, ""); err != nil {
			t.Fatal(err)
		}
		slow := p.desk(p.Data.Now())
		slow.Now = func() time.Time { return p.now.Now().Add(-24 * time.Hour) }
		work := func(d *occasion.Desk) {
			t.Helper()
			p.must(d.PlanDays(t.Context()))
			for n := int64(1); n > 0; {
				var err error
				n, err = d.HandOver(t.Context(), true)
				p.must(err)
			}
		}
		work(p.Desk)
		work(slow)
		p.wantSaid(today, 1, "on the day")
		p.wantSaid(tomorrow, 0, "a day early")
		if _, err := p.KeepBirthday(t.Context(), today.ID, occasion.Lunar, ""); err != nil { // which is tomorrow
			t.Fatal(err)
		}
		p.now.set(birthday.AddDate(0, 0, 1))
		work(slow) // planned today's day anew
		work(p.Desk)
		p.now.set(birthday) // set back
		work(p.Desk)
		p.now.set(birthday.AddDate(0, 0, 1).Add(time.Hour))
		work(p.Desk)
		p.wantSaid(today, 0, "by the other calendar, a day later")
		p.wantSaid(tomorrow, 1, "on the day")
	})
}
