package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/standin"
)

// StandInStore keeps who acts for whom.
type StandInStore interface {
	Insert(ctx context.Context, s standin.Standin) error
	// ByID returns union.ErrNotFound where there is none.
	ByID(ctx context.Context, id standin.ID) (standin.Standin, error)
	// Update writes what became of one, as long as it is what it was: it says no where somebody was quicker.
	Update(ctx context.Context, was, is standin.Standin) (bool, error)
	// Hold has whoever else changes what a member has asked for wait until the transaction ends.
	Hold(ctx context.Context, absent union.MemberID) error
	// Accepted lists all that were accepted and are not over, in the order of asking.
	Accepted(ctx context.Context) ([]standin.Standin, error)
	// Of lists those of a member, on either side, of which something can still come, by their first day.
	Of(ctx context.Context, member union.MemberID) ([]standin.Standin, error)
	// Due lists those that begin, end or lapse by a day and were not looked at since, and those of whose two one has left.
	Due(ctx context.Context, day calendar.Date, limit int) ([]standin.Standin, error)
}

// by says whether a task is, or was, a member's: as who had it, or as whom that one stood in for.
func (t *Task) by(member union.MemberID) bool {
	return t.Officer == member || t.For == member && member != 0
}

// owner is whose the task is: of one that somebody has in another's place, that one's.
func (t *Task) owner() union.MemberID { return cmp.Or(t.For, t.Officer) }

// today is the day in the union's zone.
func (d *Desk) today() calendar.Date { return dayOf(d.now(), d.zone) }

func dayOf(t time.Time, zone *time.Location) calendar.Date {
	year, month, day := t.In(zone).Date()
	return calendar.Date{Year: year, Month: month, Day: day}
}

// free leaves out those whom a step above needs that its own deciders may not decide: who is asked because somebody is away is
// not to leave a later step without anybody.
func (d *Desk) free(ctx context.Context, m *matter, step service.Step, people []union.Member) ([]union.Member, error) {
	var free []union.Member
	for _, p := range people {
		needed, err := d.neededLater(ctx, m, step, p)
		if err != nil {
			return nil, err
		}
		if !needed {
			free = append(free, p)
		}
	}
	return free, nil
}

func (d *Desk) neededLater(ctx context.Context, m *matter, step service.Step, p union.Member) (bool, error) {
	if m.barred(p.ID, step) {
		return false, nil
	}
	once := m.once
	defer func() { m.once = once }()
	m.once = append(slices.Clone(once), Task{Officer: p.ID, Step: step.Name, State: TaskDone})
	for _, later := range m.steps() {
		if !slices.Contains(later.NotBy, step.Name) {
			continue
		}
		left := false
		for _, role := range slices.Concat(later.Who.Roles(), later.Who.Seats, m.fallback(later)) {
			holdings, err := d.members.Holders(ctx, role, m.Lineage)
			if err != nil {
				return false, err
			}
			ids, _ := nearest(holdings, m, later)
			left = left || len(ids) > 0
		}
		if !left {
			return true, nil
		}
	}
	return false, nil
}

// lend notes that a member who is asked now has the step in another's place.
func (m *matter) lend(by union.MemberID, absent union.Member) {
	if m.lent == nil {
		m.lent = map[union.MemberID]union.Member{}
	}
	m.lent[by] = absent
	if m.absent == nil {
		m.absent = map[union.MemberID]union.Member{}
	}
	if absent.Name != "" {
		m.absent[absent.ID] = absent
	}
}

// nameAbsent reads those in whose place others have a task of the case.
func (d *Desk) nameAbsent(ctx context.Context, m *matter) (err error) {
	var ids []union.MemberID
	for _, t := range m.tasks {
		if t.For != 0 && !slices.Contains(ids, t.For) {
			ids = append(ids, t.For)
		}
	}
	if len(ids) > 0 {
		m.absent, err = d.members.GetMany(ctx, ids)
	}
	return err
}

