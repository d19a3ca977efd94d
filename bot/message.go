package bot

import (
	"strconv"
	"time"
)

// Identifiers are opaque: only the channel that minted one may take it apart. They are stored, so their format is
// a promise.
type (
	// ChannelID names one account on one platform: "wecom:1000002", "officialaccount:gh_3f2a".
	ChannelID string
	// UserID is a person's id on a channel. WeCom ids arrive lower-cased, for the platform compares them so.
	UserID string
	// MessageID is what makes two deliveries the same message: the platform's MsgId, or for an event the sender,
	// the time, the event and every key the event carries. It includes the channel.
	MessageID string
)

// Address is where a person is reached: an identity on a channel.
type Address struct {
	Channel ChannelID `json:"channel"`
	User    UserID    `json:"user"`
}

// Kind says what a message is.
type Kind string

// The kinds of messages. What a platform sends beyond them arrives as KindUnknown, or as KindEvent with its name.
const (
	KindText     Kind = "text"
	KindImage    Kind = "image"
	KindVoice    Kind = "voice"
	KindVideo    Kind = "video"
	KindFile     Kind = "file"
	KindLocation Kind = "location"
	KindLink     Kind = "link"
	// KindFollow and KindUnfollow are a person's wish on the Official Account; on WeCom they say that the person
	// entered or left the app's visible range.
	KindFollow   Kind = "follow"
	KindUnfollow Kind = "unfollow"
	KindEnter    Kind = "enter"   // the chat was opened; can be very frequent
	KindMenu     Kind = "menu"    // a menu entry was tapped; Key says which
	KindTap      Kind = "tap"     // a button or menu of a card was tapped; Tap says which
	KindScan     Kind = "scan"    // a QR code with a scene was scanned; Key is the scene
	KindContact  Kind = "contact" // the platform's address book has changed; Contact says how
	KindEvent    Kind = "event"   // any other event; Event is its name as the platform writes it
	KindUnknown  Kind = "unknown"
)

// Message is something that arrived. It is stored as JSON in the inbox, so its field names are kept.
type Message struct {
	ID      MessageID `json:"id"`
	Address `json:"address"`
	Kind    Kind `json:"kind"`
	// Text is what the person wrote, or the platform's recognition of a voice message.
	Text     string    `json:"text,omitempty"`
	Event    string    `json:"event,omitempty"`
	Key      string    `json:"key,omitempty"`
	Media    *Media    `json:"media,omitempty"`
	Location *Location `json:"location,omitempty"`
	Link     *Link     `json:"link,omitempty"`
	Tap      *Tap      `json:"tap,omitempty"`
	Contact  *Contact  `json:"contact,omitempty"`
	// Unshown are notices of ours that the platform had taken, and then did not show.
	Unshown []Unshown `json:"unshown,omitempty"`
	// Question is the question of a Reply whose line was tapped, where the channel shows choices as such lines; 0 for what
	// was written.
	Question uint32 `json:"question,omitempty"`
	// SentAt is the platform's clock, with the precision of a second.
	SentAt time.Time `json:"sent_at"`
	// Raw is the decrypted body of a message that could not be understood; empty otherwise.
	Raw []byte `json:"raw,omitempty"`
}

// Unshown is a notice that the platform had taken, by the id that it gave then, and did not show.
type Unshown struct {
	ID    string `json:"id"`
	Cause string `json:"cause"`
	// Template is by which template it went, where the platform says that, and Kind what we send by that.
	Template string `json:"template,omitempty"`
	Kind     string `json:"kind,omitempty"`
}

// Media is a file at the platform, which keeps it for three days.
type Media struct {
	ID     string `json:"id"`
	Format string `json:"format,omitempty"` // of voice: amr, speex
	Name   string `json:"name,omitempty"`   // of a file
}

// Location is a place that was sent, in degrees.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Label     string  `json:"label,omitempty"`
}

// Link is a shared page. Its URL is the sender's text and is never fetched.
type Link struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
}

// Contact is a change of the platform's address book. Which fields are filled depends on what the platform lets an app know.
type Contact struct {
	// Change is what has changed, as the platform writes it: delete_user.
	Change string `json:"change"`
	User   UserID `json:"user,omitempty"`
	// NewUser is the id to which User was renamed.
	NewUser UserID `json:"new_user,omitempty"`
	// Departments are the numbers of the user's departments, joined by commas.
	Departments string `json:"departments,omitempty"`
	// Party is the number of a department.
	Party string `json:"party,omitempty"`
}

// Tap is a press on a card's button or on an entry of its menu.
type Tap struct {
	TaskID string `json:"task_id"`
	Key    string `json:"key"`
	// ResponseCode updates the card once, within 72 hours.
	ResponseCode string `json:"response_code,omitempty"`
	// Selected holds the chosen option ids by question key.
	Selected map[string][]string `json:"selected,omitempty"`
}

// Picked is the place of what was chosen of a card's pick; 0, which is the first, where nothing was.
func (t *Tap) Picked(key string) int {
	if t == nil || len(t.Selected[key]) != 1 {
		return 0
	}
	n, err := strconv.Atoi(t.Selected[key][0])
	if err != nil {
		return 0
	}
	return max(0, n)
}
