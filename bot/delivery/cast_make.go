package delivery

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// passTime is how long a chunk waits for its turns; then what is left is put back, long before its lease ends.
const passTime = 4 * time.Second

// tooLate is how long after its turn a call may still be made. Of a process that stood still all that fell due meanwhile would
// go out at once, beside what the others send.
const tooLate = 250 * time.Millisecond

// lookAgain is how long after a pause or a cancel calls may go on that were written down before.
const lookAgain = 500 * time.Millisecond

// make makes calls at the pace that the account allows. What is not made, because the platform says stop or the process
// stops, is left for later; again is true for calls of which nobody knows what came before.
func (p *pass) make(ctx context.Context, calls []bot.BatchCall, again bool) {
	var running sync.WaitGroup
	defer running.Wait()
	halt := make(chan struct{})
	stop := sync.OnceFunc(func() { close(halt) })
	over := time.After(passTime)
	looked := p.Now()
	for len(calls) > 0 {
		if (!again || calls[0].Notice) && p.Now().Sub(looked) >= lookAgain {
			looked = p.Now()
			if !p.going(ctx) {
				p.left(calls, again, 0)
				return
			}
		}
		face := faceOf(calls[0])
		alike := slices.IndexFunc(calls, func(c bot.BatchCall) bool { return faceOf(c) != face })
		if alike < 0 {
			alike = len(calls)
		}
		got, wait, gap, err := p.reserve(ctx, calls[0].Channel, face, alike)
		if err != nil {
			p.Logger.Warn("pace not known", "broadcast", p.batch.Number, "err", err)
			p.left(calls, again, firstRetry)
			return
		}
		if got == 0 && face == templates && wait > passTime {
			p.quiet.keep(calls[0].Channel, p.Now(), p.Now().Add(wait), "")
			p.left(calls, again, 0)
			return
		}
		if got == 0 {
			if !p.rest(wait, halt, over) {
				p.left(calls, again, 0)
				return
			}
			continue
		}
		first := p.Now().Add(wait)
		for i := range got {
			at := first.Add(time.Duration(i) * gap)
			on := p.rest(at.Sub(p.Now()), halt, over)
			if on && p.Now().Sub(at) > tooLate {
				got = i
				break
			}
			if !on || !p.start(ctx, &running, calls[i], again, stop, over) {
				p.left(calls[i:], again, 0)
				return
			}
		}
		calls = calls[got:]
	}
}

// going looks whether somebody has stopped the broadcast meanwhile, or changed its speed.
func (p *pass) going(ctx context.Context) bool {
	speed, ok, err := p.Queue.Going(ctx, p.batch)
	if err != nil {
		p.Logger.Warn("broadcast not read", "broadcast", p.batch.Number, "err", err)
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.batch.Speed = speed
	return ok
}

// start makes one of a bounded number of calls; ok is false if it came to be too late for that.
func (p *pass) start(ctx context.Context, running *sync.WaitGroup, call bot.BatchCall, again bool, stop func(), over <-chan time.Time) (ok bool) {
	select {
	case p.calls <- struct{}{}:
	case <-over:
		return false
	}
	if !p.Now().Before(p.until) {
		<-p.calls
		return false
	}
	running.Go(func() {
		defer func() { <-p.calls }()
		if !p.judge(ctx, call, p.channels[call.Channel].Sender.Send(ctx, call.Call), again) {
			stop()
		}
	})
	return true
}

// left puts calls back that were not made now.
func (p *pass) left(calls []bot.BatchCall, again bool, wait time.Duration) {
	for _, call := range calls {
		p.unmade(call, again)
	}
	p.later(wait)
}

// unmade notes a call that reached nobody; of one that is made again nobody knows whether an earlier try did.
func (p *pass) unmade(call bot.BatchCall, again bool) {
	if call.Behind {
		p.behindUnmade(call, "stopped")
		return
	}
	if again {
		p.doubt(call)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(call)
	p.batch.Unmade += len(call.Users)
}

// reserve takes turns for calls: of the broadcast, where it goes slower than it might, and of the account.
func (p *pass) reserve(ctx context.Context, channel bot.ChannelID, face string, want int) (got int, wait, gap time.Duration, err error) {
	if p.batch.Speed >= fullSpeed {
		return p.Throttle.Reserve(ctx, channel, face, p.PerSecond, want)
	}
	rate := p.PerSecond * float64(p.batch.Speed) / fullSpeed
	got, wait, _, err = p.Throttle.Reserve(ctx, channel, strconv.FormatInt(p.batch.Broadcast, 36), rate, 1)
	if err != nil || got == 0 {
		return 0, wait, 0, err
	}
	got, first, _, err := p.Throttle.Reserve(ctx, channel, face, p.PerSecond, 1)
	return got, max(wait, first), 0, err
}

// fullSpeed is all of the allowed rate, in per cent.
const fullSpeed = 100

// rest waits; ok is false if the process stops meanwhile, the pass or its lease is over, or halt is closed.
func (p *pass) rest(wait time.Duration, halt <-chan struct{}, over <-chan time.Time) (ok bool) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-halt:
		return false
	case <-p.stop.Done():
		return false
	case <-over:
		return false
	case <-timer.C:
		return p.Now().Before(p.until)
	}
}

