package storage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// shift is a roster by which those are on duty whose staff numbers it names.
type shift struct {
	on []string
	// ends are when the shift of somebody ends, who works in no office hours.
	ends map[string]time.Time
}

func (s *shift) Rostered() bool { return true }

func (s *shift) OnShift(staffNo, _ string, _ []union.Role, _ time.Time) bool {
	return slices.Contains(s.on, staffNo)
}

func (s *shift) NextShift(string, time.Time) (time.Time, bool) { return time.Time{}, false }

func (s *shift) ShiftEnd(staffNo string, due time.Time) (time.Time, bool) {
	end, works := s.ends[staffNo]
	return notBefore(due, end), works
}

func notBefore(at, other time.Time) time.Time {
	if at.Before(other) {
		return other
	}
	return at
}

// lies lets the open step lie until others have it, and says who.
func (o *office) lies(t *testing.T, c cases.Case) (who []union.MemberID) {
	t.Helper()
	before := o.openOf(t, c)
	for range 100 { // hours of work
		o.now.set(nextMorning(o.now.Now()))
		o.tick(t)
		if open := o.openOf(t, c); !slices.Equal(ids(open), ids(before)) {
			for _, one := range open {
				who = append(who, one.Officer)
			}
			slices.Sort(who)
			return who
		}
	}
	t.Fatalf("nobody else has it: %+v", before)
	return nil
}

func ids(tasks []cases.Task) (list []cases.ID) {
	for _, t := range tasks {
		list = append(list, t.ID)
	}
	return list
}

func TestSilenceOnARoster(t *testing.T) {
	ladder := func(silence string) func(t *testing.T, o *office) {
		return func(t *testing.T, o *office) {
			on, off, late := o.person(t, "一分厂", "白班", union.BranchChair), o.person(t, "一分厂", "休班", union.BranchChair), o.person(t, "一分厂", "夜班", union.BranchChair)
			roster := &shift{on: []string{o.branch.StaffNo}}
			o.deps.Rota = roster
			o.Desk = cases.NewDesk(o.deps)
			s := o.serviceOf(t, "many_hands", signedBy("{role: branch_chair, otherwise: [chair]}", silence))
			filed, err := o.File(t.Context(), cases.Draft{
				ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
				Values: map[string]cases.Value{"what": {Text: "更衣室"}},
			})
			if err != nil {
				t.Fatal(err)
			}
			roster.on = []string{on.StaffNo}
			if who := o.lies(t, filed.Case); !slices.Equal(who, []union.MemberID{on.ID}) {
				t.Errorf("first %v have it, not %d, who is on duty", who, on.ID)
			}
			roster.on = nil
			others := []union.MemberID{off.ID, late.ID}
			slices.Sort(others)
			if who := o.lies(t, filed.Case); !slices.Equal(who, others) {
				t.Errorf("then %v have it, not %v of the same office", who, others)
			}
			if who := o.lies(t, filed.Case); !slices.Equal(who, []union.MemberID{o.chair.ID}) {
				t.Errorf("at last %v have it, not %d", who, o.chair.ID)
			}
		}
	}
	inOpenOffices(t, []suite{
		{"goes through the office before it climbs", ladder("lend: always")},
		{"also where it climbs at once", ladder("silence: [{do: up, days: 2}]")},
		{"and where others stand in once", ladder("silence: [{do: remind, before: 1}, {do: stand_in, days: 2}, {do: up, days: 1}]")},
	})
}

// Neither an office that whoever has the step holds besides, nor that of somebody who was added, comes before those between.
func TestWhoseOfficeHasTheStep(t *testing.T) {
	up := signedBy("{role: branch_chair, otherwise: [chair]}", "silence: [{do: up, days: 2}]")
	rostered := func(t *testing.T, o *office) cases.Case {
		o.deps.Rota = &shift{}
		o.Desk = cases.NewDesk(o.deps)
		return o.fileOf(t, up)
	}
	inOpenOffices(t, []suite{
		{"of which an added signer holds none", func(t *testing.T, o *office) {
			team := o.person(t, "一分厂/锅炉班", "班组长", union.BranchChair)
			o.person(t, "", "副主席", union.Chair)
			c := rostered(t, o)
			add := cases.Adding{Number: numberOf(t, o, c), From: team.ID, To: [][]union.MemberID{{o.chair.ID}}, Place: cases.Before}
			if _, err := o.AddSigners(t.Context(), add); err != nil {
				t.Fatal(err)
			}
			if who := o.lies(t, c); !slices.Equal(who, []union.MemberID{o.branch.ID}) {
				t.Errorf("%v have it, not %d", who, o.branch.ID)
			}
		}},
		{"by which it came, and no other", func(t *testing.T, o *office) {
			o.person(t, "", "管理员", union.Admin)
			if err := o.members.Grant(t.Context(), o.branch.ID, union.Admin, o.chair.Org); err != nil {
				t.Fatal(err)
			}
			c := rostered(t, o)
			if who := o.lies(t, c); !slices.Equal(who, []union.MemberID{o.chair.ID}) {
				t.Errorf("%v have it, not %d", who, o.chair.ID)
			}
		}},
	})
}

