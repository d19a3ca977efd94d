package enrolment

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Store is what the desk keeps its matters in. All of it joins the transaction that the context carries.
type Store struct {
	Tx         cases.Transactor
	Activities ActivityStore
	Entries    EntryStore
	Numbers    cases.NumberStore
	Pictures   Pictures
}

// Pictures are photos that were sent as evidence. An entry keeps them under its id, as a case does.
type Pictures interface {
	Bind(ctx context.Context, owner union.MemberID, id cases.ID, attachments []cases.ID) error
	OfCase(ctx context.Context, id cases.ID) ([]cases.Attachment, error)
}

// ActivityStore keeps activities and counts their places. Its reads return union.ErrNotFound where there is none.
type ActivityStore interface {
	// Insert returns union.ErrTaken where the Ref is another's.
	Insert(ctx context.Context, a Activity) error
	// Update writes all but the counts and raises the version. It returns union.ErrStale if that is not a.Version any more.
	Update(ctx context.Context, a Activity) error
	ByID(ctx context.Context, id ID) (Activity, error)
	ByNumber(ctx context.Context, number string) (Activity, error)
	ByRef(ctx context.Context, ref string) (Activity, error)
	// Many returns those that exist.
	Many(ctx context.Context, ids []ID) (map[ID]Activity, error)
	// Since lists those that start later than a time, the soonest first.
	Since(ctx context.Context, start time.Time, limit int) ([]Activity, error)

	// Lock counts one more change to the activity's entries and returns it: until the transaction ends, nobody else
	// changes them.
	Lock(ctx context.Context, id ID) (Activity, error)
	// Take takes one of the places, and one of the unit's, of which there are at most unitPlaces where that is not 0.
	Take(ctx context.Context, id ID, unit union.OrgID, unitPlaces int) (Taken, error)
	// Release gives back what Take took.
	Release(ctx context.Context, id ID, unit union.OrgID) error
	// TakenBy is how many places each unit has taken.
	TakenBy(ctx context.Context, ids ...ID) (map[ID]map[union.OrgID]int, error)
}

// Taken says what came of taking a place.
type Taken string

// What Take returns.
const (
	Got      Taken = "got"
	Full     Taken = "full"
	UnitFull Taken = "unit_full" // the unit has no more places, though the activity may
)

// EntryStore keeps entries. Its reads return union.ErrNotFound where there is none.
type EntryStore interface {
	// Insert returns union.ErrTaken where somebody of the entry has an active one in the activity already.
	Insert(ctx context.Context, e Entry) error
	// Update writes what changes and raises the version. It returns union.ErrStale if that is not e.Version any more.
	Update(ctx context.Context, e Entry) error
	ByNumber(ctx context.Context, number string) (Entry, error)
	ByID(ctx context.Context, id ID) (Entry, error)
	// OfMembers lists the active entries by which one of the members takes part in one of the activities.
	OfMembers(ctx context.Context, activities []ID, members []union.MemberID) ([]Entry, error)
	// OfMember lists the entries by which the member takes part in anything, newest first.
	OfMember(ctx context.Context, member union.MemberID, limit int) ([]Entry, error)
	// OfActivity lists the entries of an activity in these states, in their order.
	OfActivity(ctx context.Context, activity ID, states ...EntryState) ([]Entry, error)
	// FirstWaiting is who has waited longest, outside of these units.
	FirstWaiting(ctx context.Context, activity ID, notOf []union.OrgID) (Entry, error)
	// Ahead is how many wait longer than an entry of this order; an order of 0 counts all who wait.
	Ahead(ctx context.Context, activity ID, order int64) (int, error)
	// OfLeavers lists active entries of activities that have not begun, whose member or captain has left.
	OfLeavers(ctx context.Context, now time.Time, limit int) ([]Entry, error)
	// Due lists entries of which something is due, the oldest first.
	Due(ctx context.Context, now time.Time, limit int) ([]Entry, error)
}

// Members are the union's people and offices as the desk needs them.
type Members interface {
	Get(ctx context.Context, id union.MemberID) (union.Member, error)
	GetMany(ctx context.Context, ids []union.MemberID) (map[union.MemberID]union.Member, error)
	ByStaffNo(ctx context.Context, no string) (union.Member, error)
	Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error)
	OrganisationByPath(ctx context.Context, path string) (union.Organisation, error)
	Organisation(ctx context.Context, org union.OrgID) (union.Organisation, error)
}
