package talk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Word is what somebody says in a talk.
type Word struct {
	Text       string
	Form       Form
	Attachment int64 // of the form, where it could be kept
	// Papers go along with an answer that was ready.
	Papers []Paper `json:"-"`
}

// Paper is a file that lies ready.
type Paper struct {
	Name string // as officers read it
	Read func() (content []byte, mime string, err error)
}

func which(what string, id LineID) string { return fmt.Sprintf("%s/%d", what, id) }

// Keys is what the keys of all notices about a talk begin with, whoever they went to.
func Keys(id ID) string { return fmt.Sprintf("talk/%d/", id) }

// Of is the member's open talk, or union.ErrNotFound.
func (d *Desk) Of(ctx context.Context, worker union.MemberID) (View, error) {
	t, err := d.store.OfWorker(ctx, worker)
	if err != nil {
		return View{}, err
	}
	return d.view(ctx, t)
}

// Hear passes on what the member says. It returns union.ErrNotFound where no talk is open.
func (d *Desk) Hear(ctx context.Context, worker union.MemberID, at union.Identity, w Word) (View, error) {
	return in(ctx, d, "hear member", func(ctx context.Context) (View, error) {
		t, err := d.store.OfWorker(ctx, worker)
		if err != nil {
			return View{}, err
		}
		t.At = at
		if t.AskedAt.IsZero() {
			t.AskedAt = d.now()
			if err := d.dueFrom(ctx, &t); err != nil {
				return View{}, err
			}
		}
		if err := d.save(ctx, &t); err != nil {
			return View{}, err
		}
		v, err := d.view(ctx, t)
		if err != nil {
			return View{}, err
		}
		l := d.worded(t, Said, v.Worker, w)
		if err := d.store.Add(ctx, l); err != nil || t.State != Held {
			return v, err // whoever takes it reads it then
		}
		if gone, err := d.gone(ctx, t); err != nil || gone {
			return v, errors.Join(err, d.onward(ctx, t, Gone))
		}
		return v, d.tell(ctx, t, t.Holder, which("said", l.ID), d.words.TalkHeard(v, l), d.unheard(t))
	})
}

// worded is a word as a line.
func (d *Desk) worded(t Talk, kind Kind, who union.Member, w Word) Line {
	l := d.line(t, kind, who, w.Text)
	l.Form, l.Attachment, l.Unsent = w.Form, w.Attachment, w.Attachment != 0
	return l
}

// shownOf is how many talks of a member are shown to an officer.
const shownOf = 5

// About lists the latest talks of a member that an officer has held or may know of; what was said in them stays with who held them.
func (d *Desk) About(ctx context.Context, officer, worker union.MemberID) ([]View, error) {
	all, err := d.store.AllOf(ctx, worker, shownOf)
	if err != nil {
		return nil, fmt.Errorf("list talks of a member: %w", err)
	}
	var views []View
	for _, t := range all {
		may := officer == t.Holder || officer == t.Last
		if !may && officer != worker {
			_, may, err = d.mayKnow(ctx, t, officer)
		}
		var v View
		if err == nil && may {
			v, err = d.view(ctx, t)
			views = append(views, v)
		}
		if err != nil {
			return nil, fmt.Errorf("list talks of a member: %w", err)
		}
	}
	return views, nil
}

// Held lists an officer's talks by number.
func (d *Desk) Held(ctx context.Context, officer union.MemberID) ([]View, error) {
	held, err := d.store.HeldBy(ctx, officer)
	var views []View
	for i := 0; i < len(held) && err == nil; i++ {
		var gone bool
		if gone, err = d.gone(ctx, held[i]); err != nil || gone {
			continue
		}
		var v View
		v, err = d.view(ctx, held[i])
		views = append(views, v)
	}
	if err != nil {
		return nil, fmt.Errorf("list talks: %w", err)
	}
	return views, nil
}

