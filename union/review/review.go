package review

import (
	"errors"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union/service"
)

// Status says where a review stands.
type Status string

// The states of a review.
const (
	Open      Status = "open"     // an officer has to decide
	Returned  Status = "returned" // the author has to add something
	Accepted  Status = "accepted"
	Refused   Status = "refused"
	Merged    Status = "merged" // goes on under another number
	Withdrawn Status = "withdrawn"
	Undone    Status = "undone" // was approved, and taken back
)

// Ended says whether nothing can happen any more.
func (s Status) Ended() bool { return s != "" && s != Open && s != Returned }

// State is where one review stands. The zero State is one that has not begun.
type State struct {
	Status Status
	// Step is the open step, or the one that waits for the author; empty once ended.
	Step string
	// Decided is true once an officer has decided anything.
	Decided bool
	// Seats are those of the open step, where it needs several signatures, as they were taken when it opened. What was
	// signed stands while the author adds something.
	Seats []Seat
	// Undo is where the review stood when somebody asked to undo it; zero where nobody has.
	Undo Origin
	// Leaps are those that are yet to come, the next one last.
	Leaps []Leap
}

// Origin is where a review stood, and stands again where what was asked for is refused.
type Origin struct {
	Status Status
	Step   string
}

// Leap leads from a step that was to be decided anew back to the one that asked for it, past those in between.
type Leap struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Seen stands for what those in between have decided, where an officer has spared them; it leads past them as long as that is so.
	Seen string `json:"seen,omitempty"`
}

// EventKind says what happened.
type EventKind string

// The events.
const (
	Filed        EventKind = "filed"        // the case begins
	Seated       EventKind = "seated"       // the open step's Seats are taken
	Decided      EventKind = "decided"      // an officer acted on the open step
	Vacated      EventKind = "vacated"      // nobody has Seat any more
	Changed      EventKind = "changed"      // what is to be signed is not what it was
	Supplemented EventKind = "supplemented" // the author added what was missing
	TakenBack    EventKind = "taken_back"   // the author withdrew
	Reconsidered EventKind = "reconsidered" // the author asks others to look at Step again
	UndoAsked    EventKind = "undo_asked"   // somebody asks those of Step to take back what was approved
)

// Event is something that happens to a review.
type Event struct {
	Kind EventKind
	// Step is the one the officer saw, of Decided.
	Step string
	Act  service.Act
	// Seat is whose signature it is, of Decided and Vacated; Veto says that it has one. Seats are those of Seated.
	Seat  int
	Veto  bool
	Seats []Seat
	// To is the step that is to be decided anew, of Decided by SendBack; Straight has the review come straight back after.
	To       string
	Straight bool
	// Answered says that an acceptance may be looked at again as well, of Reconsidered.
	Answered bool
}

// DutyKind says what has to be done.
type DutyKind string

// The duties.
const (
	Ask   DutyKind = "ask"   // the officers of Step have to decide within Days
	Recur DutyKind = "recur" // as Ask, of the officer who decided it before
	Drop  DutyKind = "drop"  // nobody has to decide Step any more
	Tell  DutyKind = "tell"  // the author is told what was decided
	Sign  DutyKind = "sign"  // the step goes on; whose turn it is now has to sign
)

// Duty is something that follows from an event.
type Duty struct {
	Kind DutyKind
	Step string
	Days int // working days, of Ask and Recur
}

// What Next refuses.
var (
	// ErrSettled: the review has ended, or the step that the officer saw is not the open one any more.
	ErrSettled = errors.New("step is settled")
	// ErrNotAllowed: neither state nor step allows the event.
	ErrNotAllowed = errors.New("event is not allowed")
	// ErrNoSeat: whoever acts has no seat in the step, or it is not their turn.
	ErrNoSeat = errors.New("no seat to sign from")
	// ErrUnknownStep: the state names a step that the plan does not have.
	ErrUnknownStep = errors.New("plan has no such step")
)