// A time to answer ends while somebody who answers is there: with the shift of who works in shifts, and never earlier than offices do.
func TestDeadlinesOnARoster(t *testing.T) {
	night, evening := at("2026-11-28", "08:00"), at("2026-11-26", "17:30")
	begin := func(t *testing.T, o *office, ends map[string]time.Time) (cases.Case, *shift) {
		roster := &shift{ends: ends}
		o.deps.Rota = roster
		o.Desk = cases.NewDesk(o.deps)
		return o.fileOf(t, signedBy("{role: branch_chair, otherwise: [chair]}", "silence: [{do: up, days: 2}]")), roster
	}
	due := func(t *testing.T, o *office, c cases.Case, want time.Time) {
		t.Helper()
		v, err := o.ByID(t.Context(), o.worker.ID, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		tasks := o.openOf(t, c)
		if step := o.clock(t, c, cases.ClockStep).Due; !v.DueAt.Equal(want) || !step.Equal(want) || len(tasks) != 1 || !tasks[0].DueAt.Equal(want) {
			t.Errorf("it is promised for %s, its clock ends %s, and its tasks are %+v; all should end %s", v.DueAt, step, tasks, want)
		}
	}
	inOpenOffices(t, []suite{
		{"end with the shift of who has it", func(t *testing.T, o *office) {
			c, _ := begin(t, o, map[string]time.Time{o.branch.StaffNo: night})
			due(t, o, c, night)
		}},
		{"and with the office of who has none", func(t *testing.T, o *office) {
			c, _ := begin(t, o, nil)
			due(t, o, c, evening)
		}},
		{"and with no roster that comes later sooner", func(t *testing.T, o *office) {
			c, roster := begin(t, o, map[string]time.Time{o.branch.StaffNo: night})
			roster.ends = map[string]time.Time{o.branch.StaffNo: evening}
			o.follow(t, 1)
			due(t, o, c, night)
		}},
		{"nor while who got it is not there", func(t *testing.T, o *office) {
			c, roster := begin(t, o, nil)
			o.toldOf()
			roster.ends = map[string]time.Time{o.branch.StaffNo: night}
			o.now.set(evening.Add(time.Minute))
			o.tick(t)
			o.tick(t)
			due(t, o, c, night)
			if told := o.toldOf(); len(told) != 1 || count(o.kinds(t, c), cases.EventShifted) != 1 {
				t.Errorf("the author reads %v, timeline %v", told, o.kinds(t, c))
			}
			o.now.set(at("2026-11-30", "08:30"))
			o.tick(t)
			if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != o.chair.ID {
				t.Errorf("when the shift is over too, it is with %+v, not one level up", open)
			}
		}},
		{"but the end of a day that was ordered stays", func(t *testing.T, o *office) {
			o.deps.Rota = &shift{}
			o.Desk = cases.NewDesk(o.deps)
			c := o.ordered(t)
			o.now.set(at("2026-12-07", "08:30"))
			o.tick(t)
			if got := o.wantDue(t, c, cases.ClockStep, "2026-12-05"); got.Rung == 0 || count(o.kinds(t, c), cases.EventShifted) != 0 {
				t.Errorf("nobody is told that the day has passed: %+v, timeline %v", got, o.kinds(t, c))
			}
		}},
		{"and so does what is promised of the whole matter", func(t *testing.T, o *office) {
			roster := &shift{}
			o.deps.Rota = roster
			o.Desk = cases.NewDesk(o.deps)
			c, night := o.fileOf(t, withClocks("clocks: {first: {days: 10}}")), at("2026-12-08", "08:00")
			roster.ends = map[string]time.Time{o.branch.StaffNo: night}
			o.now.set(o.clock(t, c, cases.ClockStep).Due.Add(time.Minute))
			o.tick(t)
			for _, kind := range []cases.ClockKind{cases.ClockStep, cases.ClockFirst} {
				if got := o.clock(t, c, kind); !got.Due.Equal(night) {
					t.Errorf("%s ends %s, want %s", kind, got.Due, night)
				}
			}
			if open := o.openOf(t, c); len(open) != 1 || open[0].Missed {
				t.Errorf("it is late all the same: %+v", open)
			}
		}},
		{"whose hours are up in it run to the end of the day when they go on", func(t *testing.T, o *office) {
			o.deps.Rota = &shift{ends: map[string]time.Time{o.branch.StaffNo: night}}
			o.Desk = cases.NewDesk(o.deps)
			c := o.fileOf(t, withClocks("clocks: {finish: {hours: 12}}"))
			o.now.set(night.Add(-11 * time.Hour))
			o.decide(t, o.branch, c, cases.Return, "说说人数")
			o.now.set(at("2026-11-30", "10:00"))
			o.supplement(t, c)
			o.wantDue(t, c, cases.ClockFinish, "2026-11-30")
			if open := o.openOf(t, c); len(open) != 1 || open[0].Missed {
				t.Errorf("it is late at once: %+v", open)
			}
		}},
		{"and whoever has it then has a time of their own", func(t *testing.T, o *office) {
			c, _ := begin(t, o, map[string]time.Time{o.branch.StaffNo: night, o.chair.StaffNo: at("2026-12-05", "08:00")})
			o.now.set(at("2026-11-30", "08:30"))
			o.tick(t)
			due(t, o, c, at("2026-12-05", "08:00"))
		}},
	})
}
