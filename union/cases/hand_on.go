package cases

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// handOver puts the step into the hands of others, tells the author, and has those others hear of it with their next
// digest, which is due now: however many cases come at once, it is one message. An author keeps what is the author's.
func (d *Desk) handOver(ctx context.Context, m *matter, step service.Step, officers []union.Member, move service.Move, handed *hurried) error {
	from, before := m.open(), m.shownTasks()
	author := step.Who.Author && m.waitsForAuthor()
	had := m.clocks[ClockStep].Due
	d.wind(m, turn{days: move.Days})
	if c := m.clocks[ClockStep]; had.After(c.Due) { // whoever takes over from a leaver has no less time than the leaver had
		c.Due = had
		m.clocks[ClockStep], m.DueAt = c, m.clocks.promised(d.now())
		m.wake(d)
	}
	if m.DueAt.Before(d.now()) {
		m.DueAt = m.clocks[ClockStep].Due
	}
	kind := EventStoodIn
	switch {
	case m.left: // nobody was late
		kind = m.goneOn()
	case move.Do == service.Up:
		kind = EventClimbed
	}
	people, err := d.havers(ctx, before)
	if err != nil {
		return err
	}
	note := namesOf(people) + " → " + namesOf(officers)
	switch {
	case author:
		note = namesOf(officers)
	case m.challenged:
		kind = EventReferred
	case m.stepsBack:
		kind, note = EventKeptOut, inPlaceOf(people, officers)
	}
	event := d.byItself(ctx, m, kind, note)
	if err := d.change(ctx, m, event); err != nil {
		return err
	}
	if !author {
		if err := d.store.Tasks.End(ctx, m.ID, 0, d.moment(m)); err != nil {
			return err
		}
		how := settledBy(m, event)
		how.Officer = namesOf(officers)
		if err := d.settleCards(ctx, m, from, how); err != nil {
			return err
		}
	}
	m.handed = true
	m.inherit(from, officers)
	if _, err := d.ask(ctx, m, officers); err != nil {
		return err
	}
	if m.left && !m.stepsBack && !m.challenged && !m.follows && !step.Who.Author { // an author's step is no office
		if err := d.emptied(ctx, m, step, officers); err != nil {
			return err
		}
	}
	if err := d.noteDetours(ctx, m, officers); err != nil {
		return err
	}
	handed.add(officers)
	if m.follows || m.challenged { // moveAlong tells, whatever has become of the step, and who has asked knows
		return nil
	}
	return d.tellAuthor(ctx, m, "moved", d.words.MovedOn(m.moved(people, officers, move.Do, step)))
}

// hurried are officers who are to read their digest now. They are told to after the moves, each once: a row that all moves
// share would have them wait for each other. Who is missed, because the process died between, reads it at the usual time.
type hurried struct {
	mu       sync.Mutex
	officers []union.MemberID
}

func (h *hurried) add(officers []union.Member) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range officers {
		h.officers = append(h.officers, o.ID)
	}
}

func (h *hurried) all() []union.MemberID {
	h.mu.Lock()
	defer h.mu.Unlock()
	slices.Sort(h.officers)
	return slices.Compact(h.officers)
}

// hurry has officers read their digest now.
func (d *Desk) hurry(ctx context.Context, officers []union.MemberID) error {
	for _, o := range officers {
		if err := d.store.Digests.Hurry(ctx, o, d.now(), d.now()); err != nil {
			return err
		}
	}
	return nil
}

// stuck says to those who look after the union's data that a step has nobody to go to.
func (d *Desk) stuck(ctx context.Context, m *matter, step service.Step) error {
	if out := slices.DeleteFunc(m.open(), func(t Task) bool { return !m.staysOut(t) }); len(out) > 0 {
		if err := d.store.Tasks.Withhold(ctx, taskIDs(out)...); err != nil {
			return err
		}
	}
	m.stuck = true
	c := m.clocks[ClockStep]
	c.Rung, c.Wake = max(c.Rung, len(step.Ladder())), d.due(d.now(), againAfter)
	m.clocks[ClockStep] = c
	ids, err := d.caretakers(ctx, m)
	if err != nil {
		return err
	}
	for _, id := range ids {
		err := d.outbox.Put(ctx, notice.Notice{
			Key: fmt.Sprintf("stuck/%d/%d/%d", m.ID, c.Moves, id), Kind: notice.KindDigest, Policy: notice.Resend, To: id,
			Case: int64(m.ID), Coarse: m.service.Sealed, Body: d.words.Stuck(m.Number),
		})
		if err != nil {
			return err
		}
	}
	return d.change(ctx, m, d.byItself(ctx, m, EventStuck, namesOf(d.holders(ctx, m))))
}

// merge takes over those of moves that have come to stand.
func (h *hurried) merge(from *hurried) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.officers = append(h.officers, from.officers...)
}
