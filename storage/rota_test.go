package storage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// shift is a roster by which those are on duty whose staff numbers it names.
type shift struct{ on []string }

func (s *shift) Rostered() bool { return true }

func (s *shift) OnShift(staffNo, _ string, _ []union.Role, _ time.Time) bool {
	return slices.Contains(s.on, staffNo)
}

func (s *shift) NextShift(string, time.Time) (time.Time, bool) { return time.Time{}, false }

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
