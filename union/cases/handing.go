package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// Handing is an officer's wish that another member deals with a task.
type Handing struct {
	// Number is the case; Task, if set, is the task whose card was tapped.
	Number   string
	Task     ID
	From, To union.MemberID
	// Say is why it is handed over, or what is asked for. It is for officers.
	Say string
}

// Handed is what a hand-over came to.
type Handed struct {
	Case    Case
	Service *service.Service
	Step    service.Step
	To      union.Member
	// Later says that the step's time ends with a shift of theirs now.
	Later bool
	// Until is when what was asked for is to be there.
	Until time.Time
}

// MostHandings is how often a step changes hands before whoever has it has to deal with it.
const MostHandings = 5

// ErrHandedOften means that a task went from hand to hand often enough.
var ErrHandedOften = errors.New("the task was handed over often enough")

// UnfitError says that a member cannot get a task, and who could instead.
type UnfitError struct {
	Who union.Member
	// By has a task of the step in Who's place already; nobody where that is not why.
	By      union.Member
	Instead []union.Member
}

func (e *UnfitError) Error() string { return "the member cannot get the task" }

// HandWords puts into words that a task is in other hands.
type HandWords interface {
	// HandedOver tells the author who has it now, and who gave it.
	HandedOver(m Moved) notice.Body
}

// HandOver gives an officer's task to another for good (转办), who has to hold one of the step's roles and be apart from
// nobody's interest in it. The time stays what it was. It returns what Decide returns for a case that is not the officer's to
// decide, *Settled where it was handed over or signed already, *UnfitError for somebody who cannot have it, ErrHandedOften
// once it has changed hands MostHandings times, and *IncompleteError where it gives the case back to whom its author has asked to stay
// out of it, and does not say why.
func (d *Desk) HandOver(ctx context.Context, in Handing) (done Handed, err error) {
	err = handing(ctx, d, "hand over", func(ctx context.Context) (err error) {
		done, err = d.handTo(ctx, in)
		return err
	})
	return done, err
}

// handing does in one transaction what is decided by a case's version, and looks at it anew where that has changed.
func handing(ctx context.Context, d *Desk, what string, do func(context.Context) error) error {
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		for range decideTries {
			if err = do(ctx); !errors.Is(err, union.ErrStale) {
				break
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, d.alertNobody(ctx, err))
	}
	return nil
}

// held loads a case with the open task that an officer has of it, and may still decide, and the step as that seat sees it.
func (d *Desk) held(ctx context.Context, in Handing) (m *matter, step service.Step, mine Task, err error) {
	m, holdings, err := d.seen(ctx, in.From, 0, in.Number)
	if err != nil {
		return nil, step, mine, err
	}
	if step, err = d.stepOf(ctx, m, Decision{Officer: in.From, Task: in.Task}); err != nil {
		return nil, step, mine, err
	}
	mine, had := m.hadTask(in.From, step)
	switch {
	case had && mine.State == TaskHanded:
		return nil, step, mine, d.settled(ctx, m, step.Name)
	case mine.State == TaskSigned:
		return nil, step, mine, d.signedBefore(ctx, m, in.From, step.Name)
	case step.Who.Author && in.From == m.Author:
		return nil, step, mine, ErrActNotAllowed
	case mine.Added != "": // who was added signs, and no more
		return nil, step, mine, ErrActNotAllowed
	case mine.State != TaskOpen:
		return nil, step, mine, d.unlessStale(ctx, m, union.ErrForbidden)
	}
	if may, err := d.mayAct(ctx, m, in.From, holdings, step); err != nil || !may {
		return nil, step, mine, d.unlessStale(ctx, m, cmp.Or(err, union.ErrForbidden))
	}
	return m, step.At(mine.Seat), mine, nil
}

