package occasion

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/reference"
)

// Due is a greeting with whom it goes to.
type Due struct {
	Greeting
	To Candidate
}

// Silence keeps everything cheerful from a subtree for a time.
type Silence struct {
	ID      int64
	Org     union.OrgID
	Lineage string
	Name    string
	By      union.MemberID
	From    time.Time
	Until   time.Time
	Ended   bool
}

// Order stops an occasion for a subtree, or moves it to another day.
type Order struct {
	ID       int64
	Occasion string
	Org      union.OrgID
	Lineage  string
	// From and Until are the days of the occasion for which it holds.
	From, Until string
	// To is the day to which it is moved; empty where it is stopped.
	To string
	By union.MemberID
}

// Shield keeps a member from being greeted until an officer was asked.
type Shield struct {
	Member union.MemberID
	Cause  string
	Until  string
	By     union.MemberID
	At     time.Time
}

// Shielded is a shield with whom it protects.
type Shielded struct {
	Shield
	To union.Member
}

// Count is how many greetings of an occasion stand in a state.
type Count struct {
	Occasion string
	SayOn    string
	State    State
	N        int
}

// Outcome is how many handed-over greetings the outbox has in a state.
type Outcome struct {
	State string
	N     int
}

// Unreached is a member whom a greeting has not reached: it could not, or it waits for their next word.
type Unreached struct {
	To         union.Member
	Occasion   string
	Day, SayOn string
	Cause      string
	// State is that in the outbox; "unreachable" is a failure of its own.
	State string
	// Row is its place in the outbox, in the order of the settling.
	Row UnreachedRow
}

// UnreachedRow is when something was settled, and its id.
type UnreachedRow struct {
	AtMs, ID int64
}

// UnreachedQuery asks who below subtrees was not reached by what was to be said since a day, behind a row.
type UnreachedQuery struct {
	Lineages []string
	Since    string
	After    UnreachedRow
	Limit    int
	// Undelivered asks for what failed otherwise, is uncertain or on its way as well.
	Undelivered bool
}

// NotCount is how many greetings of an occasion and day are in a state of the outbox in which nobody knows them to have arrived.
type NotCount struct {
	Occasion, SayOn, State string
	N                      int
}

