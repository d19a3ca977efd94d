package delivery

import (
	"context"
	"errors"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// Whom the platform lets nobody write to now is told by a notice that something waits, where a broadcast is of a kind that notices
// are for. The text itself is parked before, whatever becomes of the notice: so no receipt is ever uncertain for it.

// notice composes the call that tells somebody that something waits; ok is false where there is no notice for it.
func (p *pass) notice(channel *Channel, to bot.Recipient) (call bot.BatchCall, ok bool) {
	if p.batch.Notice == "" || channel.Template == nil {
		return call, false
	}
	body, err := channel.Template.Compose(Letter{Key: "cast/" + p.batch.Number, Kind: p.batch.Notice, To: []bot.UserID{to.At.User}, Out: bot.Outgoing{Line: to.Line}})
	if err != nil {
		if !errors.Is(err, platform.ErrNoTemplate) {
			p.Logger.Error("notice cannot be composed", "broadcast", p.batch.Number, "channel", string(channel.ID), "err", err)
		}
		return call, false
	}
	return bot.BatchCall{Channel: channel.ID, Members: []int64{to.Member}, Users: []bot.UserID{to.At.User}, Call: body, Notice: true, Begun: p.Now()}, true
}

// forget has those have their turn again whose notices were not made: until then they count as waiting for their next word.
func (p *pass) forget(notices ...bot.BatchCall) {
	for _, call := range notices {
		if call.Notice {
			delete(p.receipts, call.Members[0])
		}
	}
}

// dedupe is how long after its first try the platform finds a call to be a double.
func (p *pass) dedupe(call bot.BatchCall) time.Duration {
	channel := p.channels[call.Channel]
	if call.Notice && channel.Template != nil {
		return channel.Template.Doubles(p.batch.Notice)
	}
	if call.Notice {
		return 0
	}
	return channel.Dedupe
}

// faceOf names the interface by which a call goes, which has a pace of its own.
func faceOf(call bot.BatchCall) string {
	if call.Notice {
		return templates
	}
	return ""
}

// noticed notes what the platform said of a notice; what it tells of waits in any case, unless there is no way to the person.
func (p *pass) noticed(ctx context.Context, call bot.BatchCall, r platform.Result) {
	p.quiet.mended(call.Channel)
	receipt := bot.Receipt{State: bot.ParcelParked, Cause: "notice: " + r.Cause}
	switch r.Of(call.Users[0]) {
	case platform.Done:
		receipt = bot.Receipt{State: bot.ParcelAnnounced, Notice: r.ID}
	case platform.Drop:
		receipt = bot.Receipt{State: bot.ParcelUnreachable, Cause: r.Cause}
	case platform.Closed: // refused, or not subscribed to
	default:
		p.Logger.ErrorContext(ctx, "notice refused", "broadcast", p.batch.Number, "channel", string(call.Channel), "cause", r.Cause)
	}
	p.set(call.Members, receipt)
}