func (d *Desk) handTo(ctx context.Context, in Handing) (none Handed, _ error) {
	m, step, mine, err := d.handable(ctx, in)
	if err != nil {
		return none, err
	}
	people, err := d.people(ctx, []union.MemberID{in.From, in.To})
	if err != nil {
		return none, err
	}
	if len(people) < 2 {
		return none, d.unfit(ctx, m, step, mine, union.Member{ID: in.To})
	}
	to := people[1]
	from, _, err := d.actor(ctx, m, in.From, step)
	if err != nil {
		return none, err
	}
	back, err := m.unchallenge(to.ID)
	if err != nil {
		return none, err
	}
	if err := d.takes(ctx, m, step, mine, to); err != nil {
		return none, err
	} else if back && strings.TrimSpace(in.Say) == "" {
		return none, &IncompleteError{Field: Supplement}
	}
	asked := to
	if to, err = d.orStandIn(ctx, m, step, to, in.From); err != nil {
		return none, err
	}
	if _, err = d.clocksOf(ctx, m); err == nil {
		err = d.meetTakers(ctx, m, mine, []union.Member{to})
	}
	if err != nil {
		return none, err
	}
	event := Event{At: d.moment(m), Actor: from.ID, Name: from.Name, Kind: EventHandedOver, Step: step.Name, Note: handNote(to, in.Say), Sealed: m.service.Sealed}
	if err := d.change(ctx, m, event); err != nil {
		return none, err
	}
	if back {
		if err := d.noteUnchallenged(ctx, m, event, handNote(asked, in.Say)); err != nil {
			return none, err
		}
	}
	if err := d.store.Tasks.Hand(ctx, mine.ID, event.At); err != nil {
		return none, err
	}
	if err := d.settleCards(ctx, m, []Task{mine}, settledBy(m, event)); err != nil {
		return none, err
	}
	m.hands = map[union.MemberID][]Event{to.ID: {event}}
	m.inherit([]Task{mine}, []union.Member{to})
	if err := d.askAll(ctx, m, []union.Member{to}); err != nil {
		return none, err
	}
	moved := m.moved([]union.Member{from}, []union.Member{to}, "", step)
	if back {
		moved.Asked, moved.Say = asked, in.Say // otherwise it is what officers say among themselves
	}
	return Handed{Case: m.forOfficers(), Service: m.service, Step: step, To: to, Later: m.shifted}, d.tellAuthor(ctx, m, "handed", d.words.HandedOver(moved))
}

// takes refuses somebody who cannot get a task.
func (d *Desk) takes(ctx context.Context, m *matter, step service.Step, mine Task, to union.Member) error {
	fit, err := d.mayGet(ctx, m, step, mine, to)
	if err == nil && !fit {
		err = d.unfit(ctx, m, step, mine, to)
	}
	return err
}

// noteUnchallenged notes with a hand-over that it gives the case back to whom its author has asked to stay out.
func (d *Desk) noteUnchallenged(ctx context.Context, m *matter, over Event, note string) error {
	over.Kind, over.Step, over.Note = EventUnchallenged, "", note
	return d.happened(ctx, m, over)
}

// handable is held, as long as the task may change hands once more.
func (d *Desk) handable(ctx context.Context, in Handing) (*matter, service.Step, Task, error) {
	m, step, mine, err := d.held(ctx, in)
	if err == nil && m.handings(mine) >= MostHandings {
		err = ErrHandedOften
	}
	return m, step, mine, err
}

// handings counts how often a seat of the open step has changed hands since it was decided last.
func (m *matter) handings(mine Task) (n int) {
	step, _ := m.service.Step(mine.Step)
	since := m.roundOf(step)
	for _, t := range m.tasks {
		if t.State == TaskHanded && t.Step == mine.Step && t.Seat == mine.Seat && !t.CreatedAt.Before(since) {
			n++
		}
	}
	return n
}

// mayGet says whether somebody may get a task of the open step, and has no other yet, be it that somebody has that in their place.
func (d *Desk) mayGet(ctx context.Context, m *matter, step service.Step, mine Task, to union.Member) (bool, error) {
	if _, lent := m.lentBeside(mine, to.ID); lent || slices.Contains(officersOf(m.live()), to.ID) {
		return false, nil
	}
	return d.couldHold(ctx, m, to, step)
}

// lentBeside is the task beside another that somebody has in a member's place. The same one would have both.
func (m *matter) lentBeside(mine Task, owner union.MemberID) (Task, bool) {
	live := m.live()
	i := slices.IndexFunc(live, func(t Task) bool { return t.ID != mine.ID && t.For == owner && owner != 0 })
	if i < 0 {
		return Task{}, false
	}
	return live[i], true
}

// orStandIn is who gets a task that is given to somebody: where that one is away, whoever stands in, unless it is who gives it.
func (d *Desk) orStandIn(ctx context.Context, m *matter, step service.Step, to union.Member, from union.MemberID) (union.Member, error) {
	here, err := d.present(ctx, m, step, []union.Member{to})
	if err != nil || len(here) == 0 || here[0].ID == from {
		return to, err
	}
	return here[0], nil
}

// mostInstead is how many are offered to get a task.
const mostInstead = 5

// unfit is the refusal of somebody who cannot get a task.
func (d *Desk) unfit(ctx context.Context, m *matter, step service.Step, mine Task, who union.Member) error {
	instead, err := d.couldGet(ctx, m, step, mine)
	if err != nil {
		return err
	}
	refusal := &UnfitError{Who: who, Instead: instead}
	if lent, ok := m.lentBeside(mine, who.ID); ok {
		if refusal.By, err = d.members.Get(ctx, lent.Officer); err != nil {
			return err
		}
	}
	return refusal
}

