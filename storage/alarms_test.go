package storage_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/flows/services/servicestest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// plant is an office with people to ring.
type plant struct {
	*office
	hash, crisis         string
	duty, safety, topped union.Member
}

func newPlant(t *testing.T, db *storage.DB) *plant {
	t.Helper()
	set := servicestest.Set(t)
	hazard, ok := set.On("").Get("hazard")
	if !ok {
		t.Fatal("there is no hazard")
	}
	crisis, ok := set.On("").Get("crisis")
	if !ok {
		t.Fatal("there is no crisis")
	}
	p := &plant{office: newOffice(t, db), hash: hazard.Hash, crisis: crisis.Hash}
	p.duty, p.safety = p.person(t, "一分厂", "周强", union.Duty), p.person(t, "一分厂", "唐亮", union.SafetyOfficer)
	p.topped = p.person(t, "", "高建国", union.Duty)
	return p
}

func (p *plant) raise(t *testing.T, text string) cases.Raised {
	t.Helper()
	raised, err := p.RaiseAlarm(t.Context(), cases.AlarmCall{Member: p.worker.ID, Hash: p.hash, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return raised
}

func (p *plant) ring(t *testing.T, at time.Time) {
	t.Helper()
	p.now.set(at)
	if _, err := p.RingAlarms(t.Context(), 100); err != nil {
		t.Error(err)
	}
}

// calls counts the telephone calls to somebody, each behind the message that says why.
func calls(put []notice.Notice, to union.Member) (n int) {
	told := false
	for _, one := range put {
		told = told || one.Kind == notice.KindAlarm && one.To == to.ID
		if told && one.Kind == notice.KindCall && one.To == to.ID {
			n++
		}
	}
	return n
}

func alarms(put []notice.Notice, to union.Member) (n int) {
	for _, one := range put {
		if one.Kind == notice.KindAlarm && one.To == to.ID {
			n++
		}
	}
	return n
}

func TestOfTwoWhoGoOneGoes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		raised := p.raise(t, "三号行车钢丝绳快断了")
		p.outbox.take()
		var went, settled []union.MemberID
		var mu sync.Mutex
		var all sync.WaitGroup
		for _, officer := range []union.Member{p.duty, p.safety} {
			all.Go(func() {
				_, err := p.TakeAlarm(t.Context(), officer.ID, raised.Case.ID, "")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					went = append(went, officer.ID)
				case errors.As(err, new(*cases.AlarmSettled)):
					settled = append(settled, officer.ID)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if len(went) != 1 || len(settled) != 1 {
			t.Fatalf("%d go, %d are told that somebody does", len(went), len(settled))
		}
		if n := alarms(p.outbox.take(), p.worker); n != 1 {
			t.Errorf("the reporter hears %d times who goes", n)
		}
		again, err := p.TakeAlarm(t.Context(), went[0], raised.Case.ID, "")
		if err != nil || !again.Again {
			t.Errorf("said twice: %+v, %v", again, err)
		}
		if _, err := p.TakeAlarm(t.Context(), p.other.ID, raised.Case.ID, ""); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("somebody of another plant: %v", err)
		}
		p.ring(t, testNow.Add(time.Hour))
		if put := p.outbox.take(); len(put) != 0 {
			t.Errorf("it rings on: %v", put)
		}
	})
}

func TestAnAlarmRingsTheNextOnceHoweverOftenAndLateThatIsLookedAt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		p.raise(t, "二号配电室有人触电")
		first := p.outbox.take()
		if alarms(first, p.duty) != 1 || alarms(first, p.safety) != 1 || alarms(first, p.topped) != 0 {
			t.Fatalf("rung first: %v", first)
		}
		if calls(first, p.duty) != 1 || calls(first, p.safety) != 1 || calls(first, p.worker)+calls(first, p.topped) != 0 {
			t.Errorf("telephones rung first: %v", first)
		}
		p.ring(t, testNow.Add(119*time.Second))
		if put := p.outbox.take(); len(put) != 0 {
			t.Errorf("it rings before its time: %v", put)
		}
		// A week later, two replicas look at once.
		p.now.set(testNow.AddDate(0, 0, 7))
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				if _, err := p.RingAlarms(t.Context(), 100); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		second := p.outbox.take()
		if alarms(second, p.topped) != 1 || alarms(second, p.duty) != 0 || alarms(second, p.worker) != 1 {
			t.Errorf("rung after a week: %v", second)
		}
		if calls(second, p.topped) != 1 || calls(second, p.duty) != 0 {
			t.Errorf("telephones rung after a week: %v", second)
		}
		p.ring(t, testNow.AddDate(0, 0, 7).Add(2*time.Minute))
		if put := p.outbox.take(); len(put) != 0 {
			t.Errorf("the time of the next did not begin anew: %v", put)
		}
	})
}

