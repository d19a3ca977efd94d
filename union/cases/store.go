package cases

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// Store is what the desk keeps its matters in. All of it joins the transaction that the context carries.
type Store struct {
	Tx          PartTransactor
	Cases       CaseStore
	Tasks       TaskStore
	Timeline    TimelineStore
	Numbers     NumberStore
	Drafts      DraftStore
	Attachments AttachmentStore
	Likeness    LikenessStore
	Seconds     SecondStore
	CoAuthors   CoAuthorStore
	Subjects    SubjectStore
	Ties        TieStore
	Awards      AwardStore
	Standings   StandingStore
	Chases      ChaseStore
	Publicities PublicityStore
	Audit       AuditStore
	Unsealings  UnsealingStore
	Alarms      AlarmStore
	Clocks      ClockStore
	Digests     DigestStore
	Tallies     TallyStore
	Ratings     RatingStore
	Helps       HelpStore
	Copies      CopyStore
	Shields     ShieldStore
	StandIns    StandInStore
	Printings   PrintingStore
	// OneWriter says that writers wait for each other anyway.
	OneWriter bool
}

// Transactor runs fn in one transaction, or in the one that ctx carries already. fn may run again after a conflict.
type Transactor interface {
	Tx(ctx context.Context, fn func(ctx context.Context) error) error
}

// PartTransactor does some of a transaction so that it can fail alone, and many things in one.
type PartTransactor interface {
	Transactor
	// Part runs fn as a part of the transaction that ctx carries. refused is the error of fn, by which what it wrote was undone;
	// failed is one after which the whole transaction has to end.
	Part(ctx context.Context, fn func(ctx context.Context) error) (refused, failed error)
	// Steady is Tx in which what is read of members, their offices and who stands in for whom is as it was when it was first read.
	Steady(ctx context.Context, fn func(ctx context.Context) error) error
	// Committed has fn run once the transaction that ctx carries stands, and never where it or the part of it is undone; at once
	// where there is none.
	Committed(ctx context.Context, fn func())
}

// CaseStore keeps cases. Its reads return union.ErrNotFound where there is none.
type CaseStore interface {
	// Insert writes a case without its number. Where the draft has a case already, it or a later call in the same
	// transaction fails with ErrFiled, and nothing that was written in between is kept.
	Insert(ctx context.Context, c Case, draft ID) error
	// SetNumber gives a case a number that was counted, and that nobody else has.
	SetNumber(ctx context.Context, id ID, number string) error
	// TryNumber gives a case a number that was drawn, or returns union.ErrTaken.
	TryNumber(ctx context.Context, id ID, number string) error
	// Update writes what a decision changes - state, step, form, due and ended - and raises the version by one. It
	// returns union.ErrStale if the version is not c.Version any more.
	Update(ctx context.Context, c Case) error
	ByID(ctx context.Context, id ID) (Case, error)
	ByNumber(ctx context.Context, number string) (Case, error)
	ByDraft(ctx context.Context, draft ID) (Case, error)
	// Many returns those of the cases that exist.
	Many(ctx context.Context, ids []ID) (map[ID]Case, error)
	// OfAuthor lists the member's cases, newest first.
	OfAuthor(ctx context.Context, author union.MemberID, limit int) ([]Case, error)
}