// Next says what an event leads to. With an error the state is the one it was and there are no duties.
func Next(plan Plan, state State, event Event) (State, []Duty, error) {
	if event.Kind == Filed {
		return begin(plan, state)
	}
	if state.Status == "" {
		return state, nil, ErrNotAllowed
	}
	if event.Kind == Reconsidered {
		return reconsider(plan, state, event)
	}
	if event.Kind == UndoAsked {
		return askUndo(plan, state, event)
	}
	if state.Status.Ended() {
		return state, nil, ErrSettled
	}
	at := plan.index(state.Step)
	if at < 0 {
		return state, nil, fmt.Errorf("%w: %s", ErrUnknownStep, state.Step)
	}
	step := plan.Steps[at]
	switch event.Kind {
	case Decided:
		return decide(plan, at, state, event)
	case Seated:
		return seat(step, state, event)
	case Vacated:
		return vacate(step, state, event)
	case Changed:
		return unsigned(step, state)
	case Supplemented:
		if state.Status != Returned {
			return state, nil, ErrNotAllowed
		}
		state.Status = Open
		return state, []Duty{{Kind: Recur, Step: state.Step, Days: step.Days}}, nil
	case TakenBack:
		return takeBack(plan, state)
	}
	return state, nil, ErrNotAllowed
}

func begin(plan Plan, state State) (State, []Duty, error) {
	if state.Status != "" || len(plan.Steps) == 0 {
		return state, nil, ErrNotAllowed
	}
	first := plan.Steps[0]
	return State{Status: Open, Step: first.Name}, []Duty{{Kind: Ask, Step: first.Name, Days: first.Days}}, nil
}

func decide(plan Plan, at int, state State, event Event) (State, []Duty, error) {
	step := plan.Steps[at]
	if state.Status != Open || event.Step != step.Name {
		return state, nil, ErrSettled
	}
	if !slices.Contains(step.Acts, event.Act) {
		return state, nil, ErrNotAllowed
	}
	signed, act, err := step.sign(state, event)
	if err != nil {
		return state, nil, err
	}
	if act == "" {
		return signed, []Duty{{Kind: Sign, Step: step.Name, Days: step.Days}}, nil
	}
	duties := []Duty{{Kind: Drop, Step: step.Name}, {Kind: Tell, Step: step.Name}}
	next := State{Decided: true}
	switch act {
	case service.Accept, service.Waive: // of the steps that follow the plan has none that are for the award
		next, duties = goOn(plan, at, act, state, duties)
	case service.Refuse:
		switch {
		case step.OnceWaived && at > 0: // it is not waived after all
			next.Undo, next.Leaps = state.Undo, state.Leaps
			next.Status = Open
			next, duties = arrive(next, plan.Steps[at-1], Recur, duties)
		case step.Undoes:
			next, duties = standAgain(plan, state, duties)
		default:
			next.Status = Refused
		}
	case service.SendBack:
		to := plan.index(event.To)
		if to < 0 || to >= at || plan.Steps[to].Undoes {
			return state, nil, ErrNotAllowed
		}
		next.Status, next.Step, next.Leaps = Open, event.To, slices.Clone(state.Leaps)
		if event.Straight {
			next.Leaps = append(next.Leaps, Leap{From: event.To, To: step.Name})
		}
		duties = append(duties, Duty{Kind: Recur, Step: event.To, Days: plan.Steps[to].Days})
	case service.Merge:
		next.Status = Merged
	case service.Return:
		next.Status, next.Step, next.Seats, next.Leaps = Returned, step.Name, state.Seats, state.Leaps
	case service.Reopen:
		if at == 0 {
			return state, nil, ErrNotAllowed
		}
		before := plan.Steps[at-1]
		next.Status, next.Step, next.Leaps = Open, before.Name, state.Leaps
		duties = append(duties, Duty{Kind: Recur, Step: before.Name, Days: before.Days})
	default:
		return state, nil, ErrNotAllowed
	}
	return next, duties, nil
}

