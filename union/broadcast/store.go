package broadcast

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// Store keeps broadcasts and their receipts. Its methods join the transaction that the context carries; its reads of one
// broadcast return union.ErrNotFound where there is none.
type Store interface {
	cases.Transactor
	cases.NumberStore
	RepeatStore
	SilenceStore
	JoinerStore
	// Insert returns union.ErrTaken where the Ref is another's.
	Insert(ctx context.Context, b Broadcast) error
	// Update writes what changes besides the planning, and raises the version. It returns union.ErrStale if that is not b.Version any more.
	Update(ctx context.Context, b Broadcast) error
	// Replan begins the planning of its receivers.
	Replan(ctx context.Context, id ID, p Plan) error
	ByNumber(ctx context.Context, number string) (Broadcast, error)
	ByRef(ctx context.Context, ref string) (Broadcast, error)
	// Under lists those of a writer, and those of the organisations below the lineages, the newest first.
	Under(ctx context.Context, writer union.MemberID, lineages []string, limit int) ([]Broadcast, error)
	// Ahead lists those of them that are said once, are not over, and begin before a time, the next first.
	Ahead(ctx context.Context, writer union.MemberID, lineages []string, until time.Time) ([]Broadcast, error)
	// Submitted lists those of organisations below the lineages that nobody has released, the newest first.
	Submitted(ctx context.Context, lineages []string, limit int) ([]Broadcast, error)
	// Moving lists those that Advance has something to do with.
	Moving(ctx context.Context, limit int) ([]Broadcast, error)

	// Count counts the members of an audience; Some returns a few of them, spread over all.
	Count(ctx context.Context, a Audience, today time.Time) (int, error)
	Some(ctx context.Context, a Audience, today time.Time, limit int) ([]union.Member, error)
	// Lanes counts them by the way in which they are reached; BoundOf returns the accounts of some of those in the lane Bound.
	Lanes(ctx context.Context, a Audience, today time.Time) (map[Lane]int, error)
	BoundOf(ctx context.Context, a Audience, today time.Time, limit int) ([]union.Identity, error)

	// Tags lists the tags that members have, or had.
	Tags(ctx context.Context) ([]string, error)

	// PlanNext plans the next receivers of a broadcast, several chunks at most, and returns how far it has come. It
	// returns union.ErrStale if another did.
	PlanNext(ctx context.Context, b Broadcast, r Rules) (Plan, error)
	// OtherWay plans for another platform those whom the one that knows members by itself has refused, several chunks at most, and says
	// whether there were any. It returns union.ErrStale if another did.
	OtherWay(ctx context.Context, b Broadcast, now time.Time) (bool, error)
	// Left says whether a chunk is not settled yet.
	Left(ctx context.Context, id ID) (bool, error)
	// Withdraw takes back receivers of a cancelled broadcast whose chunk nobody has in hand, several chunks at most, or some of those
	// who would get it with their next word or in a digest; left says that there may be more.
	Withdraw(ctx context.Context, id ID) (left bool, err error)
	// NoteUnshown notes on a page of receipts that their notices were not shown, as the platform said before they were written down. more says
	// that there may be others.
	NoteUnshown(ctx context.Context, id ID) (more bool, err error)
	// HoldCount keeps others from changing a broadcast, and its receipts, until the transaction ends: whose notice turns out not to have been
	// shown has that noted before the count comes to them, or behind it. It returns union.ErrStale if another has counted on.
	HoldCount(ctx context.Context, b Broadcast) error
	// CountMissed adds to the count of whom a broadcast did not reach, which has come as far as a member. It returns union.ErrStale if
	// another has. TakeMissed reads and removes the count.
	CountMissed(ctx context.Context, b Broadcast, upTo union.MemberID, more []MissedOf) error
	TakeMissed(ctx context.Context, id ID) ([]MissedOf, error)
	// Room says how many more persons the platform that knows members by itself lets the app reach on a day.
	Room(ctx context.Context, day time.Time, urgent bool) (Room, error)
	// Tally counts the receipts by state.
	Tally(ctx context.Context, id ID) (map[ReceiptState]int, error)
	// Causes counts why receivers wait, or were refused, as the platform says it: of a great many the first.
	Causes(ctx context.Context, id ID) (map[string]int, error)
	// WithoutFile counts those who have the text without the file.
	WithoutFile(ctx context.Context, id ID) (int, error)
	// Receipts lists receipts of members below the lineages in the order of their ids, behind a member; no states are all.
	Receipts(ctx context.Context, id ID, lineages []string, states []ReceiptState, after union.MemberID, limit int) ([]Receipt, error)
	// Asking finds the latest urgent broadcast that waits for the member's answer, or the one with the number.
	Asking(ctx context.Context, member union.MemberID, number string) (Broadcast, error)
	// Listed returns who of an audience's organisations has one of its staff numbers, or one of its posts as a name.
	Listed(ctx context.Context, a Audience) ([]union.Member, error)
	// Posts are those of the words that posts of an audience's members are called.
	Posts(ctx context.Context, a Audience, words []string) ([]string, error)
	// Leave notes of those of whom nobody knows whether it reached them that a person tells them, and says how many they are.
	Leave(ctx context.Context, id ID, cause string, at time.Time) (int64, error)
	// Answer notes that the member has read it; done says that this was new.
	Answer(ctx context.Context, id ID, member union.MemberID, at time.Time) (done bool, err error)
	// HeldFor returns receipts that a week's ceiling has held back since before a time, of several members.
	HeldFor(ctx context.Context, before time.Time, limit int) ([]HeldReceipt, error)
	// Digested notes that a digest names them; what becomes of that is noted by its key.
	Digested(ctx context.Context, member union.MemberID, ids []ID, key string, at time.Time) error
	// Lapse takes back what has waited for its receivers' next word since before a time, and says of how many receivers, and who of
	// them were told by a notice, by the numbers of the broadcasts.
	Lapse(ctx context.Context, before time.Time, limit int) (n int64, announced map[string][]union.MemberID, err error)
}

