package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// HelpAnswer gives an officer the answer of a colleague who was asked (答复), with pictures of the colleague's that are the case's from
// then on. It returns union.ErrNotFound for a case that the
// member may not know of, union.ErrForbidden if nobody has asked the member, *Settled if the answer was given or is wanted no more, and
// *IncompleteError if nothing is said.
func (d *Desk) HelpAnswer(ctx context.Context, helper union.MemberID, number, text string, pictures []ID) (done HelpView, err error) {
	err = handing(ctx, d, "answer", func(ctx context.Context) (err error) {
		done, err = d.helpAnswer(ctx, helper, number, strings.TrimSpace(text), pictures)
		return err
	})
	return done, err
}

func (d *Desk) helpAnswer(ctx context.Context, helper union.MemberID, number, text string, pictures []ID) (none HelpView, _ error) {
	m, view, task, err := d.wanted(ctx, helper, number)
	if err != nil {
		return none, err
	}
	if text == "" {
		return none, &IncompleteError{Field: Supplement}
	}
	view.Answer, view.Pictures = text, len(pictures)
	m.take(pictures, task.Step, actHelp)
	event := Event{At: d.moment(m), Actor: helper, Name: view.Helper.Name, Kind: EventHelped, Note: text}
	if err := d.changeAt(ctx, m, task.Step, event); err != nil {
		return none, err
	}
	if len(pictures) > 0 {
		if err := d.store.Attachments.Bind(ctx, helper, m.ID, pictures); err != nil {
			return none, err
		}
	}
	if err := d.store.Helps.End(ctx, HelpAnswered, event.At, view.ID); err != nil {
		return none, err
	}
	if err := d.settleHelp(ctx, m, view, settledBy(m, event)); err != nil {
		return none, err
	}
	return view, d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("helped/%d", view.ID), Kind: notice.KindTask, Policy: notice.Resend, To: view.Help.Officer, Case: int64(m.ID),
		Body: d.words.Helped(view),
	})
}

// wanted finds the open help of a colleague in a case, and the task for which it is.
func (d *Desk) wanted(ctx context.Context, helper union.MemberID, number string) (m *matter, view HelpView, task Task, err error) {
	if m, err = d.load(ctx, 0, number); err != nil {
		return nil, view, task, err
	}
	helps, err := d.store.Helps.OfCases(ctx, m.ID)
	if err != nil {
		return nil, view, task, err
	}
	helps = slices.DeleteFunc(helps, func(h Help) bool { return h.Helper != helper })
	if len(helps) == 0 { // told in the same way as everybody who has nothing to do with it
		_, _, err := d.seen(ctx, helper, m.ID, "")
		return nil, view, task, cmp.Or(err, union.ErrForbidden)
	}
	if err := m.opens(ctx, helper); err != nil {
		return nil, view, task, err
	}
	h := helps[len(helps)-1]
	at := slices.IndexFunc(m.tasks, func(t Task) bool { return t.ID == h.Task })
	if at < 0 {
		return nil, view, task, union.ErrForbidden
	}
	task = m.tasks[at]
	if view, err = d.helpView(ctx, m, h, task); err != nil {
		return nil, view, task, err
	}
	step, _ := m.service.Step(task.Step)
	switch {
	case h.State == HelpAnswered:
		return nil, view, task, &Settled{Number: m.Number, At: h.EndedAt, Officer: view.Helper.Name, Kind: EventHelped}
	case h.State == HelpRecalled:
		return nil, view, task, &Settled{Number: m.Number, At: h.EndedAt, Officer: view.Officer.Name, Kind: EventRecalled}
	case h.State != HelpOpen || task.State != TaskOpen:
		return nil, view, task, d.settled(ctx, m, task.Step)
	}
	if may, err := d.mayHelp(ctx, m, step, task, view.Helper); err != nil || !may {
		return nil, view, task, cmp.Or(err, union.ErrForbidden)
	}
	return m, view, task, nil
}

// helpView shows a help to the colleague.
func (d *Desk) helpView(ctx context.Context, m *matter, h Help, task Task) (HelpView, error) {
	people, err := d.members.GetMany(ctx, []union.MemberID{h.Officer, h.Helper})
	if err != nil {
		return HelpView{}, err
	}
	v := HelpView{Help: h, View: m.taskViewTo(h.Helper, task), Officer: people[h.Officer], Helper: people[h.Helper]}
	events, err := d.store.Timeline.Of(ctx, m.ID)
	v.Say, _ = said(h, events)
	return v, err
}

