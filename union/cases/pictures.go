package cases

import (
	"context"
	"fmt"
	"slices"
	"sort"

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
	// Shows is how many of those that are sent show what; they come in its order.
	Shows map[Shows]int
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

func (d *Desk) sendPictures(ctx context.Context, viewer union.MemberID, id ID, occasion string) (none Pictures, _ error) {
	m, holdings, err := d.seen(ctx, viewer, id, "")
	if err != nil {
		return none, err
	}
	if err := d.looked(ctx, m, viewer, holdings); err != nil {
		return none, err
	}
	attachments, err := d.store.Attachments.OfCase(ctx, m.ID)
	if err != nil {
		return none, err
	}
	if m.withheldFrom(viewer) {
		return Pictures{Number: m.Number}, nil
	}
	if m.ownedBy(viewer) {
		attachments = slices.DeleteFunc(attachments, func(a Attachment) bool { return a.Owner != viewer && m.Taken[a.ID].aside() })
	}
	reported, err := d.store.Seconds.Of(ctx, m.ID)
	if err != nil {
		return none, err
	}
	reported = append(reported, m.Author)
	shows := func(a Attachment) Shows { return m.shows(a, reported) }
	sort.SliceStable(attachments, func(i, j int) bool {
		return slices.Index(AllShows, shows(attachments[i])) < slices.Index(AllShows, shows(attachments[j]))
	})
	told := slices.ContainsFunc(attachments, func(a Attachment) bool { return a.State == AttachmentKept && shows(a) != ShowsBefore })
	p := Pictures{Number: m.Number, Shows: map[Shows]int{}}
	var notices []notice.Notice
	for i, a := range attachments {
		name := fmt.Sprintf("%s-%d", m.Number, i+1)
		switch a.State {
		case AttachmentPending:
			p.Pending++
		case AttachmentLost:
			p.Lost++
		case AttachmentKept:
			p.Sent++
			p.Shows[shows(a)]++
			if told {
				name = d.words.PictureName(m.Number, shows(a), p.Shows[shows(a)])
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

// shows is Shows of what was sent, also where it was added before it was noted when: then the pictures of those who reported it show
// how it was, and those of anybody else how it is now.
func (m *matter) shows(a Attachment, reported []union.MemberID) Shows {
	if _, noted := m.Taken[a.ID]; noted || slices.Contains(reported, a.Owner) {
		return m.Shows(m.service, a.ID)
	}
	return ShowsAfter
}