// Store keeps greetings and what was said about them. Its writes join the transaction that the context carries.
type Store interface {
	GiftStore
	LostStore
	Tx(ctx context.Context, fn func(ctx context.Context) error) error
	// Candidates lists members after an id, by id.
	Candidates(ctx context.Context, q Query, after union.MemberID, limit int) ([]Candidate, error)
	// Ending lists whose contract ends, or who retires, within days, the nearest first, and counts them.
	Ending(ctx context.Context, lineages []string, from, until string, limit int) ([]union.Member, int, error)
	// Number counts whom a query finds.
	Number(ctx context.Context, q Query) (int, error)
	// Plan writes greetings; one whose member, occasion and year are there is passed over.
	Plan(ctx context.Context, list []Greeting) error
	// ClaimDay lets one planner plan a day, and DoneDay says that it has. Done days are planned again after a while.
	ClaimDay(ctx context.Context, day string, now time.Time, lease, again time.Duration) (bool, error)
	DoneDay(ctx context.Context, day string, now time.Time) error
	// HoldDay lets the planner of a day have it for another lease, from now on.
	HoldDay(ctx context.Context, day string, now time.Time, lease time.Duration) error
	// LastDay is the latest day that was planned, "" if none was.
	LastDay(ctx context.Context) (string, error)
	// Undone is the first day since another whose planning somebody began and nobody finished, "" if there is none.
	Undone(ctx context.Context, since string) (string, error)
	// MovedTo finds the dates that members have now for whom another one was planned, and not this.
	MovedTo(ctx context.Context, q MovedQuery) ([]string, error)
	// Aheads says how many days before its day each occasion was planned last, and KeepAheads notes that of all there are.
	Aheads(ctx context.Context) (map[string]int, error)
	KeepAheads(ctx context.Context, aheads map[string]int) error
	// Hurry lets what is planned to be said on a day go out from a moment on.
	Hurry(ctx context.Context, sayOn string, at time.Time) error
	// Waiting lists greetings that are due.
	Waiting(ctx context.Context, now time.Time, limit int) ([]Due, error)
	// Find returns one greeting.
	Find(ctx context.Context, id int64) (Due, error)
	// Written lists those that are to be said on a day, whatever their state, after an id.
	Written(ctx context.Context, sayOn string, after int64, limit int) ([]Due, error)
	// Change writes state, send time, hold and gift. It says no if the greeting is not in this state any more.
	Change(ctx context.Context, g Greeting, from State) (bool, error)
	// Queued counts the greetings that wait in the outbox, up to a number.
	Queued(ctx context.Context, most int) (int, error)
	// PlannedUntil counts what is planned to be said on a day and to go out until a time.
	PlannedUntil(ctx context.Context, sayOn string, until time.Time) (int, error)
	// Outcomes counts what became of what was handed over for a day.
	Outcomes(ctx context.Context, sayOn string) ([]Outcome, error)
	// Counts counts greetings below subtrees that are to be said from one day until another.
	Counts(ctx context.Context, lineages []string, from, until string) ([]Count, error)
	// InState lists greetings below subtrees in a state that were to be said since a day, the earliest first.
	InState(ctx context.Context, lineages []string, state State, since string, limit int) ([]Due, error)
	// TakeBack takes back what was handed over for a member and has not gone out: it is planned again, and decided about anew.
	TakeBack(ctx context.Context, member union.MemberID) error
	// Lapse leaves out what was to be said before a day and still waits for somebody's next word.
	Lapse(ctx context.Context, sayOn string, limit int) error
	// AddSweep writes a sweep down, Sweeps lists those that are not done, and SweepOn takes the next bite of one: what it has come to,
	// how many greetings that changed, and whether there may be more. It returns union.ErrStale if another did.
	AddSweep(ctx context.Context, s Sweep) error
	Sweeps(ctx context.Context) ([]Sweep, error)
	SweepOn(ctx context.Context, s Sweep) (next Sweep, n int64, more bool, err error)
	// HeldBy counts what a silence holds, that of a broadcast with its number in the place of an occasion and without a day. HeldBelow
	// counts the greetings that all of them hold below subtrees.
	HeldBy(ctx context.Context, silence int64) ([]Count, error)
	// FreeCasts lets what an ended silence holds of broadcasts go out late, or leaves it out, and says of how many receivers that is.
	FreeCasts(ctx context.Context, silence int64, out bool) (int, error)
	HeldBelow(ctx context.Context, lineages []string) ([]Count, error)
	// Last is the latest greeting that was handed over for a member since a time.
	Last(ctx context.Context, member union.MemberID, since time.Time) (Greeting, error)
	// Unreached lists whom greetings have not reached, in the order in which that was found.
	Unreached(ctx context.Context, q UnreachedQuery) ([]Unreached, error)
	// NotCounts counts them all, whatever the limit.
	NotCounts(ctx context.Context, q UnreachedQuery) ([]NotCount, error)
	Purge(ctx context.Context, before time.Time, limit int) (int64, error)

	Choice(ctx context.Context, member union.MemberID) (Choice, error)
	PutChoice(ctx context.Context, c Choice) error
	SetLunar(ctx context.Context, member union.MemberID, lunar string) error

	Silences(ctx context.Context) ([]Silence, error)
	AddSilence(ctx context.Context, s Silence) error
	// EndSilence ends one, and says who is asked what is to become of what it holds.
	EndSilence(ctx context.Context, id int64, asked union.MemberID) (bool, error)
	// Forgotten are silences that were over before a time and still hold something.
	Forgotten(ctx context.Context, before time.Time) ([]Silence, error)
	// LastSilence is the latest one below subtrees that has ended and still holds something, and of which an officer was asked; 0 is
	// anybody.
	LastSilence(ctx context.Context, asked union.MemberID, lineages []string) (Silence, error)

	Orders(ctx context.Context, until string) ([]Order, error)
	PutOrder(ctx context.Context, o Order) error
	DropOrders(ctx context.Context, occasion string, lineages []string, since string) (int64, error)

	Shields(ctx context.Context, lineages []string, today string, limit int) ([]Shielded, error)
	// ShieldsOf finds who of the members is not to be greeted: those on the list, and those whom an open case shields.
	ShieldsOf(ctx context.Context, members []union.MemberID, today string) (map[union.MemberID]Shield, error)
	PutShield(ctx context.Context, s Shield) error
	DropShield(ctx context.Context, member union.MemberID) (bool, error)
}

