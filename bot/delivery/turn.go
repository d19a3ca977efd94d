package delivery

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// templates is the interface of an account by which templates go out; messages go by the one without a name. Each has a limit of its
// own at the platform, and so a pace of its own.
const templates = "template"

// turnTime is how long an item waits for its turn; then it is put back, long before its lease ends.
const turnTime = 4 * time.Second

// turn waits until a call may be made that is not urgent: such calls share the pace of broadcasts, over all replicas. ok is false
// where the item has to be put back.
func (a *attempt) turn(ctx context.Context) (back ending, ok bool) {
	if !a.unhurried || a.Throttle == nil || a.turned {
		return ending{}, true
	}
	for left := turnTime; ; {
		got, wait, _, err := a.Throttle.Reserve(ctx, a.channel.ID, a.face, a.PerSecond, 1)
		if err != nil {
			a.Logger.Warn("pace not known", "row", a.item.ID, "err", err)
			got, wait, left = 0, firstRetry, 0
		}
		if got > 0 {
			a.turned = a.sleep(wait)
		}
		if got > 0 && a.turned {
			return ending{}, true
		}
		if left -= wait; got > 0 || left < 0 || !a.sleep(wait) {
			a.idle.Store(true)
			return settled(bot.Settlement{State: bot.ParcelAgain, Cause: "waits for its turn", RetryAt: a.Now().Add(wait)}), false
		}
	}
}

// sleep is false if the process stops meanwhile.
func (a *attempt) sleep(wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-a.stopping:
		return false
	case <-timer.C:
		return true
	}
}

// slow deals with a frequency limit of an interface: what is not urgent rests, on every replica, and the urgent goes on. Only where
// that was not enough the whole channel rests.
func (a *attempt) slow(ctx context.Context, cause string) bot.Settlement {
	a.Logger.Warn("frequency limit", "channel", string(a.to.Channel), "interface", a.face, "cause", cause)
	began, ok := a.slower(ctx, slowFor)
	switch {
	case !ok:
	case a.unhurried:
		return bot.Settlement{State: bot.ParcelAgain, Cause: cause, RetryAt: a.Now().Add(slowFor)}
	case began:
		return a.later(a.item, cause)
	}
	return a.pause(a.channel.ID, cause)
}

// slower lets what is not urgent rest, and go on at half its pace; ok is false where there is no pace.
func (a *attempt) slower(ctx context.Context, rest time.Duration) (began, ok bool) {
	if a.Throttle == nil {
		return false, false
	}
	began, err := a.Throttle.Slow(ctx, a.channel.ID, a.face, rest)
	if err != nil {
		a.Logger.Warn("pace not lowered", "channel", string(a.to.Channel), "err", err)
	}
	return began, err == nil
}
