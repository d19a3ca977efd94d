package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// Help is a colleague's part in an officer's task (委派): the colleague finds something out and answers, the officer decides,
// and the time runs at the officer. It is open as long as that task is.
type Help struct {
	ID              ID
	Case            ID
	Task            ID
	Officer, Helper union.MemberID
	State           HelpState
	AskedAt         time.Time
	EndedAt         time.Time
}

// HelpState says whether an answer is waited for.
type HelpState string

// The states of a help.
const (
	HelpOpen     HelpState = "open"
	HelpAnswered HelpState = "answered"
	HelpRecalled HelpState = "recalled" // by whoever asked
	HelpVoid     HelpState = "void"     // the task was decided, or went to others
)

const (
	// MostHelps is how many colleagues an officer asks about one task at a time.
	MostHelps = 3
	// maxHelps is how many a colleague is shown.
	maxHelps = 100
)

// What Delegate refuses, besides what HandOver does.
var (
	// ErrClosedCase: nobody else is let into a sealed case.
	ErrClosedCase = errors.New("nobody else is let into a sealed case")
	// ErrAskedAlready: that colleague was asked, and has not answered.
	ErrAskedAlready = errors.New("the colleague was asked already")
	// ErrAskedEnough: as many were asked as may be at a time.
	ErrAskedEnough = errors.New("enough colleagues were asked")
)

// HelpStore keeps who helps whom.
type HelpStore interface {
	Ask(ctx context.Context, h Help) error
	// End ends those that are open.
	End(ctx context.Context, state HelpState, at time.Time, ids ...ID) error
	// OfCases and OfTasks list helps, oldest first.
	OfCases(ctx context.Context, ids ...ID) ([]Help, error)
	OfTasks(ctx context.Context, ids ...ID) ([]Help, error)
	// Wanted lists the open helps of a colleague whose task is open, oldest first.
	Wanted(ctx context.Context, helper union.MemberID, limit int) ([]Wanted, error)
}

// Wanted is an open help with what makes its task urgent.
type Wanted struct {
	Help
	Grade  Grade
	Missed bool
	DueAt  time.Time
}

// spotAt is where a help stands among the colleague's own tasks: as urgent as it is for the officer who decides.
func (w Wanted) spotAt(now time.Time) Spot {
	return (&Task{ID: w.ID, Grade: w.Grade, Missed: w.Missed, DueAt: w.DueAt}).SpotAt(now)
}

// HelpLine is a help as its officer sees it.
type HelpLine struct {
	Helper      union.MemberID
	Name        string
	Say, Answer string
	State       HelpState
	At          time.Time // of the answer or, before, of the question
}

// HelpView is a help as the colleague sees it.
type HelpView struct {
	Help
	// View is the officer's task, whose DueAt is when the officer has to decide.
	View    TaskView
	Officer union.Member
	Helper  union.Member
	Say     string
	// Answer is what the colleague has said, with so many Pictures.
	Answer   string
	Pictures int
}

// CardID identifies the card at the platform.
func (h Help) CardID() string { return fmt.Sprintf("help-%d", h.ID) }

// HelpWords puts into words that colleagues help.
type HelpWords interface {
	// HelpWanted asks a colleague; HelpSettled is the same card once nobody waits for the answer any more.
	HelpWanted(h HelpView) notice.Body
	HelpSettled(h HelpView, s Settled) notice.Body
	// Helped tells the officer what the colleague has found.
	Helped(h HelpView) notice.Body
}

// Delegate asks a colleague to find something out about an officer's task (委派): somebody below the officer, or who holds an
// office over the case, and is not apart from it. The officer keeps the task and its time. It returns what HandOver returns,
// *IncompleteError if nothing is asked, ErrClosedCase, ErrAskedAlready and ErrAskedEnough.
func (d *Desk) Delegate(ctx context.Context, in Handing) (done Handed, err error) {
	err = handing(ctx, d, "delegate", func(ctx context.Context) (err error) {
		done, err = d.delegate(ctx, in)
		return err
	})
	return done, err
}

