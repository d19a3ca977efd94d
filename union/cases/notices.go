package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// ask gives each of the officers a task of the open step.
func (d *Desk) ask(ctx context.Context, m *matter, officers []union.Member) ([]Task, error) {
	tasks, places := make([]Task, len(officers)), m.givePlaces(officers)
	for i, o := range officers {
		tasks[i] = Task{
			Officer: o.ID, State: TaskOpen, For: m.lent[o.ID].ID,
			Seat: places[i].no, Weight: places[i].weight, Added: places[i].added, InTurn: places[i].inTurn,
		}
	}
	return d.keepAsked(ctx, m, tasks)
}

// keepAsked writes new tasks of the open step, whose officers and seats are known.
func (d *Desk) keepAsked(ctx context.Context, m *matter, tasks []Task) ([]Task, error) {
	for i := range tasks {
		id, err := d.idFor(m)
		if err != nil {
			return nil, err
		}
		t := &tasks[i]
		t.ID, t.Case, t.Step, t.DueAt, t.CreatedAt, t.Grade, t.Untold = id, m.ID, m.Step, m.DueAt, d.moment(m), d.urgency(m), m.handed
		t.Missed = d.missed(m)
		if m.staysOut(*t) { // a signature of before that does not count any more
			t.Grade, t.Untold = Withheld, true
		}
	}
	return tasks, d.store.Tasks.Insert(ctx, tasks...)
}

// askAll gives the officers their tasks and their cards.
func (d *Desk) askAll(ctx context.Context, m *matter, officers []union.Member) error {
	tasks, err := d.ask(ctx, m, officers)
	if err != nil {
		return err
	}
	if err := d.noteDetours(ctx, m, officers); err != nil {
		return err
	}
	return d.sendCards(ctx, m, tasks)
}

// sendCards asks the officers of new tasks whose turn it is, by a card each.
func (d *Desk) sendCards(ctx context.Context, m *matter, tasks []Task) error {
	tasks = slices.DeleteFunc(m.loud(tasks), func(t Task) bool { return t.Grade == Withheld || t.State == TaskWaiting })
	asked := *m
	asked.tasks = slices.Clone(m.tasks)
	for _, t := range tasks {
		if !slices.ContainsFunc(m.tasks, func(known Task) bool { return known.ID == t.ID }) {
			asked.tasks = append(asked.tasks, t)
		}
	}
	signed, err := d.signatures(ctx, &asked)
	if err != nil {
		return err
	}
	notices := make([]notice.Notice, len(tasks))
	for i, t := range tasks {
		view := m.taskView(t)
		view.Signed = signed
		notices[i] = notice.Notice{
			Key:    fmt.Sprintf("task/%d", t.ID),
			Kind:   notice.KindTask,
			Policy: notice.Resend,
			To:     t.Officer,
			Case:   int64(m.ID),
			Coarse: m.service.Sealed,
			Body:   d.words.TaskCard(view),
		}
	}
	return d.outbox.Put(ctx, notices...)
}

// urgency is how urgent the tasks of the case are.
func (d *Desk) urgency(m *matter) Grade {
	switch {
	case len(m.ladder()) > 0:
		return Danger
	case !m.UrgedAt.IsZero():
		return Urged
	}
	return Plain
}

// missed says whether a time has passed that was promised for the whole matter, as its tasks have it.
func (d *Desk) missed(m *matter) bool { return m.clocks.missed(d.now()) && d.urgency(m) != Danger }

// settleCards shows on the cards of tasks that were open how the step was settled.
func (d *Desk) settleCards(ctx context.Context, m *matter, tasks []Task, how Settled) error {
	if err := d.dismiss(ctx, m, tasks, how); err != nil {
		return err
	}
	tasks = slices.DeleteFunc(slices.Clone(tasks), func(t Task) bool { return t.Untold }) // it never had a card
	tasks = m.loud(tasks)
	notices := make([]notice.Notice, len(tasks))
	for i, t := range tasks {
		notices[i] = notice.Notice{
			Key:    fmt.Sprintf("settled/%d", t.ID),
			Kind:   notice.KindCardUpdate,
			Policy: notice.Resend,
			To:     t.Officer,
			Case:   int64(m.ID),
			Coarse: m.service.Sealed,
			Body:   d.words.SettledCard(m.taskView(t), how),
		}
	}
	return d.outbox.Put(ctx, notices...)
}

