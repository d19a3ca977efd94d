package storage_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/flows/services/servicestest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// TestWhoKeepsReady has somebody cry, and then say yes, no or nothing.
func TestWhoKeepsReady(t *testing.T) {
	inOpenOffices(t, []suite{
		{"a yes calls once, on however many phones it is said", testCallNow},
		{"a no lets off who kept ready, and forgets what was said", testStandDown},
		{"silence calls, and the next ones too", testSilentCry},
		{"who kept ready comes before a no", testTakenReady},
		{"what is said while others keep ready is kept, and calls nobody", testSaidMeanwhile},
		{"of much that is said the newest is kept", testSaidMuch},
		{"who calls hears that there is more", testSaidToWhoCalls},
		{"a yes that was said of something else calls", testYesElsewhere},
		{"who withdraws by the number has it forgotten", testWithdrawnCry},
	})
}

type cry struct {
	*office
	author, counsellor, duty union.Member
	raised                   cases.Raised
}

func cries(t *testing.T, o *office) cry {
	t.Helper()
	c := cry{office: o, counsellor: o.person(t, "", "咨询员", union.Counsellor), duty: o.person(t, "", "值班员", union.Duty), author: o.person(t, "一分厂/化验室", "难受的人")}
	s, ok := servicestest.Set(t).On("").Get("crisis")
	if !ok {
		t.Fatal("there is no crisis")
	}
	o.outbox.take()
	var err error
	if c.raised, err = o.RaiseAlarm(t.Context(), cases.AlarmCall{Member: c.author.ID, Hash: s.Hash, Text: "不想活了", Standby: true}); err != nil {
		t.Fatal(err)
	}
	if got := c.told(); got != "咨询员: card "+c.raised.Case.Number+" ring 1" {
		t.Errorf("told %s", got)
	}
	return c
}

// told lists who was told what since it was last asked.
func (c cry) told() string {
	names := map[union.MemberID]string{c.author.ID: "难受的人", c.counsellor.ID: "咨询员", c.duty.ID: "值班员"}
	var lines []string
	for _, n := range c.outbox.take() {
		lines = append(lines, names[n.To]+": "+n.Body.Text)
	}
	return strings.Join(lines, "; ")
}

func (c cry) alarm(t *testing.T) cases.Alarm {
	t.Helper()
	a, err := storage.NewAlarms(c.db).ByCase(t.Context(), c.raised.Case.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func testCallNow(t *testing.T, o *office) {
	c := cries(t, o)
	if _, err := o.Case(t.Context(), c.counsellor.ID, c.raised.Case.Number); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("who keeps ready reads the case: %v", err)
	}
	if _, err := o.CallNow(t.Context(), c.duty.ID, c.raised.Case.ID, ""); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("somebody else says yes: %v", err)
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if _, err := o.CallNow(t.Context(), c.author.ID, c.raised.Case.ID, "没人懂"); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if a := c.alarm(t); a.State != cases.AlarmRinging || a.Rings != 2 {
		t.Errorf("the alarm is %s after %d rings", a.State, a.Rings)
	}
	if got := c.told(); strings.Count(got, "again") != 1 {
		t.Errorf("told %s", got)
	}
	goes, err := o.TakeAlarm(t.Context(), c.counsellor.ID, c.raised.Case.ID, "")
	if said := goes.Case.Values["words"].Text; err != nil || said != "不想活了\n没人懂" {
		t.Errorf("who calls reads %q, %v", said, err)
	}
}

func testStandDown(t *testing.T, o *office) {
	c := cries(t, o)
	for range 2 { // said twice, it is as once
		if err := o.StandDown(t.Context(), c.author.ID, c.raised.Case.ID); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := storage.NewCases(o.db).ByID(t.Context(), c.raised.Case.ID)
	if err != nil || kept.State != cases.Withdrawn || kept.Values["words"].Text != "" {
		t.Errorf("%s keeps %q, %v", kept.State, kept.Values["words"].Text, err)
	}
	if got := c.told(); got != "咨询员: settled "+c.raised.Case.Number+` by ""` {
		t.Errorf("told %s", got)
	}
	if _, err := o.CallNow(t.Context(), c.author.ID, c.raised.Case.ID, "还是打吧"); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("a late yes: %v", err)
	}
	if _, err := o.Case(t.Context(), c.counsellor.ID, c.raised.Case.Number); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("who kept ready reads the case: %v", err)
	}
	o.now.set(o.now.Now().Add(time.Hour))
	if n, err := o.RingAlarms(t.Context(), 10); n != 0 || err != nil {
		t.Errorf("%d ring, %v", n, err)
	}
}

func testSilentCry(t *testing.T, o *office) {
	c := cries(t, o)
	o.now.set(o.now.Now().Add(11 * time.Minute))
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if _, err := o.RingAlarms(t.Context(), 10); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if a := c.alarm(t); a.State != cases.AlarmRinging || a.Rung != 1 || a.Rings != 2 {
		t.Errorf("the alarm is %s on rung %d after %d rings", a.State, a.Rung, a.Rings)
	}
	got := c.told()
	for _, want := range []string{"值班员: card", "咨询员: again", "难受的人: "} {
		if strings.Count(got, want) != 1 {
			t.Errorf("told %s, want %s once", got, want)
		}
	}
}

