package delivery

import (
	"context"
	"errors"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// attempt is an item on its way to one address.
type attempt struct {
	*lane
	item    bot.Parcel
	channel *Channel
	to      bot.Address
	// frozen is the call of an earlier try to this address, nil if there was none.
	frozen []byte
	// code is the response code that the call uses up.
	code string
	// anew is true once a new card was tried in place of an update.
	anew bool
	// media is the item's file once it was uploaded.
	media *platform.Media
	// again is true of a media that was uploaded for an earlier item: the platform may have lost it.
	again bool
	// unbegun is what becomes of an item that could not be begun.
	unbegun ending
	// nudged is true once a template was tried.
	nudged bool
	// face names the interface that is called, "" the one for messages; turned is true while the item has its turn there.
	face   string
	turned bool
}

// ending is what an attempt came to.
type ending struct {
	bot.Settlement
	// next is true when another address may be tried.
	next bool
	// closed is true when this address may be written to only after the person's next word.
	closed bool
}

func settled(s bot.Settlement) ending { return ending{Settlement: s} }

// give up on this address; cause is what is listed if no other one is left.
func unreachable(cause string) ending {
	return ending{Settlement: bot.Settlement{State: bot.ParcelFailed, Cause: "unreachable: " + cause}, next: true}
}

func (a *attempt) run(ctx context.Context) ending {
	if until := a.pauses.get(a.channel.ID); a.Now().Before(until) {
		return settled(bot.Settlement{State: bot.ParcelAgain, Cause: "channel is paused", RetryAt: until})
	}
	switch {
	case a.frozen != nil && a.item.Kind != kindCall:
		return a.send(ctx, a.frozen)
	case a.item.Kind == kindCall:
		return a.ring(ctx)
	case a.item.Kind == kindCardUpdate && a.item.Body.Card != nil:
		return a.update(ctx)
	case a.item.Body.File != nil:
		return a.sendFile(ctx)
	case wordless(a.item.Body) && a.channel.Updater == nil:
		return ending{Settlement: bot.Settlement{State: bot.ParcelSent, Cause: "no cards here, and its words went out before"}}
	default:
		return a.write(ctx, a.item.Body)
	}
}

// write composes and sends a message, or the template that may stand in for it while the window is closed.
func (a *attempt) write(ctx context.Context, out bot.Outgoing) ending {
	if a.channel.Window != nil {
		// A message that is taken of the window and then has to wait is lost, one that waits for its turn in vain is none.
		if a.unhurried {
			if n, _, known, err := a.channel.Window.Left(ctx, a.to); err == nil && known && n == 0 {
				return a.nudge(ctx)
			}
			if back, ok := a.turn(ctx); !ok {
				return back
			}
		}
		open, err := a.channel.Window.Take(ctx, a.to)
		if err != nil {
			a.Logger.Warn("window not known, the platform decides", "channel", string(a.to.Channel), "err", err)
		} else if !open {
			return a.nudge(ctx)
		}
	}
	return a.compose(ctx, a.channel.Composer, a.channel.offered(out))
}

func (a *attempt) compose(ctx context.Context, c Composer, out bot.Outgoing) ending {
	call, err := c.Compose(Letter{
		Key:     a.item.Key,
		Kind:    a.item.Kind,
		To:      []bot.UserID{a.to.User},
		Out:     out,
		Media:   a.media,
		Repeats: a.item.Kind == bot.ReplyParcel,
	})
	if err != nil {
		return settled(bot.Settlement{State: bot.ParcelFailed, Cause: "compose: " + err.Error()})
	}
	return a.send(ctx, call)
}

// nudge sends the template that is allowed while the window is closed. The text itself is parked in any case, for a
// template shows a line of it at most.
func (a *attempt) nudge(ctx context.Context) ending {
	if a.item.Body.File != nil && a.item.Body.Text == "" { // what cannot be said is not parked
		return settled(bot.Settlement{State: bot.ParcelFailed, Cause: "file not sent: the window is closed"})
	}
	if a.channel.Template == nil || a.item.Kind == bot.ReplyParcel || a.nudged {
		return ending{next: true, closed: true}
	}
	a.nudged = true
	call, err := a.channel.Template.Compose(Letter{Key: a.item.Key, Kind: a.item.Kind, To: []bot.UserID{a.to.User}, Out: a.item.Body})
	if err == nil {
		a.face, a.turned = templates, false
		if back, ok := a.turn(ctx); !ok {
			return back
		}
	}
	if s := a.park(ctx, a.item, a.to, "parked"); s.State != bot.ParcelParked {
		return settled(s)
	}
	if errors.Is(err, platform.ErrNoTemplate) {
		return ending{next: true, closed: true}
	}
	if err != nil {
		a.Logger.Error("template cannot be composed", "channel", string(a.to.Channel), "row", a.item.ID, "err", err)
		return ending{next: true, closed: true}
	}
	end := a.send(ctx, call)
	switch end.State {
	case bot.ParcelSent, bot.ParcelUncertain: // the words wait in any case
		end.State, end.Cause = bot.ParcelParked, "announced by a template"
	case bot.ParcelAgain: // frozen it would be taken for the words themselves
		end.Thaw = true
	case bot.ParcelFailed: // only the announcement did
		a.Logger.Error("template refused", "channel", string(a.to.Channel), "kind", a.item.Kind, "cause", end.Cause)
		return ending{next: true, closed: true}
	}
	return end
}

// send waits for its turn, begins the call, keeps the pace, makes the call and judges its result.
func (a *attempt) send(ctx context.Context, call []byte) ending {
	if back, ok := a.turn(ctx); !ok {
		return back
	}
	a.turned = false // it is used up
	if !a.begin(ctx, call) {
		return a.unbegun
	}
	switch a.paceOf(ctx) {
	case full:
		return settled(a.full(ctx))
	case lastOne:
		if end, ok := a.digest(ctx); ok {
			return end
		}
	}
	return a.judge(ctx, a.call(ctx, call))
}

// lost ends an attempt whose item is not ours any more, or is left until its lease runs out.
var lost = ending{}

// begin freezes the call; ok is false when it must not be made.
func (a *attempt) begin(ctx context.Context, call []byte) (ok bool) {
	err := a.Queue.Begin(ctx, a.item, a.to, call, leaseLife)
	a.unbegun = lost
	if errors.Is(err, bot.ErrAside) { // nobody takes it back
		a.unbegun = settled(bot.Settlement{State: bot.ParcelAgain, Cause: "kept back", RetryAt: a.Now().Add(asideFor), Aside: true})
		return false
	}
	if errors.Is(err, bot.ErrStopped) { // whoever stopped it takes it back soon
		a.unbegun = settled(bot.Settlement{State: bot.ParcelAgain, Cause: "kept back", RetryAt: a.Now().Add(slowFor)})
		return false
	}
	if errors.Is(err, bot.ErrRead) {
		a.unbegun = settled(bot.Settlement{State: bot.ParcelSent, Cause: "read with a word"})
		return false
	}
	if err != nil {
		a.Logger.Warn("call not begun", "row", a.item.ID, "err", err)
		return false
	}
	a.item.Attempts++
	return true
}

// call makes one of a bounded number of calls.
func (a *attempt) call(ctx context.Context, call []byte) platform.Result {
	a.calls <- struct{}{}
	defer func() { <-a.calls }()
	return a.channel.Sender.Send(ctx, call)
}