// tell lets the author know what was decided. The case's version makes the notice unique to the decision.
func (d *Desk) tell(ctx context.Context, a Answer) error {
	if a.Service.Sealed {
		return d.tellSealed(ctx, a.Case, time.Time{})
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key:    fmt.Sprintf("answer/%d/%d", a.Case.ID, a.Case.Version),
		Kind:   notice.KindAnswer,
		Policy: notice.Resend,
		To:     a.Author.ID,
		Case:   int64(a.Case.ID),
		Body:   d.words.Answer(a),
	})
}

// tellSealed lets the author of a sealed case know that there is something to fetch, if the author asked for that. The
// notice names nobody where it is stored, and says no more than the number. It goes out from a time on; at once, if that is zero.
func (d *Desk) tellSealed(ctx context.Context, c Case, from time.Time) error {
	if c.Seal.ReplyTo == 0 {
		return nil
	}
	key, err := randomID(d.random)
	if err != nil {
		return err
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key:       fmt.Sprintf("box/%d", key),
		Kind:      notice.KindAnswer,
		Policy:    notice.Resend,
		To:        c.Seal.ReplyTo,
		Coarse:    true,
		Unnamed:   true,
		Body:      d.words.ToFetch(c.Number),
		NotBefore: from,
	})
}

// taskView shows a task to its officer.
func (m *matter) taskView(t Task) TaskView { return m.taskViewTo(t.Officer, t) }

// taskViewTo shows a task to an officer, be it another's.
func (m *matter) taskViewTo(viewer union.MemberID, t Task) TaskView {
	step, _ := m.service.Step(t.Step) // a step without a definition shows no title
	if t.Added != "" {
		step = step.Signing()
	}
	v := TaskView{
		Task: t, Case: m.forOfficer(viewer), Service: m.service, Review: step, Said: m.said, Hands: m.hands[t.Officer], Helps: m.helps, InPlaceOf: m.absent[t.For],
	}
	if t.Added == "" {
		v.Earlier = m.earlier()
	}
	switch {
	case m.Seal != nil:
		v.AuthorOrg = m.Seal.From
	case !m.Anonymous:
		v.AuthorName, v.AuthorOrg = m.author.Name, m.author.Unit()
	}
	return v
}

// forOfficers is the case as any officer may have it.
func (m *matter) forOfficers() Case { return m.forOfficer(0) }

// forOfficer is the case without what would tell who filed it, where the author asked for that, and without what is withheld from
// the officer.
func (m *matter) forOfficer(viewer union.MemberID) Case {
	c, _ := m.withoutPack(viewer, m.Case, nil)
	if c.Anonymous {
		c.Author, c.Org, c.Lineage, c.Seal = 0, 0, "", nil
		if m.undoneBy(m.Author) {
			undo := *c.Undo
			undo.By = 0
			c.Undo = &undo
		}
	}
	return c
}

// forOfficersIfSealed is what anybody outside may hold: of a sealed case no more than officers, whoever asks.
func (m *matter) forOfficersIfSealed() Case {
	if m.Seal == nil {
		return m.Case
	}
	return m.forOfficers()
}

// authorIfNamed is the author to whom filing answers; nobody where the case keeps none.
func (m *matter) authorIfNamed() union.Member {
	if m.Seal != nil {
		return union.Member{}
	}
	return m.author
}

// outline is what people of another case may know of this one.
func (m *matter) outline() Case {
	return Case{ID: m.ID, Number: m.Number, Service: m.Service, Title: m.Title, State: m.State, FiledAt: m.FiledAt, DueAt: m.DueAt}
}

// authorForOfficers is the author as officers may know of it.
func (m *matter) authorForOfficers() union.Member {
	if m.Anonymous {
		return union.Member{}
	}
	return m.author
}
