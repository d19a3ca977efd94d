package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// lookAgainDays is how many working days an author has to ask for a second look, where the service's file says nothing.
const lookAgainDays = 5

// mayLookAgain says until when the author may ask for a second look at a case; ok is false where that is not possible: a
// case that was not refused or merged - nor, where the service's file says how long that may be asked, answered - that was looked at twice already, that is sealed, or whose money was set aside.
func (d *Desk) mayLookAgain(m *matter, step string) (until time.Time, ok bool) {
	limit := m.service.Clocks.SecondLook
	if m.third() {
		limit = m.service.Clocks.ThirdLook
	}
	if !m.opensAgain(step, limit.Runs()) {
		return time.Time{}, false
	}
	if limit.Runs() {
		amount, unit := unitOfClock(limit)
		return d.after(m.EndedAt, amount, unit), true
	}
	return d.due(m.EndedAt, lookAgainDays), true
}

// opensAgain says whether a case may be looked at once more; answered lets that be one that was accepted.
func (m *matter) opensAgain(step string, answered bool) bool {
	accepted := m.State == Accepted && answered && !m.grants()
	if m.State != Refused && m.State != Merged && !accepted || !m.SecondLook.IsZero() && !m.third() || m.service.Sealed {
		return false
	}
	for _, s := range m.service.Steps() { // money that was freed is not set aside a second time for one case
		if s.Name == step {
			break
		}
		if s.Reserve {
			return false
		}
	}
	return true
}

// third says whether the case was looked at a second time and may be a third (复核), by those one level up.
func (m *matter) third() bool {
	return !m.SecondLook.IsZero() && m.looks == 1 && m.service.Clocks.ThirdLook.Runs()
}

// countLooks finds out how often the author has asked for another look.
func (d *Desk) countLooks(ctx context.Context, m *matter) error {
	if m.looks = 0; m.SecondLook.IsZero() || !m.service.Clocks.ThirdLook.Runs() {
		return nil
	}
	events, err := d.store.Timeline.Of(ctx, m.ID)
	for _, e := range events {
		if e.Kind == EventReconsidered || e.Kind == EventDiscontent {
			m.looks++
		}
	}
	return err
}

// grants says whether somebody has decided a step that sets money aside.
func (m *matter) grants() bool {
	return slices.ContainsFunc(m.tasks, func(t Task) bool {
		step, _ := m.service.Step(t.Step)
		return t.State == TaskDone && step.Reserve
	})
}

// Reconsidered is what Reconsider did.
type Reconsidered struct {
	Case     Case
	Officers []union.Member
}

// Reconsider lets the author of a case that was refused, or merged against the author's will, ask once for a second look
// (复议): other people than those who decided look at the same step. It returns union.ErrNotFound if the case is not the
// member's, ErrActNotAllowed if there is nothing to look at again or the time has passed, *IncompleteError without a
// reason, and union.ErrNoOfficer where nobody else could decide.
func (d *Desk) Reconsider(ctx context.Context, member union.MemberID, number, why string) (Reconsidered, error) {
	var done Reconsidered
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.reconsider(ctx, member, number, strings.TrimSpace(why))
		return err
	})
	if err != nil {
		return Reconsidered{}, fmt.Errorf("look at case again: %w", err)
	}
	return done, nil
}

func (d *Desk) reconsider(ctx context.Context, member union.MemberID, number, why string) (none Reconsidered, _ error) {
	m, err := d.own(ctx, member, number)
	if err != nil {
		return none, err
	}
	if err := d.countLooks(ctx, m); err != nil {
		return none, err
	}
	name := m.lastStep()
	until, ok := d.mayLookAgain(m, name)
	now := d.now()
	if !ok || now.After(until) {
		return none, ErrActNotAllowed
	}
	if why == "" {
		return none, &IncompleteError{Field: Supplement}
	}
	return d.lookAgain(ctx, m, name, Event{At: now, Actor: member, Name: m.author.Name, Kind: EventReconsidered, Note: why}, m.third())
}

// lookAgain has others decide a step again, for the reason that the event notes; up has those above do it.
func (d *Desk) lookAgain(ctx context.Context, m *matter, name string, event Event, up bool) (none Reconsidered, _ error) {
	step, known := m.service.Step(name)
	if !known {
		return none, ErrActNotAllowed
	}
	next, _, err := review.Next(review.PlanOf(m.service.Review), m.review(), review.Event{Kind: review.Reconsidered, Step: name, Answered: m.State == Accepted})
	if err != nil {
		return none, d.refused(ctx, m, name, err)
	}
	now := event.At
	last := m.third()
	m.SecondLook = now
	officers, err := d.secondLookers(ctx, m, step, up)
	if err != nil {
		return none, err
	}
	m.become(next, now)
	m.EndedAt = time.Time{}
	if _, err := d.clocksOf(ctx, m); err != nil {
		return none, err
	}
	d.wind(m, turn{second: true, third: last})
	m.add("请再看一次:"+event.Note, nil)
	if err := d.change(ctx, m, event); err != nil {
		return none, err
	}
	return Reconsidered{Case: m.forOfficersIfSealed(), Officers: officers}, d.askAll(ctx, m, officers)
}

// secondLookers finds who looks again: others than those who decided and, where the service's file regulates it, those
// above them; up finds nobody else.
func (d *Desk) secondLookers(ctx context.Context, m *matter, step service.Step, up bool) ([]union.Member, error) {
	if !up && !m.service.Clocks.SecondLook.Runs() {
		return d.officers(ctx, step, m)
	}
	officers, higher, err := d.above(ctx, m, step, true)
	if err == nil && up && !higher {
		return nil, union.ErrNoOfficer
	}
	return officers, cmp.Or(err, d.replace(ctx, m, officers))
}

// lastStep is the step that was decided last.
func (m *matter) lastStep() string {
	name, at := "", time.Time{}
	for _, t := range m.tasks {
		if step, _ := m.service.Step(t.Step); t.State == TaskDone && !step.Undoes() && !t.EndedAt.Before(at) {
			name, at = t.Step, t.EndedAt
		}
	}
	return name
}
