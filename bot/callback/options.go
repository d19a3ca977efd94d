package callback

import (
	"crypto/rand"
	"io"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// The reasons for a refusal that do not come from wxcrypt.
const (
	BadMethod   wxcrypt.Refusal = "method"
	BadBody     wxcrypt.Refusal = "body" // too large, or broken off
	BadTime     wxcrypt.Refusal = "time"
	BadEnvelope wxcrypt.Refusal = "envelope" // not an xml document with an Encrypt element
	BadMode     wxcrypt.Refusal = "mode"     // not encrypted though a key is configured, or the reverse
)

// What a callback that was not refused came to, for Options.Count.
const (
	OutcomeEcho       = "echo"
	OutcomeReplied    = "replied"
	OutcomeSilent     = "silent"
	OutcomeHeld       = "held"
	OutcomeNotStored  = "not_stored"
	OutcomeReplyError = "reply_error"
)

// Defaults of Options.
const (
	DefaultMaxBody = 64 << 10 // real callbacks have less than 2 KB
	DefaultWindow  = 10 * time.Minute
	// DefaultHold is a little more than the 5 seconds after which the platforms hang up and ask again.
	DefaultHold = 5500 * time.Millisecond
)

// Options are the settings of a webhook that both platforms have. The zero value is ready to use.
type Options struct {
	// Now is the real clock, on which the age of a callback is measured; time.Now if nil.
	Now func() time.Time
	// Window is how far the platform's timestamp may lie before or after Now; DefaultWindow if 0.
	Window time.Duration
	// MaxBody is the largest body in bytes; DefaultMaxBody if 0.
	MaxBody int64
	// Hold is for how long after arrival a callback that must not be answered is kept open; DefaultHold if 0.
	Hold time.Duration
	// Random is where nonces and salts come from; crypto/rand.Reader if nil.
	Random io.Reader
	// Count is called once a callback with its outcome: one of the Outcome constants, or "refused_" and the reason. It
	// may be nil and must be safe for concurrent use.
	Count func(channel bot.ChannelID, outcome string)
	// Logger gets what an operator can mend; nil logs nothing.
	Logger *slog.Logger
}

// WithDefaults returns the options with nothing left empty.
func (o Options) WithDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Window == 0 {
		o.Window = DefaultWindow
	}
	if o.MaxBody == 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.Hold == 0 {
		o.Hold = DefaultHold
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Count == nil {
		o.Count = func(bot.ChannelID, string) {}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