// present replaces those of some officers who are away today: by whoever stands in for them or, where nobody may, by nobody,
// so that it goes one level up. A step that all of them sign keeps the seat of whoever is away.
func (d *Desk) present(ctx context.Context, m *matter, step service.Step, people []union.Member) ([]union.Member, error) {
	all, err := d.store.StandIns.Accepted(ctx)
	if err != nil || len(all) == 0 {
		return people, err
	}
	full, _ := m.service.Step(step.Name)
	var here []union.Member
	var away []union.Member
	for _, p := range people {
		chain, gone := standin.Chain(all, p.ID, d.today())
		if !gone {
			delete(m.lent, p.ID)
			here = append(here, p)
			continue
		}
		by, may, err := d.mayStandIn(ctx, m, step, p, chain)
		switch {
		case err != nil:
			return nil, err
		case may && !slices.ContainsFunc(people, func(o union.Member) bool { return o.ID == by.ID }) &&
			!slices.ContainsFunc(here, func(o union.Member) bool { return o.ID == by.ID }):
			m.lend(by.ID, p)
			here = append(here, standin.Shown(by, p))
		case full.Several() && len(full.Who.Seats) == 0:
			here = append(here, p)
		default:
			away = append(away, p)
		}
	}
	if len(here) == 0 {
		m.away = append(m.away, away...)
	}
	return here, nil
}

// mayStandIn finds who may have a step in the place of somebody who is away: the last of the chain, if all in it are members
// who are apart from nobody's interest in the case, and that one has no part in the step yet. What the service does not lend
// nobody has; what is sensitive only they who could have it by an office of their own.
func (d *Desk) mayStandIn(ctx context.Context, m *matter, step service.Step, absent union.Member, chain []union.MemberID) (by union.Member, may bool, err error) {
	if len(chain) == 0 || !m.service.Lends(step) || step.Who.Author {
		return union.Member{}, false, nil
	}
	people, err := d.people(ctx, chain)
	if err != nil || len(people) < len(chain) {
		return union.Member{}, false, err
	}
	for _, p := range people {
		if p.Status != union.Active || m.gaveAway(p.ID, step) {
			return union.Member{}, false, nil
		}
		if apart, err := d.apart(ctx, m, p, step); err != nil || apart {
			return union.Member{}, false, err
		}
	}
	by = people[len(people)-1]
	takesPart := slices.ContainsFunc(m.live(), func(t Task) bool { return t.Step == step.Name && t.Officer == by.ID && t.For != absent.ID })
	if takesPart {
		return union.Member{}, false, nil
	}
	full, _ := m.service.Step(step.Name)
	if !m.service.Sensitive && !full.Several() {
		return by, true, nil
	}
	holdings, err := d.heldIn(ctx, m, by.ID)
	if err != nil {
		return union.Member{}, false, err
	}
	holds := slices.ContainsFunc(append(slices.Clone(full.Who.Roles()), full.Who.Seats...), func(role union.Role) bool { return m.holds(holdings, role, step) })
	if full.Several() { // whoever has a seat of their own, or another's, does not sign for one more
		other, lent := m.lent[by.ID]
		return by, !holds && !m.service.Sensitive && (!lent || other.ID == absent.ID), nil
	}
	return by, holds, nil
}

// mayAct says whether a member may decide the open step now: by an office of their own, because they have taken a call, or by
// the office of somebody who is away and in whose place they have it. Of that, both the right and that it is lent are read now.
func (d *Desk) mayAct(ctx context.Context, m *matter, officer union.MemberID, holdings []union.Holding, step service.Step) (bool, error) {
	if may, err := d.mayByOffice(ctx, m, officer, holdings, step); err != nil || may {
		return may, err
	}
	t, ok := m.standsIn(officer, step)
	if !ok {
		return d.tookCall(ctx, m, officer, holdings, step)
	}
	return d.lentTo(ctx, m, step, t)
}

// standsIn is the open task that a member has in another's place.
func (m *matter) standsIn(member union.MemberID, step service.Step) (Task, bool) {
	for _, t := range m.open() {
		if t.Officer == member && t.Step == step.Name && t.For != 0 {
			return t, true
		}
	}
	return Task{}, false
}

