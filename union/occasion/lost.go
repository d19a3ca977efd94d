package occasion

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/personal"
)

// Lost is a member whom nothing reaches, or something has not reached lately, and of whom nobody has said since that they were told.
type Lost struct {
	To    union.Member
	Why   Why
	Phone string
	// Occasion and Day are of the greeting that has not arrived, where one has not.
	Occasion, Day string
}

// Why nothing reaches somebody.
type Why string

// The reasons.
const (
	NoAccount  Why = "no_account"
	Unfollowed Why = "unfollowed"
	// Failing: something was not delivered. AwaitsWord: a greeting waits for the next word.
	Failing    Why = "failed"
	AwaitsWord Why = "parked"
)

// LostQuery asks whom below subtrees nothing reaches, or something has not reached since a time, in the order of their ids.
type LostQuery struct {
	Lineages []string
	Since    time.Time
	// Directory is true where a platform knows members by itself.
	Directory bool
	After     union.MemberID
	Limit     int
}

// LostStore keeps of whom it is known that nothing reaches them.
type LostStore interface {
	Lost(ctx context.Context, q LostQuery) ([]Lost, error)
	LostCount(ctx context.Context, q LostQuery) (int, error)
	// PutTold notes that somebody has told a member what there was to tell.
	PutTold(ctx context.Context, member, by union.MemberID, at time.Time) error
}

// unreachedDays is how far back it is listed who was not reached.
const unreachedDays = 30

func (d *Desk) lost(ctx context.Context, officer union.MemberID) (q LostQuery, err error) {
	over, err := d.over(ctx, officer, deciders)
	return LostQuery{
		Lineages: lineages(over), Since: d.moment(d.today().AddDays(-unreachedDays), 0), Directory: d.Directory, Limit: listed,
	}, err
}

// Unreached lists a page of whom nothing reaches, behind a member, and how many there are behind it, for an officer who rings them or
// sends a paper.
func (d *Desk) Unreached(ctx context.Context, officer, after union.MemberID) (list []Lost, more int, err error) {
	q, err := d.lost(ctx, officer)
	if err != nil {
		return nil, 0, err
	}
	q.After = after
	total, err := d.Store.LostCount(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	list, err = d.withPhones(ctx, q)
	return list, total - len(list), err
}

func (d *Desk) withPhones(ctx context.Context, q LostQuery) ([]Lost, error) {
	list, err := d.Store.Lost(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range list {
		phone, _, err := d.Members.Sealed(ctx, list[i].To.ID)
		if err != nil {
			return nil, fmt.Errorf("read phone: %w", err)
		}
		list[i].Phone = personal.Normal(personal.Phone, phone)
	}
	return list, nil
}

// ToldInPerson notes that an officer has told a member by telephone or on paper: they are listed again when something new has failed.
func (d *Desk) ToldInPerson(ctx context.Context, officer union.MemberID, called string) (union.Member, error) {
	m, err := d.below(ctx, officer, called, deciders)
	if err != nil {
		return m, err
	}
	return m, d.Store.Tx(ctx, func(ctx context.Context) error { return d.Store.PutTold(ctx, m.ID, officer, d.Now()) })
}

// mostUnreached is how many a sheet has that is asked for in chat.
const mostUnreached = 20_000

// ExportUnreached sends an officer all of them as a workbook, once an occasion, and says how many they are; none is sent where there is
// nobody.
func (d *Desk) ExportUnreached(ctx context.Context, officer union.MemberID, occasion string) (n int, err error) {
	q, err := d.lost(ctx, officer)
	if err != nil {
		return 0, err
	}
	var sheet bytes.Buffer
	err = broadcast.WriteWorkbook(&sheet, d.Words.UnreachedSheet(), func(each func(cells []string) error) error {
		if err := each(d.Words.UnreachedHead()); err != nil {
			return err
		}
		for n < mostUnreached {
			list, err := d.withPhones(ctx, q)
			if err != nil {
				return err
			}
			for _, l := range list {
				if err := each(d.Words.UnreachedRow(l, d.Label)); err != nil {
					return err
				}
				q.After = l.To.ID
				n++
			}
			if len(list) < q.Limit {
				return nil
			}
		}
		return nil
	})
	if err != nil || n == 0 {
		return n, err
	}
	return n, d.sendSheet(ctx, officer, "unreached/sheet/"+occasion, d.Words.UnreachedSheet(), &sheet)
}

// sendSheet sends an officer a workbook, once by its key.
func (d *Desk) sendSheet(ctx context.Context, officer union.MemberID, key, name string, sheet *bytes.Buffer) error {
	hash, err := d.Keep(ctx, sheet)
	if err != nil {
		return fmt.Errorf("keep sheet: %w", err)
	}
	return d.Outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("%s/%d", key, officer), Kind: notice.KindLedger, Policy: notice.Resend, To: officer,
		Body: notice.Body{Text: d.Words.NoSheetHere(name), File: &notice.File{Hash: hash, Type: broadcast.SheetType, Name: name}},
	})
}
