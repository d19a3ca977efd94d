package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Pictures says how many of a case's pictures and voice messages are sent to somebody who asked for them, and how many
// cannot be.
type Pictures struct {
	Number string
	// Sent are on their way.
	Sent int
	// Pending are still at the platform to which they came.
	Pending int
	// Lost had gone from there before they could be fetched.
	Lost int
	// After is how many of those that are sent show what officers did; they come last.
	After int
}

// SendPictures sends the pictures and voice messages of a case to a member who may see it; for everybody else it returns
// union.ErrNotFound. The occasion names the request: asked again with the same one, they are sent once.
func (d *Desk) SendPictures(ctx context.Context, viewer union.MemberID, id ID, occasion string) (Pictures, error) {
	var sent Pictures
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		sent, err = d.sendPictures(ctx, viewer, id, occasion)
		return err
	})
	if err != nil {
		return Pictures{}, fmt.Errorf("send pictures: %w", err)
	}
	return sent, nil
}

func (d *Desk) sendPictures(ctx context.Context, viewer union.MemberID, id ID, occasion string) (Pictures, error) {
	m, holdings, err := d.seen(ctx, viewer, id, "")
	if err != nil {
		return Pictures{}, err
	}
	if err := d.looked(ctx, m, viewer, holdings); err != nil {
		return Pictures{}, err
	}
	attachments, err := d.store.Attachments.OfCase(ctx, m.ID)
	if err != nil {
		return Pictures{}, err
	}
	p := Pictures{Number: m.Number}
	if m.withheld() && viewer != m.Author {
		return p, nil
	}
	var notices []notice.Notice
	reported, err := d.store.Seconds.Of(ctx, m.ID) // who follows it shows how it was
	if err != nil {
		return Pictures{}, err
	}
	reported = append(reported, m.Author)
	after := func(a Attachment) bool { return !slices.Contains(reported, a.Owner) }
	slices.SortStableFunc(attachments, func(a, b Attachment) int { return order(after(a)) - order(after(b)) })
	mended := slices.ContainsFunc(attachments, func(a Attachment) bool { return a.State == AttachmentKept && after(a) })
	for i, a := range attachments {
		name := fmt.Sprintf("%s-%d", m.Number, i+1)
		switch a.State {
		case AttachmentPending:
			p.Pending++
		case AttachmentLost:
			p.Lost++
		case AttachmentKept:
			p.Sent++
			if after(a) {
				p.After++
				name = d.words.PictureName(m.Number, true, p.After)
			} else if mended {
				name = d.words.PictureName(m.Number, false, p.Sent-p.After)
			}
			notices = append(notices, notice.Notice{
				Key:    fmt.Sprintf("picture/%d/%d/%s", a.ID, viewer, occasion),
				Kind:   notice.KindPicture,
				Policy: notice.Resend,
				To:     viewer,
				Case:   int64(m.ID),
				Body: notice.Body{
					Text: d.words.NoPicture(m.Number, i+1),
					File: &notice.File{Hash: a.Hash, Type: a.Type, Name: name},
				},
			})
		}
	}
	return p, d.outbox.Put(ctx, notices...)
}

// order puts what is so behind what is not.
func order(so bool) int {
	if so {
		return 1
	}
	return 0
}
