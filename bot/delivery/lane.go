package delivery

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// settleTries and settleWait bound how long a settlement is tried that the database does not take. After that the
// lease runs out, and the row's policy decides what an unknown outcome means.
const (
	settleTries = 5
	settleWait  = 200 * time.Millisecond
)

// lane is the items of one recipient that one claim took.
type lane struct {
	*Deliverer
	*stream
	rest []bot.Parcel // the first is the one being delivered
	// stopping is closed when the process stops: what can be begun again elsewhere is broken off.
	stopping <-chan struct{}
}

// deliverLane delivers items one after the other. An item that has to wait holds back those behind it, unless
// it is put aside.
func (d *Deliverer) deliverLane(stop context.Context, s *stream, items []bot.Parcel) {
	ctx := context.WithoutCancel(stop) // a call that has begun is finished and settled
	l := &lane{Deliverer: d, stream: s, rest: items, stopping: stop.Done()}
	for len(l.rest) > 0 {
		if stop.Err() != nil {
			l.putBack(ctx, d.Now())
			return
		}
		item := l.rest[0]
		settlement := l.deliver(ctx, item)
		l.rest = l.rest[1:]
		if !l.settle(ctx, item, settlement) {
			return
		}
		if settlement.State == bot.ParcelAgain && !settlement.Aside {
			l.putBack(ctx, settlement.RetryAt)
			return
		}
	}
}

// putBack settles the items that were not begun, to be claimed again.
func (l *lane) putBack(ctx context.Context, at time.Time) {
	for _, item := range l.rest {
		if !l.settle(ctx, item, bot.Settlement{State: bot.ParcelAgain, RetryAt: at}) {
			return
		}
	}
	l.rest = nil
}

// settle records what became of an item; ok is false when the lease is lost, so that the lane is another's now.
func (l *lane) settle(ctx context.Context, item bot.Parcel, s bot.Settlement) (ok bool) {
	if s.State == "" { // lost
		return false
	}
	if s.State == bot.ParcelFailed || s.State == bot.ParcelUncertain {
		l.Logger.Error("message not delivered", "row", item.ID, "kind", item.Kind, "state", string(s.State), "cause", s.Cause)
	}
	var err error
	for try := range settleTries {
		if try > 0 {
			time.Sleep(settleWait)
		}
		if err = l.Queue.Settle(ctx, item, s); err == nil {
			l.Settled(item, s.State)
			return true
		}
		if errors.Is(err, bot.ErrLeaseLost) {
			break
		}
	}
	l.Logger.Warn("outbox row not settled", "row", item.ID, "state", string(s.State), "err", err)
	return false
}

// deliver finds where an item goes and sends it there, or to the next address if the first cannot be reached.
func (l *lane) deliver(ctx context.Context, item bot.Parcel) bot.Settlement {
	ctx, end := l.Watch(ctx, item.Kind)
	defer end()
	if l.Now().Sub(item.Created) > giveUpAfter && item.Attempts > 0 {
		state := bot.ParcelFailed
		if item.Doubtful { // an earlier try may have arrived
			state = bot.ParcelUncertain
		}
		return bot.Settlement{State: state, Cause: "given up after " + giveUpAfter.String()}
	}
	addresses, err := l.addresses(ctx, item)
	if err != nil {
		return l.later(item, "addresses not read: "+err.Error())
	}
	result := bot.Settlement{State: bot.ParcelFailed, Cause: "unreachable"}
	var closed *bot.Address
	for _, to := range addresses {
		channel, ok := l.channels[to.Channel]
		if !ok {
			continue
		}
		a := attempt{lane: l, item: item, channel: channel, to: to}
		if item.Frozen != nil && item.To == to {
			a.frozen = item.Frozen
		}
		end := a.run(ctx)
		switch {
		case end.closed:
			closed = &to
		case !end.next:
			return end.Settlement
		case end.Cause != "":
			result = end.Settlement
		}
	}
	if closed != nil {
		return l.park(ctx, item, *closed, "waits for the person's next word")
	}
	return result
}

// addresses returns where the item may go; the one to which a call was frozen, or which was asked for, comes first.
func (l *lane) addresses(ctx context.Context, item bot.Parcel) ([]bot.Address, error) {
	if item.Member == 0 {
		return []bot.Address{item.To}, nil
	}
	found, err := l.Directory.Reach(ctx, item.Member)
	if err != nil || item.To == (bot.Address{}) || item.Frozen == nil && !slices.Contains(found, item.To) {
		return found, err
	}
	addresses := []bot.Address{item.To}
	for _, a := range found {
		if a != item.To {
			addresses = append(addresses, a)
		}
	}
	return addresses, nil
}

// park keeps the item's words for the person's next word on that channel.
func (l *lane) park(ctx context.Context, item bot.Parcel, to bot.Address, cause string) bot.Settlement {
	if item.Unnamed {
		return bot.Settlement{State: bot.ParcelFailed, Cause: "not reachable now, and not parked"}
	}
	if wordless(item.Body) {
		return bot.Settlement{State: bot.ParcelSent, Cause: "its words went out before"}
	}
	out := l.channels[to.Channel].offered(item.Body)
	text := words(out)
	if !out.Rendered {
		text = bot.Plain(text) // it becomes part of a reply, in which links are let through
	}
	if err := l.Parking.Put(ctx, to, item.Key, text); err != nil {
		return l.later(item, "not parked: "+err.Error())
	}
	if err := l.Flag.Park(ctx, to); err != nil {
		return l.later(item, "parked without its flag: "+err.Error())
	}
	return bot.Settlement{State: bot.ParcelParked, Cause: cause}
}

// words is what is said, for where there are no cards.
func words(out bot.Outgoing) string {
	if out.Card != nil && out.Card.Fallback != "" {
		return out.Card.Fallback
	}
	if out.Card != nil && out.Text == "" {
		return out.Card.Title
	}
	return out.Text
}

// wordless says that a card has no words of its own, for the text before it has them.
func wordless(out bot.Outgoing) bool {
	return out.Card != nil && out.Card.Fallback == "" && out.Text == ""
}

// offered writes the choices below the text, where the channel has lines for that.
func (c *Channel) offered(out bot.Outgoing) bot.Outgoing {
	if c == nil || c.Offer == nil || len(out.Choices) == 0 || out.Rendered {
		return out
	}
	return bot.Outgoing{Text: c.Offer(out.Text, out.Choices), Line: out.Line, Rendered: true}
}