// TaskStore keeps tasks.
type TaskStore interface {
	Insert(ctx context.Context, tasks ...Task) error
	// End ends the open tasks of a case: done for officer, void for everybody else, and for those whose turn never came.
	End(ctx context.Context, id ID, officer union.MemberID, at time.Time) error
	// Sign puts down what the officer of an open task signed, while others have to. CloseSigned ends what was signed, once the
	// step has ended; an empty one is any.
	Sign(ctx context.Context, id ID, act Act, at time.Time) error
	CloseSigned(ctx context.Context, id ID, step string) error
	// Wake opens those of the tasks that waited for their turn.
	Wake(ctx context.Context, due time.Time, ids ...ID) error
	// Void ends those of the tasks that are open, waiting or signed, undone.
	Void(ctx context.Context, at time.Time, ids ...ID) error
	// Hand ends an open task that its officer gave to another.
	Hand(ctx context.Context, id ID, at time.Time) error
	// OfCases lists the tasks of cases, oldest first; open leaves out those that have ended.
	OfCases(ctx context.Context, open bool, ids ...ID) ([]Task, error)
	// ByID returns union.ErrNotFound if there is none.
	ByID(ctx context.Context, id ID) (Task, error)
	// OfOfficer lists an officer's open tasks behind a place in the list of its moment, in the order of SortTasks.
	OfOfficer(ctx context.Context, officer union.MemberID, after Spot, limit int) ([]Task, error)
	// CountUpTo counts an officer's open tasks, and reads no more of them than most.
	CountUpTo(ctx context.Context, officer union.MemberID, most int) (int, error)
	// Count counts an officer's open tasks, and those that are overdue.
	Count(ctx context.Context, officer union.MemberID, now time.Time) (all, overdue int, err error)
	// Held lists an officer's open tasks from an id on, by id.
	// Lent lists so all that somebody has in another's place.
	Held(ctx context.Context, officer union.MemberID, after ID, limit int) ([]Task, error)
	Lent(ctx context.Context, after ID, limit int) ([]Task, error)
	// Untold lists an officer's open tasks that no card told of; Tell says that their officers hear of them now.
	Untold(ctx context.Context, officer union.MemberID, limit int) ([]Task, error)
	Tell(ctx context.Context, ids ...ID) error
	// Postpone gives the open tasks of a case another due time, Urge puts them before others.
	// Withhold takes them off every list.
	Postpone(ctx context.Context, id ID, due time.Time) error
	// Miss says of the open tasks of a case whether a time has passed that was promised for the whole matter. MissUnmarked says so of up to limit
	// cases of which an older version has not, and of how many.
	Miss(ctx context.Context, id ID, missed bool) error
	MissUnmarked(ctx context.Context, now time.Time, limit int) (int64, error)
	Urge(ctx context.Context, id ID) error
	Withhold(ctx context.Context, ids ...ID) error
}

// TimelineStore keeps what happened to a case.
type TimelineStore interface {
	// Append adds an event that led to, or was seen at, this version of the case.
	Append(ctx context.Context, id ID, version int64, e Event) error
	// Of lists the events of a case in order.
	Of(ctx context.Context, id ID) ([]Event, error)
}

// NumberStore counts the cases of a year.
type NumberStore interface {
	// Next counts one more. It may be counted though the transaction comes to nothing.
	Next(ctx context.Context, prefix string, year int) (int64, error)
}

// DraftStore keeps drafts. A draft that was filed or dropped never opens again.
type DraftStore interface {
	// Save writes an open draft. It returns union.ErrStale if the stored one is as new, or filed, or dropped.
	Save(ctx context.Context, d Draft) error
	// SaveAll writes those of the drafts that Save would not find stale.
	SaveAll(ctx context.Context, drafts ...Draft) error
	// Close marks a draft as filed or dropped, whether it was saved before or not.
	Close(ctx context.Context, d Draft, as DraftState) error
	// Get reads an open draft of the owner, or returns union.ErrNotFound.
	Get(ctx context.Context, owner union.MemberID, id ID) (Draft, error)
	// Fate tells what became of a draft of the owner; one that was never saved is open.
	Fate(ctx context.Context, owner union.MemberID, id ID) (DraftState, error)
	// OfOwner lists the owner's open drafts of forms, newest first.
	OfOwner(ctx context.Context, owner union.MemberID, limit int) ([]Draft, error)
	// OfFlow reads the owner's newest open draft of what is no form, or returns union.ErrNotFound.
	OfFlow(ctx context.Context, owner union.MemberID, service string) (Draft, error)

	// Unwarned lists open drafts that nobody touched since a time and whose owners were not warned since they did.
	Unwarned(ctx context.Context, untouched time.Time, limit int) ([]IdleDraft, error)
	// Warned notes that the owner is told. It says no if the draft has changed meanwhile, or is warned of already.
	Warned(ctx context.Context, d IdleDraft, at time.Time) (bool, error)
	// Unnudged lists the next open drafts that were touched last in a period and whose owners were never asked after them.
	Unnudged(ctx context.Context, from, until time.Time, after IdleDraft, limit int) ([]IdleDraft, error)
	// Nudged notes that the owner was asked. It says no if the draft has changed meanwhile, or was asked after before.
	Nudged(ctx context.Context, d IdleDraft, at time.Time) (bool, error)
	// Due lists open drafts that nobody touched since a time although the owners were warned before another.
	Due(ctx context.Context, untouched, warned time.Time, limit int) ([]IdleDraft, error)
	// Expire empties and closes a draft. It says no if the draft has changed meanwhile.
	Expire(ctx context.Context, d IdleDraft, as DraftState, at time.Time) (bool, error)
	// LastExpired returns the hash of the service of the owner's draft that expired last, or union.ErrNotFound.
	LastExpired(ctx context.Context, owner union.MemberID) (hash string, err error)
	// PurgeClosed removes what is left of drafts that were closed before a time, at most limit.
	PurgeClosed(ctx context.Context, before time.Time, limit int) (int64, error)
}

