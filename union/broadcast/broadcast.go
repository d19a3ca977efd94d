package broadcast

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// ID identifies a broadcast.
type ID int64

// Prefix begins the numbers of broadcasts: TZ26-0001.
const Prefix = service.BroadcastPrefix

// Numbered says whether a number is that of a broadcast.
func Numbered(number string) bool { return strings.HasPrefix(number, Prefix) }

// State is where a broadcast stands.
type State string

// The states of a broadcast.
const (
	// Draft: returned, or being edited again; nobody has released what it says.
	Draft     State = "draft"
	Submitted State = "submitted"
	// Released: its receivers are being planned, or it waits for its time.
	Released  State = "released"
	Sending   State = "sending"
	Paused    State = "paused"
	Done      State = "done"
	Cancelled State = "cancelled"
)

// Over says whether nothing more goes out by itself.
func (s State) Over() bool { return s == Done || s == Cancelled }

// Limits of a broadcast. A text must fit into one message of either platform, with what is added to an urgent one.
const (
	TextBytes = 1900
	// MostStaff is how many staff numbers a list may have.
	MostStaff = 5000
)

// Broadcast is one message to many.
type Broadcast struct {
	ID     ID
	Number string
	// Ref makes writing it twice write one: it names the message with which it began, or its file.
	Ref   string
	State State
	// Org is the lowest organisation that contains its audience.
	Org     union.OrgID
	OrgPath string
	Lineage string
	Author  union.MemberID
	// Releaser is 0 until it is released.
	Releaser union.MemberID
	// Urgent ignores quiet hours and the weekly ceiling, and asks for an answer.
	Urgent bool
	// Speed is its share of the allowed rate in per cent.
	Speed    int
	StartsAt time.Time
	// Head is how many receivers it has: counted until the release, planned afterwards.
	Head int
	// Plan is how far the planning of its receivers is.
	Plan       Plan
	ReleasedAt time.Time
	EndedAt    time.Time
	Version    int64
	// Quiet are the units that are silent when it begins, where it cheers.
	Quiet []string `json:"-"`
	Run
	Details
}

// Details is what is said, and to whom.
type Details struct {
	Text     string   `json:"text"`
	Audience Audience `json:"audience"`
	// Chosen is true where somebody chose the day, so that it may be a day off.
	Chosen bool `json:"chosen,omitempty"`
	// File is a picture, or another file, that goes behind the text; with Alone in its place to whom it can be sent.
	File  *notice.File `json:"file,omitempty"`
	Alone bool         `json:"alone,omitempty"`
	// Notice is by what it may be told of where the platform lets nothing else through.
	Notice Business `json:"notice,omitempty"`
	// Repeat is how often it is said again.
	Repeat Every `json:"repeat,omitempty"`
	// Joiners is up to which day whoever comes to be meant after the release gets it as well; none is nobody.
	Joiners calendar.Date `json:"joiners,omitzero"`
	// Frozen is what goes out, from the release on: the text with what is asked of the receivers.
	Frozen string `json:"frozen,omitempty"`
	// Returned is why it was returned.
	Returned string `json:"returned,omitempty"`
}

// Plan is how far the planning is. Receivers are planned lane by lane, in the order of their ids.
type Plan struct {
	Lane Lane
	// After is the last member that was planned in this lane, or in the last one the last who was counted for the branches, Until the last that can be: who joins later gets nothing.
	After, Until union.MemberID
	// Again says whether others are planned than the audience.
	Again Again
}

// Again is who is sent a finished broadcast once more.
type Again int

// Whom a broadcast is sent to again.
const (
	// Nobody: the audience is planned, for the first time.
	Nobody Again = iota
	// Missed: whom it did not reach.
	Missed
	// Doubtful: of whom nobody knows whether it reached them.
	Doubtful
	// Late: whom a silence kept it from.
	Late
	// Joined: who has come to be meant since.
	Joined
)

// Anew says whether receivers are planned who have no receipt.
func (a Again) Anew() bool { return a == Nobody || a == Joined }

