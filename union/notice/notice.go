// Package notice is what the union says unasked: one row a recipient, written in the transaction that caused it, with a
// unique key and a policy for the case that nobody knows whether it went out. It never sends: bot/delivery drains the
// rows.
package notice

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Policy says what happens to a notice whose sending was begun and never answered.
type Policy string

// The policies.
const (
	// Resend sends again: at least once. For tasks and answers.
	Resend Policy = "resend"
	// Hold does not: at most once, and the uncertain are listed. For greetings, broadcasts and money.
	Hold Policy = "hold"
)

// Kinds of notices, for pacing, templates and lists.
const (
	KindTask       = "task"        // an officer has something to decide
	KindAnswer     = "answer"      // the author hears of a case
	KindCardUpdate = "card_update" // a card shows how it was settled
	KindDraft      = "draft"       // a draft is about to expire
	KindSecurity   = "security"    // somebody tried something in the member's name
	KindPicture    = "picture"     // somebody asked to see a case's pictures
	KindPrint      = "print"       // somebody asked for a case on paper
	KindChart      = "chart"       // somebody asked for counts, and gets them drawn
	KindAnchor     = "anchor"      // an auditor keeps how long the record is
	KindCustody    = "custody"     // custodians open a name
	KindLedger     = "ledger"      // somebody asked for the ledger of a fund
	KindEntry      = "entry"       // somebody who has signed up hears of it
	KindAlarm      = "alarm"       // somebody is in danger
	KindDigest     = "digest"      // an officer reads what waits
	KindCheckup    = "checkup"     // a health check is due, was missed, or its result is there
	KindCall       = "call"        // a telephone rings for that
	KindGreeting   = "greeting"    // a birthday, a festival, years of service
	KindCare       = "care"        // an officer is asked whether somebody is to be greeted, or hears what was held
	KindTalk       = "talk"        // somebody says something in a talk between people
	KindDirectory  = "directory"   // an administrator hears of changes of the address book
	KindBroadcast  = "broadcast"   // one message to many
)

// Kinds are all of them.
var Kinds = []string{
	KindTask, KindAnswer, KindCardUpdate, KindDraft, KindSecurity, KindPicture, KindPrint, KindChart, KindAnchor, KindCustody, KindLedger, KindEntry, KindAlarm, KindCall, KindDirectory, KindCheckup, KindDigest,
	KindTalk, KindGreeting, KindCare, KindBroadcast,
}

// Unhurried says whether notices of a kind let all others go first, and share the pace of broadcasts.
func Unhurried(kind string) bool {
	return kind == KindGreeting || kind == KindDigest || kind == KindBroadcast
}

// MayBeTemplate says whether notices of a kind may go out by a template of the Official Account. Templates tell somebody of what they
// asked for or have to do: the platform takes the interface away from accounts that send wishes or campaigns by them.
func MayBeTemplate(kind string) bool {
	return kind != KindGreeting && kind != KindBroadcast
}

// Notice is one message to one member.
type Notice struct {
	// Key is unique: what, which member, which occasion. A second notice with the same key is not written.
	Key    string
	Kind   string
	Policy Policy
	To     union.MemberID
	// At is where the member is to be reached first; empty leaves that to whoever delivers.
	At union.Identity
	// Case is the case it is about, 0 if none.
	Case int64
	// Coarse keeps the moment of its cause from being read off its record: it is written down, and goes out, by the
	// full hour.
	Coarse bool
	// Unnamed keeps the recipient from being read off its record. What cannot be delivered to them now is dropped.
	Unnamed bool
	Body    Body
	// Instead is how the keys of those begin that wait and are not sent any more: this one stands in their place, and where its Body is empty nothing does.
	Instead string
	// NotBefore delays it; zero sends at once.
	NotBefore time.Time
}

// Body is what is said: a text, a card with the same in words for channels without cards, or a file with what is said
// in its place where it cannot be sent. A file without words is left out there: another notice has them.
type Body struct {
	Text string `json:"text"`
	Card *Card  `json:"card,omitempty"`
	File *File  `json:"file,omitempty"`
	// Line is shown where the text itself may not be sent, on a locked screen too; the beginning of the text if empty.
	Line string `json:"line,omitempty"`
	// Ask is a question at the end of a text, which one tap answers.
	Ask *Ask `json:"ask,omitempty"`
}

// Ask offers answers to what a text asks: as lines that can be tapped, or as a card of its own behind the text. The text
// says what to write as well, for channels that have neither.
type Ask struct {
	// Title stands on the card, which has nothing else: it is read on a locked screen.
	Title   string   `json:"title"`
	Choices []Choice `json:"choices"`
	// TaskID is that of the card.
	TaskID string `json:"task_id"`
}

// Choice is one answer. Say is what a tap says, whatever else is going on, so it has to name what it is about.
type Choice struct {
	Label string `json:"label"`
	Say   string `json:"say"`
}

// Answered is the update of its card, by TaskID, once it is answered: the text stays, and the buttons give way to one grey one.
func Answered(taskID, settled string) Body {
	return Body{Card: &Card{TaskID: taskID, Settled: settled}}
}

// File is a kept file, by the hash of its content.
type File struct {
	Hash string `json:"hash"` // SHA-256, hex
	Type string `json:"type"` // MIME
	// Name is shown where the platform shows the names of files; it has no extension.
	Name string `json:"name"`
	// Shared is true of what goes to many: it is put at the platform once, as long as the platform keeps it.
	Shared bool `json:"shared,omitempty"`
}

// Card is an interactive notice.
type Card struct {
	Source  string   `json:"source,omitempty"`
	Title   string   `json:"title"`
	Detail  string   `json:"detail,omitempty"`
	Rows    []Row    `json:"rows,omitempty"`
	Buttons []Button `json:"buttons,omitempty"`
	Menu    []Button `json:"menu,omitempty"`
	// Pick is chosen before a button is tapped; nil where there is nothing to choose.
	Pick *Pick `json:"pick,omitempty"`
	// TaskID identifies the card at the platform and ties its update to it: up to 128 of [0-9A-Za-z_-@].
	TaskID string `json:"task_id"`
	// Settled replaces the buttons by one grey button with this text.
	Settled string `json:"settled,omitempty"`
}

// Row is one line of a card.
type Row struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Pick offers one of up to ten texts. The first of them is chosen where nobody chooses.
type Pick struct {
	// Key names the question: it comes back with the place of what was chosen, from 0.
	Key     string   `json:"key"`
	Title   string   `json:"title"`
	Options []string `json:"options"`
}

// Button is a button of a card; Key comes back when it is tapped.
type Button struct {
	Text  string `json:"text"`
	Key   string `json:"key"`
	Style int    `json:"style,omitempty"`
}

// Outbox keeps notices until they are delivered.
type Outbox interface {
	// Put writes notices in the transaction of ctx. A notice whose key exists is passed over.
	Put(ctx context.Context, notices ...Notice) error
}
