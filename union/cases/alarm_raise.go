package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

const (
	// alarmWindow is how long another report that sounds alike is asked about, rather than ringing everybody anew.
	alarmWindow = 15 * time.Minute
	// alarmAlike is the part that two reports share which may be of one danger. It is low: to be asked costs a second.
	alarmAlike = 0.2
	// alarmsRead bounds the alarms of a plant that a report is compared with.
	alarmsRead = 20
)

// RaiseAlarm makes a case of a sentence that tells of danger, whatever its form asks, and rings the first rung of its
// ladder. Where the same was reported in the plant a moment ago, it rings those who are rung for that, or who goes, with
// what was said now, and makes no case: Raised says Again or Like. It returns union.ErrForbidden for somebody who has
// left, and union.ErrNoOfficer where there is nobody to ring.
func (d *Desk) RaiseAlarm(ctx context.Context, in AlarmCall) (Raised, error) {
	var raised Raised
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		raised, err = d.raiseAlarm(ctx, in)
		return err
	})
	if err != nil {
		return Raised{}, fmt.Errorf("raise alarm: %w", err)
	}
	return raised, nil
}

func (d *Desk) raiseAlarm(ctx context.Context, in AlarmCall) (none Raised, _ error) {
	s, err := d.services.ByHash(ctx, in.Hash)
	if err != nil {
		return none, err
	}
	author, err := d.members.Get(ctx, in.Member)
	if err != nil {
		return none, err
	}
	if !in.Apart {
		if raised, found, err := d.sameDanger(ctx, s, author, in); err != nil || found {
			return raised, err
		}
	}
	draft := d.alarmDraft(s, in)
	m, officers, err := d.prepareAlarm(ctx, draft, author, s)
	if err != nil {
		return none, err
	}
	m.standby = in.Standby && s.Alarm.Life
	if err := d.enter(ctx, m, draft, officers); err != nil {
		return none, err
	}
	raised := Raised{Case: m.Case, Service: s, Hotline: s.Alarm.Number(author.OrgPath), Called: m.called, Telephoned: d.telephones, Standby: m.standby}
	if s.Alarm.Life {
		a, err := d.store.Alarms.ByCase(ctx, m.ID)
		raised.DueAt = a.DueAt
		return raised, err
	}
	return raised, nil
}

// prepareAlarm is prepare for a form that was skipped. Who has retired is in danger as well, and a case that nobody could
// decide yet is still worth ringing for.
func (d *Desk) prepareAlarm(ctx context.Context, draft Draft, author union.Member, s *service.Service) (*matter, []union.Member, error) {
	if author.Status == union.Left {
		return nil, nil, union.ErrForbidden
	}
	if err := d.placeAuthor(ctx, s, author, draft); err != nil {
		return nil, nil, err
	}
	m, err := d.newMatter(s, author, draft)
	if err != nil {
		return nil, nil, err
	}
	step, _ := s.Step(m.Step)
	officers, err := d.everyOfficer(ctx, step, m)
	if err != nil && !errors.Is(err, union.ErrNoOfficer) {
		return nil, nil, err
	}
	return m, officers, nil
}

// ring begins to ring for a new case: the first rung that somebody holds, or those who decide the case where there is
// none.
func (d *Desk) ring(ctx context.Context, m *matter, officers []union.Member) error {
	rungs := m.ladder()
	rung, called, err := d.nextRung(ctx, m, rungs, 0, nil)
	if err != nil {
		return err
	}
	if len(called) == 0 {
		rung = len(rungs) - 1
		called = m.withAbsent(officers)
	}
	if len(called) == 0 {
		return union.ErrNoOfficer
	}
	now := d.now()
	a := Alarm{
		Case: m.ID, Unit: unitOf(m.Lineage), Grade: m.alarmGrade(), State: AlarmRinging, Rung: rung, Rings: 1,
		RaisedAt: now, DueAt: now.Add(minutes(rungs[rung])),
	}
	if m.standby {
		a.State = AlarmStandby
	}
	if err := d.store.Alarms.Insert(ctx, a); err != nil {
		return err
	}
	for i := range called { // a number that cannot be read keeps nobody from being rung
		called[i].Phone, _, _ = d.members.Sealed(ctx, called[i].ID)
	}
	m.called = called
	return d.callAll(ctx, m, a, called)
}

