package delivery

import (
	"context"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// fullness says how much of the pace of one person is used up, the begun item counted in.
type fullness int

const (
	open fullness = iota
	lastOne
	full
)

// paceOf is asked after the item was begun, so that two processes that write to one person at once both see it.
func (a *attempt) paceOf(ctx context.Context) fullness {
	pace := a.channel.Pace
	if pace.PerMinute == 0 {
		return open
	}
	now := a.Now()
	minute, hour, err := a.Queue.Tries(ctx, a.to, now.Add(-time.Minute), now.Add(-time.Hour))
	switch {
	case err != nil:
		a.Logger.Warn("pace not known", "row", a.item.ID, "err", err)
		return full // more than the limit would be dropped by the platform without a word
	case minute > pace.PerMinute || hour > pace.PerHour:
		return full
	case minute == pace.PerMinute || hour == pace.PerHour:
		return lastOne
	}
	return open
}

// full puts the item back that was begun and not called.
func (a *attempt) full(ctx context.Context) bot.Settlement {
	wait := minuteFull
	now := a.Now()
	if _, hour, err := a.Queue.Tries(ctx, a.to, now.Add(-time.Minute), now.Add(-time.Hour)); err == nil && hour > a.channel.Pace.PerHour {
		wait = hourFull
	}
	return bot.Settlement{
		State:   bot.ParcelAgain,
		Cause:   "this person has had all that the platform allows for now",
		RetryAt: now.Add(wait),
		Untried: true,
		Thaw:    a.frozen == nil,
	}
}

func digestText(n int) string {
	return fmt.Sprintf("您有 %d 条新消息,回复『待办』查看。", n)
}

// digest sends, in the last place that the pace leaves, one message that stands for all that wait for this person.
// Tasks are found by the word it names; the others are parked for it. ok is false when nothing else waits.
func (a *attempt) digest(ctx context.Context) (end ending, ok bool) {
	if !digestible(a.item) {
		return ending{}, false
	}
	more, err := a.Queue.ClaimLane(ctx, a.item.Lane, a.item.Lease, leaseLife)
	if err != nil {
		a.Logger.Warn("rest of a lane not claimed", "row", a.item.ID, "err", err)
	}
	a.rest = append(a.rest, more...)
	covered := []bot.Parcel{a.item}
	var others []bot.Parcel
	for _, item := range a.rest[1:] {
		if digestible(item) {
			covered = append(covered, item)
		} else {
			others = append(others, item)
		}
	}
	if len(covered) == 1 {
		return ending{}, false
	}
	call, err := a.channel.Composer.Compose(Letter{Key: a.item.Key + "/digest", Kind: kindDigest, To: []bot.UserID{a.to.User},
		Out: bot.Outgoing{Text: digestText(len(covered))}, Repeats: true})
	if err != nil {
		return settled(bot.Settlement{State: bot.ParcelFailed, Cause: "compose digest: " + err.Error()}), true
	}
	// The call is not frozen: it takes the place of the item's own, which was begun and which whoever takes the item
	// over must make.
	r := a.call(ctx, call)
	if verdict := r.Of(a.to.User); verdict != platform.Done {
		return settled(a.noDigest(ctx, verdict, r.Cause)), true
	}
	a.rest = append(a.rest[:1:1], others...)
	s := a.covered(ctx, a.item)
	s.PlatformID = r.ID
	for _, item := range covered[1:] {
		if !a.settle(ctx, item, a.covered(ctx, item)) {
			break
		}
	}
	return settled(s), true
}

// noDigest puts the item back, and the others behind it: next time they are composed for themselves.
func (a *attempt) noDigest(ctx context.Context, v platform.Verdict, cause string) bot.Settlement {
	var s bot.Settlement
	switch v {
	case platform.Slow:
		s = a.slow(ctx, cause)
	case platform.Alarm, platform.Barred, platform.Refresh:
		s = a.pause(a.channel.ID, cause)
	default:
		s = a.later(a.item, cause)
	}
	s.Thaw = true
	return s
}

// covered settles an item for which a digest has gone out.
func (a *attempt) covered(ctx context.Context, item bot.Parcel) bot.Settlement {
	if item.Kind == kindTask {
		return bot.Settlement{State: bot.ParcelSent, Cause: "in a digest"}
	}
	return a.park(ctx, item, a.to, "in a digest")
}

func digestible(item bot.Parcel) bool {
	return item.Member != 0 && item.Kind != kindCardUpdate && item.Kind != bot.ReplyParcel && item.Body.File == nil && item.Frozen == nil
}