func TestADecisionCallsAnAlarmOff(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		raised := p.raise(t, "储罐快炸了")
		p.outbox.take()
		p.decide(t, p.safety, raised.Case, cases.Refuse, "是安全阀在放气")
		if !slices.ContainsFunc(p.outbox.take(), func(n notice.Notice) bool { return n.Kind == notice.KindCardUpdate && n.To == p.duty.ID }) {
			t.Error("who was rung is not let off")
		}
		p.ring(t, testNow.Add(time.Hour))
		if put := p.outbox.take(); len(put) != 0 {
			t.Errorf("it rings on: %v", put)
		}
	})
}

// A question to the reporter sends nobody to the danger: it rings until somebody goes.
func TestAnAlarmRingsOnThoughItsReporterIsAskedForMore(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		raised := p.raise(t, "储罐快炸了")
		p.decide(t, p.safety, raised.Case, cases.Return, "哪个储罐")
		p.outbox.take()
		p.ring(t, testNow.Add(time.Hour))
		if put := p.outbox.take(); alarms(put, p.topped) != 1 {
			t.Errorf("it does not ring on: %v", put)
		}
		if _, err := p.TakeAlarm(t.Context(), p.duty.ID, raised.Case.ID, ""); err != nil {
			t.Errorf("nobody can go: %v", err)
		}
	})
}

// What broke out again after it was dealt with is another danger, however alike it sounds.
func TestADangerThatWasDealtWithRingsAnew(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		first := p.raise(t, "配电室着火了")
		if _, err := p.TakeAlarm(t.Context(), p.duty.ID, first.Case.ID, ""); err != nil {
			t.Fatal(err)
		}
		p.decide(t, p.safety, first.Case, cases.Refuse, "已扑灭")
		p.outbox.take()
		p.now.set(testNow.Add(10 * time.Minute))
		again := p.raise(t, "配电室着火了")
		if again.Again || again.Taken || again.Case.ID == first.Case.ID || alarms(p.outbox.take(), p.duty) != 1 {
			t.Errorf("it rings nobody: %+v", again)
		}
	})
}

// What somebody else has seen too is no more the first one's to call off.
func TestNobodyWithdrawsADangerThatOthersReportedToo(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		raised := p.raise(t, "配电室着火了")
		if _, err := p.JoinAlarm(t.Context(), p.mate.ID, raised.Case.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Withdraw(t.Context(), p.worker.ID, raised.Case.Number); !errors.Is(err, cases.ErrActNotAllowed) {
			t.Errorf("withdrawn while it rings for another: %v", err)
		}
		p.outbox.take()
		p.ring(t, testNow.Add(time.Hour))
		if put := p.outbox.take(); alarms(put, p.topped) != 1 {
			t.Errorf("it does not ring on: %v", put)
		}
		if _, err := p.TakeAlarm(t.Context(), p.duty.ID, raised.Case.ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Withdraw(t.Context(), p.worker.ID, raised.Case.Number); err != nil {
			t.Errorf("once somebody has gone: %v", err)
		}
	})
}

