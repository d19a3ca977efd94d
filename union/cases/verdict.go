package cases

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// verdict is a decision that was found to be in order.
type verdict struct {
	Decision
	step   service.Step
	next   review.State
	duties []review.Duty
	into   *matter // of a merge
	own    Task    // of whoever decides, where several sign
	// regrants says that another sum is set aside in the place of the one that was.
	regrants bool
	// actor is whoever decides, as it is shown; absent is in whose place, 0 in nobody's.
	actor  union.Member
	absent union.MemberID
	// declares says that whoever decides has said to have no ties.
	declares bool
	// earlier is the sound of whoever has the step and signed before, whose note the author is told.
	earlier ID
}

// target finds the case to merge into. It has to be going on or accepted, for what was refused, withdrawn or merged
// carries nothing any further.
func (d *Desk) target(ctx context.Context, m *matter, in Decision, viewer union.MemberID, holdings []union.Holding) (*matter, error) {
	into, err := d.load(ctx, 0, in.Into)
	if errors.Is(err, union.ErrNotFound) {
		return nil, ErrTargetUnknown
	}
	if err != nil {
		return nil, err
	}
	if may, err := d.mayKnow(ctx, into, viewer, holdings); err != nil || !may {
		return nil, cmp.Or(err, ErrTargetUnknown)
	}
	switch {
	case m.service.Awards() && into.Service == m.Service && into.ID != m.ID && into.FiledAt.After(m.FiledAt):
		return nil, ErrEarlierTarget
	case into.ID == m.ID, into.Service != m.Service, into.Standing().Ended() && into.State != Accepted:
		return nil, ErrTargetUnfit
	}
	return into, nil
}

// carryOut writes the verdict and lets everybody know.
func (d *Desk) carryOut(ctx context.Context, m *matter, v *verdict) (none Decided, _ error) {
	now := d.moment(m)
	if _, err := d.clocksOf(ctx, m); err != nil {
		return none, err
	}
	m.become(v.next, now)
	m.spares(v)
	m.standAgain(v)
	m.Asked = m.askedAfter(v.Act, v.Note)
	m.signed = Task{Officer: v.Officer, For: v.absent, Step: v.step.Name, State: TaskDone, EndedAt: now}
	by, err := d.decidedBy(ctx, m, v)
	if err != nil {
		return none, err
	}
	if err := d.takeTold(ctx, m, v, by); err != nil {
		return none, err
	}
	asked, err := d.nextOfficers(ctx, m, v.duties)
	if err == nil {
		asked, err = d.signOnce(ctx, m, v, asked)
	}
	if err != nil {
		return none, err
	}
	if err := d.keepLevels(ctx, m); err != nil {
		return none, err
	}
	d.wind(m, turn{
		answered: v.Act != Return && v.Act != SendBack && v.Officer != m.Author && !v.step.Undoes(), later: v.Act != Return, held: m.wish.Clock, asked: asked,
	})
	fallen := m.addedOpen()
	event := m.eventOf(v, now)
	if err := d.write(ctx, m, v, event); err != nil {
		return none, err
	}
	moved, err := d.follows(ctx, m, v, by)
	if err != nil {
		return none, err
	}
	answer := Answer{Case: m.Case, Service: m.service, Step: v.step, Author: m.author, At: now, Act: v.Act, Next: asked, Officer: by.Member, Note: by.note}
	done := Decided{Case: m.forOfficers(), Service: m.service, Step: v.step, Author: m.authorForOfficers(), Next: asked, Fund: moved, Ahead: m.ahead(), Once: m.signedOnce(), Quiet: v.quiet()}
	if v.into != nil {
		answer.Into, done.Into = v.into.outline(), v.into.outline()
		if !d.secondsFrom(v.into, m.Lineage) { // what is written there is for its author, or for the plant
			answer.Into.Title = ""
		}
	}
	if err := d.tellAll(ctx, m, v, answer); err != nil {
		return none, err
	}
	if v.Act == Return || v.Act == SendBack {
		if err := d.tellFallen(ctx, m, fallen, event); err != nil {
			return none, err
		}
	}
	return done, d.goesOn(ctx, m, v, event, asked)
}

// goesOn settles the officers' cards, calls off who is rung, gives the case to its readers, and asks who is next.
func (d *Desk) goesOn(ctx context.Context, m *matter, v *verdict, event Event, asked []union.Member) error {
	if err := d.follow(ctx, m, v.into); err != nil {
		return err
	}
	if err := d.settleCards(ctx, m, m.open(), settledBy(m, event)); err != nil {
		return err
	}
	if m.State != Returned { // a question sends nobody to the danger
		if err := d.callOff(ctx, m); err != nil {
			return err
		}
	}
	if !v.step.Undoes() {
		if err := d.copyAtEnd(ctx, m); err != nil {
			return err
		}
	}
	m.said = v.Note                                                    // for whoever is asked now; who was asked before knows
	if err := d.askAll(ctx, m, asked); err != nil || v.step.Undoes() { // which opens nothing that was not
		return err
	}
	return d.publish(ctx, m)
}

