package platform

import (
	"errors"

	"github.com/unionbot/unionbot/bot"
)

// Letter is one message to one or several receivers of a channel.
type Letter struct {
	// Key is unique to the letter; a platform that can refuses a second one with the same key.
	Key  string
	Kind string
	To   []bot.UserID
	Out  bot.Outgoing
	// Media is the file of Out as the platform holds it; nil where there is none.
	Media *Media
	// Repeats is true where an equal text may honestly be sent again soon, so that the platform's duplicate check must
	// not drop it.
	Repeats bool
}

// Media is a file that was uploaded, to be sent within the three days that the platform keeps it. [W96484, O media]
type Media struct {
	Kind string // the platform's word: image, voice, file
	ID   string
}

// ErrNoTemplate says that the account has no template for this kind of notice.
var ErrNoTemplate = errors.New("no template for this kind of notice")
