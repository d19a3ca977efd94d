package directory

import (
	"time"

	"github.com/unionbot/unionbot/union"
)

// Kind says what has changed in the address book.
type Kind string

// The kinds of changes.
const (
	Joined  Kind = "joined"  // an account is there
	Moved   Kind = "moved"   // an account's departments have changed
	Updated Kind = "updated" // something else about an account, of which nobody has to know
	Renamed Kind = "renamed" // an account's id; Detail is the new one
	Left    Kind = "left"    // an account is gone
	Party   Kind = "party"   // a department was made, changed or removed; Detail says which
)

// Effect is what was done about a change.
type Effect string

// The effects.
const (
	None    Effect = ""
	Revoked Effect = "revoked" // the member is not served there any more, and holds no office
	Rekeyed Effect = "rekeyed" // the member is known by the new id
	Unknown Effect = "unknown" // the account is no member's
	Back    Effect = "back"    // the account is there again, or was never gone: nothing was done
	Held    Effect = "held"    // too many at once: nothing was done
	Placed  Effect = "placed"  // the member belongs to the unit of the department now
	Same    Effect = "same"    // the member belongs there already
	Unclear Effect = "unclear" // several units, or a department of which nobody has said which unit it is
	Missing Effect = "missing" // there is no unit by the path that the department is said to be
	Late    Effect = "late"    // a later move is known: nothing was done
)

// Change is one change of the address book.
type Change struct {
	ID      int64
	Kind    Kind
	Subject string // user:zhangwei, party:12
	Detail  string
	// At is the platform's time, to the second; NotedAt ours.
	At      time.Time
	NotedAt time.Time
	Member  union.MemberID // 0 where it is not known
	Effect  Effect
}

// Report is what an administrator is told of.
type Report struct {
	Changes []Reported
}

// Reported is a change with whom it is about.
type Reported struct {
	Change
	Who   union.Member
	Tasks int // that wait for them
}
