package enrolment

import (
	"context"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Deps is what the desk needs of the rest of the service.
type Deps struct {
	Store   Store
	Members Members
	Outbox  notice.Outbox
	Words   Words
	Zone    *time.Location
	// Now is the union's time, Clock that of the machine, by which notices go out.
	Now, Clock func() time.Time
	NewID      func() int64
}

// Words puts notices into words.
type Words interface {
	// PlaceOffered tells who waited of a place, PlaceLapsed that it was not answered in time.
	PlaceOffered(a Activity, e Entry) notice.Body
	PlaceLapsed(a Activity, e Entry) notice.Body
	// NeverReached tells who waited that the activity begins without them.
	NeverReached(a Activity, e Entry) notice.Body
	// InTeam tells a member of being in a team, TeamWithdrawn that the team takes part no more.
	InTeam(a Activity, e Entry, captain union.Member) notice.Body
	TeamWithdrawn(a Activity, e Entry, captain union.Member) notice.Body
	// ActivityCancelled and ActivityMoved tell who takes part, or waits.
	ActivityCancelled(a Activity, e Entry, reason string) notice.Body
	ActivityMoved(before, a Activity, e Entry) notice.Body
	// NoEvidence is said in place of a photo that could not be sent.
	NoEvidence(number string, nth int) string
}

// Desk is every use case of signing up.
type Desk struct {
	store   Store
	members Members
	outbox  notice.Outbox
	words   Words
	zone    *time.Location
	now     func() time.Time
	clock   func() time.Time
	newID   func() int64
}

// NewDesk makes the desk.
func NewDesk(d Deps) *Desk {
	return &Desk{d.Store, d.Members, d.Outbox, d.Words, d.Zone, d.Now, d.Clock, d.NewID}
}

// changing locks an activity and runs fn, in one transaction.
func (d *Desk) changing(ctx context.Context, id ID, fn func(ctx context.Context, a Activity) error) error {
	return d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		a, err := d.store.Activities.Lock(ctx, id)
		if err != nil {
			return err
		}
		return fn(ctx, a)
	})
}

// number counts one more number of the year.
func (d *Desk) number(ctx context.Context) (string, error) {
	year := d.now().In(d.zone).Year() % 100
	n, err := d.store.Numbers.Next(ctx, Prefix, year)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s%02d-%04d", Prefix, year, n), nil
}

// tell writes one notice to each of the members, that wakes nobody. The occasion, with the entry's version, makes it unique.
func (d *Desk) tell(ctx context.Context, e Entry, occasion string, to []union.MemberID, say func() notice.Body) error {
	var notices []notice.Notice
	var morning time.Time
	if end, night := quiet(d.now(), d.zone); night {
		morning = d.clock().Add(end.Sub(d.now()))
	}
	for _, member := range to {
		notices = append(notices, notice.Notice{
			Key:       fmt.Sprintf("entry/%d/%s/%d/%d", e.ID, occasion, e.Version, member),
			Kind:      notice.KindEntry,
			Policy:    notice.Resend,
			To:        member,
			Body:      say(),
			NotBefore: morning,
		})
	}
	return d.outbox.Put(ctx, notices...)
}

// mayOrganise returns union.ErrForbidden for somebody who is no organiser over the organisation with this lineage now.
func (d *Desk) mayOrganise(ctx context.Context, member union.MemberID, lineage string) error {
	holdings, err := d.members.Holdings(ctx, member)
	if err != nil {
		return err
	}
	if !union.MayDecide(holdings, union.Organiser, lineage, nil) {
		return union.ErrForbidden
	}
	return nil
}
