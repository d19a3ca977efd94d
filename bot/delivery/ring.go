package delivery

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// kindCall is the kind of a notice that rings a telephone, as union/notice names it.
const kindCall = "call"

// ringFor is how long after its cause a telephone may still ring: somebody who is rung later is rung for nothing, and by
// then the next one is.
const ringFor = 2 * time.Minute

// ring rings the person's telephone. A call that may have rung is not made again, and one that cannot be made holds nothing
// else up: the message that says the same has gone out before it.
func (a *attempt) ring(ctx context.Context) ending {
	switch {
	case a.channel.Telephone == nil:
		return unreachable("no telephone on this channel")
	case a.Now().Sub(a.item.Created) > ringFor:
		return settled(bot.Settlement{State: bot.ParcelFailed, Cause: "too late to ring"})
	case a.frozen != nil: // begun, and nobody knows whether it rang
		return settled(bot.Settlement{State: bot.ParcelUncertain, Cause: "may have rung"})
	}
	call, err := a.channel.Telephone.ComposeRing(a.to.User)
	if err != nil {
		return settled(bot.Settlement{State: bot.ParcelFailed, Cause: "compose: " + err.Error()})
	}
	if !a.begin(ctx, call) {
		return lost
	}
	r := a.call(ctx, call)
	switch r.Of(a.to.User) {
	case platform.Done:
		return settled(bot.Settlement{State: bot.ParcelSent, PlatformID: r.ID})
	case platform.Drop:
		return unreachable(r.Cause)
	case platform.Unknown:
		return settled(bot.Settlement{State: bot.ParcelUncertain, Cause: r.Cause})
	}
	a.Logger.Error("telephone not rung", "channel", string(a.to.Channel), "row", a.item.ID, "cause", r.Cause)
	return settled(bot.Settlement{State: bot.ParcelFailed, Cause: r.Cause})
}