// States are those of receipts that are planned again.
func (a Again) States() []ReceiptState {
	switch a {
	case Missed:
		return []ReceiptState{Failed, Unreachable}
	case Doubtful:
		return []ReceiptState{Uncertain}
	case Late:
		return []ReceiptState{Freed}
	}
	return nil
}

// Lane is the way by which a receiver is reached.
type Lane int

// The lanes, in the order of their planning.
const (
	// Directory: by the platform that knows members by itself, many in one call.
	Directory Lane = iota + 1
	// Bound: by another platform, one by one.
	Bound
	// Nowhere: by none.
	Nowhere
	// Planned: there is no lane left.
	Planned
)

// ChunkSize is how many receivers are sent to in one go: the most that one call takes, or where each has a call of its own
// so many that stopping is soon and writing down seldom.
func (b *Broadcast) ChunkSize(l Lane) int {
	if l == Directory && !b.Personal() {
		return 1000
	}
	return 50
}

// ParkedFor is how long a broadcast waits for its receivers' next word: 明天停水 is not for next month.
const ParkedFor = 7 * 24 * time.Hour

// UnshownLate begins the cause of a receipt whose notice the platform did not show after all, as it said when the branches had been told of
// those whom the broadcast did not reach: they are told of it with those who have not asked for the text.
const UnshownLate = "notice, after the end: "

// ReceiptState is what became of a broadcast for one of its receivers.
type ReceiptState string

// The states of a receipt.
const (
	// Waits: it is planned and not sent.
	Waits ReceiptState = "planned"
	Sent  ReceiptState = "sent"
	// Parked: it is said with the receiver's next word.
	Parked ReceiptState = "parked"
	// Announced: it is said with the receiver's next word, and a notice has told them that it waits.
	Announced ReceiptState = "announced"
	Failed    ReceiptState = "failed"
	// Unreachable: there is no way to the receiver.
	Unreachable ReceiptState = "unreachable"
	// Uncertain: nobody knows whether it went out, and it is not sent again unless somebody decides that.
	Uncertain ReceiptState = "uncertain"
	// ByPerson: nobody knows either, and somebody decided that a person tells them.
	ByPerson ReceiptState = "by_person"
	Answered ReceiptState = "answered"
	// Held: the receiver has had as many as a week allows; a digest names it. InDigest: that is on its way.
	Held     ReceiptState = "held"
	InDigest ReceiptState = "digested"
	// Lapsed: the receiver said nothing within ParkedFor, so that it is not said to them any more.
	Lapsed ReceiptState = "lapsed"
	// Withdrawn: it was cancelled before its turn.
	Withdrawn ReceiptState = "withdrawn"
)

// ReceiptStates are all of them, in the order in which a report lists them.
var ReceiptStates = []ReceiptState{Waits, Sent, Answered, Announced, Parked, Held, InDigest, Silenced, Freed, Spared, Lapsed, Failed, Unreachable, Uncertain, ByPerson, Withdrawn}

// variables are what stands in a text for something of the receiver's.
var variables = []string{"{姓名}", "{单位}", "{岗位}"}

// Personal says whether the text differs from receiver to receiver.
func (d Details) Personal() bool {
	for _, v := range variables {
		if strings.Contains(d.Text, v) {
			return true
		}
	}
	return false
}

// For is the text as a member reads it.
func For(text string, m union.Member) string {
	return strings.NewReplacer("{姓名}", m.Name, "{单位}", m.Unit(), "{岗位}", m.Post).Replace(text)
}

// UnknownVariable finds something in braces that is no variable; "" where there is none.
func UnknownVariable(text string) string {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return ""
		}
		name, behind, ok := strings.Cut(after, "}")
		if !ok || utf8.RuneCountInString(name) > 10 || strings.ContainsAny(name, "{\n") {
			rest = after
			continue
		}
		if found := "{" + name + "}"; !strings.Contains(strings.Join(variables, ""), found) {
			return found
		}
		rest = behind
	}
}
