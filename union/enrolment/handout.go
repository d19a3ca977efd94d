package enrolment

import (
	"context"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// Receive notes that what a campaign hands out was received: by its member's own word, or by an organiser's. It returns
// union.ErrNotFound for anybody else, ErrNoHandout, and ErrNotBegun before the campaign's day. Received before, nothing changes.
func (d *Desk) Receive(ctx context.Context, actor union.MemberID, number string) (none EntryView, _ error) {
	v, err := d.Entry(ctx, actor, number)
	if err != nil {
		return none, err
	}
	err = d.changing(ctx, v.Activity, func(ctx context.Context, a Activity) error {
		e, err := d.store.Entries.ByID(ctx, v.ID)
		if err != nil {
			return err
		}
		if e.Member != actor {
			if err := d.mayOrganise(ctx, actor, a.Lineage); err != nil {
				return err
			}
		}
		switch {
		case e.State == Received:
			v, err = d.view(ctx, a, e)
			return err
		case a.Kind != Campaign || e.State != SignedUp:
			return ErrNoHandout
		case d.now().In(d.zone).Format(time.DateOnly) < a.StartsAt.In(d.zone).Format(time.DateOnly):
			return ErrNotBegun
		}
		e.become(Received, actor, d.now())
		if err := d.update(ctx, &e); err != nil {
			return err
		}
		v, err = d.view(ctx, a, e)
		return err
	})
	if err != nil {
		return none, fmt.Errorf("note receipt: %w", err)
	}
	return v, nil
}

// SendEvidence sends the photos of an entry to an organiser, or to whoever sent them, and says how many. Asked again on
// the same occasion, they are sent once.
func (d *Desk) SendEvidence(ctx context.Context, viewer union.MemberID, number, occasion string) (int, error) {
	sent := 0
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		v, err := d.Entry(ctx, viewer, number)
		if err != nil {
			return err
		}
		if viewer != v.Member {
			if err := d.mayOrganise(ctx, viewer, v.Of.Lineage); err != nil {
				return err
			}
		}
		photos, err := d.store.Pictures.OfCase(ctx, cases.ID(v.ID))
		if err != nil {
			return err
		}
		var notices []notice.Notice
		for i, p := range photos {
			if p.State != cases.AttachmentKept {
				continue
			}
			notices = append(notices, notice.Notice{
				Key:  fmt.Sprintf("evidence/%d/%d/%s", p.ID, viewer, occasion),
				Kind: notice.KindPicture, Policy: notice.Resend, To: viewer,
				Body: notice.Body{
					Text: d.words.NoEvidence(v.Number, i+1),
					File: &notice.File{Hash: p.Hash, Type: p.Type, Name: fmt.Sprintf("%s-%d", v.Number, i+1)},
				},
			})
		}
		sent = len(notices)
		return d.outbox.Put(ctx, notices...)
	})
	if err != nil {
		return 0, fmt.Errorf("send evidence: %w", err)
	}
	return sent, nil
}
