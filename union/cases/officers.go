package cases

import (
	"cmp"
	"context"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// everyOfficer finds who decides a step of a case: the holders of its role nearest above the case's organisation, without
// the parties to the matter and whom the step keeps away; where there is none, those of the first other role that
// somebody holds. Who is away is replaced or passed over. A step that nobody is left for goes to the chair or an administrator,
// unless it is to be kept from them. A step of the author's is the author's as long as they are a member.
func (d *Desk) everyOfficer(ctx context.Context, step service.Step, m *matter) ([]union.Member, error) {
	if step.Who.Author {
		author, err := d.members.Get(ctx, m.Author)
		if err != nil || author.Status == union.Active {
			return []union.Member{author}, err
		}
	}
	if len(step.Who.Seats) > 0 {
		return d.seatHolders(ctx, step, m)
	}
	if err := d.readLevels(ctx, m); err != nil {
		return nil, err
	}
	m.away, m.kept = nil, nil
	people, err := d.nearestOf(ctx, step, m, step.Who.Roles(), nil)
	held := len(people)+len(m.away) > 0
	if err == nil && len(people) == 0 {
		people, err = d.nearestOf(ctx, step, m, m.fallback(step), func(p union.Member) bool { return m.seated(p, step) })
	}
	away := m.away
	switch {
	case err != nil:
		return nil, err
	case len(people) == 0 && len(away) == 0:
		return nil, &NobodyError{Service: m.service, Step: step, matter: m}
	case len(people) == 0: // nobody else is there
		return away, d.replace(ctx, m, away)
	case !held:
		m.unheld(step, people)
	}
	m.overlook(away, people)
	return people, d.replace(ctx, m, people)
}

// nearestOf finds those of the first role that anybody who is there may decide by, but for some; nobody where there is none.
func (d *Desk) nearestOf(ctx context.Context, step service.Step, m *matter, roles []union.Role, but func(union.Member) bool) ([]union.Member, error) {
	for _, role := range roles {
		holdings, err := d.members.Holders(ctx, role, m.Lineage)
		if err != nil {
			return nil, err
		}
		for len(holdings) > 0 {
			ids, above := nearest(holdings, m, step)
			m.keepOut(holdings[:len(holdings)-len(above)], step)
			people, err := d.people(ctx, ids)
			if err != nil {
				return nil, err
			}
			people, err = d.present(ctx, m, step, m.allowed(step.Who, people))
			if but != nil {
				people = slices.DeleteFunc(people, but)
			}
			if err == nil && len(m.away) > 0 {
				people, err = d.free(ctx, m, step, people)
			}
			if err != nil || len(people) > 0 {
				return people, err
			}
			holdings = above
		}
	}
	return nil, nil
}

// nearest lists those who hold the role at the lowest organisation where somebody may decide, and the holdings above it.
func nearest(holdings []union.Holding, m *matter, step service.Step) (ids []union.MemberID, above []union.Holding) {
	at := union.OrgID(0)
	for i, h := range holdings {
		if slices.Contains(m.parties(h.Member), h.Member) || m.barred(h.Member, step) || !m.placed(h, step) {
			continue
		}
		if len(ids) > 0 && h.Org != at {
			return ids, holdings[i:]
		}
		at = h.Org
		if !slices.Contains(ids, h.Member) {
			ids = append(ids, h.Member)
		}
	}
	return ids, nil
}

// parties are those who may not decide a case: its author, who of a sealed case is known only as being the asker or not,
// those who filed it with the author or were named so and denied it, those whom it is for or about, those who have said that
// they have ties to any of them, of this case or of all, and the custodians who know the name behind it.
func (m *matter) parties(asker union.MemberID) union.Parties {
	if m.Seal.is(asker) || m.Seal.openedBy(asker) {
		return union.Parties{asker}
	}
	parties := append(union.Parties{m.Author}, m.disowned()...)
	parties = append(append(parties, m.named()...), m.steppedBack()...)
	for _, c := range m.others() {
		parties = append(parties, c.Member)
	}
	return parties
}

// people reads members in the order of ids; who does not exist is left out.
func (d *Desk) people(ctx context.Context, ids []union.MemberID) ([]union.Member, error) {
	found, err := d.members.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]union.Member, 0, len(ids))
	for _, id := range ids {
		if m, ok := found[id]; ok {
			list = append(list, m)
		}
	}
	return list, nil
}

