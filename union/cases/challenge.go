package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// Challenge is an author's wish that an officer stays out of the author's case (申请回避).
type Challenge struct {
	Number  string
	Author  union.MemberID
	Officer union.MemberID
	// Why is for whoever decides about it.
	Why string
}

var (
	// ErrChallenged means that the same wish was refused before.
	ErrChallenged = errors.New("the author has asked for that before")
	// ErrNotTheirs means that the officer has the case not now.
	ErrNotTheirs = errors.New("the officer does not have the case now")
	// ErrSigned means that several sign the step: none of them decides alone, and a seat has nobody above it.
	ErrSigned = errors.New("several sign the step")
)

// Challengeable lists those who have an open case of the author's, of whom one may be asked to stay out of it. It returns
// union.ErrNotFound for whoever is not its author, and ErrActNotAllowed where it waits for no officer.
func (d *Desk) Challengeable(ctx context.Context, author union.MemberID, number string) ([]union.Member, error) {
	m, err := d.own(ctx, author, number)
	var people []union.Member
	if err == nil {
		people, err = d.challengeable(ctx, m)
	}
	if err != nil {
		return nil, fmt.Errorf("list who could be challenged: %w", err)
	}
	return people, nil
}

func (d *Desk) challengeable(ctx context.Context, m *matter) ([]union.Member, error) {
	step, _ := m.service.Step(m.Step)
	switch {
	case m.State != Open || m.waitsForAuthor():
		return nil, ErrActNotAllowed
	case step.Several() || m.added():
		return nil, ErrSigned
	}
	return d.havers(ctx, m.had())
}

// Challenge takes the open step to whoever is above those who have it, before the one whom its author names may decide anything more
// of it. Whoever gets it sees why: they decide it themselves, and so that the officer stays out of it for good, or hand it back to the
// officer, which is a refusal. It returns what Challengeable does, ErrNotTheirs and ErrChallenged.
func (d *Desk) Challenge(ctx context.Context, in Challenge) (done Recused, err error) {
	handed := &hurried{}
	err = handing(ctx, d, "challenge an officer", func(ctx context.Context) (err error) {
		done, err = d.challenge(ctx, in, handed)
		return err
	})
	if err != nil {
		return done, err
	}
	return done, d.hurry(ctx, handed.all())
}

func (d *Desk) challenge(ctx context.Context, in Challenge, handed *hurried) (none Recused, _ error) {
	m, err := d.own(ctx, in.Author, in.Number)
	if err != nil {
		return none, err
	}
	step, _ := m.service.Step(m.Step)
	done := Recused{Service: m.service, Step: step}
	if slices.Contains(m.listed(service.FieldChallenged), in.Officer) { // said twice it is once
		done.Case = m.forOfficers()
		done.Next, err = d.havers(ctx, m.had())
		return done, err
	}
	have, err := d.challengeable(ctx, m)
	if err != nil {
		return none, err
	}
	i := slices.IndexFunc(have, func(o union.Member) bool { return o.ID == in.Officer })
	if i < 0 {
		return none, ErrNotTheirs
	}
	if asked, err := d.challenged(ctx, m, have[i]); err != nil || asked {
		return none, cmp.Or(err, ErrChallenged)
	}
	if _, err := d.clocksOf(ctx, m); err != nil {
		return none, err
	}
	if err := m.list(service.FieldChallenged, in.Officer); err != nil {
		return none, err
	}
	event := Event{At: d.moment(m), Actor: in.Author, Name: m.author.Name, Kind: EventChallenged, Step: m.Step, Note: handNote(have[i], in.Why)}
	if err := d.change(ctx, m, event); err != nil {
		return none, err
	}
	if done.Next, err = d.refer(ctx, m, step, handed); err != nil {
		return none, err
	}
	done.Case, done.Stuck = m.forOfficers(), m.stuck
	return done, nil
}

// refer takes the open step one level up, for somebody there to decide whether whoever has it stays out of it.
func (d *Desk) refer(ctx context.Context, m *matter, step service.Step, handed *hurried) ([]union.Member, error) {
	m.left, m.challenged = true, true
	m.note(d.moment(m))
	officers, _, err := d.above(ctx, m, step, true)
	if errors.Is(err, union.ErrNoOfficer) {
		return nil, d.stuck(ctx, m, step)
	}
	if err != nil {
		return nil, err
	}
	return officers, d.handOver(ctx, m, step, officers, service.Move{Do: service.Up, Days: max(1, step.Days)}, handed)
}

// challenged says whether the author has asked before that the officer stays out of it.
func (d *Desk) challenged(ctx context.Context, m *matter, officer union.Member) (bool, error) {
	events, err := d.store.Timeline.Of(ctx, m.ID)
	return slices.ContainsFunc(events, func(e Event) bool {
		name, _ := e.Said()
		return e.Kind == EventChallenged && name == officer.Name
	}), err
}

// unchallenge lets an officer have the case again, as whoever decides about that hands it back; done is false where nobody has asked
// that they stay out of it.
func (m *matter) unchallenge(officer union.MemberID) (done bool, err error) {
	left := m.listed(service.FieldChallenged)
	i := slices.Index(left, officer)
	if i < 0 {
		return false, nil
	}
	m.Values = maps.Clone(m.Values)
	delete(m.Values, service.FieldChallenged)
	for _, id := range slices.Delete(left, i, i+1) {
		if err := m.list(service.FieldChallenged, id); err != nil {
			return true, err
		}
	}
	m.challenged = true
	return true, nil
}

// saidOfChallenge is what whoever decides about it reads on the card.
func saidOfChallenge(e Event) string {
	name, why := e.Said()
	return strings.TrimSuffix("提出人请 "+name+" 回避:"+why, ":") + "。由您定:同意,就直接办;不同意,转办给 " + name + ",写明原因"
}
