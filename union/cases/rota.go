package cases

import (
	"context"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// Rota says who is on duty by the union's rosters, by staff numbers. Times are in the union's zone.
type Rota interface {
	// Rostered says whether there is any roster.
	Rostered() bool
	// OnShift says whether it is somebody's turn, for one of some offices over an organisation.
	OnShift(staffNo, path string, roles []union.Role, at time.Time) bool
	// NextShift is when somebody may be reached by the rosters: now, or with the next shift; false for who has none in the next days.
	NextShift(staffNo string, at time.Time) (time.Time, bool)
	// ShiftEnd is by when somebody who works in shifts answers what is due at a time: then, or with the end of the next shift; false for
	// who works like everybody.
	ShiftEnd(staffNo string, due time.Time) (time.Time, bool)
}

func (d *Desk) rostered() bool { return d.rota != nil && d.rota.Rostered() }

// officers finds who is asked to decide a step: of everybody who may, those whose turn it is. A danger is for everybody.
func (d *Desk) officers(ctx context.Context, step service.Step, m *matter) ([]union.Member, error) {
	people, err := d.everyOfficer(ctx, step, m)
	return d.inTurn(m, step, people), err
}

// inTurn picks those of some officers, any of whom decides a step, whose turn it is. The others keep their right, and have it once
// those let it lie.
func (d *Desk) inTurn(m *matter, step service.Step, people []union.Member) []union.Member {
	// Who decides in the place of another office, or apart from the author's own branch, may by being asked only.
	if len(people) < 2 || step.Several() || step.Who.Apart || !d.rostered() {
		return people
	}
	now := d.now().In(d.zone)
	on := slices.DeleteFunc(slices.Clone(people), func(p union.Member) bool {
		no := p.StaffNo
		if absent, lent := m.lent[p.ID]; lent { // whoever stands in has the other's turn
			no = absent.StaffNo
		}
		return !d.rota.OnShift(no, m.author.OrgPath, []union.Role{step.Who.Role}, now)
	})
	if len(on) == 0 {
		return people
	}
	return on
}

// takers is above, but that all of an office have the step before anybody above them has: first those whose turn it is, then the
// others. The rung is made again as long as some are left.
func (d *Desk) takers(ctx context.Context, m *matter, step service.Step, up bool) ([]union.Member, bool, error) {
	people, err := d.colleagues(ctx, m, step)
	higher := false
	if err == nil && len(people) == 0 {
		people, higher, err = d.above(ctx, m, step, up)
		up = false
	}
	on := d.inTurn(m, step, people)
	if c := m.clocks[ClockStep]; up || len(on) < len(people) {
		c.Rung--
		m.clocks[ClockStep] = c
	}
	return on, higher, err
}

// colleagues are those of the office by which somebody has the step who were not asked, as it was not their turn; nobody where there is
// no roster. Further offices of whoever has it, and those of who was added, are none by which they do.
func (d *Desk) colleagues(ctx context.Context, m *matter, step service.Step) ([]union.Member, error) {
	if step.Several() || step.Who.Apart || !d.rostered() {
		return nil, nil
	}
	m.kept = nil
	have := bearers(m.open())
	for _, role := range m.rolesOf(step) {
		holdings, err := d.members.Holders(ctx, role, m.Lineage)
		if err != nil {
			return nil, err
		}
		for _, group := range byOrganisation(holdings) {
			has := func(h union.Holding) bool {
				return slices.ContainsFunc(have, func(t Task) bool { return t.owner() == h.Member })
			}
			if !slices.ContainsFunc(group, has) {
				continue
			}
			group = slices.DeleteFunc(group, func(h union.Holding) bool { return m.wasAsked(h.Member, step) })
			return d.fit(ctx, m, step, group)
		}
	}
	return nil, nil
}

// reachable is when an officer may be reminded: in the shifts of who is on a roster, else in the union's hours.
func (d *Desk) reachable(ctx context.Context, officer union.MemberID, now time.Time) (time.Time, error) {
	if d.rostered() {
		m, err := d.members.Get(ctx, officer)
		if err != nil {
			return time.Time{}, err
		}
		if next, on := d.rota.NextShift(m.StaffNo, now.In(d.zone)); on {
			return next, nil
		}
	}
	return d.calendar.NextDuty(now), nil
}

// answeredBy is when what is due at a time is answered, at the latest, by the first of some officers who is there: then, or at the next end
// of a shift or of an office day of theirs.
func (d *Desk) answeredBy(due time.Time, officers []union.Member) (end time.Time) {
	for _, o := range officers {
		by, inShifts := d.rota.ShiftEnd(o.StaffNo, due.In(d.zone))
		switch {
		case inShifts:
		case d.calendar.Manned(due):
			by = due
		default:
			by = d.calendar.AddWorkingDays(due, 0)
		}
		if end.IsZero() || by.Before(end) {
			end = by
		}
	}
	return notBefore(due, end)
}

// bends says whether a roster may make a time later. A day that was ordered stays, and so does a time that counts all days: those are the law's.
func (d *Desk) bends(m *matter, c Clock) bool {
	step, _ := m.service.Step(m.Step)
	return c.Runs() && c.Unit != Days && (c.Kind != ClockStep || !c.Due.Equal(d.orderedEnd(m, step)))
}

// meetShifts has the times that those who are asked are to keep end when one of them is there; it never makes them earlier, and says whether
// it made one later. A danger waits for nobody.
func (d *Desk) meetShifts(m *matter, asked []union.Member) (later bool) {
	if m.State != Open || len(asked) == 0 || !d.rostered() || d.urgency(m) == Danger || m.waitsForAuthor() {
		return false
	}
	for kind, c := range m.clocks {
		if !d.bends(m, c) || !c.Due.After(d.now()) {
			continue
		}
		if due := d.answeredBy(c.Due, asked); due.After(c.Due) {
			c.Due, later = due, true
			m.clocks[kind] = c
		}
	}
	if later {
		m.shifted, m.DueAt = true, m.clocks.promised(d.now())
		m.wake(d)
	}
	return later
}

// meetTakers is meetShifts for a task that goes to others, beside those who have the step as well.
func (d *Desk) meetTakers(ctx context.Context, m *matter, t Task, to []union.Member) error {
	if !d.rostered() {
		return nil
	}
	if _, err := d.clocksOf(ctx, m); err != nil {
		return err
	}
	beside, err := d.havers(ctx, slices.DeleteFunc(m.open(), func(o Task) bool { return o.ID == t.ID }))
	if err == nil {
		d.meetShifts(m, append(beside, to...))
	}
	return err
}

// waitForShift gives a step whose time is up to the end of the next shift of whoever has it, where that is not over: nobody of them was there
// when it ended, by a roster that came later. What was promised of the whole matter waits with it. The author reads the new time.
func (d *Desk) waitForShift(ctx context.Context, m *matter) (bool, error) {
	c, now := m.clocks[ClockStep], d.now()
	if !d.rostered() || !d.bends(m, c) || c.Due.After(now) || d.urgency(m) == Danger || m.waitsForAuthor() {
		return false, nil
	}
	people, err := d.havers(ctx, m.open())
	if err != nil || len(people) == 0 {
		return false, err
	}
	if !d.answeredBy(c.Due, people).After(now) {
		return false, nil
	}
	for kind, c := range m.clocks {
		if due := d.answeredBy(c.Due, people); d.bends(m, c) && due.After(now) {
			c.Due = due
			m.clocks[kind] = c
		}
	}
	m.DueAt = m.clocks.promised(now)
	m.shifted, m.promised = true, true
	m.wake(d)
	if err := d.change(ctx, m, d.byItself(ctx, m, EventShifted, namesOf(people))); err != nil {
		return false, err
	}
	return true, d.tellAuthor(ctx, m, "shifted", d.words.Shifted(m.moved(people, nil, "", service.Step{})))
}
