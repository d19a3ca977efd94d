package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// UndoNotice is what somebody is told of the undoing of a case.
type UndoNotice struct {
	Case    Case
	Service *service.Service
	// Officer has asked for it, or decided it, for the reason Why.
	Officer union.Member
	Why     string
	// Officers decide it, or have the money back.
	Officers []union.Member
	Granted  bool
	// Freed is free again in the fund, Reclaim is to come back, in fen.
	Freed, Reclaim int64
	// Lost says that what was to come back is written off.
	Lost bool
	// Own is true to the author.
	Own bool
	// Asked are the questions for whose answers the case waits again.
	Asked []string
}

// UndoWords puts the undoing of cases into words.
type UndoWords interface {
	// UndoAsked tells the author that an officer asks to undo a case, and who decides that.
	UndoAsked(n UndoNotice) notice.Body
	// UndoDecided tells the author, whoever has asked, and where it is granted all who have decided the case or were given it to read.
	UndoDecided(n UndoNotice) notice.Body
	// MoneyBack tells the author, whoever has asked, and who has granted it, that what was paid has come back or, where it was
	// Lost, is written off.
	MoneyBack(n UndoNotice) notice.Body
	// SignerFallen tells somebody who was added to a step that it needs nobody any more, as it went elsewhere.
	SignerFallen(number string, s *service.Service, kind string) notice.Body
}

// undoKind names what a decision of the counter-flow came to.
func undoKind(v *verdict) string {
	switch {
	case v.step.WritesOff() && v.Act == Refuse:
		return EventNotWrittenOff
	case v.step.WritesOff():
		return EventWrittenOff
	case v.Act == Refuse:
		return EventUndoRefused
	case v.Act == Waive:
		return EventUnrecovered
	case v.step.Reclaims():
		return EventMoneyBack
	}
	return EventUndone
}

// quiet says whether a decision is among officers: as long as money that does not come back is not written off.
func (v *verdict) quiet() bool { return quiet(&v.step, v.Act) }

func quiet(step *service.Step, act Act) bool {
	return step.Reclaims() && act == Waive || step.WritesOff() && act == Refuse
}

// standAgain puts a case back to where it stood before somebody asked to undo it, where that is refused.
func (m *matter) standAgain(v *verdict) {
	switch {
	case !v.step.Undoes() || v.step.WritesOff() || m.Undo == nil:
	case v.Act == Accept:
		undo := *m.Undo
		undo.Granted = true
		m.Undo = &undo
	case v.Act == Refuse:
		m.resumes, m.wish = m.Undo.At, *m.Undo
		if m.State.Ended() {
			m.EndedAt = m.Undo.EndedAt
		}
		m.Undo = nil
	}
}

// undo takes back what a case has led to, once its undoing is granted: money, awards, public notices, ranks, and papers that
// are asked for. What was paid is then to come back, which is a step of its own.
func (d *Desk) undo(ctx context.Context, m *matter, v *verdict, by decider) (*fund.Fund, error) {
	settle := d.funds.Return
	switch {
	case v.Act != Accept:
		return nil, nil
	case v.step.WritesOff():
		settle = d.funds.WriteOff
		fallthrough
	case v.step.Reclaims():
		f, err := settle(ctx, d.entry(m, by))
		if err != nil {
			return nil, fmt.Errorf("settle what was to come back for case %s: %w", m.Number, err)
		}
		return &f, nil
	}
	if err := d.takeDown(ctx, m); err != nil {
		return nil, err
	}
	if err := d.store.Standings.Drop(ctx, m.ID); err != nil {
		return nil, err
	}
	if _, err := d.store.Chases.End(ctx, m.ID, d.now()); err != nil {
		return nil, err
	}
	if m.service.Fund == "" {
		return nil, nil
	}
	held, err := d.funds.Held(ctx, int64(m.ID))
	if err != nil {
		return nil, err
	}
	if held != nil {
		m.freed = held.Fen
	}
	if err := d.store.Awards.Drop(ctx, m.ID); err != nil {
		return nil, err
	}
	m.owed, err = d.funds.Undo(ctx, d.entry(m, by))
	return nil, err
}

