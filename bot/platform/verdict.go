package platform

import (
	"errors"

	"github.com/unionbot/unionbot/bot"
)

// Verdict says what becomes of a call, or of one of its receivers.
type Verdict string

// The verdicts.
const (
	// Done: the platform took it.
	Done Verdict = "done"
	// Drop: this receiver cannot be reached on this channel, now or later.
	Drop Verdict = "drop"
	// Closed: the platform lets us write to this receiver only after the next word from there.
	Closed Verdict = "closed"
	// Retry: the platform is busy; nothing was sent.
	Retry Verdict = "retry"
	// Slow: a frequency limit; the whole channel waits for at least a minute.
	Slow Verdict = "slow"
	// Refresh: the token is no longer good. What comes to a caller has been refreshed once already.
	Refresh Verdict = "refresh"
	// Alarm: the configuration is wrong for every call of this channel; nothing was sent.
	Alarm Verdict = "alarm"
	// Barred: the platform lets this account not use this interface, and nobody knows when it does again; nothing was sent.
	Barred Verdict = "barred"
	// Shorten: the content is too long.
	Shorten Verdict = "shorten"
	// Used: the card's task_id has been used: by an earlier try of the same call, or by another card.
	Used Verdict = "used"
	// Invalid: an argument is not valid: of an update that may be the code by which it replaces a card, once it is used.
	Invalid Verdict = "invalid"
	// Lost: the platform has not, or not any more, the file that the call names.
	Lost Verdict = "lost"
	// Fault: this call is wrong and would be refused again.
	Fault Verdict = "fault"
	// Unsent: the request did not reach the platform.
	Unsent Verdict = "unsent"
	// Unknown: the request may have reached the platform.
	Unknown Verdict = "unknown"
)

// Table says what an errcode means. A code that it lacks is a Fault.
type Table map[int]Verdict

// Judge says what a call's error means; nil is Done.
func (t Table) Judge(err error) Verdict {
	var refused *Error
	var outage *Outage
	switch {
	case err == nil:
		return Done
	case errors.As(err, &outage):
		if outage.Unsent {
			return Unsent
		}
		return Unknown
	case errors.As(err, &refused):
		if v, ok := t[refused.Code]; ok {
			return v
		}
		return Fault
	default:
		return Unknown
	}
}

// Result is what became of a message that was sent.
type Result struct {
	Verdict Verdict
	// Cause is the platform's reason or the outage, for lists and logs; it holds no secret.
	Cause string
	// ID is the platform's id of the message, if it gave one.
	ID string
	// ResponseCode updates the card that was sent, once, within 72 hours. [W94945]
	ResponseCode string
	// Refused holds the receivers for which the verdict is another than the call's.
	Refused map[bot.UserID]Verdict
}

// Of returns the verdict for one of the receivers.
func (r Result) Of(user bot.UserID) Verdict {
	if v, ok := r.Refused[user]; ok {
		return v
	}
	return r.Verdict
}

// Failed is the Result of a call that came to nothing.
func (t Table) Failed(err error) Result { return Result{Verdict: t.Judge(err), Cause: err.Error()} }
