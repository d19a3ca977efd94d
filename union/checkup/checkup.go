// Package checkup is when members are due for an occupational health check: before they begin at a post, while they work
// there, and before they leave it (职业病防治法 2018, articles 35 and 36). It reminds, and says that a result is there. It holds no
// result, and nothing of anybody's health.
package checkup

import (
	"context"
	"errors"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Kind is the occasion of a check.
type Kind string

// The kinds, as the law has them.
const (
	Entering Kind = "entering" // 上岗前: nobody works at the post before it
	InPost   Kind = "in_post"  // 在岗期间, every so many months
	Leaving  Kind = "leaving"  // 离岗时: no contract ends before it
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Entering, InPost, Leaving} }

// State says where a check stands.
type State string

// The states of a check.
const (
	Due     State = "due"
	Checked State = "checked" // the member was there; the result is awaited
	Told    State = "told"    // the member was told that the written result is there
)

// Checkup is one check of one member.
type Checkup struct {
	ID     int64
	Member union.MemberID
	Kind   Kind
	Due    string // 2026-12-10, in the union's zone
	// Every is after how many months the next one in post is due; 0 where nobody said so.
	Every int
	// Place is where one is checked or, of a result, where it is fetched.
	Place string
	State State
	// Stage is the occasion that is told next, of stages; Next when that is.
	Stage int
	Next  time.Time
}

// awaited is after how many days in which nobody noted that the written result is there somebody is asked after it.
const awaited = 45

// stages are the days before (below 0) and after the due day on which is told what; on those after, the officer is too.
var stages = []int{-30, -7, 1, 15}

// Listed is a check with its member, for officers.
type Listed struct {
	Checkup
	StaffNo, Name, Unit string
}

// Late says whether the check is past its day and was not done.
func (c Checkup) Late(today string) bool { return c.State == Due && c.Due < today }

// Store keeps checks. Its writes join the transaction that the context carries.
type Store interface {
	Tx(ctx context.Context, fn func(ctx context.Context) error) error
	// Find returns the check of a member for this day, or union.ErrNotFound.
	Find(ctx context.Context, member union.MemberID, kind Kind, due string) (Checkup, error)
	Insert(ctx context.Context, c Checkup) error
	// Update writes state, stage, next, interval and place. It says no if the check has moved on from this state and stage.
	Update(ctx context.Context, c Checkup, state State, stage int) (bool, error)
	// Waiting lists checks of which something is due to be told, the longest overdue first.
	Waiting(ctx context.Context, now time.Time, limit int) ([]Checkup, error)
	// OfMember lists a member's checks, the latest due first.
	OfMember(ctx context.Context, member union.MemberID, limit int) ([]Checkup, error)
	// Open lists checks below an organisation in a state and due up to a day, the longest due first, and counts them.
	Open(ctx context.Context, lineage string, state State, until string, limit int) ([]Listed, int, error)
}

// Members is the union's people as the desk needs them.
type Members interface {
	Get(ctx context.Context, id union.MemberID) (union.Member, error)
	ByStaffNo(ctx context.Context, no string) (union.Member, error)
	Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error)
	Holders(ctx context.Context, role union.Role, lineage string) ([]union.Holding, error)
}

// Words puts what is told into words.
type Words interface {
	// CheckupDue reminds a member of a check that is due, or that was missed.
	CheckupDue(m union.Member, c Checkup, missed bool) notice.Body
	// CheckupResult tells a member that the written result is there, never what it is.
	CheckupResult(m union.Member, c Checkup) notice.Body
	// CheckupUntold tells a member that nobody has noted a written result, CheckupsUntold an officer, and not whose.
	CheckupUntold(m union.Member, c Checkup) notice.Body
	CheckupsUntold() notice.Body
	// CheckupsMissed tells an officer that somebody has missed a check, and not who.
	CheckupsMissed() notice.Body
}

// ErrNone means that the member has no check that the word could be about.
var ErrNone = errors.New("no check is open")

// Desk is the use cases. It is safe for use by many goroutines.
type Desk struct {
	Store   Store
	Members Members
	Outbox  notice.Outbox
	Words   Words
	Zone    *time.Location
	Now     func() time.Time
	NewID   func() int64
}

// officers may see and note checks below the organisation over which they hold the role.
var officers = []union.Role{union.SafetyOfficer, union.AidOfficer}

func (d *Desk) today() string { return d.Now().In(d.Zone).Format(time.DateOnly) }
