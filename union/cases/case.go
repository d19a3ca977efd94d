package cases

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// ID identifies a case or a draft.
type ID int64

// State says where a case stands.
type State = review.Status

// The states of a case. Which steps lie between Open and the end is the review's matter.
const (
	Open      = review.Open     // an officer has to decide
	Returned  = review.Returned // the author has to add something
	Accepted  = review.Accepted
	Refused   = review.Refused
	Merged    = review.Merged // goes on under another number
	Withdrawn = review.Withdrawn
	Undone    = review.Undone // was approved, and taken back
)

// Supplement is the name under which a case keeps what its author added after a return, beside the form's fields.
const Supplement = service.FieldSupplement

// Value is one answer of a form, by field name. Text is how it is shown; Raw is its typed JSON.
type Value struct {
	Text string          `json:"text"`
	Raw  json.RawMessage `json:"raw,omitempty"`
	// Voice is the attachment with the sound of an answer that was spoken.
	Voice ID `json:"voice,omitempty"`
}

// Draft is a half-filled form, kept for weeks. Version grows with every change; storage never goes back.
type Draft struct {
	ID      ID             `json:"id"`
	Owner   union.MemberID `json:"owner"`
	Service string         `json:"service"`
	// Hash names the version of the service with which the draft began.
	Hash      string           `json:"hash"`
	Version   int64            `json:"version"`
	Step      string           `json:"step"` // the question that was open
	Values    map[string]Value `json:"values"`
	Pictures  []ID             `json:"pictures,omitempty"` // attachments
	Anonymous bool             `json:"anonymous,omitempty"`
	// Signing is what has become of the question whether the name is to be left out; empty where nobody asked for that.
	Signing string `json:"signing,omitempty"`
	// Sealed drafts live in their session only: a row with an owner and a service would tell who reports.
	Sealed bool `json:"sealed,omitempty"`
	// Notify asks to be told of the answer to a sealed case.
	Notify bool `json:"notify,omitempty"`
	// Named says that the author of a sealed draft was told that the name is kept for two custodians: it is not, otherwise.
	Named bool `json:"named,omitempty"`
	// By names the officer who proposed in a talk to file it; empty where nobody did.
	By string `json:"by,omitempty"`
	// Also is what was said to filing the matter under another service as well; empty while it was not asked.
	Also string `json:"also,omitempty"`
	// Aside says that the owner has called the form off for now.
	Aside bool `json:"aside,omitempty"`
	// Memory is what a conversation knows so far that is no service's form, such as a sign-up; Service is then FlowDraft
	// of its name, and Hash the revision that reads it.
	Memory    json.RawMessage `json:"memory,omitempty"`
	UpdatedAt time.Time       `json:"updated_at"`
}

// flowDrafts begins what stands for the service in drafts of conversations that fill no service's form.
const flowDrafts = "flow:"

// FlowDraft is what stands for the service in a draft of a conversation.
func FlowDraft(flow string) string { return flowDrafts + flow }

// OfFlow says whether the draft is a conversation's, and no form.
func (d *Draft) OfFlow() bool { return strings.HasPrefix(d.Service, flowDrafts) }

// Empty says whether nothing was filled in yet.
func (d *Draft) Empty() bool { return len(d.Values) == 0 && len(d.Pictures) == 0 }

// Case is one request under a service.
type Case struct {
	ID       ID
	Number   string // JY26-0138
	Service  string
	Hash     string // of the service's version with which it began
	Title    string // one line, from the form
	Author   union.MemberID
	Org      union.OrgID // the author's, when filed
	Lineage  string
	State    State
	Step     string // of the review; empty when ended
	Decided  bool   // an officer has decided something
	Values   map[string]Value
	Pictures []ID
	// Taken is of the pictures that were not filed with the case, and were added since this is noted.
	Taken map[ID]Taken
	// Asked are the questions of the form that its author has to answer anew, where it was returned for those.
	Asked     []string
	Anonymous bool
	FiledAt   time.Time
	DueAt     time.Time // of the open step; zero when ended
	EndedAt   time.Time
	// SecondLook is when the author asked for one; zero otherwise.
	SecondLook time.Time
	// UrgedAt is when the author urged last; zero otherwise.
	UrgedAt time.Time
	Version int64
	Seal    *Seal // of a sealed case, whose Author is 0
	// Undo is somebody's wish that what was approved is taken back; nil where there is none, or it was refused.
	Undo *Undo
	// Levels are where steps were decided above whose deciders others stand.
	Levels map[string]Level
	// Leaps are those of the review that are yet to come.
	Leaps []review.Leap
}

