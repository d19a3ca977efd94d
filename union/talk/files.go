package talk

import (
	"context"
	"errors"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// sendFiles passes on what has come of pictures and voice: the member's to whoever holds the talk, the officer's to the
// member. What was lost is said so.
func (d *Desk) sendFiles(ctx context.Context, limit int) error {
	ready, err := d.store.Fetched(ctx, limit)
	if err != nil {
		return err
	}
	var problems []error
	for _, s := range ready {
		err := d.store.Tx(ctx, func(ctx context.Context) error { return d.sendFile(ctx, s) })
		if !errors.Is(err, union.ErrStale) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

func (d *Desk) sendFile(ctx context.Context, s Sendable) error {
	t, err := d.store.ByID(ctx, s.Line.Talk)
	if err != nil {
		return err
	}
	toWorker := s.Line.Kind == Answer
	if t.State == Waiting && !toWorker {
		return nil // whoever takes it gets it
	}
	if ok, err := d.store.Sent(ctx, s.Line.ID); err != nil || !ok || t.State == Ended && !toWorker {
		return err
	}
	v, err := d.view(ctx, t)
	if err != nil {
		return err
	}
	body := d.words.TalkFile(v, s.Line, toWorker)
	if s.Hash != "" {
		body.File = &notice.File{Hash: s.Hash, Type: s.Type, Name: "chat"}
	}
	if toWorker {
		return d.tellWorker(ctx, t, which("file", s.Line.ID), body)
	}
	if s.Hash != "" { // of several talks' pictures each comes behind its name
		if err := d.tell(ctx, t, t.Holder, which("caption", s.Line.ID), d.words.TalkCaption(v, s.Line), d.unheard(t)); err != nil {
			return err
		}
	}
	return d.tell(ctx, t, t.Holder, which("file", s.Line.ID), body, d.unheard(t))
}
