package delivery

import (
	"context"
	"slices"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// refusals are what the same call will be answered by again.
var refusals = []platform.Verdict{platform.Drop, platform.Closed, platform.Shorten, platform.Lost, platform.Invalid, platform.Fault}

// judge turns the platform's verdict into what becomes of the item.
func (a *attempt) judge(ctx context.Context, r platform.Result) ending {
	verdict := r.Of(a.to.User)
	if a.item.Doubtful && slices.Contains(refusals, verdict) { // an earlier try may have arrived
		return settled(bot.Settlement{State: bot.ParcelUncertain, Cause: r.Cause})
	}
	switch verdict {
	case platform.Done:
		return settled(a.done(ctx, r))
	case platform.Drop:
		return unreachable(r.Cause)
	case platform.Closed:
		return a.closed(ctx, r)
	case platform.Retry:
		a.slower(ctx, 0)
		return settled(a.later(a.item, r.Cause))
	case platform.Unsent:
		return settled(a.later(a.item, r.Cause))
	case platform.Slow:
		return settled(a.slow(ctx, r.Cause))
	case platform.Alarm, platform.Barred, platform.Refresh:
		a.Logger.Error("channel cannot send, see its configuration", "channel", string(a.to.Channel), "cause", r.Cause)
		return settled(a.pause(a.channel.ID, r.Cause))
	case platform.Unknown:
		if a.item.Hold && a.channel.Dedupe == 0 {
			return settled(bot.Settlement{State: bot.ParcelUncertain, Cause: r.Cause})
		}
		s := a.later(a.item, r.Cause)
		s.Doubt = a.item.Hold // as long as the platform finds doubles it is made again, to the byte
		return settled(s)
	default: // Shorten, Used, Invalid, Lost, Fault
		return a.refused(ctx, r)
	}
}

func (a *attempt) done(ctx context.Context, r platform.Result) bot.Settlement {
	card := a.item.Body.Card
	switch {
	case a.item.Kind == kindCardUpdate && a.code != "":
		if err := a.Cards.Spent(ctx, card.TaskID, a.to, a.code); err != nil {
			a.Logger.Warn("response code not marked as spent", "row", a.item.ID, "err", err)
		}
	case card != nil && (a.item.Kind != kindCardUpdate || r.ResponseCode != ""): // which only a card that was sent has
		if err := a.Cards.Shown(ctx, card.TaskID, a.to, r.ResponseCode, a.Now()); err != nil {
			a.Logger.Warn("card not recorded, it cannot be updated", "row", a.item.ID, "err", err)
		}
	}
	return bot.Settlement{State: bot.ParcelSent, PlatformID: r.ID}
}

// closed remembers that the window is shut. A call that used it up in vain is parked like one that never began.
func (a *attempt) closed(ctx context.Context, r platform.Result) ending {
	if a.channel.Window == nil {
		return unreachable(r.Cause)
	}
	if err := a.channel.Window.Shut(ctx, a.to); err != nil {
		a.Logger.Warn("window not shut", "channel", string(a.to.Channel), "err", err)
	}
	return a.nudge(ctx)
}

// refused deals with a call that the platform would refuse again: it is mended if that is possible.
func (a *attempt) refused(ctx context.Context, r platform.Result) ending {
	call := a.frozen
	tried := call != nil // an earlier try may have arrived
	a.frozen = nil
	card := a.item.Body.Card
	verdict := r.Of(a.to.User)
	switch {
	case verdict == platform.Used && tried:
		return settled(a.done(ctx, platform.Result{Verdict: platform.Done}))
	case verdict == platform.Invalid && tried && a.updates(ctx, call): // refused for its code, which it has used up
		return settled(a.done(ctx, platform.Result{Verdict: platform.Done}))
	case a.item.Kind == kindCardUpdate && card != nil && (a.code != "" || a.anew || tried):
		a.Logger.Warn("card not updated", "row", a.item.ID, "anew", a.anew, "cause", r.Cause)
		return a.insteadOfUpdate(ctx)
	case verdict == platform.Shorten && a.shorten():
		return a.compose(ctx, a.channel.Composer, a.item.Body)
	case card != nil && card.Fallback != "":
		a.Logger.Error("card refused, the words go out instead", "row", a.item.ID, "cause", r.Cause)
		a.item.Body = bot.Outgoing{Text: card.Fallback}
		return a.compose(ctx, a.channel.Composer, a.item.Body)
	case verdict == platform.Lost && a.item.Body.File != nil && a.again:
		return a.uploadAnew(ctx)
	case a.item.Body.File != nil:
		return a.insteadOfFile(ctx, r.Cause)
	}
	return settled(bot.Settlement{State: bot.ParcelFailed, Cause: r.Cause})
}

// shortest is the least to which a text is cut that the platform finds too long.
const shortest = 256

// shorten halves the text; ok is false if it is short already.
func (a *attempt) shorten() (ok bool) {
	text := words(a.item.Body)
	if len(text) < shortest {
		return false
	}
	a.item.Body = bot.Outgoing{Text: platform.CutBytes(text, len(text)/2), Rendered: a.item.Body.Rendered}
	return true
}