// mayDecide says whether a member with these holdings may decide the step now: by its role over the case's
// organisation, or by one of the other roles where the task was given to the member for want of the first.
func (m *matter) mayDecide(officer union.MemberID, holdings []union.Holding, step service.Step) bool {
	if step.Who.Author && officer == m.Author {
		return true
	}
	if m.addedSelf(officer, step) {
		return m.maySign(officer, holdings, step)
	}
	step = step.At(m.seatOf(officer, step))
	if m.barred(officer, step) || m.gaveAway(officer, step) {
		return false
	}
	holdings = slices.DeleteFunc(slices.Clone(holdings), func(h union.Holding) bool { return !m.placed(h, step) })
	given := slices.ContainsFunc(m.tasks, func(t Task) bool { return t.Added == "" && t.owner() == officer && t.Step == step.Name })
	if step.Who.Apart && !given { // afterwards a sealed case does not tell any more who is in the author's own branch
		return false
	}
	if union.MayDecide(holdings, step.Who.Role, m.Lineage, m.parties(officer)) {
		return true
	}
	return given && slices.ContainsFunc(slices.Concat(step.Who.Otherwise, m.fallback(step)), func(role union.Role) bool {
		return union.MayDecide(holdings, role, m.Lineage, m.parties(officer))
	})
}

// maySee says whether a member may know of the case: its author and co-authors, an officer who has or had a task on it, or one who
// holds a role of its review over its organisation, and whom it is not about. Where a step keeps apart from the author's own branch,
// only those who were asked may.
func (m *matter) maySee(viewer union.MemberID, holdings []union.Holding) bool {
	if viewer == m.Author || m.sharedBy(viewer) || slices.ContainsFunc(m.tasks, func(t Task) bool { return t.by(viewer) }) {
		return true
	}
	if slices.Contains(m.named(), viewer) {
		return false
	}
	return slices.ContainsFunc(m.steps(), func(step service.Step) bool {
		return !step.Who.Apart && slices.ContainsFunc(holdings, func(h union.Holding) bool {
			return h.Covers(m.Lineage) && slices.Contains(step.Who.Roles(), h.Role) && m.placed(h, step)
		})
	})
}

// seen loads a case for somebody who wants to look at it or to act on it, with union.ErrNotFound for those who may not know of it.
func (d *Desk) seen(ctx context.Context, viewer union.MemberID, id ID, number string) (*matter, []union.Holding, error) {
	m, err := d.load(ctx, id, number)
	if err != nil {
		return nil, nil, err
	}
	holdings, err := d.heldIn(ctx, m, viewer)
	if err != nil {
		return nil, nil, err
	}
	if may, err := d.mayKnow(ctx, m, viewer, holdings); err != nil || !may {
		return nil, nil, cmp.Or(err, union.ErrNotFound)
	}
	if err := m.opens(ctx, viewer); err != nil {
		return nil, nil, err
	}
	return m, holdings, nil
}

// opens is nil for those who handed the case in, and for an officer whose account is proven well enough for it.
func (m *matter) opens(ctx context.Context, viewer union.MemberID) error {
	if viewer == m.Author || m.sharedBy(viewer) || !m.service.Sealed && !m.service.ShowsBank() {
		return nil
	}
	return union.Proven(ctx)
}

// mayKnow is maySee, with those whom officers have let in, and without those whom one of the case's steps keeps away.
func (d *Desk) mayKnow(ctx context.Context, m *matter, viewer union.MemberID, holdings []union.Holding) (bool, error) {
	if viewer == m.Author || m.sharedBy(viewer) {
		return true, nil
	}
	if !m.maySee(viewer, holdings) {
		if shown, err := d.shownTo(ctx, m, viewer); err != nil || !shown {
			return false, err
		}
	}
	if kept, err := d.keptReady(ctx, m); err != nil || kept {
		return false, err
	}
	away, err := d.keepsAway(ctx, m, viewer)
	return !away, err
}

// officersOf lists whose tasks these are, each once.
func officersOf(tasks []Task) []union.MemberID {
	var ids []union.MemberID
	for _, t := range tasks {
		if !slices.Contains(ids, t.Officer) {
			ids = append(ids, t.Officer)
		}
	}
	return ids
}

func taskIDs(tasks []Task) []ID {
	ids := make([]ID, len(tasks))
	for i, t := range tasks {
		ids[i] = t.ID
	}
	return ids
}