// lentTo says whether whoever has a task in another's place may decide it today.
func (d *Desk) lentTo(ctx context.Context, m *matter, step service.Step, t Task) (bool, error) {
	all, err := d.store.StandIns.Accepted(ctx)
	if err != nil {
		return false, err
	}
	chain, _ := standin.Chain(all, t.For, d.today())
	if len(chain) == 0 || chain[len(chain)-1] != t.Officer {
		return false, nil
	}
	holdings, err := d.holdings(ctx, m, t.For)
	if err != nil {
		return false, err
	}
	if may, err := d.mayByOffice(ctx, m, t.For, holdings, step); err != nil || !may {
		return false, err
	}
	_, may, err := d.mayStandIn(ctx, m, step, union.Member{ID: t.For}, chain)
	return may, err
}

// actor is who decides a step, as it is shown: who stands in for somebody by both names. absent is whom, 0 for nobody.
func (d *Desk) actor(ctx context.Context, m *matter, officer union.MemberID, step service.Step) (shown union.Member, absent union.MemberID, err error) {
	who, err := d.members.Get(ctx, officer)
	if err != nil {
		return union.Member{}, 0, err
	}
	t, ok := m.standsIn(officer, step)
	if !ok {
		return who, 0, nil
	}
	if may, err := d.lentTo(ctx, m, step, t); err != nil || !may {
		return who, 0, err
	}
	away, err := d.members.Get(ctx, t.For)
	return standin.Shown(who, away), t.For, err
}

// havers are those whose tasks these are, each once, as they are shown.
func (d *Desk) havers(ctx context.Context, tasks []Task) ([]union.Member, error) {
	found, err := d.membersOf(ctx, tasks)
	if err != nil {
		return nil, err
	}
	var list []union.Member
	for _, t := range tasks {
		p := shownAs(t, found)
		if p.ID != 0 && !slices.ContainsFunc(list, func(o union.Member) bool { return o.ID == p.ID }) {
			list = append(list, p)
		}
	}
	return list, nil
}

// membersOf reads those whose tasks these are, and those in whose place.
func (d *Desk) membersOf(ctx context.Context, tasks []Task) (map[union.MemberID]union.Member, error) {
	ids := officersOf(tasks)
	for _, t := range tasks {
		if t.For != 0 && !slices.Contains(ids, t.For) {
			ids = append(ids, t.For)
		}
	}
	return d.members.GetMany(ctx, ids)
}

// shownAs is whoever has a task, as it is shown.
func shownAs(t Task, found map[union.MemberID]union.Member) union.Member {
	if t.For == 0 {
		return found[t.Officer]
	}
	return standin.Shown(found[t.Officer], found[t.For])
}

// overlook notes above whom these are asked: officers who are away.
func (m *matter) overlook(away, asked []union.Member) {
	if len(away) == 0 {
		return
	}
	if m.above == nil {
		m.above = map[union.MemberID][]union.Member{}
	}
	for _, o := range asked {
		m.above[o.ID] = away
	}
}

// sentUp says for whom those were asked who are asked now: officers who are away, and in whose place nobody may have it.
func (m *matter) sentUp(officers []union.Member) (note string) {
	for _, o := range officers {
		if away := m.above[o.ID]; len(away) > 0 {
			return namesOf(away) + " → " + namesOf(officers)
		}
	}
	return ""
}

// noteDetours puts on record that a step has not come to whose it is: they are party to the matter, or away, or nobody's it is.
func (d *Desk) noteDetours(ctx context.Context, m *matter, officers []union.Member) error {
	if err := cmp.Or(d.tellVacant(ctx, m, officers), d.noteSwaps(ctx, m, officers)); err != nil {
		return err
	}
	note := m.sentUp(officers)
	if note == "" {
		return nil
	}
	m.above = nil
	return d.happened(ctx, m, d.byItself(ctx, m, EventSentUp, note))
}
