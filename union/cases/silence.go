package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// makeMove makes the next move of the step's ladder; where all who have the step left, it goes to others at once.
func (d *Desk) makeMove(ctx context.Context, m *matter, step service.Step, left bool, handed *hurried) error {
	if open := m.open(); len(open) > 0 {
		step = step.At(open[0].Seat)
	}
	ladder, c := step.Ladder(), m.clocks[ClockStep]
	for c.Rung < len(ladder) && ladder[c.Rung].Before > 0 && !m.DueAt.After(d.now()) { // nobody looked while it was time for that
		c.Rung++
	}
	at := c.Rung
	move := service.Move{Do: service.Remind} // above the last rung
	if at < len(ladder) {
		move = ladder[at]
	} else if above := d.lastClimb(ladder); above.Do != "" {
		move = above
	}
	m.left = left
	if m.follows { // the ladder of those who decide now begins where it stands
		move, c.Rung = service.Move{Do: service.StandIn, Days: max(1, step.Days)}, c.Rung-1
	} else if early := move.Do == service.Pass && m.DueAt.After(d.now()); early || left && (move.Do == service.Remind || move.Do == service.Pass) {
		move = service.Move{Do: service.StandIn, Days: max(1, min(step.Days, 2))}
	}
	c.Rung++
	m.clocks[ClockStep] = c
	m.note(d.moment(m))
	switch move.Do {
	case service.Remind:
		return d.remind(ctx, m, step)
	case service.Pass:
		return d.passInSilence(ctx, m, step)
	case service.StandIn, service.Up:
	}
	officers, higher, err := d.takers(ctx, m, step, move.Do == service.Up)
	if errors.Is(err, union.ErrNoOfficer) {
		return d.stuck(ctx, m, step)
	}
	if err := cmp.Or(err, d.replace(ctx, m, officers)); err != nil {
		return err
	}
	if move.Do = service.StandIn; higher {
		move.Do = service.Up
	}
	return d.handOver(ctx, m, step, officers, move, handed)
}

// lastClimb is the move that is made again and again above the ladder, until there is nobody above.
func (d *Desk) lastClimb(ladder []service.Move) service.Move {
	for _, m := range slices.Backward(ladder) {
		if m.Do == service.Up {
			return m
		}
	}
	return service.Move{}
}

// note marks the clocks that ran out.
func (m *matter) note(now time.Time) {
	for kind, c := range m.clocks {
		c.Late = c.Late || c.Runs() && !now.Before(c.Due)
		m.clocks[kind] = c
	}
}

// remind puts on record that those who have the step are reminded. Officers read it in their next digest, where what is
// nearly due comes first; an author is told at once.
func (d *Desk) remind(ctx context.Context, m *matter, step service.Step) error {
	if m.waitsForAuthor() && len(m.open()) == 1 {
		if err := d.tellAuthor(ctx, m, "check-reminded", d.words.YourTurn(m.moved(nil, nil, service.Remind, step))); err != nil {
			return err
		}
	}
	m.wake(d)
	people := d.holders(ctx, m)
	if err := d.change(ctx, m, d.byItself(ctx, m, EventReminded, namesOf(people))); err != nil {
		return err
	}
	return d.tellReminded(ctx, m, people, step)
}

// holders are those who have the open step; nobody where it is an author whose name is not shown, or they cannot be read.
func (d *Desk) holders(ctx context.Context, m *matter) []union.Member {
	people, err := d.havers(ctx, m.shownTasks())
	if err != nil {
		return nil
	}
	return people
}

