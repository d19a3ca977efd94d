package talk

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/reference"
)

// againAfter is how much working time passes before an officer is reminded again where nobody else can be asked.
const againAfter = 4 * time.Hour

// HandOver gives a talk to somebody who may take it, with a note if there is one. It returns union.ErrForbidden if they may
// not, and ErrFull.
func (d *Desk) HandOver(ctx context.Context, officer union.MemberID, id ID, to union.MemberID, note string) (View, error) {
	return in(ctx, d, "hand talk over", func(ctx context.Context) (View, error) {
		t, err := d.held(ctx, officer, id)
		if err != nil {
			return View{}, err
		}
		before := t
		t, err = d.toward(ctx, t, to)
		if err != nil {
			return View{}, err
		}
		loads, err := d.store.Loads(ctx, []union.MemberID{to})
		if err != nil {
			return View{}, err
		}
		if to == officer || loads[to].Asks {
			return View{}, union.ErrForbidden
		}
		number, holds, err := d.store.Seat(ctx, to)
		if err != nil {
			return View{}, err
		}
		if holds >= d.most {
			return View{}, ErrFull
		}
		if note != "" {
			who, err := d.members.Get(ctx, officer)
			if err == nil {
				err = d.store.Add(ctx, d.line(t, Note, who, note))
			}
			if err != nil {
				return View{}, err
			}
		}
		if err := d.give(ctx, &t, to, number, ByHolder); err != nil {
			return View{}, err
		}
		v, err := d.moved(ctx, before, t, ByHolder)
		if err != nil {
			return View{}, err
		}
		return v, d.drain(ctx)
	})
}

// toward is a talk on the rung of somebody who is to have it: under its own topic or, where nothing is to be kept from the
// member's own line, under the first other one for which that one is there.
func (d *Desk) toward(ctx context.Context, t Talk, to union.MemberID) (Talk, error) {
	topics := []reference.Topic{d.book.Topic(t.Topic)}
	if !topics[0].Apart {
		topics = append(topics, d.book.Topics()...)
	}
	for _, topic := range topics {
		t.Topic = topic.Name
		ladder, err := d.ladder(ctx, t)
		if err != nil {
			return t, err
		}
		if t.Rung = rungOf(ladder, to); t.Rung >= 0 {
			return t, nil
		}
	}
	return t, union.ErrForbidden
}

// moved tells the member who has the talk now and, where that was not their own doing, whoever had it.
func (d *Desk) moved(ctx context.Context, before, t Talk, why Why) (View, error) {
	v, err := d.view(ctx, t)
	if err != nil {
		return v, err
	}
	name := ""
	if before.Holder != 0 {
		was, err := d.members.Get(ctx, before.Holder)
		if err != nil {
			return v, err
		}
		name = was.Name
	}
	key := which("moved", LineID(d.newID()))
	if err := d.tellWorker(ctx, t, key, d.words.TalkMoved(v, name, why)); err != nil {
		return v, err
	}
	if before.Holder != 0 && why != ByHolder {
		var told []func(*notice.Notice)
		if why == Shift { // they are at home
			told = append(told, d.quietly)
		}
		return v, d.tell(ctx, t, before.Holder, key, d.words.TalkGone(v, before.Number, why), told...)
	}
	return v, nil
}

// Sweep does what is due, passes on files that have come, and empties the queues as far as somebody has a place.
func (d *Desk) Sweep(ctx context.Context, limit int) (int64, error) {
	due, err := d.store.Due(ctx, d.now(), limit)
	if err = d.look(ctx, err); err != nil {
		return 0, err
	}
	var problems []error
	for _, id := range due {
		problems = append(problems, d.each(ctx, id, d.pass))
	}
	waiting, err := d.waiting(ctx)
	problems = append(problems, err)
	for _, id := range waiting {
		problems = append(problems, d.each(ctx, id, d.seat))
	}
	problems = append(problems, d.sendFiles(ctx, limit))
	return int64(len(due)), errors.Join(problems...)
}

// each does something to a talk as it stands. Another replica that was quicker is no mishap.
func (d *Desk) each(ctx context.Context, id ID, do func(context.Context, Talk) error) error {
	err := d.store.Tx(ctx, func(ctx context.Context) error {
		t, err := d.store.ByID(ctx, id)
		if err != nil {
			return err
		}
		return do(ctx, t)
	})
	if errors.Is(err, union.ErrStale) || errors.Is(err, union.ErrNotFound) {
		return nil
	}
	return err
}

// pass does what is due to a talk: one that waits for the member ends, one that the member waits in goes on.
func (d *Desk) pass(ctx context.Context, t Talk) error {
	if !t.Open() {
		return nil
	}
	worker, err := d.members.Get(ctx, t.Worker)
	if err != nil {
		return err
	}
	gone, err := d.gone(ctx, t)
	if err != nil {
		return err
	}
	switch {
	case worker.Status == union.Left:
		return d.end(ctx, t, Left, worker, false)
	case gone:
		return d.onward(ctx, t, Gone)
	case t.DueAt.After(d.now()):
		return nil // somebody was quicker
	case t.State == Held && t.AskedAt.IsZero():
		ask, err := d.asks(ctx, t)
		if err != nil {
			return err
		}
		return d.end(ctx, t, Lapsed, union.Member{}, ask)
	}
	return d.silent(ctx, t)
}

