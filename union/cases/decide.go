package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// Decide does an officer's act on a step: it ends the step's tasks, writes the timeline, tells the author, settles
// the officers' cards and asks those of the next step. Of two officers at once one wins. It returns
//   - union.ErrNotFound if there is no such case, or the officer may not know of it;
//   - union.ErrForbidden if the officer holds no role for the step, or is party to the matter;
//   - *Settled if the step that the officer saw was decided already, or asked again since;
//   - ErrActNotAllowed if the step does not offer the act, *ReasonError if it lacks its reason or what the step asks
//     for, *TooEarlyError if the step has to stand for some days first;
//   - *AnswerNeededError if it lacks an answer of the act's form;
//   - ErrTargetUnknown or ErrTargetUnfit for the case to merge into;
//   - *GrantNeededError if the act lacks the sum that it grants, *fund.ShortError or fund.ErrUnknown if the fund does not hold it;
//   - *SureNeededError until its officer has confirmed the sum, and to have no ties;
//   - *ApartError if it was to be decided together with others, and is not;
//   - union.ErrNoOfficer if nobody could decide the next step;
//   - union.ErrStale if the cases changed under it again and again.
func (d *Desk) Decide(ctx context.Context, in Decision) (done Decided, err error) {
	err = handing(ctx, d, "decide case", func(ctx context.Context) (err error) {
		done, err = d.decide(ctx, in)
		return err
	})
	if tells(err) {
		return done, d.looksBy(ctx, in, err)
	}
	return done, err
}

// decideTries is how often a decision is looked at anew because something else than its step changed meanwhile: the case
// to merge into, or one that was returned and supplemented.
const decideTries = 3

func (d *Desk) decide(ctx context.Context, in Decision) (none Decided, _ error) {
	in.Note = strings.TrimSpace(in.Note)
	m, holdings, err := d.taken(ctx, in.Officer, in.Case, in.Number)
	if err != nil {
		return none, err
	}
	step, err := d.stepOf(ctx, m, in)
	if err != nil {
		return none, err
	}
	if may, err := d.mayAct(ctx, m, in.Officer, holdings, step); err != nil || !may {
		return none, d.unlessStale(ctx, m, cmp.Or(err, d.unlessMate(ctx, m, in.Officer)))
	}
	actor, absent, err := d.actor(ctx, m, in.Officer, step)
	if err != nil {
		return none, err
	}
	if absent != 0 { // the right is that of whoever is away
		if holdings, err = d.holdings(ctx, m, absent); err != nil {
			return none, err
		}
	}
	own, err := d.entitled(ctx, m, in.Officer, step)
	if err != nil {
		return none, d.unlessStale(ctx, m, err)
	}
	option, err := d.optionOf(ctx, m, step, own, in.Act)
	if err != nil {
		return none, err
	}
	if err := m.takeIn(&in, step, option); err != nil {
		return none, err
	}
	m.markVoice(&in)
	regrants, err := d.regrade(ctx, m, in, step, option)
	if err != nil {
		return none, err
	}
	next, duties, err := d.next(ctx, m, step, in, own, step.VetoBy(holdings, m.Lineage))
	if err != nil {
		return none, d.refused(ctx, m, step.Name, err)
	}
	if err := cmp.Or(d.ripe(m, step, in.Act), explained(in, option)); err != nil {
		return none, err
	}
	if err := m.setGrant(in, option); err != nil {
		return none, err
	}
	v := &verdict{Decision: in, step: step, next: next, duties: duties, own: own, regrants: regrants, actor: actor, absent: absent}
	if err := cmp.Or(d.affords(ctx, m, v), d.confirmed(ctx, m, v, option)); err != nil {
		return none, err
	}
	if v.signs() {
		return d.countersign(ctx, m, v)
	}
	if in.Act == Merge {
		if v.into, err = d.target(ctx, m, in, cmp.Or(absent, in.Officer), holdings); err != nil {
			return none, err
		}
	}
	return d.carryOut(ctx, m, v)
}

// explained refuses an act without the words, or the picture, that it needs.
func explained(in Decision, option service.ActOption) error {
	switch {
	case in.Note == "" && option.Explained():
		return &ReasonError{Option: option}
	case option.Proof && len(in.Pictures) == 0:
		return &ProofError{Option: option}
	}
	return nil
}

// unlessStale is the refusal of somebody who may not decide, or union.ErrStale where the case has changed while that was
// looked at: its tasks are then newer than what was read of it.
func (d *Desk) unlessStale(ctx context.Context, m *matter, err error) error {
	if !errors.Is(err, union.ErrForbidden) {
		return err
	}
	now, again := d.store.Cases.ByID(ctx, m.ID)
	switch {
	case again != nil:
		return again
	case now.Version != m.Version:
		return union.ErrStale
	}
	return err
}

// stepOf finds the step that the officer means, and returns *Settled if it is not open any more.
func (d *Desk) stepOf(ctx context.Context, m *matter, in Decision) (none service.Step, _ error) {
	name := in.Step
	if in.Task != 0 {
		i := slices.IndexFunc(m.tasks, func(t Task) bool { return t.ID == in.Task && t.Officer == in.Officer })
		if i < 0 {
			return none, union.ErrNotFound
		}
		if name = m.tasks[i].Step; m.tasks[i].State == TaskSigned {
			return none, d.signedBefore(ctx, m, in.Officer, name)
		} else if m.tasks[i].State != TaskOpen {
			return none, d.settled(ctx, m, name)
		}
	}
	if name == "" {
		name = m.Step
	}
	if m.State != Open || name != m.Step {
		return none, d.settled(ctx, m, name)
	}
	step, ok := m.service.Step(name)
	if !ok {
		return none, fmt.Errorf("%w: %s", review.ErrUnknownStep, name)
	}
	return step, nil
}

// refused turns what the review refuses into what the desk answers.
func (d *Desk) refused(ctx context.Context, m *matter, step string, err error) error {
	switch {
	case errors.Is(err, review.ErrSettled):
		return d.settled(ctx, m, step)
	case errors.Is(err, review.ErrNoSeat):
		return union.ErrForbidden
	case errors.Is(err, review.ErrNotAllowed):
		return ErrActNotAllowed
	}
	return err
}