// goOn is where an acceptance leads, or a waiver: straight back to where the step was sent back from, to the step that follows or to
// the end.
func goOn(plan Plan, at int, act service.Act, state State, duties []Duty) (State, []Duty) {
	step := plan.Steps[at]
	next := State{Status: Open, Decided: true, Undo: state.Undo, Leaps: state.Leaps}
	if last := len(next.Leaps) - 1; last >= 0 && next.Leaps[last].From == step.Name {
		to := plan.index(next.Leaps[last].To)
		if next.Leaps = slices.Clip(next.Leaps[:last]); last == 0 {
			next.Leaps = nil
		}
		if to >= 0 {
			return arrive(next, plan.Steps[to], Recur, duties)
		}
	}
	if at+1 < len(plan.Steps) && plan.Steps[at+1].Undoes == step.Undoes && (act == service.Waive || !plan.Steps[at+1].OnceWaived) {
		return arrive(next, plan.Steps[at+1], Ask, duties)
	}
	end := State{Status: Accepted, Decided: true}
	if step.Undoes {
		end.Status = Undone
	}
	return end, duties
}

// arrive leads to a step. What its officers need may still be the author's to say.
func arrive(next State, to Step, kind DutyKind, duties []Duty) (State, []Duty) {
	next.Step = to.Name
	if to.Later {
		next.Status = Returned
		return next, duties
	}
	return next, append(duties, Duty{Kind: kind, Step: to.Name, Days: to.Days})
}

// askUndo opens the counter-flow of a review that has come to something, and not to nothing. It stands still meanwhile.
func askUndo(plan Plan, state State, event Event) (State, []Duty, error) {
	approved := state.Status == Accepted || state.Decided && !state.Status.Ended()
	at := plan.index(event.Step)
	switch {
	case !approved || state.Undo != Origin{}:
		return state, nil, ErrNotAllowed
	case at < 0 || !plan.Steps[at].Undoes:
		return state, nil, fmt.Errorf("%w: %s", ErrUnknownStep, event.Step)
	}
	var duties []Duty
	if state.Status == Open {
		duties = append(duties, Duty{Kind: Drop, Step: state.Step})
	}
	next := State{Status: Open, Step: event.Step, Decided: true, Undo: Origin{Status: state.Status, Step: state.Step}, Leaps: state.Leaps}
	return next, append(duties, Duty{Kind: Ask, Step: event.Step, Days: plan.Steps[at].Days}), nil
}

// waits says whether a review has come to a step before which its author is asked something, and waits for the answer.
func (p Plan) waits(state State) bool {
	at := p.index(state.Step)
	return at >= 0 && state.Decided && p.Steps[at].Later
}

// standAgain puts a review where it stood before somebody asked to undo it.
func standAgain(plan Plan, state State, duties []Duty) (State, []Duty) {
	next := State{Status: state.Undo.Status, Step: state.Undo.Step, Decided: true, Leaps: state.Leaps}
	if at := plan.index(next.Step); next.Status == Open && at >= 0 {
		duties = append(duties, Duty{Kind: Recur, Step: next.Step, Days: plan.Steps[at].Days})
	}
	return next, duties
}

// reconsider opens the step again at which a review ended against its author or, where that is allowed, for it.
func reconsider(plan Plan, state State, event Event) (State, []Duty, error) {
	if state.Status != Refused && state.Status != Merged && (state.Status != Accepted || !event.Answered) {
		return state, nil, ErrNotAllowed
	}
	at := plan.index(event.Step)
	if at < 0 {
		return state, nil, fmt.Errorf("%w: %s", ErrUnknownStep, event.Step)
	}
	return State{Status: Open, Step: event.Step, Decided: true}, []Duty{{Kind: Ask, Step: event.Step, Days: plan.Steps[at].Days}}, nil
}

// takeBack lets the author withdraw while nobody has decided anything, and where the case waits for the author anyway.
// What was approved, and waits for no more than what its author is asked afterwards, is undone instead.
func takeBack(plan Plan, state State) (State, []Duty, error) {
	if state.Decided && (state.Status != Returned || plan.waits(state)) {
		return state, nil, ErrNotAllowed
	}
	var duties []Duty
	if state.Status == Open {
		duties = []Duty{{Kind: Drop, Step: state.Step}}
	}
	return State{Status: Withdrawn, Decided: state.Decided}, duties, nil
}
