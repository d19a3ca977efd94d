// Package roster reads the members file: csv or xlsx with the columns of the union's own lists, every cell checked,
// every wrong one named by line, column and reason. A file is imported whole or not at all. What is kept, and how, is
// the Store's matter; nothing here is ever logged.
package roster

import (
	"context"
	"errors"

	"github.com/unionbot/unionbot/union"
)

var (
	// ErrInvalid means that the file has mistakes: the report names them, and nothing was changed.
	ErrInvalid = errors.New("members file has mistakes")
	// ErrRunning means that another import has not ended yet.
	ErrRunning = errors.New("another import is running")
)

// Cell is what the file says about one field: nothing where Given is false, that it is empty where Text is "".
type Cell struct {
	Given bool
	Text  string
}

// Row is one member as the file has it, every value in the form in which it is kept.
type Row struct {
	Line          int
	StaffNo       string
	Name          Cell
	Phone         Cell
	IDCard        Cell
	Gender        Cell
	Birthday      Cell
	LunarBirthday Cell
	// Organisation is a path that union.ParsePath accepted, joined again.
	Organisation  Cell
	Post          Cell
	Joined        Cell
	WeComUserID   Cell
	Status        Cell
	MemberSince   Cell
	Employment    Cell
	RetireOn      Cell
	ContractUntil Cell
	Notes         Cell
	// Tags and Family are as union.JoinWords writes them.
	Tags   Cell
	Family Cell
	// Roles replace those the member holds, if RolesGiven.
	RolesGiven bool
	Roles      []RoleAt
}

// RoleAt is a role over an organisation; with an empty path over the member's own.
type RoleAt struct {
	Role union.Role
	Path string
}

// Store keeps members.
type Store interface {
	// Begin opens an import, or fails with ErrRunning.
	Begin(ctx context.Context) (Staging, error)
}

// Staging is one import: rows are added beside the members and merged with them in one transaction.
type Staging interface {
	Add(ctx context.Context, rows []Row) error
	// Merge changes the members. It changes nothing in a dry run, or if there are conflicts.
	Merge(ctx context.Context, o MergeOptions) (Merged, error)
	// Close forgets the added rows and lets the next import begin.
	Close(ctx context.Context) error
}

// MergeOptions say how to merge.
type MergeOptions struct {
	DryRun bool
	// Leavers marks the absent as having left and ends their roles.
	Leavers bool
	// Progress is called now and then with about how many of the added rows are merged.
	Progress func(merged int)
}

// Merged is what a merge did, or would do.
type Merged struct {
	New, Changed, Same       int
	RolesGranted, RolesEnded int
	Organisations            []string // created, by path
	Absent                   []Person // up to MaxListed
	AbsentTotal              int
	Left                     int
	Conflicts                []Conflict // up to MaxListed
	// Warnings are what is merged and may yet be a mistake, up to MaxListed of each kind.
	Warnings []Conflict
}

// MaxListed is how many people or mistakes a report lists; beyond it they are counted.
const MaxListed = 10_000

// Person is somebody of whom a report speaks.
type Person struct {
	StaffNo string `json:"staff_no"`
	Name    string `json:"name"`
}

// Clash is why a row, right by itself, cannot be merged, or is worth a second look.
type Clash string

// The clashes.
const (
	SameStaffNo   Clash = "staff_no"     // Other is the line that has it already
	SameWeComUser Clash = "wecom_userid" // Other is the line that has it already
	WeComUserOf   Clash = "wecom_owner"  // Who has it, and is not in the file or keeps it
	NewNeedsName  Clash = "new_name"     // nobody has this staff number yet
	NewNeedsOrg   Clash = "new_org"
	UnknownRoleAt Clash = "role_org" // Path is neither known nor in the file
	// Of two who are served. Who has left keeps nobody from coming back under another staff number.
	SameIDCard Clash = "id_card"       // Other is the line that has it already, of Who
	IDCardOf   Clash = "id_card_owner" // Who has it, and is not in the file or keeps it
	// These are warnings, for families share phones and offices lines.
	SamePhone Clash = "phone"       // as SameIDCard
	PhoneOf   Clash = "phone_owner" // as IDCardOf
)

// Conflict is one row that clashes.
type Conflict struct {
	Line  int
	Clash Clash
	Other int
	Who   string // staff number
	Path  string
}

// Problem is one mistake in the file, in words for whoever wrote it.
type Problem struct {
	Line   int    `json:"line"`   // 0: the whole file
	Column string `json:"column"` // as the file titles it
	Value  string `json:"value"`  // masked where it is sensitive
	Reason string `json:"reason"`
}

// Report is the outcome of an import.
type Report struct {
	DryRun        bool      `json:"dry_run"`
	Rows          int       `json:"rows"`
	New           int       `json:"new"`
	Changed       int       `json:"changed"`
	Same          int       `json:"same"`
	RolesGranted  int       `json:"roles_granted"`
	RolesEnded    int       `json:"roles_ended"`
	Organisations []string  `json:"organisations,omitempty"`
	Absent        []Person  `json:"absent,omitempty"`
	AbsentTotal   int       `json:"absent_total"`
	Left          int       `json:"left"`
	Ignored       []string  `json:"ignored_columns,omitempty"`
	Problems      []Problem `json:"problems,omitempty"`
	// MoreProblems counts those beyond MaxListed.
	MoreProblems int `json:"more_problems,omitempty"`
	// Warnings are what was imported and may yet be a mistake; up to MaxListed.
	Warnings []Problem `json:"warnings,omitempty"`
}

// Options say how to import.
type Options struct {
	// DryRun reports what would happen and changes nothing.
	DryRun bool
	// Leavers marks members whom the file does not name as having left.
	Leavers bool
	// Progress is called now and then: each row is done once when it was read and once when it was merged. total is an
	// estimate until the file was read. nil is silence.
	Progress func(done, total int)
}
