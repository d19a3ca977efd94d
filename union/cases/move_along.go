package cases

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// followAuthors takes open cases along with authors who have moved to another part of the union, where their service says so
// (follows_author): from then on they are that part's, and so is the open step. It says how many it looked at. That somebody has moved
// stands in the union's list, and nothing else tells.
func (d *Desk) followAuthors(ctx context.Context, limit int) (looked int64, err error) {
	all, err := d.store.Clocks.MovedVersions(ctx)
	if err != nil {
		return 0, fmt.Errorf("find whose authors have moved: %w", err)
	}
	var hashes []string
	for _, hash := range all {
		s, err := d.services.ByHash(ctx, hash)
		if err != nil {
			return 0, fmt.Errorf("find whose authors have moved: %w", err)
		}
		if !s.FollowsAuthor.Empty() {
			hashes = append(hashes, hash)
		}
	}
	if len(hashes) == 0 {
		return 0, nil
	}
	return d.takeEach(ctx, limit, func(ctx context.Context, after ID, limit int) ([]ID, error) {
		return d.store.Clocks.Moved(ctx, hashes, after, limit)
	}, (*matter).comesAlong, d.moveAlong)
}

// comesAlong says whether a case goes along with its author, who has moved: not one that has already, or that would tell whose it is.
func (m *matter) comesAlong() bool {
	to := m.author
	return !m.service.Sealed && !m.Anonymous && !m.State.Ended() && to.Status == union.Active && to.Lineage != m.Lineage &&
		m.service.Follows(factsOf(m.service, m.Values, len(m.Pictures)))
}

// moveAlong makes a case the part's to which its author belongs now, and puts the open step into the hands of those who decide there. What
// was decided and signed stands. Who of those that have the step may decide it there as well keeps it. The author is told in any case.
func (d *Desk) moveAlong(ctx context.Context, m *matter, handed *hurried) error {
	to := m.author
	m.follows = true
	m.Org, m.Lineage = to.Org, to.Lineage
	if m.service.ByOrg() {
		if _, kept := m.Values[service.FieldFiledOrg]; !kept {
			m.Values[service.FieldFiledOrg] = m.Values[service.FieldOrg]
		}
		m.Values[service.FieldOrg] = Value{Text: to.OrgPath}
	}
	if err := d.change(ctx, m, d.byItself(ctx, m, EventMoved, to.OrgPath)); err != nil {
		return err
	}
	step, found := m.service.Step(m.Step)
	if found && m.State == Open {
		if err := d.passOn(ctx, m, step, handed); err != nil {
			return err
		}
	}
	now, err := d.haveNow(ctx, m, step)
	if err != nil {
		return err
	}
	moved := m.moved(nil, now, service.StandIn, step)
	moved.Overdue = m.DueAt.Before(d.now())
	return d.tellAuthor(ctx, m, "moved", d.words.MovedOn(moved))
}

// haveNow are those who have the open step by now; nobody where it waits for its author, or nobody is left who may decide it.
func (d *Desk) haveNow(ctx context.Context, m *matter, step service.Step) ([]union.Member, error) {
	if m.waitsForAuthor() {
		return nil, nil
	}
	tasks, err := d.store.Tasks.OfCases(ctx, true, m.ID)
	if err == nil && m.stuck { // of several seats, the others are with somebody yet
		tasks, _, err = d.whoMay(ctx, m, step, tasks)
	}
	if err != nil {
		return nil, err
	}
	return d.havers(ctx, tasks)
}

// goneOn is the kind of event by which a step goes on from those who may not decide it any more, though nobody was late.
func (m *matter) goneOn() string {
	if m.follows {
		return EventFollowed
	}
	return EventLeft
}
