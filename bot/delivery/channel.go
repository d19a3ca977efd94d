package delivery

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// Letter is what a Composer writes a call for.
type Letter = platform.Letter

// Composer writes the exact call that a Sender makes. Composing the same letter twice gives the same bytes.
type Composer interface {
	Compose(l Letter) (call []byte, err error)
}

// Template composes notices that a channel lets through at any time.
type Template interface {
	// Compose fails with platform.ErrNoTemplate for a kind of notice that has none.
	Composer
	// Doubles is how long after its first try the platform finds a call for a kind of notice to be a double; 0 if it never does.
	Doubles(kind string) time.Duration
}

// Sender makes the calls that its channel's composers wrote.
type Sender interface {
	Send(ctx context.Context, call []byte) platform.Result
}

// Updater writes the call that replaces a card, by its response code.
type Updater interface {
	ComposeUpdate(to []bot.UserID, card bot.Card, code string) (call []byte, err error)
}

// Uploader puts a file at its platform, to be sent by the id that it gets there. Doing so twice is harmless.
type Uploader interface {
	UploadMedia(ctx context.Context, f bot.File, open platform.OpenFile) (platform.Media, error)
	// JudgeMedia says what an error of UploadMedia means.
	JudgeMedia(err error) platform.Verdict
}

// Telephone writes the call that rings somebody's telephone. The channel's Sender makes it.
type Telephone interface {
	ComposeRing(to bot.UserID) (call []byte, err error)
}

// Pace is how many messages one person may be sent. Zero is no limit.
type Pace struct {
	PerMinute int
	PerHour   int
}

// WeComPace is what one app may send to one member; more is dropped without a word. [W90236]
var WeComPace = Pace{PerMinute: 30, PerHour: 1000}

// Channel is one account as delivery uses it.
type Channel struct {
	ID       bot.ChannelID
	Composer Composer
	Sender   Sender
	// Offer writes choices below a text as lines that can be tapped; nil where there are none. The text is not yet Plain.
	Offer func(text string, choices []bot.Choice) string
	// Updater is nil where cards cannot be updated.
	Updater Updater
	// Uploader is nil where no files can be sent; what is said in their place goes out instead.
	Uploader Uploader
	// Telephone is nil where no telephones can be rung.
	Telephone Telephone
	// Window is nil where sending is always allowed.
	Window Window
	// Template composes what may be sent while the window is closed; nil if nothing may. It writes a nudge: the text
	// itself is parked.
	Template Template
	Pace     Pace
	// Together is how many receivers one call of the Composer takes; 0 is one.
	Together int
	// Dedupe is how long after its first try the platform finds a call to be a double; 0 if it never does.
	Dedupe time.Duration
}