// judge turns the platform's verdict into receipts; goOn is false when no other call should be made now.
func (p *pass) judge(ctx context.Context, call bot.BatchCall, r platform.Result, again bool) (goOn bool) {
	if call.Notice && p.hushed(ctx, call, r, again) {
		return r.Verdict == platform.Retry
	}
	if call.Behind {
		return p.behindCame(ctx, call, r)
	}
	unsent := func(wait time.Duration, goOn bool) bool {
		p.unmade(call, again)
		p.later(wait)
		return goOn
	}
	switch r.Verdict {
	case platform.Retry:
		p.slow(ctx, call, 0, r.Cause)
		return unsent(p.backOff(), true)
	case platform.Lost: // the file that goes in place of the words
		p.forgetFile(ctx, call.Channel)
		return unsent(p.backOff(), false)
	case platform.Unsent:
		return unsent(p.backOff(), true)
	case platform.Slow, platform.Alarm, platform.Barred, platform.Refresh:
		p.slow(ctx, call, slowFor, r.Cause)
		p.set(call.Members, bot.Receipt{Cause: r.Cause}) // they wait, and this is why
		return unsent(slowFor, false)
	}
	switch {
	case r.Verdict == platform.Unknown && p.dedupe(call) > 0:
		p.doubt(call)
		p.later(p.backOff())
	case call.Notice:
		p.noticed(ctx, call, r)
	default:
		p.came(ctx, call, r, again)
	}
	return true
}

// came notes what came of a call that the platform has answered for good.
func (p *pass) came(ctx context.Context, call bot.BatchCall, r platform.Result, again bool) {
	switch r.Verdict {
	case platform.Done, platform.Drop:
		p.each(call, r)
	case platform.Closed:
		p.closed(ctx, call)
	case platform.Unknown:
		p.set(call.Members, bot.Receipt{State: bot.ParcelUncertain, Cause: r.Cause})
	default: // Shorten, Used, Fault
		p.Logger.Error("broadcast refused", "broadcast", p.batch.Number, "channel", string(call.Channel), "cause", r.Cause)
		state := bot.ParcelFailed
		if again { // an earlier try may have arrived
			state = bot.ParcelUncertain
		}
		p.set(call.Members, bot.Receipt{State: state, Cause: r.Cause})
	}
}

// each notes what the platform said of each recipient of a call.
func (p *pass) each(call bot.BatchCall, r platform.Result) {
	for i, user := range call.Users {
		receipt := bot.Receipt{State: bot.ParcelSent}
		if r.Of(user) != platform.Done {
			receipt = bot.Receipt{State: bot.ParcelUnreachable, Cause: r.Cause}
		} else {
			p.hasWords(call.Channel, call.Members[i], user)
		}
		p.set(call.Members[i:i+1], receipt)
	}
}

// shut remembers that the platform lets nobody write to somebody now. told is true of whom a notice tells that something waits, when
// they have their turn again.
func (p *pass) shut(ctx context.Context, id bot.ChannelID, to bot.Recipient) (told bool) {
	channel := p.channels[id]
	if channel.Window == nil {
		return false
	}
	if err := channel.Window.Shut(ctx, to.At); err != nil {
		p.Logger.Warn("window not shut", "channel", string(id), "err", err)
		return false
	}
	_, told = p.notice(channel, to)
	return told
}

// closed parks what the platform does not let through now.
func (p *pass) closed(ctx context.Context, call bot.BatchCall) {
	for i, member := range call.Members {
		for _, to := range p.batch.To {
			if to.Member != member {
				continue
			}
			if p.shut(ctx, call.Channel, to) {
				continue
			}
			if err := p.park(ctx, to, ""); err != nil {
				p.set(call.Members[i:i+1], bot.Receipt{State: bot.ParcelFailed, Cause: "not parked: " + err.Error()})
			}
		}
	}
}

func (p *pass) slow(ctx context.Context, call bot.BatchCall, rest time.Duration, cause string) {
	p.Logger.Warn("broadcasts go slower", "channel", string(call.Channel), "interface", faceOf(call), "cause", cause)
	if _, err := p.Throttle.Slow(ctx, call.Channel, faceOf(call), rest); err != nil {
		p.Logger.Warn("pace not lowered", "channel", string(call.Channel), "err", err)
	}
}