// tellReminded tells the author, once a step and while its time runs yet, that those who have it are reminded: they read it in their next digest. Of a sealed case
// there is nothing to fetch by that, and where lives are in danger somebody speaks with the author.
func (d *Desk) tellReminded(ctx context.Context, m *matter, people []union.Member, step service.Step) error {
	if m.service.Sealed || m.service.Alarm.Life || len(people) == 0 || m.waitsForAuthor() || !m.DueAt.After(d.now()) {
		return nil
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("reminded/%d/%s/%d", m.ID, step.Name, m.openedAt().UnixMilli()), Kind: notice.KindAnswer, Policy: notice.Resend, To: m.Author,
		Case: int64(m.ID), Body: d.words.Reminded(m.moved(people, nil, service.Remind, step)),
	})
}

// shownTasks are the open ones, without that of an author whose name is not shown.
func (m *matter) shownTasks() []Task {
	return slices.DeleteFunc(m.open(), func(t Task) bool { return m.Anonymous && t.Officer == m.Author })
}

// byItself is an entry of the timeline that nobody made.
func (d *Desk) byItself(ctx context.Context, m *matter, kind, note string) Event {
	d.store.Tx.Committed(ctx, func() { d.moves.count(kind) })
	return Event{At: d.moment(m), Kind: kind, Note: note, Sealed: m.service.Sealed, Name: Itself}
}

// Itself stands in the timeline for whoever does what nobody did.
const Itself = "系统"

func namesOf(people []union.Member) string {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = p.Name
	}
	return strings.Join(names, "、")
}

// remindAuthor reminds the author of what an officer has asked for.
func (d *Desk) remindAuthor(ctx context.Context, m *matter) error {
	step, _ := m.service.Step(m.Step)
	c := m.clocks[ClockStep]
	c.Rung++
	c.Wake = d.due(d.now(), authorReminded*c.Rung) // less and less often
	m.clocks[ClockStep] = c
	if err := d.tellAuthor(ctx, m, "return-reminded", d.words.YourTurn(m.moved(nil, nil, service.Remind, step))); err != nil {
		return err
	}
	return d.keepClocks(ctx, m)
}

// tellAuthor tells the author something that is not an answer, once a version of the case.
func (d *Desk) tellAuthor(ctx context.Context, m *matter, what string, body notice.Body) error {
	return d.tellAuthorFrom(ctx, m, what, body, time.Time{})
}

// tellAuthorFrom is tellAuthor, not before a time.
func (d *Desk) tellAuthorFrom(ctx context.Context, m *matter, what string, body notice.Body, from time.Time) error {
	if m.service.Sealed {
		return d.tellSealed(ctx, m.Case, from)
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("%s/%d/%d", what, m.ID, m.clocks[ClockStep].Moves), Kind: notice.KindAnswer, Policy: notice.Resend, To: m.Author,
		Case: int64(m.ID), Body: body, NotBefore: from,
	})
}

// passInSilence accepts a step that nobody decided, where the service's file says so.
func (d *Desk) passInSilence(ctx context.Context, m *matter, step service.Step) error {
	state := m.review()
	state.Seats = nil // who was added does not keep it
	next, duties, err := review.Next(m.asPlanned(), state, review.Event{Kind: review.Decided, Step: step.Name, Act: Accept})
	if err != nil {
		return err
	}
	now, from := d.moment(m), m.open()
	m.become(next, now)
	m.signed = Task{}
	officers, err := d.nextOfficers(ctx, m, duties)
	if err != nil {
		return err
	}
	m.Asked = m.askedAfter(Accept, "")
	d.wind(m, turn{later: true, asked: officers})
	event := d.byItself(ctx, m, EventLapsed, "")
	event.Step = step.Name
	if err := d.change(ctx, m, event); err != nil {
		return err
	}
	if err := d.store.Tasks.End(ctx, m.ID, 0, now); err != nil {
		return err
	}
	if err := d.settleCards(ctx, m, from, settledBy(m, event)); err != nil {
		return err
	}
	if err := cmp.Or(d.copyAtEnd(ctx, m), d.askAll(ctx, m, officers)); err != nil {
		return err
	}
	return d.tellAuthor(ctx, m, "lapsed", d.words.MovedOn(m.moved(nil, officers, service.Pass, step)))
}