// DraftState says whether a draft is still worked at.
type DraftState string

// The states of a draft.
const (
	DraftOpen    DraftState = "open"
	DraftFiled   DraftState = "filed"
	DraftDropped DraftState = "dropped"
	DraftExpired DraftState = "expired" // nobody went on with it
)

// AttachmentStore keeps what belongs to drafts and cases besides words.
type AttachmentStore interface {
	// Add keeps an attachment that waits to be fetched. The same media of the same owner is kept once, under the id
	// that it got first.
	Add(ctx context.Context, a Attachment) (ID, error)
	// Bind gives those of the attachments that are the owner's to a case.
	Bind(ctx context.Context, owner union.MemberID, id ID, attachments []ID) error
	// Filed returns the number of the case that an attachment belongs to, empty where none does.
	Filed(ctx context.Context, attachment ID) (number string, err error)
	// OfCase lists the attachments of a case in order.
	OfCase(ctx context.Context, id ID) ([]Attachment, error)
	// Doubted lists those of the owner's attachments that can hardly be read.
	Doubted(ctx context.Context, owner union.MemberID, ids []ID) ([]Attachment, error)
	// Forget drops those of the owner's attachments that no case has and that are a draft's or have these ids: they are fetched
	// no more, and go with the next sweep whatever their age.
	Forget(ctx context.Context, owner union.MemberID, draft ID, ids []ID) error
}

// LikenessStore finds cases whose texts share features.
type LikenessStore interface {
	Add(ctx context.Context, l Likeness) error
	// Find lists the cases filed since then that share the most bands, best first.
	Find(ctx context.Context, l Likeness, since time.Time, limit int) ([]ID, error)
}

// Members is the union's people and offices as the desk needs them.
type Members interface {
	// GroupMembers has Holders: who holds a role over the organisation with a lineage, nearest first.
	GroupMembers
	Get(ctx context.Context, id union.MemberID) (union.Member, error)
	GetMany(ctx context.Context, ids []union.MemberID) (map[union.MemberID]union.Member, error)
	Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error)
	// ActiveUnder lists up to limit active members with this name or staff number below any of the lineages.
	ActiveUnder(ctx context.Context, called string, lineages []string, limit int) ([]union.Member, error)
	// Sealed returns a member's phone and id card, either empty where it is not known.
	Sealed(ctx context.Context, id union.MemberID) (phone, idCard string, err error)
	// Crowd is the lowest organisation on the way up this lineage below which there are that many active members, or
	// the root.
	Crowd(ctx context.Context, lineage string, members int) (union.Organisation, error)
}

// Services finds the version of a service with which a matter began.
type Services interface {
	ByHash(ctx context.Context, hash string) (*service.Service, error)
	// Current finds a service that is offered now.
	Current(name string) (*service.Service, bool)
}