func testTakenReady(t *testing.T, o *office) {
	c := cries(t, o)
	if _, err := o.TakeAlarm(t.Context(), c.counsellor.ID, c.raised.Case.ID, ""); err != nil {
		t.Fatal(err)
	}
	var settled *cases.AlarmSettled
	if err := o.StandDown(t.Context(), c.author.ID, c.raised.Case.ID); !errors.As(err, &settled) || settled.Name != "咨询员" {
		t.Errorf("a no after somebody calls: %v", err)
	}
}

func testSaidMeanwhile(t *testing.T, o *office) {
	c := cries(t, o)
	for range 2 { // said twice, it is as once
		if raised, err := o.AddToCall(t.Context(), c.author.ID, c.raised.Case.ID, "我在三号楼楼顶"); err != nil || !raised.Standby {
			t.Fatal(raised, err)
		}
	}
	if _, err := o.AddToCall(t.Context(), c.duty.ID, c.raised.Case.ID, "假的"); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("somebody else says more: %v", err)
	}
	if a, told := c.alarm(t), c.told(); a.State != cases.AlarmStandby || told != "" {
		t.Errorf("the alarm is %s, told %s", a.State, told)
	}
	if _, err := o.Task(t.Context(), c.counsellor.ID, c.raised.Case.ID, ""); !errors.Is(err, cases.ErrKeepReady) {
		t.Errorf("who keeps ready opens it: %v", err)
	}
	if _, err := o.Task(t.Context(), c.duty.ID, c.raised.Case.ID, ""); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("somebody else opens it: %v", err)
	}
	goes, err := o.TakeAlarm(t.Context(), c.counsellor.ID, c.raised.Case.ID, "")
	if said := goes.Case.Values["words"].Text; err != nil || said != "不想活了\n我在三号楼楼顶" {
		t.Errorf("who calls reads %q, %v", said, err)
	}
}

func testSaidMuch(t *testing.T, o *office) {
	c := cries(t, o)
	page := strings.Repeat("没有一天睡好过。", 124) // 992 characters
	for _, text := range []string{page, "我已经吃了药,在三号楼楼顶", "下来了", "我已经吃了药,在三号楼楼顶"} {
		if _, err := o.AddToCall(t.Context(), c.author.ID, c.raised.Case.ID, text); err != nil {
			t.Fatal(err)
		}
	}
	goes, err := o.TakeAlarm(t.Context(), c.counsellor.ID, c.raised.Case.ID, "")
	said := goes.Case.Values["words"].Text
	if err != nil || len([]rune(said)) > 1000 || !strings.HasPrefix(said, "不想活了\n…\n") ||
		!strings.HasSuffix(said, "睡好过。\n我已经吃了药,在三号楼楼顶\n下来了\n我已经吃了药,在三号楼楼顶") {
		t.Errorf("who calls reads %q, %v", said, err)
	}
}

func testSaidToWhoCalls(t *testing.T, o *office) {
	c := cries(t, o)
	if _, err := o.TakeAlarm(t.Context(), c.counsellor.ID, c.raised.Case.ID, ""); err != nil {
		t.Fatal(err)
	}
	c.told()
	for range 2 { // said twice, it is as once
		raised, err := o.AddToCall(t.Context(), c.author.ID, c.raised.Case.ID, "我在三号楼楼顶")
		if err != nil || !raised.Taken || len(raised.Called) != 1 || raised.Called[0].ID != c.counsellor.ID {
			t.Errorf("who calls is %+v, %v", raised.Called, err)
		}
	}
	if got := c.told(); !strings.HasPrefix(got, "咨询员: more ") || strings.Contains(got, "值班员") {
		t.Errorf("told %s", got)
	}
	goes, err := o.TakeAlarm(t.Context(), c.counsellor.ID, c.raised.Case.ID, "")
	if said := goes.Case.Values["words"].Text; err != nil || !goes.Again || said != "不想活了\n我在三号楼楼顶" {
		t.Errorf("who calls reads %q, %v", said, err)
	}
}

func testYesElsewhere(t *testing.T, o *office) {
	c := cries(t, o)
	in := cases.AlarmCall{Member: c.author.ID, Hash: c.raised.Case.Hash, Text: "心里难受", Standby: true}
	again, err := o.RaiseAlarm(t.Context(), in)
	if a := c.alarm(t); err != nil || !again.Standby || !again.Again || a.Rings != 1 || !again.DueAt.Equal(a.DueAt) {
		t.Errorf("a second cry: %+v, %v", again, err)
	}
	in.Standby = false
	for range 2 {
		if again, err = o.RaiseAlarm(t.Context(), in); err != nil || again.Standby {
			t.Errorf("a yes: %+v, %v", again, err)
		}
	}
	if a := c.alarm(t); a.State != cases.AlarmRinging || a.Rings != 2 {
		t.Errorf("the alarm is %s after %d rings", a.State, a.Rings)
	}
}

func testWithdrawnCry(t *testing.T, o *office) {
	c := cries(t, o)
	o.now.set(o.now.Now().Add(11 * time.Minute))
	if _, err := o.RingAlarms(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Withdraw(t.Context(), c.author.ID, c.raised.Case.Number); err != nil {
		t.Fatal(err)
	}
	kept, err := storage.NewCases(o.db).ByID(t.Context(), c.raised.Case.ID)
	if err != nil || kept.State != cases.Withdrawn || kept.Values["words"].Text != "" {
		t.Errorf("%s keeps %q, %v", kept.State, kept.Values["words"].Text, err)
	}
}