// Room is what is left of a day: of Most persons, those that broadcasts may still reach.
type Room struct{ Most, Left int }

// Rules are by what receivers are planned.
type Rules struct {
	// Today is the day by which ages count.
	Today time.Time
	// Now is when they are planned, Sends when it begins to go out: by that a Ceiling of as many within a week is judged; 0 is none.
	Now, Sends time.Time
	Ceiling    int
}

// Receipt is what became of a broadcast for one receiver.
type Receipt struct {
	Member     union.Member
	State      ReceiptState
	Cause      string
	ChangedAt  time.Time
	AnsweredAt time.Time
	// Joined is when the broadcast began for those who came later; zero for all others.
	Joined time.Time
}

// HeldReceipt is a broadcast that a member has not got.
type HeldReceipt struct {
	Member    union.MemberID
	Broadcast Broadcast
}

// Members are the union's people and offices as the desk needs them.
type Members interface {
	Get(ctx context.Context, id union.MemberID) (union.Member, error)
	ByStaffNo(ctx context.Context, no string) (union.Member, error)
	GetMany(ctx context.Context, ids []union.MemberID) (map[union.MemberID]union.Member, error)
	Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error)
	Holders(ctx context.Context, role union.Role, lineage string) ([]union.Holding, error)
	Organisations(ctx context.Context) ([]union.Organisation, error)
	// Sealed opens a member's phone.
	Sealed(ctx context.Context, id union.MemberID) (phone, idCard string, err error)
}

// Hours says when people may be reminded.
type Hours interface {
	OnDuty(t time.Time) bool
	// InDutyHours is OnDuty without regard to the day.
	InDutyHours(t time.Time) bool
	// NextDuty is when OnDuty is true, from t on.
	NextDuty(t time.Time) time.Time
}

// Words puts into words what the desk says.
type Words interface {
	// ListFetched tells a writer that a list can be read, or that it has to be sent again.
	ListFetched(lost bool) notice.Body
	// Broadcast is what goes out: the text, and what is asked of the receivers.
	Broadcast(b Broadcast) string
	// ReleaseAsked asks somebody to release it, with all of the text: before the card where that does not show it. ReleaseSettled shows
	// on that card what became of it. Each has a card of their own.
	ReleaseAsked(b Broadcast, author union.Member, to union.MemberID) []notice.Body
	ReleaseSettled(b Broadcast, author union.Member, how State, by union.Member, to union.MemberID) notice.Body
	// Released and ReturnedTo tell the writer.
	// Released also says when it is said again; where again is empty it is not.
	Released(b Broadcast, by union.Member, again Repeat) notice.Body
	ReturnedTo(b Broadcast, by union.Member) notice.Body
	// Trial is the test to oneself.
	Trial(text string) notice.Body
	// FileLacks is said where the file of a broadcast is shown to its writer or releasers, and cannot be.
	FileLacks(b Broadcast) string
	// Finished tells the writer how it ended; Unreached tells a branch whom it did not reach: some of them, and how many. No branch
	// are several.
	Finished(r Report) notice.Body
	Unreached(b Broadcast, branch string, some []union.Member, count int) notice.Body
	// ReceiptState names a state in a sheet, NoReceipts is said where the sheet cannot be sent.
	ReceiptState(s ReceiptState) string
	NoReceipts(b Broadcast) string
	// RunPrepared tells a writer that a run waits to be looked at, RunLapsed that one was given up, RunChanged that somebody has moved or
	// cancelled one with the others; Orphaned tells that something is not
	// said any more whose writer is not responsible any more.
	RunPrepared(b Broadcast, r Repeat, now time.Time) notice.Body
	RunLapsed(b Broadcast, r Repeat) notice.Body
	RunChanged(b Broadcast, r Repeat, by union.Member, now time.Time) notice.Body
	Orphaned(last Broadcast, r Repeat) notice.Body
	// HeldBack is the digest of what a week's ceiling held back.
	HeldBack(texts []string) notice.Body
}