// couldGet lists who may get a task of the open step, the nearest first.
func (d *Desk) couldGet(ctx context.Context, m *matter, step service.Step, mine Task) (fit []union.Member, err error) {
	var ids []union.MemberID
	for _, role := range step.Who.Roles() {
		holdings, err := d.members.Holders(ctx, role, m.Lineage)
		if err != nil {
			return nil, err
		}
		for _, h := range holdings {
			if !slices.Contains(ids, h.Member) {
				ids = append(ids, h.Member)
			}
		}
	}
	people, err := d.people(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		may, err := d.mayGet(ctx, m, step, mine, p)
		if err != nil {
			return nil, err
		}
		if may && len(fit) < mostInstead {
			fit = append(fit, p)
		}
	}
	return fit, nil
}

// CouldGet lists who may get the officer's task of a case. It returns what HandOver does for one that the officer has not.
func (d *Desk) CouldGet(ctx context.Context, officer union.MemberID, number string) ([]union.Member, error) {
	m, step, mine, err := d.handable(ctx, Handing{Number: number, From: officer})
	if err != nil {
		return nil, fmt.Errorf("list who could get it: %w", err)
	}
	list, err := d.couldGet(ctx, m, step, mine)
	if err != nil {
		return nil, fmt.Errorf("list who could get it: %w", err)
	}
	return list, nil
}

// handNote is what stands in the timeline of a task that goes to somebody: the name, and what was said with it.
func handNote(to union.Member, say string) string {
	if say = strings.TrimSpace(say); say != "" {
		return to.Name + ":" + say
	}
	return to.Name
}

// Hands says whether the event is of a task that goes to somebody: its note begins with the name.
func (e Event) Hands() bool {
	return e.Kind == EventHandedOver || e.Kind == EventDelegated || e.Kind == EventSignerAdded
}

// Names says whether its note begins with a name.
func (e Event) Names() bool {
	return e.Hands() || e.Kind == EventChallenged || e.Kind == EventUnchallenged
}

// Said parts what handNote has put together.
func (e Event) Said() (to, say string) {
	to, say, _ = strings.Cut(e.Note, ":")
	return to, say
}

// recall reads for whoever looks at a task what was said in the review last, and through whose hands the step has
// gone, and who was asked for help.
func (d *Desk) recall(ctx context.Context, m *matter) error {
	step, _ := m.service.Step(m.Step)
	moved := slices.ContainsFunc(m.tasks, func(t Task) bool { return t.Step == m.Step && t.State != TaskOpen })
	helps, err := d.store.Helps.OfCases(ctx, m.ID)
	if err != nil || !m.Decided && !moved && len(helps) == 0 {
		return err
	}
	events, err := d.store.Timeline.Of(ctx, m.ID)
	if err != nil {
		return err
	}
	if m.helps, err = d.helpLines(ctx, helps, events); err != nil {
		return err
	}
	people, err := d.havers(ctx, m.open())
	if err != nil {
		return err
	}
	since := m.roundOf(step)
	m.hands = map[union.MemberID][]Event{}
	for _, e := range events {
		switch {
		case (e.Kind == EventPassed || e.Kind == EventReopened || e.SentBack() || slices.Contains(undoSaid, e.Kind) && step.Undoes() || e.Kind == EventSigned || e.Kind == EventSignedAgainst) && e.Note != "":
			m.said = cmp.Or(withoutTies(e.Note), m.said)
		case e.Kind == EventChallenged && e.Step == m.Step && !e.At.Before(since):
			m.said = saidOfChallenge(e)
		case e.Kind == EventUnchallenged && !e.At.Before(since):
			m.said = ""
		case e.Kind == EventHandedOver && e.Step == m.Step && !e.At.Before(since):
			to, _ := e.Said()
			for _, p := range people {
				if p.Name == to {
					m.hands[p.ID] = append(m.hands[p.ID], e)
				}
			}
		}
	}
	return nil
}

// undoSaid are the kinds of events of an undoing whose words the next in it read.
var undoSaid = []string{EventUndoAsked, EventUnrecovered, EventNotWrittenOff}

// withoutAsides leaves out what officers said and sent among themselves: to whom it went is everybody's. That nobody may recover the
// money is among them until it is written off.
func (v *View) withoutAsides() {
	v.Taken = maps.Clone(v.Taken)
	maps.DeleteFunc(v.Taken, func(_ ID, t Taken) bool { return t.Voice && t.aside() })
	v.Pictures = slices.DeleteFunc(slices.Clone(v.Pictures), func(id ID) bool { return v.Taken[id].aside() })
	events := slices.DeleteFunc(v.Timeline, func(e Event) bool { return e.Kind == EventUnrecovered || e.Kind == EventNotWrittenOff })
	for i := range events {
		switch {
		case events[i].Hands():
			events[i].Note, _ = events[i].Said()
		case events[i].Kind == EventHelped, events[i].Kind == EventRecused: // why is between the officers
			events[i].Note = ""
		}
	}
	v.Timeline = events
}
