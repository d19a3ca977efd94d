package talk

import (
	"cmp"
	"context"

	"github.com/unionbot/unionbot/union"
)

// FiledError says that a voice message is part of a case already: a second one would be without its sound.
type FiledError struct{ Number string }

func (e *FiledError) Error() string { return "the voice message is part of case " + e.Number }

// unfiled refuses a sound that a case has.
func (d *Desk) unfiled(ctx context.Context, sound int64) error {
	if sound == 0 {
		return nil
	}
	number, err := d.store.Filed(ctx, sound)
	if number != "" {
		return &FiledError{Number: number}
	}
	return err
}

// Propose asks the member to confirm that a case is made of what was said. The text is what its form begins with, the sound that of
// a voice message, 0 where it was none: one that a case has already is refused by *FiledError, here and when it is taken.
func (d *Desk) Propose(ctx context.Context, officer union.MemberID, id ID, service, text string, sound int64) (View, error) {
	return in(ctx, d, "propose case", func(ctx context.Context) (View, error) {
		t, err := d.held(ctx, officer, id)
		err = cmp.Or(err, d.unfiled(ctx, sound))
		if err != nil {
			return View{}, err
		}
		v, err := d.view(ctx, t)
		if err != nil {
			return View{}, err
		}
		l := d.line(t, Proposed, v.Holder, text)
		l.Service, l.Attachment = service, sound
		if err := d.store.Add(ctx, l); err != nil {
			return View{}, err
		}
		return v, d.tellWorker(ctx, t, which("proposed", l.ID), d.words.TalkProposed(v, l))
	})
}

// Proposal is what the member was asked to confirm and has not answered; its ID is 0 where there is nothing. Any word
// after it is an answer.
func (d *Desk) Proposal(ctx context.Context, worker union.MemberID) (Line, error) {
	t, err := d.store.OfWorker(ctx, worker)
	if err != nil {
		return Line{}, err
	}
	return d.unanswered(ctx, t)
}

// unanswered is the proposal of a talk that its member has not answered; its ID is 0 where there is none.
func (d *Desk) unanswered(ctx context.Context, t Talk) (Line, error) {
	lines, err := d.store.Lines(ctx, t.ID)
	if err != nil {
		return Line{}, err
	}
	var open Line
	for _, l := range lines {
		switch l.Kind {
		case Proposed:
			open = l
		case Said, Begun:
			open = Line{}
		}
	}
	return open, nil
}

// Pictures lists the attachments of the pictures that the member has sent in the open talk, and that no form was begun with yet.
func (d *Desk) Pictures(ctx context.Context, worker union.MemberID) ([]int64, error) {
	t, err := d.store.OfWorker(ctx, worker)
	if err != nil {
		return nil, err
	}
	lines, err := d.store.Lines(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	var sent []int64
	for _, l := range lines {
		switch {
		case l.Kind == Begun:
			sent = nil
		case l.Kind == Said && l.Form == Picture && l.Attachment != 0:
			sent = append(sent, l.Attachment)
		}
	}
	return sent, nil
}

// Take takes note that the member begins the form of a proposal, and tells the holder.
func (d *Desk) Take(ctx context.Context, worker union.MemberID, proposal Line) error {
	_, err := in(ctx, d, "take proposal", func(ctx context.Context) (View, error) {
		t, err := d.store.OfWorker(ctx, worker)
		if err := cmp.Or(err, d.unfiled(ctx, proposal.Attachment)); err != nil {
			return View{}, err
		}
		v, err := d.view(ctx, t)
		if err != nil {
			return View{}, err
		}
		l := d.line(t, Begun, v.Worker, "")
		l.Service = proposal.Service
		if err := d.store.Add(ctx, l); err != nil || t.State != Held {
			return v, err
		}
		return v, d.tell(ctx, t, t.Holder, which("begun", l.ID), d.words.TalkBegun(v, l))
	})
	return err
}