// Standing is where the case stands for whoever is not concerned with its money: what is undone is so, though money that was
// paid has yet to come back.
func (c *Case) Standing() State {
	if c.Undo != nil && c.Undo.Granted {
		return Undone
	}
	return c.State
}

// Owed is what was paid for a case that is undone, and is to come back, in fen.
func (c *Case) Owed() int64 {
	if c.State != Open || c.Standing() != Undone {
		return 0
	}
	return c.Undo.Fen
}

// Task is one officer's pending or past decision on a step of a case.
type Task struct {
	ID      ID
	Case    ID
	Step    string
	Officer union.MemberID
	// For is the officer who is away, in whose place Officer has it; 0 where it is Officer's own.
	For       union.MemberID
	State     TaskState
	DueAt     time.Time
	CreatedAt time.Time
	EndedAt   time.Time
	Grade     Grade
	// Untold says that its officer hears of it with the next digest.
	Untold bool
	// Seat is which signature it is of a step that several sign, from 1, and Weight how many it counts for; 0 where one
	// decides. Act is how it was signed.
	Seat, Weight int
	Act          Act
	// Added says when an officer signs who was added by another; empty for those who have the step themselves.
	Added Place
	// InTurn says that those who were added so in one place sign one after the other, by their seats.
	InTurn bool
	// Missed says that a time has passed that was promised for the whole matter, whatever time the step has yet. Of a danger it is not
	// said: nothing comes before that anyway.
	Missed bool
}

// Grade says what comes before what in an officer's list.
type Grade int

// The grades.
const (
	Plain  Grade = 0
	Urged  Grade = 1
	Danger Grade = 2
	// Withheld: its officer stays out of the case, and it has nobody else to go to yet. It is on nobody's list.
	Withheld Grade = -1
)

// TaskState says whether a task waits.
type TaskState string

// The states of a task.
const (
	TaskOpen TaskState = "open"
	TaskDone TaskState = "done" // by its officer
	TaskVoid TaskState = "void" // somebody else decided, it went to others, or the case ended
	// TaskSigned: its officer has, while others have to sign still; done once the step has ended.
	TaskSigned TaskState = "signed"
	// TaskWaiting: its officer signs after others.
	TaskWaiting TaskState = "waiting"
	// TaskHanded: its officer gave it to another for good.
	TaskHanded TaskState = "handed"
)

// Event is one entry of a case's timeline.
type Event struct {
	At    time.Time
	Actor union.MemberID // 0: the service itself
	Name  string         // of the actor, as it is shown
	Kind  string         // one of those below
	Step  string         // that was decided; empty otherwise
	Note  string
	Other string // number of the other case, of a merge
	// Sealed is true of an entry whose record must not tell the moment.
	Sealed bool
}

// SentBack says whether an earlier step is decided anew by it.
func (e Event) SentBack() bool { return e.Kind == EventSentBack || e.Kind == EventSentStraight }

