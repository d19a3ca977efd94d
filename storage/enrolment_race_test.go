package storage_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

func TestTheLastPlacesAreGivenOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) { a.Places, a.UnitPlaces = 7, 4 })
		who := slices.Concat(f.people(10, "一分厂"), f.people(10, "二分厂"))
		desks := []*enrolment.Desk{f.Desk, f.replica()}
		got := make([]enrolment.Signed, 2*len(who))
		atOnceEach(t, len(got), func(i int) (err error) { // everybody twice
			m := who[i/2]
			for range 20 { // an engine runs a turn again after a conflict
				got[i], err = desks[i%2].SignUp(t.Context(), enrolment.Application{Member: m.ID, Activity: a.ID})
				if err == nil {
					return nil
				}
			}
			return err
		})
		taken, byUnit, numbers, places := 0, map[union.OrgID]int{}, map[string]bool{}, map[int]bool{}
		for i, s := range got {
			if i%2 == 1 && s.Number != got[i-1].Number {
				t.Errorf("one member has %s and %s", s.Number, got[i-1].Number)
			}
			if numbers[s.Number] {
				continue
			}
			numbers[s.Number] = true
			if s.State == enrolment.SignedUp {
				taken++
				byUnit[s.Unit]++
				continue
			}
			v, err := f.Entry(t.Context(), s.Member, s.Number)
			f.must(err)
			places[v.Ahead] = true
		}
		if taken != 7 || len(numbers) != 20 || len(places) != 13 {
			t.Errorf("%d places given, %d entries, %d places on the list", taken, len(numbers), len(places))
		}
		for unit, n := range byUnit {
			if n > 4 {
				t.Errorf("unit %d has %d places", unit, n)
			}
		}
		f.counts(a)
	})
}

func TestNoPlaceIsLostBetweenLeavingAndComing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		for range 5 {
			testLeavingAndComing(t, f)
		}
	})
}

func testLeavingAndComing(t *testing.T, f *fair) {
	a := f.publish(func(a *enrolment.Activity) { a.Places = 5 })
	early, late := f.people(5, "一分厂"), f.people(10, "二分厂")
	entries := make([]enrolment.Signed, 5)
	for i, m := range early {
		entries[i] = f.signUp(a, m)
	}
	patiently := func(do func() error) (err error) {
		for range 20 {
			if err = do(); err == nil {
				return nil
			}
		}
		return err
	}
	other := f.replica()
	atOnceEach(t, 15, func(i int) error {
		return patiently(func() (err error) {
			if i < 5 {
				_, err = f.Withdraw(t.Context(), early[i].ID, entries[i].Number)
			} else {
				_, err = other.SignUp(t.Context(), enrolment.Application{Member: late[i-5].ID, Activity: a.ID})
			}
			return err
		})
	})
	f.counts(a)
	roll, err := f.Roll(t.Context(), f.boss.ID, a.Number)
	f.must(err)
	held := 0
	for _, e := range roll.Entries {
		if e.State.Holds() {
			held++
		}
	}
	if held != 5 {
		t.Errorf("%d of 5 places are held though ten wanted one", held)
	}
}

func TestWhatIsDueIsDoneOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) { a.Places = 2 })
		who := f.people(6, "一分厂")
		var entries []enrolment.Signed
		for _, m := range who {
			entries = append(entries, f.signUp(a, m))
		}
		for i := range 2 {
			_, err := f.Withdraw(t.Context(), who[i].ID, entries[i].Number)
			f.must(err)
		}
		f.outbox.take()
		f.now.set(signUpNow.Add(3 * 24 * time.Hour))
		atOnceEach(t, 4, func(int) error {
			desk := f.replica()
			_, err := desk.Sweep(t.Context(), 100)
			for try := 0; err != nil && try < 20; try++ {
				_, err = desk.Sweep(t.Context(), 100)
			}
			return err
		})
		want := []enrolment.EntryState{
			enrolment.Withdrawn, enrolment.Withdrawn, enrolment.Lapsed, enrolment.Lapsed, enrolment.Offered, enrolment.Offered,
		}
		for i, e := range entries {
			if got := f.state(e.Number, who[i]); got != want[i] {
				t.Errorf("entry %d is %s, want %s", i, got, want[i])
			}
		}
		var rows int
		f.must(storage.CountRows(t.Context(), db, &rows, `SELECT COUNT(*) FROM outbox WHERE kind = 'entry'`))
		if rows != 6 { // two offers of the beginning, two that lapsed, two new ones
			t.Errorf("%d notices", rows)
		}
		f.counts(a)
	})
}

func atOnceEach(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	failed := make([]error, n)
	start := make(chan struct{})
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() {
			<-start
			failed[i] = do(i)
		})
	}
	close(start)
	running.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}
}

func TestAPlaceThatIsFreedMeanwhileIsOffered(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		ctx := t.Context()
		a := f.publish(func(a *enrolment.Activity) { a.Places = 1 })
		who := f.people(2, "一分厂")
		first := f.signUp(a, who[0])
		freed := make(chan error, 1)
		var second enrolment.Signed
		f.must(db.Tx(ctx, func(inside context.Context) (err error) {
			if second, err = f.SignUp(inside, enrolment.Application{Member: who[1].ID, Activity: a.ID}); err != nil {
				return err
			}
			go func() {
				_, err := f.Withdraw(ctx, who[0].ID, first.Number)
				freed <- err
			}()
			select { // it has to wait for us; that it does not is what this test finds
			case err := <-freed:
				freed <- err
			case <-time.After(300 * time.Millisecond):
			}
			return nil
		}))
		f.must(<-freed)
		if second.State != enrolment.Waiting || f.state(second.Number, who[1]) != enrolment.Offered {
			t.Errorf("who waited was %s and is %s", second.State, f.state(second.Number, who[1]))
		}
		f.counts(a)
	})
}
