package talk

import (
	"context"
	"errors"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// End lets the holder give a talk back: the member is asked how it was unless unasked, and talks to the bot again.
func (d *Desk) End(ctx context.Context, officer union.MemberID, id ID, unasked bool) (View, error) {
	return in(ctx, d, "end talk", func(ctx context.Context) (View, error) {
		t, err := d.held(ctx, officer, id)
		if err != nil {
			return View{}, err
		}
		v, err := d.view(ctx, t)
		if err != nil {
			return View{}, err
		}
		ask, err := d.asks(ctx, t)
		if err != nil {
			return View{}, err
		}
		return v, d.end(ctx, t, Closed, v.Holder, ask && !unasked)
	})
}

// Leave lets the member end a talk. It returns union.ErrNotFound where none is open.
func (d *Desk) Leave(ctx context.Context, worker union.MemberID) (View, error) {
	return in(ctx, d, "leave talk", func(ctx context.Context) (View, error) {
		t, err := d.store.OfWorker(ctx, worker)
		if err != nil {
			return View{}, err
		}
		v, err := d.view(ctx, t)
		if err != nil {
			return View{}, err
		}
		if v.Asks, err = d.asks(ctx, t); err != nil {
			return View{}, err
		}
		if v.Proposed, err = d.unanswered(ctx, t); err != nil {
			return View{}, err
		}
		return v, d.end(ctx, t, Left, v.Worker, v.Asks)
	})
}

// askedWithin is how long a member who was asked how a talk was is not asked again.
const askedWithin = 7 * 24 * time.Hour

// asks says whether to ask the member how a talk was: where anybody has answered, and not after every one.
func (d *Desk) asks(ctx context.Context, t Talk) (bool, error) {
	if t.FirstAt.IsZero() {
		return false, nil
	}
	last, err := d.store.AskedLast(ctx, t.Worker)
	if errors.Is(err, union.ErrNotFound) {
		return true, nil
	}
	return d.now().Sub(last.EndedAt) >= askedWithin, err
}

// end ends a talk and tells the other side.
func (d *Desk) end(ctx context.Context, t Talk, how Kind, who union.Member, ask bool) error {
	before := t
	t.State, t.Holder, t.Number, t.Queue = Ended, 0, 0, 0
	t.EndedAt, t.DueAt, t.AskedAt, t.Asks = d.now(), time.Time{}, time.Time{}, ask
	if err := d.save(ctx, &t); err != nil {
		return err
	}
	l := d.line(t, how, who, "")
	if err := d.store.Add(ctx, l); err != nil {
		return err
	}
	v, err := d.view(ctx, t)
	if err != nil {
		return err
	}
	if v.Proposed, err = d.unanswered(ctx, t); err != nil { // it falls with the talk
		return err
	}
	if how != Left {
		if err := d.tellWorker(ctx, t, which("ended", l.ID), d.words.TalkEnded(v, how)); err != nil {
			return err
		}
	}
	if (how == Left || how == Lapsed) && before.Holder != 0 {
		if err := d.tell(ctx, t, before.Holder, which("left", l.ID), d.words.TalkLeft(v, before.Number, how), d.unheard(before)); err != nil {
			return err
		}
	}
	return d.drain(ctx)
}

// rateable is how long a member is listened to who says how a talk was.
const rateable = 24 * time.Hour

// Unrated is the member's last talk, if the member was asked how it was and has not said so; or union.ErrNotFound.
func (d *Desk) Unrated(ctx context.Context, worker union.MemberID) (View, error) {
	t, err := d.store.LastOf(ctx, worker)
	if err != nil {
		return View{}, err
	}
	if !t.Asks || t.Rating != Unrated || d.now().Sub(t.EndedAt) > rateable {
		return View{}, union.ErrNotFound
	}
	return d.view(ctx, t)
}

// Rate keeps how content the member was with the talk that ended last. It returns union.ErrNotFound where nobody asked.
func (d *Desk) Rate(ctx context.Context, worker union.MemberID, r Rating) (View, error) {
	return in(ctx, d, "rate talk", func(ctx context.Context) (View, error) {
		v, err := d.Unrated(ctx, worker)
		if err != nil {
			return View{}, err
		}
		v.Rating = r
		if err := d.save(ctx, &v.Talk); err != nil {
			return View{}, err
		}
		return v, d.tellWorker(ctx, v.Talk, "rated", d.words.TalkRated(v), func(n *notice.Notice) { n.Kind = notice.KindCardUpdate })
	})
}
