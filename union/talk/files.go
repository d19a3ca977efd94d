package talk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

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

// keepPapers keeps what goes along with an answer, before its transaction begins: a large file is no matter for one.
func (d *Desk) keepPapers(ctx context.Context, papers []Paper) (files []notice.File, err error) {
	for _, p := range papers {
		content, mime, err := p.Read()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
		hash, err := d.keep(ctx, bytes.NewReader(content))
		if err != nil {
			return nil, fmt.Errorf("keep %s: %w", p.Name, err)
		}
		files = append(files, notice.File{Hash: hash, Type: mime, Name: strings.TrimSuffix(p.Name, path.Ext(p.Name)), Shared: true})
	}
	return files, nil
}

// sendPapers sends the member what goes along with an answer, each behind it.
func (d *Desk) sendPapers(ctx context.Context, v View, files []notice.File) error {
	for _, f := range files {
		l := d.line(v.Talk, Answer, v.Holder, f.Name)
		if l.Form = File; strings.HasPrefix(f.Type, "image/") {
			l.Form = Picture
		}
		if err := d.store.Add(ctx, l); err != nil {
			return err
		}
		body := d.words.TalkFile(v, l, true)
		body.File = &f
		if err := d.tellWorker(ctx, v.Talk, which("file", l.ID), body); err != nil {
			return err
		}
	}
	return nil
}