func (d *Desk) delegate(ctx context.Context, in Handing) (none Handed, _ error) {
	in.Say = strings.TrimSpace(in.Say)
	m, step, mine, err := d.held(ctx, in)
	if err != nil {
		return none, err
	}
	if m.Seal != nil {
		return none, ErrClosedCase
	}
	people, err := d.people(ctx, []union.MemberID{in.From, in.To})
	if err != nil {
		return none, err
	}
	if len(people) < 2 {
		return none, &UnfitError{Who: union.Member{ID: in.To}}
	}
	to := people[1]
	from, _, err := d.actor(ctx, m, in.From, step)
	if err != nil {
		return none, err
	}
	if may, err := d.mayHelp(ctx, m, step, mine, to); err != nil {
		return none, err
	} else if !may {
		return none, &UnfitError{Who: to}
	}
	if err := d.mayAsk(ctx, mine, to); err != nil {
		return none, err
	}
	if in.Say == "" {
		return none, &IncompleteError{Field: Supplement}
	}
	event := Event{At: d.moment(m), Actor: from.ID, Name: from.Name, Kind: EventDelegated, Note: handNote(to, in.Say)}
	if err := d.changeAt(ctx, m, step.Name, event); err != nil {
		return none, err
	}
	h := Help{ID: ID(d.newID()), Case: m.ID, Task: mine.ID, Officer: from.ID, Helper: to.ID, State: HelpOpen, AskedAt: event.At}
	if err := d.store.Helps.Ask(ctx, h); err != nil {
		return none, err
	}
	done := Handed{Case: m.forOfficers(), Service: m.service, Step: step, To: to}
	view := HelpView{Help: h, View: m.taskViewTo(to.ID, mine), Officer: from, Helper: to, Say: in.Say}
	return done, d.outbox.Put(ctx, notice.Notice{
		Key: h.CardID(), Kind: notice.KindTask, Policy: notice.Resend, To: to.ID, Case: int64(m.ID), Body: d.words.HelpWanted(view),
	})
}

// mayAsk refuses to ask somebody twice, and too many.
func (d *Desk) mayAsk(ctx context.Context, mine Task, to union.Member) error {
	helps, err := d.store.Helps.OfTasks(ctx, mine.ID)
	if err != nil {
		return err
	}
	helps = slices.DeleteFunc(helps, func(h Help) bool { return h.State != HelpOpen })
	switch {
	case slices.ContainsFunc(helps, func(h Help) bool { return h.Helper == to.ID }):
		return ErrAskedAlready
	case len(helps) >= MostHelps:
		return ErrAskedEnough
	}
	return nil
}

// mayHelp says whether a colleague may learn of a task and answer its officer. Of a sensitive matter only those learn who
// decide its kind.
func (d *Desk) mayHelp(ctx context.Context, m *matter, step service.Step, task Task, to union.Member) (bool, error) {
	if task.by(to.ID) || slices.Contains(officersOf(m.open()), to.ID) {
		return false, nil
	}
	own, err := d.holdings(ctx, m, task.owner()) // the office is that of whoever is away
	if err != nil {
		return false, err
	}
	below := slices.ContainsFunc(own, func(h union.Holding) bool { return h.Covers(m.Lineage) && h.Covers(to.Lineage) })
	return d.mayRead(ctx, m, step, to, below && !m.service.Sensitive)
}

// mayRead says whether an officer may be let into a case: who holds an office over it - of a sensitive one, an office that
// decides such - and is not apart from it. Whoever is trusted needs no office.
func (d *Desk) mayRead(ctx context.Context, m *matter, step service.Step, p union.Member, trusted bool) (bool, error) {
	if p.Status != union.Active || m.Seal != nil {
		return false, nil
	}
	held, err := d.holdings(ctx, m, p.ID)
	if err != nil {
		return false, err
	}
	if !trusted && !slices.ContainsFunc(held, func(h union.Holding) bool {
		return h.Covers(m.Lineage) && (!m.service.Sensitive || slices.ContainsFunc(m.steps(), func(s service.Step) bool { return slices.Contains(s.Who.Roles(), h.Role) }))
	}) {
		return false, nil
	}
	if away, err := d.keepsAway(ctx, m, p.ID); err != nil || away {
		return false, err
	}
	interested, err := d.interested(ctx, m, p, step)
	return !interested, err
}

// shownTo says whether officers have let a member into the case: by asking for help, or by a copy.
func (d *Desk) shownTo(ctx context.Context, m *matter, member union.MemberID) (bool, error) {
	helps, err := d.store.Helps.OfCases(ctx, m.ID)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(helps, func(h Help) bool {
		return h.Helper == member && (h.State == HelpOpen || h.State == HelpAnswered)
	}) {
		return true, nil
	}
	copies, err := d.store.Copies.Of(ctx, m.ID)
	return slices.ContainsFunc(copies, func(c Copy) bool { return c.Member == member }), err
}

// addHelps adds to an officer's tasks who is asked about each.
func (d *Desk) addHelps(ctx context.Context, views []TaskView) error {
	ids := make([]ID, len(views))
	for i, v := range views {
		ids[i] = v.ID
	}
	helps, err := d.store.Helps.OfTasks(ctx, ids...)
	if err != nil {
		return fmt.Errorf("list who is asked: %w", err)
	}
	for i, v := range views {
		own := slices.DeleteFunc(slices.Clone(helps), func(h Help) bool { return h.Task != v.ID })
		if views[i].Helps, err = d.helpLines(ctx, own, nil); err != nil {
			return fmt.Errorf("list who is asked: %w", err)
		}
	}
	return nil
}

// Holds says whether an officer has a task of the case, and may decide it: it returns what HandOver does where not.
func (d *Desk) Holds(ctx context.Context, officer union.MemberID, number string) error {
	_, _, _, err := d.held(ctx, Handing{Number: number, From: officer})
	if err != nil {
		return fmt.Errorf("find task: %w", err)
	}
	return nil
}