// Members is the union's people as the desk needs them.
type Members interface {
	Get(ctx context.Context, id union.MemberID) (union.Member, error)
	GetMany(ctx context.Context, ids []union.MemberID) (map[union.MemberID]union.Member, error)
	Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error)
	Holders(ctx context.Context, role union.Role, lineage string) ([]union.Holding, error)
	Organisations(ctx context.Context) ([]union.Organisation, error)
	ActiveUnder(ctx context.Context, called string, lineages []string, limit int) ([]union.Member, error)
	// GreetedUnder is ActiveUnder with those who have retired: they are greeted too.
	GreetedUnder(ctx context.Context, called string, lineages []string, limit int) ([]union.Member, error)
	// Phones returns the telephones of those who have one.
	Phones(ctx context.Context, members []union.MemberID) (map[union.MemberID]string, error)
}

// Words puts what officers are told into words. What members are told stands in the reference data.
type Words interface {
	// AskOfficer asks whether somebody on the list is to be greeted, and does not name them.
	AskOfficer(g Greeting, label string) notice.Body
	// SilenceOver tells whoever began a silence what it held.
	SilenceOver(s Silence, held []Count, labels func(string) string) notice.Body
	// UnreachedListed tells an officer that members could not be reached, and not who.
	UnreachedListed() notice.Body
	// UnreachedSheet is the sheet of whom nothing reaches; labels has what occasions are called. GoodsSheet is that of goods that nobody
	// has fetched. NoSheetHere is said where a sheet cannot be sent.
	UnreachedSheet(list []Lost, labels func(string) string) Sheet
	GoodsSheet(list []Waiting, today string) Sheet
	NoSheetHere(name string) string
	// DatesListed tells an officer that contracts end or members retire, and not whose.
	DatesListed() notice.Body
}

// Data is the reference data that hold now.
type Data interface{ Now() *reference.Data }

// What the desk refuses.
var (
	ErrUnknown  = errors.New("nothing of this name")
	ErrSeveral  = errors.New("several are called so")
	ErrNoLunar  = errors.New("no lunar day is known")
	ErrPast     = errors.New("the day has passed")
	ErrSomber   = errors.New("nothing cheerful is said that day")
	ErrNothing  = errors.New("there is nothing of the kind")
	ErrOccasion = errors.New("no such occasion is coming")
)

// Desk is the use cases. It is safe for use by many goroutines.
type Desk struct {
	Store    Store
	Members  Members
	Outbox   notice.Outbox
	Words    Words
	Data     Data
	Zone     *time.Location
	Now      func() time.Time
	NewID    func() int64
	Language string
	// Directory is true where a platform knows members by itself.
	Directory bool
	// Keep keeps a picture, or a sheet, where it can be sent from, and names it; without it none are sent. Logger hears of one that
	// could not be kept.
	Logger *slog.Logger
	Keep   func(ctx context.Context, r io.Reader) (hash string, err error)
	// MostInSheet is how many lines a sheet has that somebody asks for in chat, 0 as many as can be written while they wait.
	MostInSheet int

	shelf shelf
	told  told
}