// The kinds of events.
const (
	EventFiled         = "filed"
	EventPassed        = "passed" // accepted at a step that was not the last
	EventAccepted      = "accepted"
	EventRefused       = "refused"
	EventReturned      = "returned"
	EventSupplemented  = "supplemented"
	EventCorrected     = "corrected" // the base of a sum was lowered
	EventReopened      = "reopened"  // sent back to the step before
	EventMerged        = "merged"    // into Other
	EventJoined        = "joined"    // Other was merged into this one
	EventWithdrawn     = "withdrawn"
	EventReconsidered  = "reconsidered" // the author asked for a second look
	EventOpened        = "opened"       // two custodians opened the author's name
	EventWaived        = "waived"       // goes on without what it would be awarded
	EventDisowned      = "disowned"     // a co-author says that it is not theirs
	EventTaken         = "taken"        // an officer goes there
	EventThere         = "there"        // who went there says how it is
	EventPackGiven     = "pack_given"   // its author hands over what belongs to it
	EventPackBack      = "pack_back"    // and takes that back before it was opened
	EventPackOpened    = "pack_opened"  // an officer has opened it
	EventAdded         = "added"        // somebody said more of a danger, or the author of an open case
	EventReminded      = "reminded"     // who has it was reminded
	EventStoodIn       = "stood_in"     // went to others in silence
	EventClimbed       = "climbed"      // went one level up in silence
	EventLeft          = "left"         // whoever had it is not in the office any more: others have
	EventMoved         = "moved"        // its author belongs to another part of the union now, and so does the case
	EventFollowed      = "followed"     // with that the step went to those who decide there
	EventStuck         = "stuck"        // nobody above could take it
	EventLapsed        = "lapsed"       // passed by silence
	EventExtended      = "extended"     // the time to finish was prolonged
	EventPostponed     = "postponed"    // ends later by a calendar that came later
	EventUrged         = "urged"        // the author urged
	EventContent       = "content"      // the author is content with how it was handled, or so so, or not
	EventSoSo          = "so_so"
	EventDiscontent    = "discontent"
	EventHandedOver    = "handed_over"    // an officer gave the task to another
	EventSigned        = "signed"         // accepted, while others have to sign still
	EventSignedAgainst = "signed_against" // refused, while others have to sign still
	EventVacated       = "vacated"        // who has left, or lost the office, signs no more
	EventDelegated     = "delegated"      // an officer asked a colleague to find something out
	EventHelped        = "helped"         // who was asked has answered
	EventRecalled      = "recalled"       // who was asked need not answer
	EventCopied        = "copied"         // others were given it to read
	EventSignerAdded   = "signer_added"   // others have to sign too
	EventUnheld        = "unheld"         // nobody holds the office: others have it
	EventKeptOut       = "kept_out"       // who has to stay out of it would have it: others have
	EventRecused       = "recused"        // an officer stays out of it
	EventSignedOnce    = "signed_once"    // by whoever accepted the step before
	EventLent          = "lent"           // an officer is away, another has it in their place
	EventGivenBack     = "given_back"     // the officer who was away has it again
	EventUndoAsked     = "undo_asked"     // somebody asks that what was approved is taken back
	EventUndone        = "undone"         // it is
	EventUndoRefused   = "undo_refused"   // it is not
	EventMoneyBack     = "money_back"     // what was paid has come back
	EventUnrecovered   = "unrecovered"    // it cannot be recovered, and is to be written off
	EventWrittenOff    = "written_off"    // it is
	EventNotWrittenOff = "unwritten"      // it is not, and is claimed again
	EventSentBack      = "sent_back"      // the step Other is decided anew
	EventSentStraight  = "sent_straight"  // the same, and the case comes straight back
	EventChallenged    = "challenged"     // its author asks that an officer stays out of it
	EventReferred      = "referred"       // with that it went one level up
	EventUnchallenged  = "unchallenged"   // the officer need not
	EventSentUp        = "sent_up"        // an officer is away, and nobody may have it in their place: it went one level up
)

// Attachment is a picture, a voice message or a file that belongs to a draft or a case.
type Attachment struct {
	ID      ID
	Owner   union.MemberID
	Draft   ID
	Channel string
	MediaID string
	Kind    string // image, voice, video, file
	// Hash is the SHA-256 of the kept bytes, hex; empty until it was fetched.
	Hash      string
	Size      int64
	Type      string // MIME
	State     AttachmentState
	CreatedAt time.Time
	// Sheet is which of the papers it is that have to be legible, from 1; 0 where nobody looks whether it is. Doubt says why it
	// hardly is, once it was fetched: small, dark, blurred.
	Sheet int
	Doubt string
}

// AttachmentState says whether we hold the bytes of an attachment.
type AttachmentState string

// The states of an attachment.
const (
	AttachmentPending AttachmentState = "pending" // still at the platform
	AttachmentKept    AttachmentState = "kept"
	AttachmentLost    AttachmentState = "lost"    // the platform gave it out no more
	AttachmentDropped AttachmentState = "dropped" // no case took it in time, and none does any more
)
