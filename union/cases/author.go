package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
)

// Supplement adds what an officer asked the author for, and gives the case back to that officer or, if the officer
// may not decide it any more, to whoever does now. It returns union.ErrNotFound if the case is not the member's,
// ErrActNotAllowed or *Settled if it does not wait for its author, and *IncompleteError if nothing is added, or if an officer has
// named questions, which Mend answers.
func (d *Desk) Supplement(ctx context.Context, member union.MemberID, number, text string, pictures []ID) (Case, error) {
	var done Case
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.supplement(ctx, member, number, strings.TrimSpace(text), pictures)
		return err
	})
	if err != nil {
		return Case{}, fmt.Errorf("supplement case: %w", err)
	}
	return done, nil
}

func (d *Desk) supplement(ctx context.Context, member union.MemberID, number, text string, pictures []ID) (none Case, _ error) {
	m, err := d.own(ctx, member, number)
	if err != nil {
		return none, err
	}
	if brought, err := d.bringPapers(ctx, m, text, pictures); err != nil || brought {
		return m.Case, err
	}
	if err := m.unfinished(); err != nil {
		return none, err
	}
	if m.State == Open {
		return d.remark(ctx, m, text, pictures)
	}
	return d.addTo(ctx, m, text, pictures, Event{Actor: member, Name: m.author.Name})
}

// Withdraw ends a case at its author's wish, while nobody has decided anything or it waits for its author anyway. It
// returns union.ErrNotFound if the case is not the member's, *Settled if it has ended, and ErrActNotAllowed if an
// officer has decided a step, or people are rung for it whom others have called too.
func (d *Desk) Withdraw(ctx context.Context, member union.MemberID, number string) (Case, error) {
	var done Case
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.withdraw(ctx, member, number)
		return err
	})
	if err != nil {
		return Case{}, fmt.Errorf("withdraw case: %w", err)
	}
	return done, nil
}

func (d *Desk) withdraw(ctx context.Context, member union.MemberID, number string) (Case, error) {
	m, err := d.own(ctx, member, number)
	if err != nil {
		return Case{}, err
	}
	return d.withdrawOwn(ctx, m)
}

// withdrawOwn withdraws a case for its author.
func (d *Desk) withdrawOwn(ctx context.Context, m *matter) (none Case, _ error) {
	next, _, err := review.Next(m.plan(), m.review(), review.Event{Kind: review.TakenBack})
	if err != nil {
		return none, d.refused(ctx, m, m.Step, err)
	}
	if others, err := d.ringsForOthers(ctx, m); err != nil || others {
		return none, cmp.Or(err, ErrActNotAllowed)
	}
	if _, err := d.clocksOf(ctx, m); err != nil {
		return none, err
	}
	if err := d.forgetSaid(ctx, m); err != nil {
		return none, err
	}
	now := d.now()
	m.become(next, now)
	d.wind(m, turn{})
	event := Event{At: now, Actor: m.Author, Name: m.author.Name, Kind: EventWithdrawn}
	if err := d.change(ctx, m, event); err != nil {
		return none, err
	}
	if err := cmp.Or(d.store.Tasks.End(ctx, m.ID, 0, now), d.store.Tasks.CloseSigned(ctx, m.ID, "")); err != nil {
		return none, err
	}
	if _, err := d.move(ctx, m, &verdict{}, decider{Member: m.author}); err != nil {
		return none, err
	}
	unsent, err := d.cardsWait(ctx, m)
	if err != nil {
		return none, err
	}
	if err := cmp.Or(d.callOff(ctx, m), d.tellOff(ctx, m, m.author)); err != nil || unsent {
		return m.Case, err
	}
	return m.Case, d.settleCards(ctx, m, m.open(), settledBy(m, event))
}

// own loads a case for its author.
func (d *Desk) own(ctx context.Context, member union.MemberID, number string) (*matter, error) {
	m, err := d.load(ctx, 0, number)
	if err != nil {
		return nil, err
	}
	if m.Author != member {
		return nil, union.ErrNotFound
	}
	return m, nil
}

// change writes a case and what led to it. Where an officer was quicker it returns *Settled, or union.ErrStale where the step of
// the event is open all the same.
func (d *Desk) change(ctx context.Context, m *matter, event Event) error {
	return d.changeAt(ctx, m, event.Step, event)
}

// changeAt is change for an event that decides nothing of the step at which it happens.
func (d *Desk) changeAt(ctx context.Context, m *matter, step string, event Event) error {
	err := d.store.Cases.Update(ctx, m.Case)
	if errors.Is(err, union.ErrStale) {
		return d.overtaken(ctx, m.ID, step)
	}
	if err != nil {
		return err
	}
	m.Version++
	if m.clocks != nil {
		if err := d.keepClocks(ctx, m); err != nil {
			return err
		}
	}
	return d.store.Timeline.Append(ctx, m.ID, m.Version, event)
}

// add puts what the author adds beside the form; earlier additions stay.
func (m *matter) add(text string, pictures []ID) {
	values := make(map[string]Value, len(m.Values)+1)
	for name, v := range m.Values {
		values[name] = v
	}
	if text != "" {
		if before := values[Supplement].Text; before != "" {
			text = before + "\n" + text
		}
		values[Supplement] = Value{Text: text}
	}
	m.Values = values
	m.take(pictures, m.Step, "")
}

// returner finds the officer who decided the open step last, if that officer may still decide it.
func (d *Desk) returner(ctx context.Context, m *matter) ([]union.Member, error) {
	step, _ := m.service.Step(m.Step) // the review has found it in the plan
	if step.Several() {
		return d.unsigned(ctx, m, step)
	}
	if !m.resumes.IsZero() {
		if people, err := d.hadBefore(ctx, m, step, m.resumes); err != nil || len(people) > 0 {
			return people, err
		}
	}
	last, at := union.MemberID(0), time.Time{}
	for _, t := range m.tasks {
		if t.State == TaskDone && t.Step == m.Step && !t.EndedAt.Before(at) {
			last, at = t.owner(), t.EndedAt
		}
	}
	if last != 0 {
		holdings, err := d.heldIn(ctx, m, last)
		if err != nil {
			return nil, err
		}
		may, err := d.mayByOffice(ctx, m, last, holdings, step)
		if err != nil {
			return nil, err
		}
		if may {
			people, err := d.people(ctx, []union.MemberID{last})
			if err == nil {
				people, err = d.present(ctx, m, step, people)
			}
			if err != nil || len(people) > 0 {
				return people, err
			}
		}
	}
	return d.officers(ctx, step, m)
}
