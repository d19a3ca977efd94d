package storage

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// ListAttachment is the kind of a file with people that was sent for a broadcast.
const ListAttachment = "list"

// Lists are the files with people that were sent for broadcasts. They are attachments that no case takes, and go with those.
type Lists struct {
	attachments *Attachments
	open        func(ctx context.Context, hash string) (io.ReadSeekCloser, error)
	now         func() time.Time
}

// NewLists returns the repository; open opens a file that was kept.
func NewLists(a *Attachments, open func(ctx context.Context, hash string) (io.ReadSeekCloser, error), now func() time.Time) *Lists {
	return &Lists{a, open, now}
}

// Await implements broadcast.Lists.
func (l *Lists) Await(ctx context.Context, owner union.MemberID, channel, media string) (int64, error) {
	return l.await(ctx, owner, channel, media, ListAttachment)
}

func (l *Lists) await(ctx context.Context, owner union.MemberID, channel, media, kind string) (int64, error) {
	id, err := l.attachments.Add(ctx, cases.Attachment{
		ID: cases.ID(l.attachments.db.NewID()), Owner: owner, Channel: channel, MediaID: media, Kind: kind, CreatedAt: l.now(),
	})
	return int64(id), err
}

// Illustrate implements broadcast.Lists.
func (l *Lists) Illustrate(ctx context.Context, owner union.MemberID, channel, media string) (int64, error) {
	return l.await(ctx, owner, channel, media, "cast")
}

// Kept implements broadcast.Lists.
func (l *Lists) Kept(ctx context.Context, owner union.MemberID, id int64) (notice.File, int64, error) {
	a, err := l.found(ctx, owner, id)
	return notice.File{Hash: a.Hash, Type: a.Type, Name: "附件", Shared: true}, a.Size, err
}

// Hold implements broadcast.Lists.
func (l *Lists) Hold(ctx context.Context, hash string, until time.Time) error {
	return NewSheets(l.attachments.db).Made(ctx, hash, until)
}

// Open implements broadcast.Lists.
func (l *Lists) Open(ctx context.Context, owner union.MemberID, id int64) (io.ReadCloser, int64, error) {
	a, err := l.found(ctx, owner, id)
	if err != nil {
		return nil, 0, err
	}
	file, err := l.open(ctx, a.Hash)
	return file, a.Size, err
}

func (l *Lists) found(ctx context.Context, owner union.MemberID, id int64) (cases.Attachment, error) {
	a, err := l.attachments.Get(ctx, cases.ID(id))
	switch {
	case errors.Is(err, union.ErrNotFound), err == nil && (a.Owner != owner || a.State == cases.AttachmentLost || a.State == cases.AttachmentDropped):
		err = broadcast.ErrLost
	case err == nil && a.State == cases.AttachmentPending:
		err = broadcast.ErrFetching
	}
	return a, err
}

// Came implements broadcast.Lists.
func (l *Lists) Came(ctx context.Context, since time.Time, limit int) ([]broadcast.CameList, error) {
	return queryAll(ctx, l.attachments.db, "find lists that came", func(row scanner) (c broadcast.CameList, err error) {
		var state cases.AttachmentState
		err = row.Scan(&c.ID, &c.Owner, &state)
		c.Lost = state == cases.AttachmentLost
		return c, err
	}, `SELECT id, owner, state FROM attachments WHERE case_id IS NULL AND created_ms > ? AND kind = ? AND state IN ('kept', 'lost') ORDER BY created_ms DESC LIMIT ?`,
		since.UnixMilli(), ListAttachment, limit)
}
