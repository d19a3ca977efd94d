package broadcast

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"golang.org/x/text/width"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/roster"
)

// Lists keeps the files with people that writers send, as long as they are needed.
type Lists interface {
	// Await keeps a file that is still at its platform, to be fetched. The same media of the same owner is kept once.
	Await(ctx context.Context, owner union.MemberID, channel, media string) (id int64, err error)
	// Illustrate does so for a picture or a file that is to go out, and Kept says what it is, with the errors of Open. Hold keeps the
	// file of a hash until a time.
	Illustrate(ctx context.Context, owner union.MemberID, channel, media string) (id int64, err error)
	Kept(ctx context.Context, owner union.MemberID, id int64) (f notice.File, size int64, err error)
	Hold(ctx context.Context, hash string, until time.Time) error
	// Open opens a file of the owner. It returns ErrFetching as long as it is not there, and ErrLost where it never will be.
	Open(ctx context.Context, owner union.MemberID, id int64) (file io.ReadCloser, size int64, err error)
	// Came lists the files that were sent since a time, and are fetched or lost.
	Came(ctx context.Context, since time.Time, limit int) ([]CameList, error)
}

// CameList is a list that was fetched, or is lost.
type CameList struct {
	Owner union.MemberID
	ID    int64
	Lost  bool
}

// toldOfLists is for how long after it was sent a writer is told what became of a list.
const toldOfLists = time.Hour

// TellLists tells writers of lists that a replica has fetched which knows nothing of lists. Who was told already is not told again.
func (d *Desk) TellLists(ctx context.Context, limit int) error {
	came, err := d.Lists.Came(ctx, d.Now().Add(-toldOfLists), limit)
	for i := 0; i < len(came) && err == nil; i++ {
		err = d.ListFetched(ctx, came[i].Owner, came[i].ID, came[i].Lost)
	}
	if err != nil {
		return fmt.Errorf("tell of lists: %w", err)
	}
	return nil
}

// AwaitList keeps a list that a writer sends, to be fetched.
func (d *Desk) AwaitList(ctx context.Context, writer union.MemberID, channel, media string) (int64, error) {
	id, err := d.Lists.Await(ctx, writer, channel, media)
	if err != nil {
		return 0, fmt.Errorf("keep list: %w", err)
	}
	return id, nil
}

// ListFetched tells a writer once that a list was fetched, or that it cannot be.
func (d *Desk) ListFetched(ctx context.Context, writer union.MemberID, id int64, lost bool) error {
	return d.Outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("cast/list/%d", id), Kind: notice.KindDraft, Policy: notice.Resend, To: writer, Body: d.Words.ListFetched(lost),
	})
}

// ReadList reads a list that was sent. It returns ErrFetching, ErrLost, or a *roster.Unreadable that says what is wrong with the file.
func (d *Desk) ReadList(ctx context.Context, writer union.MemberID, id int64) (roster.List, error) {
	file, size, err := d.Lists.Open(ctx, writer, id)
	if err != nil {
		return roster.List{}, fmt.Errorf("open list: %w", err)
	}
	defer func() { _ = file.Close() }() // only read from
	if size > roster.ListBytes {
		return roster.List{}, &roster.Unreadable{Reason: fmt.Sprintf("超过 %d MB", roster.ListBytes>>20)}
	}
	content, err := io.ReadAll(io.LimitReader(file, roster.ListBytes))
	if err != nil {
		return roster.List{}, fmt.Errorf("read list: %w", err)
	}
	list, err := roster.ReadList(inMemory{bytes.NewReader(content)}, content, MostStaff, said)
	var wrong *roster.Unreadable
	if err != nil && !errors.As(err, &wrong) {
		return roster.List{}, fmt.Errorf("read list: %w", err)
	}
	return list, err
}

// said reads a line of a list as one that was pasted.
func said(line string) (list []roster.Listed) {
	for _, word := range listed(width.Fold.String(line)) {
		switch {
		case word == "":
		case staffNo.MatchString(word):
			list = append(list, roster.Listed{StaffNo: union.StaffNoKey(word)})
		default:
			list = append(list, roster.Listed{Name: word})
		}
	}
	return list
}

// inMemory is a file that was read.
type inMemory struct{ *bytes.Reader }

// Stat implements fs.File and fs.FileInfo.
func (f inMemory) Stat() (fs.FileInfo, error) { return f, nil }

// Close implements fs.File and fs.FileInfo.
func (inMemory) Close() error { return nil }

// Name implements fs.File and fs.FileInfo.
func (inMemory) Name() string { return "list" }

// Mode implements fs.File and fs.FileInfo.
func (inMemory) Mode() fs.FileMode { return 0 }

// ModTime implements fs.File and fs.FileInfo.
func (inMemory) ModTime() time.Time { return time.Time{} }

// IsDir implements fs.File and fs.FileInfo.
func (inMemory) IsDir() bool { return false }

// Sys implements fs.File and fs.FileInfo.
func (inMemory) Sys() any { return nil }