// callAll writes down who is rung, and sends each a card.
func (d *Desk) callAll(ctx context.Context, m *matter, a Alarm, called []Called) error {
	if err := d.store.Alarms.Add(ctx, m.ID, PartRung, a.Rings, d.now(), idsOf(called)...); err != nil {
		return err
	}
	n := alarmNotice(m, a)
	for _, c := range called {
		n.To, n.Callee = c.ID, c
		if err := d.alarm(ctx, n, fmt.Sprintf("alarm/%d/%d/%d", m.ID, a.Rings, c.ID), d.words.AlarmCard(n)); err != nil {
			return err
		}
	}
	return d.telephone(ctx, m, a, idsOf(called))
}

// telephone rings people's telephones, behind the messages that say why: each once a ring, for a call that may have been
// made is not made again.
func (d *Desk) telephone(ctx context.Context, m *matter, a Alarm, people []union.MemberID) error {
	if !d.telephones || a.State == AlarmStandby {
		return nil
	}
	calls := make([]notice.Notice, len(people))
	for i, id := range people {
		calls[i] = notice.Notice{
			Key: fmt.Sprintf("call/%d/%d/%d", m.ID, a.Rings, id), Kind: notice.KindCall, Policy: notice.Hold, To: id, Case: int64(m.ID),
			Body: notice.Body{Text: m.Number}, // for lists: the platform has its own words
		}
	}
	return d.outbox.Put(ctx, calls...)
}

func (d *Desk) alarm(ctx context.Context, n AlarmNotice, key string, body notice.Body) error {
	return d.outbox.Put(ctx, notice.Notice{
		Key: key, Kind: notice.KindAlarm, Policy: notice.Resend, To: n.To, Case: int64(n.Case.ID), Body: body,
	})
}

// alarmNotice is what all notices of an alarm say.
func alarmNotice(m *matter, a Alarm) AlarmNotice {
	n := AlarmNotice{
		Case: m.forOfficers(), Service: m.service, Alarm: a, Place: m.Values[m.service.Alarm.Place].Text,
		Hotline: m.service.Alarm.Number(m.author.OrgPath),
	}
	if !m.Anonymous {
		n.AuthorName, n.AuthorUnit = m.author.Name, m.author.Unit()
	}
	return n
}

// nextRung finds the first rung from one on that has somebody whom nobody has rung yet.
func (d *Desk) nextRung(ctx context.Context, m *matter, rungs []service.Rung, from int, rung []union.MemberID) (int, []Called, error) {
	for i := from; i < len(rungs); i++ {
		called, err := d.rungOf(ctx, m, rungs[i])
		if err != nil {
			return 0, nil, err
		}
		called = slices.DeleteFunc(called, func(c Called) bool { return slices.Contains(rung, c.ID) })
		if len(called) > 0 {
			return i, called, nil
		}
	}
	return 0, nil, nil
}

// rungOf finds who is on a rung, each once, without the author, and who stands in for those who are away.
func (d *Desk) rungOf(ctx context.Context, m *matter, r service.Rung) ([]Called, error) {
	var called []Called
	for _, who := range r.Who {
		holdings, err := d.members.Holders(ctx, who.Role, m.Lineage)
		if err != nil {
			return nil, err
		}
		people, err := d.people(ctx, atLevel(holdings, m.Author, who.Level))
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			if !slices.ContainsFunc(called, func(c Called) bool { return c.ID == p.ID }) {
				called = append(called, Called{Member: p, Role: who.Role})
			}
		}
	}
	return d.withStandIns(ctx, m, called)
}

// atLevel lists those of the holders, nearest first, who are at the level; the author is nobody to ring.
func atLevel(holdings []union.Holding, author union.MemberID, level service.Level) []union.MemberID {
	var groups [][]union.MemberID
	at := union.OrgID(0)
	for _, h := range holdings {
		if h.Member == author {
			continue
		}
		if len(groups) == 0 || h.Org != at {
			groups = append(groups, nil)
		}
		at = h.Org
		groups[len(groups)-1] = append(groups[len(groups)-1], h.Member)
	}
	switch {
	case len(groups) == 0:
		return nil
	case level == service.Each:
		return slices.Concat(groups...)
	case level == service.Top:
		return groups[len(groups)-1]
	case level == service.Second && len(groups) > 1:
		return groups[1]
	case level == service.Second:
		return nil
	}
	return groups[0]
}

func minutes(r service.Rung) time.Duration { return time.Duration(r.Minutes) * time.Minute }

func idsOf(called []Called) []union.MemberID {
	ids := make([]union.MemberID, len(called))
	for i, c := range called {
		ids[i] = c.ID
	}
	return ids
}