// eventOf is the verdict as the timeline has it.
func (m *matter) eventOf(v *verdict, now time.Time) Event {
	event := Event{At: now, Actor: v.Officer, Name: v.actor.Name, Kind: kindOf(v.Act, v.next), Step: v.step.Name, Note: v.opinion(), Sealed: m.service.Sealed}
	switch {
	case v.step.Undoes():
		event.Kind = undoKind(v)
	case v.Act == SendBack:
		if event.Other = v.To; v.Straight && v.step.SendBack == "" {
			event.Kind = EventSentStraight
		}
	case v.into != nil:
		event.Other = v.into.Number
	}
	return event
}

// tellAll lets all who wait for a decision know of it; an author knows what the author said.
func (d *Desk) tellAll(ctx context.Context, m *matter, v *verdict, answer Answer) (err error) {
	if v.step.Undoes() {
		if v.Act == Accept && !v.quiet() {
			if err := d.tellOff(ctx, m, v.actor); err != nil {
				return err
			}
		}
		return d.tellUndo(ctx, m, v, answer)
	}
	if err := d.tellNamed(ctx, m, v); err != nil {
		return err
	}
	if v.Act != Accept && m.State.Ended() {
		if err := d.tellOff(ctx, m, v.actor); err != nil {
			return err
		}
	}
	if v.Officer != m.Author {
		if err := d.countLooks(ctx, m); err != nil {
			return err
		}
		answer.LookAgainUntil, _ = d.mayLookAgain(m, v.step.Name)
		if answer.LastLook = m.third(); answer.LastLook {
			_, higher, err := d.above(ctx, m, v.step, true)
			if err != nil && !errors.Is(err, union.ErrNoOfficer) {
				return err
			}
			answer.NobodyAbove = !higher
		}
		if answer.AskHow, err = d.asksHow(ctx, m, v); err != nil {
			return err
		}
		if err := d.tell(ctx, answer); err != nil {
			return err
		}
	}
	if err := d.tellCoAuthors(ctx, m, answer); err != nil {
		return err
	}
	return d.tellSeconders(ctx, m, answer)
}

// follows does what a decision means besides the review: the team's rank, papers that are to come, a public notice that is
// over, and money. It returns the fund that was moved, if any was.
func (d *Desk) follows(ctx context.Context, m *matter, v *verdict, by decider) (*fund.Fund, error) {
	if v.step.Undoes() {
		return d.undo(ctx, m, v, by)
	}
	if err := d.rank(ctx, m); err != nil {
		return nil, err
	}
	if err := d.wantPapers(ctx, m, v.step, v.Act); err != nil {
		return nil, err
	}
	if v.Act == SendBack {
		if err := d.takeDown(ctx, m); err != nil {
			return nil, err
		}
	}
	if err := d.unpublish(ctx, m, v.step); err != nil {
		return nil, err
	}
	return d.move(ctx, m, v, by)
}

// write keeps the case as it is now, its tasks as ended, and the event, at both cases of a merge. The version-bound
// updates come first, so that the loser of a race has changed nothing. A merge changes the version of both cases: of
// two that are merged into each other at once, one decision is looked at anew and finds its target gone.
func (d *Desk) write(ctx context.Context, m *matter, v *verdict, event Event) error {
	if v.into != nil {
		if err := d.store.Cases.Update(ctx, v.into.Case); err != nil {
			return err
		}
		v.into.Version++
	}
	err := d.store.Cases.Update(ctx, m.Case)
	if errors.Is(err, union.ErrStale) {
		return d.overtaken(ctx, m.ID, v.step.Name)
	}
	if err != nil {
		return err
	}
	m.Version++
	if err := d.sign(ctx, m); err != nil {
		return err
	}
	if err := d.keepClocks(ctx, m); err != nil {
		return err
	}
	if err := d.store.Timeline.Append(ctx, m.ID, m.Version, event); err != nil {
		return err
	}
	if err := d.bindSent(ctx, m, v); err != nil {
		return err
	}
	if err := d.noteOnce(ctx, m, event.Name); err != nil {
		return err
	}
	if v.into == nil {
		return nil
	}
	event.Kind, event.Step, event.Note, event.Other = EventJoined, "", "", m.Number
	return d.store.Timeline.Append(ctx, v.into.ID, v.into.Version, event)
}

// nextOfficers finds who is asked next; nobody where the duties ask nobody.
func (d *Desk) nextOfficers(ctx context.Context, m *matter, duties []review.Duty) ([]union.Member, error) {
	i := slices.IndexFunc(duties, func(duty review.Duty) bool { return duty.Kind == review.Ask || duty.Kind == review.Recur })
	if i < 0 {
		return nil, nil
	}
	if duties[i].Kind == review.Recur {
		return d.returner(ctx, m)
	}
	step, _ := m.service.Step(duties[i].Step) // the plan is made of the service's steps
	return d.officers(ctx, step, m)
}

// kindOf names what an act came to.
func kindOf(act Act, next review.State) string {
	switch act {
	case Waive:
		return EventWaived
	case Accept:
		if !next.Status.Ended() {
			return EventPassed
		}
		return EventAccepted
	case Refuse:
		return EventRefused
	case Return:
		return EventReturned
	case Merge:
		return EventMerged
	case Reopen:
		return EventReopened
	case SendBack:
		return EventSentBack
	}
	return string(act)
}
