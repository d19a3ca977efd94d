package delivery

import (
	"context"
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
		if !again && p.Now().Sub(looked) >= lookAgain {
			looked = p.Now()
			if !p.going(ctx) {
				p.left(calls, again, 0)
				return
			}
		}
		got, wait, gap, err := p.reserve(ctx, calls[0].Channel, len(calls))
		if err != nil {
			p.Logger.Warn("pace not known", "broadcast", p.batch.Number, "err", err)
			p.left(calls, again, firstRetry)
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
	if again {
		p.doubt(call)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.batch.Unmade += len(call.Users)
}

// reserve takes turns for calls: of the broadcast, where it goes slower than it might, and of the account.
func (p *pass) reserve(ctx context.Context, channel bot.ChannelID, want int) (got int, wait, gap time.Duration, err error) {
	if p.batch.Speed >= fullSpeed {
		return p.Throttle.Reserve(ctx, channel, "", p.PerSecond, want)
	}
	rate := p.PerSecond * float64(p.batch.Speed) / fullSpeed
	got, wait, _, err = p.Throttle.Reserve(ctx, channel, strconv.FormatInt(p.batch.Broadcast, 36), rate, 1)
	if err != nil || got == 0 {
		return 0, wait, 0, err
	}
	got, first, _, err := p.Throttle.Reserve(ctx, channel, "", p.PerSecond, 1)
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
	unsent := func(wait time.Duration, goOn bool) bool {
		p.unmade(call, again)
		p.later(wait)
		return goOn
	}
	switch r.Verdict {
	case platform.Done, platform.Drop:
		p.each(call, r)
	case platform.Closed:
		p.closed(ctx, call)
	case platform.Unsent:
		return unsent(p.backOff(), true)
	case platform.Retry:
		p.slow(ctx, call.Channel, 0, r.Cause)
		return unsent(p.backOff(), true)
	case platform.Slow, platform.Alarm, platform.Refresh:
		p.slow(ctx, call.Channel, slowFor, r.Cause)
		return unsent(slowFor, false)
	case platform.Unknown:
		if p.channels[call.Channel].Dedupe > 0 {
			p.doubt(call)
			p.later(p.backOff())
		} else {
			p.set(call.Members, bot.Receipt{State: bot.ParcelUncertain, Cause: r.Cause})
		}
	default: // Shorten, Used, Fault
		p.Logger.Error("broadcast refused", "broadcast", p.batch.Number, "channel", string(call.Channel), "cause", r.Cause)
		state := bot.ParcelFailed
		if again { // an earlier try may have arrived
			state = bot.ParcelUncertain
		}
		p.set(call.Members, bot.Receipt{State: state, Cause: r.Cause})
	}
	return true
}

// each notes what the platform said of each recipient of a call.
func (p *pass) each(call bot.BatchCall, r platform.Result) {
	for i, user := range call.Users {
		receipt := bot.Receipt{State: bot.ParcelSent}
		if r.Of(user) != platform.Done {
			receipt = bot.Receipt{State: bot.ParcelUnreachable, Cause: r.Cause}
		}
		p.set(call.Members[i:i+1], receipt)
	}
}

// closed parks what the platform does not let through now.
func (p *pass) closed(ctx context.Context, call bot.BatchCall) {
	for i, member := range call.Members {
		for _, to := range p.batch.To {
			if to.Member != member {
				continue
			}
			if window := p.channels[call.Channel].Window; window != nil {
				if err := window.Shut(ctx, to.At); err != nil {
					p.Logger.Warn("window not shut", "channel", string(call.Channel), "err", err)
				}
			}
			if err := p.park(ctx, to); err != nil {
				p.set(call.Members[i:i+1], bot.Receipt{State: bot.ParcelFailed, Cause: "not parked: " + err.Error()})
			}
		}
	}
}

func (p *pass) slow(ctx context.Context, channel bot.ChannelID, rest time.Duration, cause string) {
	p.Logger.Warn("broadcasts go slower", "channel", string(channel), "cause", cause)
	if _, err := p.Throttle.Slow(ctx, channel, "", rest); err != nil {
		p.Logger.Warn("pace not lowered", "channel", string(channel), "err", err)
	}
}
