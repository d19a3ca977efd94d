package fund

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Reader reads the ledger.
type Reader interface {
	// All lists the funds, the newest year first.
	All(ctx context.Context) ([]Fund, error)
	// Entries lists a fund's lines from a time up to before another, oldest first.
	Entries(ctx context.Context, name string, from, until time.Time) ([]Entry, error)
}

// Members tells who holds which role.
type Members interface {
	Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error)
}

// Keep keeps a file and returns its hash.
type Keep func(ctx context.Context, r io.Reader) (hash string, err error)

// Office shows the ledger to those who answer for the money.
type Office struct {
	Reader  Reader
	Awards  AwardReader
	Members Members
	Outbox  notice.Outbox
	Keep    Keep
	Zone    *time.Location
	// Unsent is what is said where the sheet cannot be sent.
	Unsent func(fund string) string
}

// readers may read the ledger where they hold the role over the whole union.
var readers = []union.Role{union.Finance, union.Auditor, union.Chair, union.AidOfficer, union.Admin}

// Ledger is a fund in one month.
type Ledger struct {
	Title   string
	Month   time.Time // its first moment, in the union's zone
	Entries []Entry
	Funds   []Fund // of every year
}

// Month reads a fund's ledger of the month in which at lies. It returns ErrUnknown for a fund that nobody has set up.
func (o Office) Month(ctx context.Context, name string, at time.Time) (Ledger, error) {
	at = at.In(o.Zone)
	first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, o.Zone)
	l := Ledger{Month: first}
	all, err := o.Reader.All(ctx)
	if err != nil {
		return l, fmt.Errorf("list funds: %w", err)
	}
	for _, f := range all {
		if f.Name == name {
			l.Funds = append(l.Funds, f)
		}
	}
	if len(l.Funds) == 0 {
		return l, ErrUnknown
	}
	l.Title = l.Funds[0].Title
	if l.Entries, err = o.Reader.Entries(ctx, name, first, first.AddDate(0, 1, 0)); err != nil {
		return l, fmt.Errorf("read ledger: %w", err)
	}
	return l, nil
}

// Funds lists the funds of which a member may read the ledger: all of them, or union.ErrForbidden.
func (o Office) Funds(ctx context.Context, reader union.MemberID) ([]Fund, error) {
	holdings, err := o.Members.Holdings(ctx, reader)
	if err != nil {
		return nil, fmt.Errorf("look at roles: %w", err)
	}
	if !slices.ContainsFunc(holdings, func(h union.Holding) bool { return h.Top() && slices.Contains(readers, h.Role) }) {
		return nil, union.ErrForbidden
	}
	return o.Reader.All(ctx)
}

// Send sends a month's ledger to a member who may read it, as a workbook, once an occasion.
func (o Office) Send(ctx context.Context, reader union.MemberID, name string, at time.Time, occasion string) (Ledger, error) {
	if _, err := o.Funds(ctx, reader); err != nil {
		return Ledger{}, err
	}
	l, err := o.Month(ctx, name, at)
	if err != nil {
		return l, err
	}
	sheet, err := Sheet(l.Title, l.Month, l.Entries, l.Funds)
	if err != nil {
		return l, err
	}
	hash, err := o.Keep(ctx, bytes.NewReader(sheet))
	if err != nil {
		return l, fmt.Errorf("keep sheet: %w", err)
	}
	return l, o.Outbox.Put(ctx, notice.Notice{
		Key:    fmt.Sprintf("ledger/%s/%s/%d/%s", name, l.Month.Format("2006-01"), reader, occasion),
		Kind:   notice.KindLedger,
		Policy: notice.Resend,
		To:     reader,
		Body: notice.Body{
			Text: o.Unsent(l.Title),
			File: &notice.File{Hash: hash, Type: SheetType, Name: l.Title + l.Month.Format("2006-01") + "台账"},
		},
	})
}
