package simulator

import "time"

// Side is where a line of a chat stands.
type Side string

// The sides of a chat.
const (
	Mine   Side = "mine"   // said or done by the person
	Bot    Side = "bot"    // said by the bot
	System Side = "system" // a grey line of the platform
)

// Kind says what a line of a chat is.
type Kind string

// The kinds of lines.
const (
	Text     Kind = "text"
	Picture  Kind = "picture"
	Voice    Kind = "voice"
	Video    Kind = "video"
	File     Kind = "file"
	Location Kind = "location"
	Cards    Kind = "card"     // a template card
	News     Kind = "news"     // one or more articles; a text card has one
	Template Kind = "template" // an Official Account's template message
	Markdown Kind = "markdown"
	Event    Kind = "event"  // something done rather than said: a tap, a follow
	Notice   Kind = "notice" // the platform's own words
)

// State is how far something said has come.
type State string

// The states of a line on its way to the bot, and of one from it.
const (
	Queued    State = "queued"    // waits for its turn, or deliveries are paused
	Sending   State = "sending"   // posted, not answered yet
	Retrying  State = "retrying"  // a try failed, the next is due
	Delivered State = "delivered" // answered with 200
	Failed    State = "failed"    // all tries failed
	Dropped   State = "dropped"   // sent by the bot, but the platform did not show it
)

// Entry is one line of a chat, as its phone shows it.
type Entry struct {
	ID     int64     `json:"id"`
	Person string    `json:"person"`
	At     time.Time `json:"at"`
	Side   Side      `json:"side"`
	Kind   Kind      `json:"kind"`
	Text   string    `json:"text,omitempty"`
	// Media is the id of a picture, voice, video or file.
	Media    string    `json:"media,omitempty"`
	Place    *Place    `json:"place,omitempty"`
	Card     *Card     `json:"card,omitempty"`
	Articles []Article `json:"articles,omitempty"`
	// Passive is true of an answer in the callback's response, false of a message sent by a call.
	Passive bool `json:"passive,omitempty"`

	State State `json:"state,omitempty"`
	// Try counts the deliveries of something said, from 1; Copies the extra ones that were asked for.
	Try    int `json:"try,omitempty"`
	Copies int `json:"copies,omitempty"`
	// Note says why something was dropped, cut or refused, in the words of the people before the phones.
	Note string `json:"note,omitempty"`

	msgID    string    // by which the bot can recall it
	callback *callback // what told the bot of it
}

// Place is a location, in degrees.
type Place struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Label     string  `json:"label"`
}

// Article is one entry of a news message.
type Article struct {
	Title       string `json:"title" xml:"Title"`
	Description string `json:"description" xml:"Description"`
	URL         string `json:"url" xml:"Url"`
	PicURL      string `json:"picurl,omitempty" xml:"PicUrl"`
}

// chat is one person's phone.
type chat struct {
	person    Person
	following bool
	entries   []*Entry

	queue   []*callback // not yet on their way
	busy    int         // on their way
	leaving bool        // somebody sends the queue

	window window         // of customer-service messages, Official Account
	allows map[string]int // subscription notices that may be sent, by template, Official Account
	pace   pace           // of app messages, WeCom
}

func (c *chat) entry(id int64) *Entry {
	for _, e := range c.entries {
		if e.ID == id {
			return e
		}
	}
	return nil
}