// Holds says whether an officer holds any talk. It is asked often, and costs one look at an index.
func (d *Desk) Holds(ctx context.Context, officer union.MemberID) (bool, error) {
	held, err := d.store.HeldBy(ctx, officer)
	return len(held) > 0, err
}

// numbersKept is how long a number that was an officer's is remembered as that of a talk that is over.
const numbersKept = 30 * 24 * time.Hour

// WasHeld finds whose talk an officer had under a number shortly before, or returns union.ErrNotFound.
func (d *Desk) WasHeld(ctx context.Context, officer union.MemberID, number int) (union.Member, error) {
	t, err := d.store.EndedNumber(ctx, officer, number, d.now().Add(-numbersKept))
	if err != nil {
		return union.Member{}, err
	}
	return d.members.Get(ctx, t.Worker)
}

// Answer sends the member what the holder says. It returns union.ErrSettled if the talk has ended, union.ErrForbidden if it is
// another's, ErrEmpty where nothing is said, and ErrUnreadable where a paper that is to go along cannot be read; then nothing is
// sent.
func (d *Desk) Answer(ctx context.Context, officer union.MemberID, id ID, w Word) (View, error) {
	if strings.TrimSpace(w.Text) == "" && w.Form == "" && len(w.Papers) == 0 {
		return View{}, fmt.Errorf("answer member: %w", ErrEmpty)
	}
	papers, err := d.keepPapers(ctx, w.Papers)
	if err != nil {
		return View{}, fmt.Errorf("answer member: %w", err)
	}
	return in(ctx, d, "answer member", func(ctx context.Context) (View, error) {
		t, err := d.held(ctx, officer, id)
		if err != nil {
			return View{}, err
		}
		if err := d.count(ctx, &t); err != nil {
			return View{}, err
		}
		t.Answered, t.AskedAt = true, time.Time{}
		t.DueAt = d.calendar.AddWorkingTime(d.now(), d.book.Topic(t.Topic).Idle())
		if err := d.save(ctx, &t); err != nil {
			return View{}, err
		}
		v, err := d.view(ctx, t)
		if err != nil {
			return View{}, err
		}
		l := d.worded(t, Answer, v.Holder, w)
		if err := d.store.Add(ctx, l); err != nil {
			return View{}, err
		}
		if err := d.tellWorker(ctx, t, which("answer", l.ID), d.words.TalkAnswered(v, l)); err != nil {
			return View{}, err
		}
		return v, d.sendPapers(ctx, v, papers)
	})
}

// count takes note of an answer: the first, or a further one for which the member has waited.
func (d *Desk) count(ctx context.Context, t *Talk) error {
	switch {
	case t.FirstAt.IsZero():
		t.FirstAt = d.now()
	case !t.AskedAt.IsZero():
		shifts, err := d.anyShift(ctx, *t)
		if err != nil {
			return err
		}
		t.Nexts++
		if d.calendar.ShiftTimeLeft(t.AskedAt, d.now(), shifts) <= d.book.Topic(t.Topic).Next() {
			t.NextsInTime++
		}
	}
	return nil
}

// Note keeps something for officers only.
func (d *Desk) Note(ctx context.Context, officer union.MemberID, id ID, text string) (View, error) {
	return in(ctx, d, "keep note", func(ctx context.Context) (View, error) {
		t, err := d.held(ctx, officer, id)
		if err != nil {
			return View{}, err
		}
		v, err := d.view(ctx, t)
		if err != nil {
			return View{}, err
		}
		return v, d.store.Add(ctx, d.line(t, Note, v.Holder, text))
	})
}

// Lines are what was said in a talk that the officer holds, and what happened to it.
func (d *Desk) Lines(ctx context.Context, officer union.MemberID, id ID) ([]Line, error) {
	if _, err := d.held(ctx, officer, id); err != nil {
		return nil, fmt.Errorf("read talk: %w", err)
	}
	return d.store.Lines(ctx, id)
}