// undoNotice is what people are told of an event of the undoing.
func (m *matter) undoNotice(e Event, officers []union.Member) UndoNotice {
	return UndoNotice{
		Case: m.outline(), Service: m.service, Officer: union.Member{ID: e.Actor, Name: e.Name}, Why: e.Note, Officers: officers, Own: true,
		Granted: e.Kind == EventUndone, Freed: m.freed, Reclaim: m.owed,
		Asked: m.Asked, Lost: e.Kind == EventWrittenOff,
	}
}

// tellUndo lets all know who are concerned: of a refusal the author and whoever has asked; else also those who have decided the
// case or were given it to read, the co-authors and those who second it. Whether money is written off that does not come back is
// among officers until it is.
func (d *Desk) tellUndo(ctx context.Context, m *matter, v *verdict, a Answer) error {
	if v.quiet() {
		return nil
	}
	kind := undoKind(v)
	n := m.undoNotice(Event{Actor: a.Officer.ID, Name: a.Officer.Name, Kind: kind, Note: a.Note}, a.Next)
	wish := m.wish
	if m.Undo != nil {
		wish = *m.Undo
	}
	to := []union.MemberID{wish.By, wish.For}
	body := d.words.UndoDecided
	switch n.Own = false; {
	case kind == EventMoneyBack, kind == EventWrittenOff:
		body = d.words.MoneyBack
		for _, t := range m.tasks {
			if step, _ := m.service.Step(t.Step); step.Undoes() && t.State == TaskDone {
				to = append(to, t.Officer, t.For)
			}
		}
		for _, c := range m.others() { // who have a share of it, and were told that it is to come back
			to = append(to, c.Member)
		}
	case v.Act == Accept:
		concerned, err := d.concerned(ctx, m)
		if err != nil {
			return err
		}
		to = append(to, concerned...)
	}
	var notices []notice.Notice
	told := []union.MemberID{0, v.Officer}
	put := func(id union.MemberID, n UndoNotice) {
		if !slices.Contains(told, id) {
			told = append(told, id)
			notices = append(notices, notice.Notice{
				Key: fmt.Sprintf("undo/%d/%d/%d", m.ID, m.Version, id), Kind: notice.KindAnswer, Policy: notice.Resend, To: id, Case: int64(m.ID), Body: body(n),
			})
		}
	}
	own := n
	own.Own = true
	put(m.Author, own)
	for _, id := range to {
		put(id, n)
	}
	if len(notices) == 0 {
		return nil
	}
	return d.outbox.Put(ctx, notices...)
}

// concerned are those who have decided a case, who were given it to read, who filed it with its author, and who second it.
func (d *Desk) concerned(ctx context.Context, m *matter) (ids []union.MemberID, err error) {
	for _, t := range m.tasks {
		if t.State == TaskDone || t.State == TaskSigned {
			ids = append(ids, t.Officer, t.For)
		}
	}
	copies, err := d.store.Copies.Of(ctx, m.ID)
	for _, c := range copies {
		ids = append(ids, c.Member)
	}
	for _, c := range m.others() {
		ids = append(ids, c.Member)
	}
	if err != nil || m.service.Sensitive {
		return ids, err
	}
	seconders, err := d.store.Seconds.Of(ctx, m.ID)
	return append(ids, seconders...), err
}

// addedOpen are the tasks of those who were added to the open step, and asked.
func (m *matter) addedOpen() []Task {
	return slices.DeleteFunc(m.open(), func(t Task) bool { return t.Added == "" })
}

// tellFallen tells those who were added to a step that nobody waits for them any more.
func (d *Desk) tellFallen(ctx context.Context, m *matter, tasks []Task, event Event) error {
	for _, t := range tasks {
		if t.Officer == event.Actor {
			continue
		}
		err := d.outbox.Put(ctx, notice.Notice{
			Key: fmt.Sprintf("fallen/%d", t.ID), Kind: notice.KindTask, Policy: notice.Resend, To: t.Officer, Case: int64(m.ID),
			Body: d.words.SignerFallen(m.Number, m.service, event.Kind),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