// said is what a help was asked for, and what came of it, from the case's timeline.
func said(h Help, events []Event) (say, answer string) {
	for _, e := range events {
		switch {
		case e.Kind == EventDelegated && e.Actor == h.Officer && e.At.Equal(h.AskedAt):
			_, say = e.Said()
		case e.Kind == EventHelped && e.Actor == h.Helper && e.At.Equal(h.EndedAt):
			answer = e.Note
		}
	}
	return say, answer
}

// WantedHelp shows a colleague what an officer has asked of a case. It returns what HelpAnswer does.
func (d *Desk) WantedHelp(ctx context.Context, helper union.MemberID, number string) (none HelpView, _ error) {
	m, view, _, err := d.wanted(ctx, helper, number)
	if err != nil {
		return none, fmt.Errorf("show what is asked: %w", err)
	}
	holdings, err := d.heldIn(ctx, m, helper)
	if err == nil {
		err = d.looked(ctx, m, helper, holdings)
	}
	if err != nil {
		return none, fmt.Errorf("show what is asked: %w", err)
	}
	return view, nil
}

// WantedHelps lists what officers have asked a colleague for, oldest first, up to most.
func (d *Desk) WantedHelps(ctx context.Context, helper union.MemberID, most int) ([]HelpView, error) {
	helps, err := d.store.Helps.Wanted(ctx, helper, most)
	if err != nil {
		return nil, fmt.Errorf("list what is asked: %w", err)
	}
	list := make([]HelpView, 0, len(helps))
	for _, h := range helps {
		v, err := d.wantedView(ctx, h.Help)
		if err != nil {
			return nil, fmt.Errorf("list what is asked: %w", err)
		}
		if v != nil {
			list = append(list, *v)
		}
	}
	return list, nil
}

// wantedView shows a help to the colleague in a list; nil if its task is gone.
func (d *Desk) wantedView(ctx context.Context, h Help) (*HelpView, error) {
	m, err := d.load(ctx, h.Case, "")
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.tasks, func(t Task) bool { return t.ID == h.Task })
	if i < 0 {
		return nil, nil
	}
	v, err := d.helpView(ctx, m, h, m.tasks[i])
	return &v, err
}

// dismiss lets those off who were asked about tasks that have ended.
func (d *Desk) dismiss(ctx context.Context, m *matter, tasks []Task, how Settled) error {
	if m.Seal != nil || len(tasks) == 0 {
		return nil
	}
	helps, err := d.store.Helps.OfTasks(ctx, taskIDs(tasks)...)
	if err != nil {
		return err
	}
	helps = slices.DeleteFunc(helps, func(h Help) bool { return h.State != HelpOpen })
	return d.endHelps(ctx, m, helps, HelpVoid, how)
}

func (d *Desk) endHelps(ctx context.Context, m *matter, helps []Help, state HelpState, how Settled) error {
	if len(helps) == 0 {
		return nil
	}
	ids := make([]ID, len(helps))
	for i, h := range helps {
		ids[i] = h.ID
	}
	if err := d.store.Helps.End(ctx, state, d.now(), ids...); err != nil {
		return err
	}
	for _, h := range helps {
		at := slices.IndexFunc(m.tasks, func(t Task) bool { return t.ID == h.Task })
		if at < 0 {
			continue
		}
		view, err := d.helpView(ctx, m, h, m.tasks[at])
		if err != nil {
			return err
		}
		if err := d.settleHelp(ctx, m, view, how); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) settleHelp(ctx context.Context, m *matter, view HelpView, how Settled) error {
	return d.outbox.Put(ctx, notice.Notice{
		Key: "settled/" + view.CardID(), Kind: notice.KindCardUpdate, Policy: notice.Resend, To: view.Help.Helper, Case: int64(m.ID),
		Body: d.words.HelpSettled(view, how),
	})
}

// helpLines are what colleagues were asked about an officer's tasks, and what they answered.
func (d *Desk) helpLines(ctx context.Context, helps []Help, events []Event) ([]HelpLine, error) {
	var lines []HelpLine
	for _, h := range helps {
		if h.State != HelpOpen && h.State != HelpAnswered {
			continue
		}
		people, err := d.people(ctx, []union.MemberID{h.Helper})
		if err != nil {
			return nil, err
		}
		l := HelpLine{Helper: h.Helper, Name: namesOf(people), State: h.State, At: h.AskedAt}
		if h.State == HelpAnswered {
			l.At = h.EndedAt
		}
		l.Say, l.Answer = said(h, events)
		lines = append(lines, l)
	}
	return lines, nil
}