func TestWhoeverWentThereIsHeardAndNobodyElse(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		raised := p.raise(t, "三号行车钢丝绳快断了")
		if err := p.TellFromThere(t.Context(), p.duty.ID, raised.Case.ID, "到了"); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("of one who does not go yet: %v", err)
		}
		if _, err := p.TakeAlarm(t.Context(), p.duty.ID, raised.Case.ID, ""); err != nil {
			t.Fatal(err)
		}
		p.outbox.take()
		if err := p.TellFromThere(t.Context(), p.safety.ID, raised.Case.ID, "到了"); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("of one who does not go: %v", err)
		}
		if err := p.TellFromThere(t.Context(), p.duty.ID, raised.Case.ID, " 到了,已经断电 "); err != nil {
			t.Fatal(err)
		}
		put := p.outbox.take()
		if alarms(put, p.worker) != 1 || alarms(put, p.safety) != 1 || len(put) != 2 {
			t.Errorf("told are %+v, want the reporter and who decides, each once", put)
		}
		going := func(at time.Time) (numbers []string) {
			p.now.set(at)
			found, err := p.GoingTo(t.Context(), p.duty.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range found {
				numbers = append(numbers, c.Number)
			}
			return numbers
		}
		began := p.now.Now()
		if got := going(began.Add(11 * time.Hour)); !slices.Equal(got, []string{raised.Case.Number}) {
			t.Errorf("after 11 hours they go to %v", got)
		}
		if got := going(began.Add(13 * time.Hour)); len(got) != 0 {
			t.Errorf("after 13 hours they go to %v", got)
		}
	})
}

// Where somebody who cannot go on is called, there is nothing to pass on: what is said is said to them.
func TestNothingIsPassedOnFromACallToSomebodyWhoCannotGoOn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		p.person(t, "", "苏静", union.Counsellor)
		raised, err := p.RaiseAlarm(t.Context(), cases.AlarmCall{Member: p.worker.ID, Hash: p.crisis, Text: "不想活了"})
		if err != nil {
			t.Fatal(err)
		}
		taker := raised.Called[0].ID
		if _, err := p.TakeAlarm(t.Context(), taker, raised.Case.ID, ""); err != nil {
			t.Fatal(err)
		}
		if going, err := p.GoingTo(t.Context(), taker); err != nil || len(going) != 0 {
			t.Errorf("they go to %v, %v", going, err)
		}
		if err := p.TellFromThere(t.Context(), taker, raised.Case.ID, "到了"); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("it is passed on: %v", err)
		}
	})
}

// Who calls knows how the person is, whatever their office; who let it ring has nothing more to do with it.
func TestWhoTakesACallHasItsStep(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		counsellor := p.person(t, "", "陈晓", union.Counsellor)
		women := p.person(t, "", "刘岚", union.WomenOfficer)
		raised, err := p.RaiseAlarm(t.Context(), cases.AlarmCall{Member: p.worker.ID, Hash: p.crisis, Text: "撑不住了"})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.has(t, raised.Case); !slices.Equal(got, []string{"陈晓"}) {
			t.Fatalf("%v have it", got)
		}
		task := p.openOf(t, raised.Case)[0]
		p.ring(t, testNow.Add(10*time.Minute))
		var all sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []union.Member{p.topped, women} {
			all.Go(func() { _, errs[i] = p.TakeAlarm(t.Context(), who.ID, raised.Case.ID, "") })
		}
		all.Wait()
		taker, other := p.topped, women
		if errs[0] != nil {
			taker, other = women, p.topped
		}
		if got := p.has(t, raised.Case); !slices.Equal(got, []string{taker.Name}) {
			t.Fatalf("%v have it, %v", got, errs)
		}
		if again, err := p.TakeAlarm(t.Context(), taker.ID, raised.Case.ID, ""); err != nil || !again.Again || len(p.openOf(t, raised.Case)) != 1 {
			t.Errorf("said twice: %+v, %v", again, err)
		}
		if _, err := p.TaskByID(t.Context(), counsellor.ID, task.ID); !errors.As(err, new(*cases.Settled)) {
			t.Errorf("who let it ring reads %v", err)
		}
		if _, err := p.Decide(t.Context(), cases.Decision{Case: raised.Case.ID, Officer: other.ID, Act: cases.Accept, Note: "好了"}); err == nil && other.ID == p.topped.ID {
			t.Error("who was rung and does not call decides")
		}
		mine := p.openOf(t, raised.Case)
		if len(mine) != 1 {
			return // by the office it was decided
		}
		if _, err := p.Decide(t.Context(), cases.Decision{Officer: taker.ID, Task: mine[0].ID, Case: raised.Case.ID, Act: cases.Accept, Note: "家人陪着"}); err != nil {
			t.Errorf("who has called does not decide: %v", err)
		}
	})
}
