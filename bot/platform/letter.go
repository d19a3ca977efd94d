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
	// Repeats is true where an equal text may honestly be sent again soon, so that the platform's duplicate check must
	// not drop it.
	Repeats bool
}

// ErrNoTemplate says that the account has no template for this kind of notice.
var ErrNoTemplate = errors.New("no template for this kind of notice")
