package talk

import (
	"errors"
	"time"

	"github.com/unionbot/unionbot/union"
)

// ID identifies a talk. It grows with time.
type ID int64

// LineID identifies one word of a talk, in the order of time.
type LineID int64

// State is where a talk stands.
type State string

// The states.
const (
	Waiting State = "waiting" // everybody who may take it has their hands full
	Held    State = "held"
	Ended   State = "ended"
)

// Rating is how content a member is with a talk.
type Rating int

// The ratings, in the order in which they are offered.
const (
	Unrated Rating = iota
	Content
	SoSo
	Discontent
)

// Talk is one talk between a member and the union.
type Talk struct {
	ID     ID
	Worker union.MemberID
	// Lineage is that of the member's organisation when it began.
	Lineage string
	Topic   string
	State   State
	// Holder has it while it is Held, under Number; both are 0 otherwise. Last is who had it last.
	Holder, Last union.MemberID
	Number       int
	// Rung is how far up the ladder of those who may take it the talk has come. Queue is, while it waits, the organisation
	// whose officers it waits for.
	Rung  int
	Queue union.OrgID
	// At is where the member writes.
	At union.Identity
	// OpenedAt is when it was asked for, GivenAt when the holder got it, FirstAt when anybody answered first.
	OpenedAt, GivenAt, FirstAt time.Time
	// Nexts is how many further answers there were, NextsInTime how many of them within the topic's time.
	Nexts, NextsInTime int
	// Answered says that the holder has answered.
	Answered bool
	// AskedAt is since when the member waits for a word; zero while the holder waits for the member.
	AskedAt time.Time
	// DueAt is when something happens by itself.
	DueAt   time.Time
	EndedAt time.Time
	// Rating is how content the member is; Asks says that the answer is wanted.
	Rating  Rating
	Asks    bool
	Version int64
}

// Open says whether it goes on.
func (t Talk) Open() bool { return t.State == Waiting || t.State == Held }

// Backlog is how talks stand.
type Backlog struct {
	Held, Waiting int64
	// Oldest is since when the member waits who waits longest for an answer; zero where nobody does.
	Oldest time.Time
}

// Kind says what a line is.
type Kind string

// The kinds of lines.
const (
	Said     Kind = "said"     // by the member
	Answer   Kind = "answer"   // by the holder, to the member
	Note     Kind = "note"     // by the holder, for officers only
	Told     Kind = "told"     // a note, to Member, who is no holder
	Given    Kind = "given"    // to Member, who holds it from then on
	Queued   Kind = "queued"   // it waits
	Left     Kind = "left"     // the member has ended it
	Closed   Kind = "closed"   // the holder has ended it
	Lapsed   Kind = "lapsed"   // nobody has said anything for long
	Orphaned Kind = "orphaned" // nobody is left who may have it
	Proposed Kind = "proposed" // the holder has made a case of something, which the member has to confirm
	Begun    Kind = "begun"    // the member has begun the form
)

// Form is what a line is besides words.
type Form string

// The forms. A text has none.
const (
	Picture Form = "image"
	Voice   Form = "voice"
	Video   Form = "video"
	File    Form = "file"
	Other   Form = "other"
)

// Line is one word of a talk, or something that happened to it.
type Line struct {
	ID   LineID
	Talk ID
	At   time.Time
	Kind Kind
	// Member has said it; of Given, got the talk.
	Member union.MemberID
	Name   string
	Text   string
	Form   Form
	// Attachment is the file, 0 where there is none. Unsent says that it has still to be passed on, once it was fetched.
	Attachment int64
	Unsent     bool
	// Why says of Given how it came to that, Number under which number; Service of Proposed which it is.
	Why     Why
	Number  int
	Service string
}

// Why is how a talk came to its holder.
type Why string

// The ways.
const (
	Fresh    Why = ""        // it has just begun, or its place in the queue came up
	Silence  Why = "silence" // the holder before has not answered
	Shift    Why = "shift"   // it is not the turn of the holder before, who has not answered
	Back     Why = "queue"   // the holder before has not answered, and it waits for those who are equally near
	Up       Why = "up"      // the holder before has not answered, and it went one level up
	Gone     Why = "gone"    // the holder before is no officer any more
	ByHolder Why = "hand"    // the holder before has handed it over
)

// What the desk answers besides the errors of package union.
var (
	// ErrFull: the officer has as many talks as one may have.
	ErrFull = errors.New("has as many talks as one may have")
	// ErrUnreadable: a file that lies ready cannot be read.
	ErrUnreadable = errors.New("file cannot be read")
	// ErrEmpty: nothing was said.
	ErrEmpty = errors.New("says nothing")
	// ErrHolds: somebody who holds talks of others does not begin one.
	ErrHolds = errors.New("holds talks of others")
)
