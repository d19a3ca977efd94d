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

// quiet is until when no notice is made on a channel, for what this process knows, and why. It is empty at first.
type quiet struct {
	mu    sync.Mutex
	until map[bot.ChannelID]time.Time
	cause map[bot.ChannelID]string
}

// keep has no notice made until a time. With a cause those whose turn would come by then are not told at all: nobody knows when the
// platform lets notices through again.
func (q *quiet) keep(channel bot.ChannelID, until time.Time, cause string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.until == nil {
		q.until, q.cause = map[bot.ChannelID]time.Time{}, map[bot.ChannelID]string{}
	}
	q.until[channel], q.cause[channel] = until, cause
}

// about is until when no notice is made, and with what cause.
func (q *quiet) about(channel bot.ChannelID) (until time.Time, cause string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.until[channel], q.cause[channel]
}

// holds says whether no notice is made now.
func (q *quiet) holds(channel bot.ChannelID, now time.Time) bool {
	until, _ := q.about(channel)
	return now.Before(until)
}

// hushed deals with a verdict on a notice that is about the interface; else it is false. They have their turn again once the interface
// has, or where the platform lets none through wait for their next word.
func (p *pass) hushed(ctx context.Context, call bot.BatchCall, r platform.Result, again bool) bool {
	rest := slowFor
	switch r.Verdict {
	case platform.Retry:
		p.slow(ctx, call, 0, r.Cause)
		rest = p.backOff()
	case platform.Unsent:
		rest = p.backOff()
	case platform.Slow, platform.Refresh:
		p.slow(ctx, call, rest, r.Cause)
		rest = max(rest, p.backOff()) // a day's limit is a long one
	case platform.Alarm:
		p.slow(ctx, call, rest, r.Cause)
		cause := "notice: " + r.Cause
		p.quiet.keep(call.Channel, p.after(rest), cause)
		p.set(call.Members, bot.Receipt{State: bot.ParcelParked, Cause: cause})
		return true
	default:
		return false
	}
	p.quiet.keep(call.Channel, p.after(rest), "")
	p.unmade(call, again)
	if !again {
		rest = 0 // the others have their turn at once
	}
	p.later(rest)
	return true
}
