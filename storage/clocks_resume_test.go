package storage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

func TestWhatIsLeftOfAStep(t *testing.T) {
	inOpenOffices(t, []suite{
		{"a day that was ordered stays after a refused undoing", testRefusedUndoKeepsTheDay},
		{"and after a return", testReturnKeepsTheDay},
		{"a day set anew moves a step that was prolonged", testNewDayOfAProlongedStep},
		{"a step that was prolonged before its day counts from that", testProlongedBeforeTheDay},
		{"those who sign after keep their time", testProlongingLeavesThoseWhoSignAfter},
		{"a third look goes by its own limit", testThirdLooksAndTheirTime},
	})
}

// ordered is an outing whose second step has until the day that the first sets: a Saturday.
func (o *office) ordered(t *testing.T) cases.Case {
	t.Helper()
	c := o.fileOf(t, strings.Replace(outingFrom("day", ""), "    from: day", "    due: day", 1))
	o.plan(t, c, "2026-12-05")
	o.wantDue(t, c, cases.ClockStep, "2026-12-05")
	o.now.set(at("2026-11-24", "10:00"))
	return c
}

func testRefusedUndoKeepsTheDay(t *testing.T, o *office) {
	c := o.ordered(t)
	if _, err := o.AskUndo(t.Context(), cases.UndoWish{Member: o.branch.ID, Number: c.Number, Why: "弄错了"}); err != nil {
		t.Fatal(err)
	}
	o.now.set(at("2026-11-26", "10:00"))
	o.decide(t, o.chair, c, cases.Refuse, "不用撤")
	o.wantDue(t, c, cases.ClockStep, "2026-12-05")
}

func testReturnKeepsTheDay(t *testing.T, o *office) {
	c := o.ordered(t)
	o.decide(t, o.chair, c, cases.Return, "说说人数")
	o.supplement(t, c) // at once
	o.wantDue(t, c, cases.ClockStep, "2026-12-05")
	o.decide(t, o.chair, c, cases.Return, "再说说")
	o.now.set(at("2026-12-07", "10:00")) // the day has passed, and binds nobody
	o.supplement(t, c)
	if got := o.clock(t, c, cases.ClockStep); !got.Runs() || !got.Due.After(o.now.Now()) {
		t.Errorf("after that day: %+v", got)
	}
}

func testNewDayOfAProlongedStep(t *testing.T, o *office) {
	c := o.wished(t, "2026-12-04", "")
	if _, _, err := o.Extend(t.Context(), o.chair.ID, c.Number, "车没定"); err != nil {
		t.Fatal(err)
	}
	o.wantDue(t, c, cases.ClockStep, "2026-12-18")
	o.decide(t, o.chair, c, cases.Return, "日子 那天有检修")
	if err := o.mend(t, c, o.worker, map[string]cases.Value{"wish": dayOf(t, "2026-12-18")}); err != nil {
		t.Fatal(err)
	}
	o.wantDue(t, c, cases.ClockStep, "2026-12-30") // three days after, and five more
}

func testProlongedBeforeTheDay(t *testing.T, o *office) {
	c := o.wished(t, "2026-12-04", "")
	if _, _, err := o.Extend(t.Context(), o.chair.ID, c.Number, "车没定"); err != nil {
		t.Fatal(err)
	}
	if got := o.wantDue(t, c, cases.ClockStep, "2026-12-18"); !got.Started.Equal(at("2026-12-04", "17:30")) || got.Unit != cases.WorkingDays || got.Amount != 10 {
		t.Errorf("the step counts %d %s from %s", got.Amount, got.Unit, got.Started)
	}
	o.decide(t, o.chair, c, cases.Return, "说说人数")
	o.now.set(at("2026-11-27", "10:00"))
	o.supplement(t, c)
	o.wantDue(t, c, cases.ClockStep, "2026-12-18")
}

func testProlongingLeavesThoseWhoSignAfter(t *testing.T, o *office) {
	o.person(t, "", "钱进", union.Finance)
	first := o.branch
	for seats, want := range map[string]string{"[branch_chair, finance]": "2026-12-02", "[finance, branch_chair]": "2026-12-28"} {
		o.now.set(at("2026-11-20", "10:00"))
		source := strings.Replace(several, "{MODE}", "{seats: "+seats+"}\n    mode: in_order", 1)
		c := o.fileOf(t, source+"clocks: {finish: {days: 21}, extend: {days: 5}}\n")
		if seats[1] == 'f' {
			o.decide(t, o.member(t, o.openOf(t, c)[0].Officer), c, cases.Accept, "")
		}
		if _, _, err := o.Extend(t.Context(), first.ID, c.Number, "忙"); err != nil {
			t.Fatal(err)
		}
		o.wantDue(t, c, cases.ClockStep, want)
	}
}

func (o *office) member(t *testing.T, id union.MemberID) union.Member {
	t.Helper()
	m, err := o.members.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func testThirdLooksAndTheirTime(t *testing.T, o *office) {
	leader := o.person(t, "一分厂/锅炉班", "孙丽", union.GroupLeader)
	for limit, want := range map[string][2]error{
		"second_answer: {days: 10}": {cases.ErrLookNotExtended, nil},
		"third_answer: {days: 10}":  {nil, cases.ErrLookNotExtended},
	} {
		o.now.set(at("2026-11-23", "10:00"))
		c := o.threeHandsCase(t, false, "clocks: {finish: {days: 20}, extend: {days: 5}, second_look: {days: 30}, third_look: {days: 30}, "+limit+"}\n")
		o.decide(t, leader, c, cases.Accept, "")
		for i, above := range []union.Member{o.branch, o.chair} {
			o.now.set(o.now.Now().Add(time.Hour))
			if _, err := o.Reconsider(t.Context(), o.worker.ID, c.Number, "不服"); err != nil {
				t.Fatal(err)
			}
			if _, _, err := o.Extend(t.Context(), above.ID, c.Number, "忙"); !errors.Is(err, want[i]) {
				t.Errorf("%s: look %d is prolonged: %v, want %v", limit, i+2, err, want[i])
			}
			o.decide(t, above, c, cases.Accept, "")
		}
	}
}
