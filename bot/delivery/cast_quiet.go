package delivery

import (
	"context"
	"sync"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// Notices go by an interface of their own. Where that is beyond its limit, or was taken away, whoever may be written to has their
// messages all the same, and a chunk has room for others than those who are still to be told.

// faultFor is for how long somebody may mend a configuration before those whom a notice is to tell wait for their next word instead: a
// broadcast ends, and its report says why.
const faultFor = 24 * time.Hour

// quiet is until when no notice is made on a channel, for what this process knows, and why. It is empty at first.
type quiet struct {
	mu    sync.Mutex
	until map[bot.ChannelID]time.Time
	cause map[bot.ChannelID]string
	// fault is since when each notice has met a fault of the configuration.
	fault map[bot.ChannelID]time.Time
}

// keep has no notice made until a time. With a cause those whose turn would come by then are not told at all: nobody knows when the
// platform lets notices through again. A rest that runs is not cut short, and keeps its cause.
func (q *quiet) keep(channel bot.ChannelID, now, until time.Time, cause string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.until == nil {
		q.until, q.cause = map[bot.ChannelID]time.Time{}, map[bot.ChannelID]string{}
	}
	if runs := q.until[channel]; now.Before(runs) {
		if cause == "" && q.cause[channel] != "" {
			return
		}
		if until.Before(runs) {
			until = runs
		}
	}
	q.until[channel], q.cause[channel] = until, cause
}

// faulty notes a fault of the configuration, and says whether it lasts for too long.
func (q *quiet) faulty(channel bot.ChannelID, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.fault[channel].IsZero() {
		if q.fault == nil {
			q.fault = map[bot.ChannelID]time.Time{}
		}
		q.fault[channel] = now
	}
	return now.Sub(q.fault[channel]) >= faultFor
}

// mended notes that the configuration is at no fault.
func (q *quiet) mended(channel bot.ChannelID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.fault, channel)
}

// about is until when no notice is made, and with what cause.
func (q *quiet) about(channel bot.ChannelID) (until time.Time, cause string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.until[channel], q.cause[channel]
}

// hushed deals with a verdict on a notice that is about the interface; else it is false. They have their turn again once the interface
// has, or where the platform lets none through wait for their next word.
func (p *pass) hushed(ctx context.Context, call bot.BatchCall, r platform.Result, again bool) bool {
	rest, verdict := slowFor, r.Verdict
	if verdict == platform.Alarm {
		p.Logger.ErrorContext(ctx, "notices wait for the configuration", "broadcast", p.batch.Number, "channel", string(call.Channel), "cause", r.Cause)
		if p.quiet.faulty(call.Channel, p.Now()) {
			verdict = platform.Barred
		}
	}
	switch verdict {
	case platform.Retry:
		p.slow(ctx, call, 0, r.Cause)
		rest = p.backOff()
	case platform.Unsent:
		rest = p.backOff()
	case platform.Slow, platform.Refresh, platform.Alarm:
		p.slow(ctx, call, rest, r.Cause)
		rest = max(rest, p.backOff()) // a day's limit, or what somebody has to mend, is a long one
	case platform.Barred:
		p.slow(ctx, call, rest, r.Cause)
		cause := "notice: " + r.Cause
		p.quiet.keep(call.Channel, p.Now(), p.after(rest), cause)
		p.set(call.Members, bot.Receipt{State: bot.ParcelParked, Cause: cause})
		return true
	default:
		return false
	}
	until := p.after(rest)
	p.quiet.keep(call.Channel, p.Now(), until, "")
	p.unmade(call, again)
	if !again {
		until = p.Now() // the others have their turn at once
	}
	p.laterAt(until)
	return true
}

// rests says until when a notice in doubt waits that has its turn within a rest: its double is found for longer, and the platform lets
// notices through again by then. Else ok is false.
func (p *pass) rests(call bot.BatchCall) (until time.Time, ok bool) {
	until, cause := p.quiet.about(call.Channel)
	return until, cause == "" && p.Now().Before(until) && until.Before(call.Begun.Add(p.dedupe(call)))
}

// mayTry says whether a notice in doubt may be made again now.
func (p *pass) mayTry(call bot.BatchCall) bool {
	until, _ := p.quiet.about(call.Channel)
	return !p.Now().Before(until)
}
