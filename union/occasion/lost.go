package occasion

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
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
// sends a paper. They are counted once: known is how many there were behind that member, when the page before was read.
func (d *Desk) Unreached(ctx context.Context, officer, after union.MemberID, known int) (list []Lost, more int, err error) {
	q, err := d.lost(ctx, officer)
	if err != nil {
		return nil, 0, err
	}
	q.After, q.Limit = after, listed+1
	if list, err = d.withPhones(ctx, q); err != nil || len(list) <= listed {
		return list, 0, err
	}
	if after == 0 {
		if known, err = d.Store.LostCount(ctx, q); err != nil {
			return nil, 0, err
		}
	}
	return list[:listed], max(known-listed, 1), nil
}

func (d *Desk) withPhones(ctx context.Context, q LostQuery) ([]Lost, error) {
	list, err := d.Store.Lost(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := make([]union.MemberID, len(list))
	for i := range list {
		ids[i] = list[i].To.ID
	}
	phones, err := d.Members.Phones(ctx, ids)
	for i := range list {
		list[i].Phone = personal.Normal(personal.Phone, phones[list[i].To.ID])
	}
	return list, err
}

// ToldInPerson notes that an officer has told a member by telephone or on paper: they are listed again when something new has failed.
func (d *Desk) ToldInPerson(ctx context.Context, officer union.MemberID, called string) (union.Member, error) {
	m, err := d.below(ctx, officer, called, deciders)
	if err != nil {
		return m, err
	}
	return m, d.Store.Tx(ctx, func(ctx context.Context) error { return d.Store.PutTold(ctx, m.ID, officer, d.Now()) })
}

// ExportUnreached sends an officer all of them as a workbook, once an occasion, and says how many they are, and whether there are more
// than a sheet has; none is sent where there is nobody.
func (d *Desk) ExportUnreached(ctx context.Context, officer union.MemberID, occasion string) (n int, more bool, err error) {
	q, err := d.lost(ctx, officer)
	if err != nil {
		return 0, false, err
	}
	q.Limit = d.inSheet() + 1
	list, err := d.withPhones(ctx, q)
	if err != nil || len(list) == 0 {
		return 0, false, err
	}
	n = min(len(list), d.inSheet())
	return n, len(list) > n, d.sendSheet(ctx, officer, "unreached/sheet/"+occasion, d.Words.UnreachedSheet(list[:n], d.Label))
}