// silent moves on a talk that nobody has answered in time. What was due while nobody was there to do it waits until somebody is: nobody
// loses it at night for that.
func (d *Desk) silent(ctx context.Context, t Talk) error {
	if missed, err := d.missed(ctx, t); err != nil {
		return err
	} else if missed {
		return d.excuse(ctx, t)
	}
	there, err := d.working(ctx, t)
	if err != nil {
		return err
	}
	if !there && t.DueAt.Before(d.now().Add(-time.Minute)) {
		if err := d.dueFrom(ctx, &t); err != nil {
			return err
		}
		return d.save(ctx, &t)
	}
	off, err := d.offShift(ctx, t)
	if err != nil {
		return err
	}
	if off {
		return d.onward(ctx, t, Shift)
	}
	return d.onward(ctx, t, Silence)
}

// onward finds the next for a talk, as its topic says what silence does. Where there is none, who has it keeps it, and both are told.
func (d *Desk) onward(ctx context.Context, t Talk, why Why) error {
	ladder, err := d.ladder(ctx, t)
	if err != nil {
		return err
	}
	lines, err := d.store.Lines(ctx, t.ID)
	if err != nil {
		return err
	}
	before := t
	p, ok, err := d.next(ctx, &t, ladder, lines, &why)
	switch {
	case err != nil:
		return err
	case ok:
		if err := d.put(ctx, &t, ladder, p, why); err != nil {
			return err
		}
		if _, err = d.moved(ctx, before, t, why); err != nil {
			return err
		}
		return d.drain(ctx)
	case why == Gone:
		return d.end(ctx, before, Orphaned, union.Member{}, false)
	}
	return d.remind(ctx, before)
}

// next finds where a talk goes, and says why where that is more than silence.
func (d *Desk) next(ctx context.Context, t *Talk, ladder []rung, lines []Line, why *Why) (place, bool, error) {
	had := had(lines)
	do, _ := d.book.Topic(t.Topic).Move(silences(lines))
	switch {
	case *why == Gone:
		p, ok, err := d.find(ctx, *t, ladder, had)
		if err == nil && !ok { // all have had it: then once more
			t.Rung = 0
			p, ok, err = d.find(ctx, *t, ladder, nil)
		}
		return p, ok, err
	case t.State == Waiting && do != reference.ToQueue: // there was no place, of nobody on its rung
		t.Rung++
		return d.find(ctx, *t, ladder, had)
	case do == reference.ToUpper:
		above := *t
		above.Rung++
		if p, ok, err := d.findFree(ctx, above, ladder, had); err != nil || ok {
			*why = Up
			return p, ok, err
		}
	case do == reference.ToQueue:
		p, ok, err := d.find(ctx, *t, ladder, had)
		if p.rung == t.Rung && p.holder == 0 && ok {
			*why = Back
		}
		return p, ok, err
	}
	return d.findFree(ctx, *t, ladder, had)
}

// remind tells both sides that a talk waits where nobody else can be asked.
func (d *Desk) remind(ctx context.Context, t Talk) error {
	var err error
	if t.DueAt, err = d.after(ctx, t, againAfter); err != nil {
		return err
	}
	if err := d.save(ctx, &t); err != nil {
		return err
	}
	v, err := d.view(ctx, t)
	if err != nil {
		return err
	}
	key := which("waits", LineID(d.newID()))
	if err := d.tellWorker(ctx, t, key, d.words.TalkUnanswered(v)); err != nil || t.State != Held {
		return err
	}
	return d.tell(ctx, t, t.Holder, key, d.words.TalkOverdue(v), d.quietly)
}

// had lists who has had a talk.
func had(lines []Line) (people []union.MemberID) {
	for _, l := range lines {
		if l.Kind == Given {
			people = append(people, l.Member)
		}
	}
	return people
}

// heads is how many of each queue are looked at for a free place. Mostly the first gets it.
const heads = 10

// waiting lists those that are next in their queues, the oldest first: a long queue keeps nobody from a place in another.
func (d *Desk) waiting(ctx context.Context) (next []ID, err error) {
	queues, err := d.store.Queues(ctx)
	for i := 0; i < len(queues) && err == nil; i++ {
		var some []ID
		some, err = d.store.Waiting(ctx, queues[i], heads)
		next = append(next, some...)
	}
	slices.Sort(next)
	return next, err
}

// drain gives a free place to whoever waits longest for it.
func (d *Desk) drain(ctx context.Context) error {
	waiting, err := d.waiting(ctx)
	if err != nil {
		return err
	}
	for _, id := range waiting {
		t, err := d.store.ByID(ctx, id)
		if err == nil {
			err = d.seat(ctx, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// seat gives a talk that waits to somebody on its rung who has a place.
func (d *Desk) seat(ctx context.Context, t Talk) error {
	if t.State != Waiting {
		return nil
	}
	ladder, err := d.ladder(ctx, t)
	if err != nil {
		return err
	}
	lines, err := d.store.Lines(ctx, t.ID)
	if err != nil {
		return err
	}
	p, ok, err := d.find(ctx, t, ladder, had(lines))
	if err != nil || !ok || p.holder == 0 {
		return err
	}
	before := t
	if err := d.put(ctx, &t, ladder, p, Fresh); err != nil {
		return err
	}
	_, err = d.moved(ctx, before, t, Fresh)
	return err
}
