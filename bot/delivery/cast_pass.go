package delivery

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

const (
	// oneByOne is how many calls are begun together where the platform has no check for doubles: so many are uncertain if the
	// process dies.
	oneByOne = 5
	// spared is how many of the messages that a person may be sent within a minute, and within an hour, broadcasts leave to what
	// is begun at the same moment: the platform drops what is beyond without a word. [W90236]
	spared = 5
	// kindBroadcast is the kind of broadcasts, as union/notice names it.
	kindBroadcast = "broadcast"
)

// pass is one try of a chunk.
type pass struct {
	*Caster
	batch bot.Batch
	stop  context.Context
	// until is when its lease ends: whoever wakes up later makes no call any more, for another may have.
	until time.Time

	mu       sync.Mutex
	receipts map[int64]bot.Receipt
	doubtful []bot.BatchCall
	// written are the calls that were written down last.
	written []bot.BatchCall
	again   time.Time
	// worded are who has the words, and is to have the file behind them; lost is true once the platform has not that file any more.
	worded []bot.Recipient
	lost   bool
	// media is the file as the platform has it, or bare why the words go out without it; of neither it is asked again after putAgain.
	media    *platform.Media
	bare     string
	putAgain time.Duration
	// crowded are who waits by themselves, the first of them until free: the others of the chunk do not wait with them.
	crowded map[int64]bool
	free    time.Time
}

// set notes what became of recipients.
func (p *pass) set(members []int64, r bot.Receipt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range members {
		p.receipts[m] = r
	}
}

// later has those who are left wait.
func (p *pass) later(wait time.Duration) {
	p.laterAt(p.after(wait))
}

// laterAt has them wait until a time.
func (p *pass) laterAt(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.again.Before(at) {
		p.again = at
	}
}

// after is when a wait ends, a little later each time.
func (p *pass) after(wait time.Duration) time.Time {
	return p.Now().Add(wait + time.Duration(p.Jitter()*float64(wait)/4))
}

// doubt keeps a call of which nobody knows what came.
func (p *pass) doubt(call bot.BatchCall) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(call)
	p.doubtful = append(p.doubtful, call)
}

// backOff is how long a chunk waits that was tried in vain, the longer the more often.
func (p *pass) backOff() time.Duration {
	return min(lastRetry, firstRetry<<min(p.batch.Attempts, 8))
}

func (p *pass) run(ctx context.Context) {
	if p.written = p.batch.Doubtful; len(p.written) > 0 {
		p.resolve(ctx)
	} else {
		p.send(ctx)
	}
	p.sendBehind(ctx)
	if len(p.doubtful) == 0 && p.again.IsZero() {
		switch {
		case p.isLeft(func(m int64) bool { return !p.crowded[m] }):
			p.again = p.Now() // the others have their turn at once
		case p.isLeft(func(int64) bool { return true }):
			p.again = p.free
		}
	}
	p.settle(ctx)
}

// isLeft says whether nothing has become of somebody of whom more is true. Of a call that was made again more may hear than are
// waiting.
func (p *pass) isLeft(and func(member int64) bool) bool {
	return slices.ContainsFunc(p.batch.To, func(to bot.Recipient) bool {
		return p.receipts[to.Member].State == "" && and(to.Member)
	})
}

// resolve makes calls again of which nobody knows what came, as long as the platform itself finds doubles. Later they stay
// uncertain.
func (p *pass) resolve(ctx context.Context) {
	waiting := map[int64]bool{}
	for _, to := range p.batch.To {
		waiting[to.Member] = true
	}
	var again []bot.BatchCall
	going := p.going(ctx)
	for _, call := range p.batch.Doubtful {
		open, silent := false, false
		for _, m := range call.Members {
			open, silent = open || waiting[m], silent || slices.Contains(p.batch.Silent, m)
		}
		found := !silent && p.channels[call.Channel] != nil && p.Now().Sub(call.Begun) < p.dedupe(call)
		rest, rests := p.rests(call)
		switch {
		case !open:
		case found && (!call.Notice || going && p.mayTry(call)):
			if !call.Behind && !call.Notice && !p.batch.Alone && !p.fetch(ctx, p.channels[call.Channel]) {
				p.doubt(call)
				continue
			}
			again = append(again, call)
		case found && going && rests:
			p.doubt(call)
			p.laterAt(rest)
		case call.Behind: // they have the words
			p.set(call.Members, withoutFile("nobody knows whether it arrived"))
		case call.Notice: // what it tells of waits in any case
			p.set(call.Members, bot.Receipt{State: bot.ParcelParked, Cause: "nobody knows of the notice"})
		default:
			p.set(call.Members, bot.Receipt{State: bot.ParcelUncertain, Cause: "call began and was never settled"})
		}
	}
	p.make(ctx, again, true)
}

// send writes to those whose turn it is, on one channel: what is begun on another is another pass.
func (p *pass) send(ctx context.Context) {
	var list []bot.Recipient
	for _, to := range p.batch.To {
		switch {
		case p.channels[to.At.Channel] == nil || to.At.User == "":
			p.set([]int64{to.Member}, bot.Receipt{State: bot.ParcelUnreachable, Cause: "no address"})
		case len(list) == 0 || to.At.Channel == list[0].At.Channel:
			list = append(list, to)
		}
	}
	if len(list) == 0 {
		return
	}
	if err := p.sendOn(ctx, p.channels[list[0].At.Channel], list); err != nil {
		p.Logger.Warn("chunk not sent", "broadcast", p.batch.Number, "chunk", p.batch.ID, "err", err)
		p.later(p.backOff())
	}
}

func (p *pass) sendOn(ctx context.Context, channel *Channel, list []bot.Recipient) error {
	list, err := p.withoutCrowded(ctx, channel, list)
	if err != nil || len(list) == 0 || !p.fetch(ctx, channel) {
		return err
	}
	var notices []bot.BatchCall
	if channel.Window != nil {
		if list, notices, err = p.withWindow(ctx, channel, list); err != nil {
			return err
		}
	}
	if p.batch.Room >= 0 {
		list = list[:min(len(list), p.batch.Room/p.messages())] // the others wait for tomorrow
	}
	if channel.Dedupe == 0 {
		list = list[:min(len(list), oneByOne)]
	}
	calls := append(p.compose(channel, list, p.alone()), notices...)
	if len(calls) == 0 {
		return nil
	}
	begins := p.Now()
	switch err := p.Queue.Begin(ctx, p.batch, calls, castLease); {
	case errors.Is(err, bot.ErrStopped), errors.Is(err, bot.ErrDayFull):
		p.forget(notices...)
		p.later(0)
		return nil
	case err != nil:
		p.forget(notices...)
		return err
	}
	p.until, p.written = begins.Add(castLease), calls
	p.make(ctx, calls, false)
	return nil
}

// wait leaves somebody out until a time: the others of the chunk do not wait with them.
func (p *pass) wait(member int64, until time.Time) {
	if len(p.crowded) == 0 {
		p.crowded, p.free = map[int64]bool{}, until
	}
	if until.Before(p.free) {
		p.free = until
	}
	p.crowded[member] = true
}

// withoutCrowded leaves out for a while who was written to so often that the platform may drop one more.
func (p *pass) withoutCrowded(ctx context.Context, channel *Channel, list []bot.Recipient) ([]bot.Recipient, error) {
	if channel.Pace.PerMinute == 0 {
		return list, nil
	}
	most := bot.Tries{InMinute: channel.Pace.PerMinute - spared, InHour: channel.Pace.PerHour - spared}
	busy, err := p.Queue.Busy(ctx, p.batch, list, most)
	if err != nil || len(busy) == 0 {
		return list, err
	}
	kept := list[:0:0]
	for _, to := range list {
		tries, crowded := busy[to.Member]
		if !crowded {
			kept = append(kept, to)
			continue
		}
		wait := minuteFull
		if tries.InHour >= most.InHour {
			wait = hourFull
		}
		p.wait(to.Member, p.after(wait))
	}
	if len(kept) == 0 { // nothing can be begun before, whoever else is left
		p.again = p.free
	}
	return kept, nil
}

// withWindow parks for their next word what may not be sent to people now, and returns some of those who may be written to, and calls
// that tell some of the others that something waits.
func (p *pass) withWindow(ctx context.Context, channel *Channel, list []bot.Recipient) (open []bot.Recipient, notices []bot.BatchCall, err error) {
	for _, to := range list {
		if len(open)+len(notices) == oneByOne {
			break
		}
		ok, err := channel.Window.Take(ctx, to.At)
		if err != nil {
			return nil, nil, err
		}
		if ok {
			free, err := p.Parking.TakeBack(ctx, bot.CastKey(p.batch.Number, to.Member))
			if err != nil {
				return nil, nil, err
			}
			if free {
				open = append(open, to)
			} else { // whoever says it notes that too, and may be about to
				p.set([]int64{to.Member}, bot.Receipt{State: bot.ParcelSent})
			}
			continue
		}
		call, composed := p.notice(channel, to)
		until, cause := p.quiet.about(channel.ID)
		silent := composed && p.Now().Before(until)
		if !silent {
			cause = ""
		}
		if err := p.park(ctx, to, cause); err != nil {
			return nil, nil, err
		}
		switch {
		case silent && cause == "":
			p.forget(call)
			p.wait(to.Member, until)
		case composed && !silent:
			notices = append(notices, call)
		}
	}
	return open, notices, nil
}

func (p *pass) park(ctx context.Context, to bot.Recipient, cause string) error {
	if err := p.Parking.Put(ctx, to.At, bot.CastKey(p.batch.Number, to.Member), bot.Plain(to.Text)); err != nil {
		return err
	}
	if err := p.Flag.Park(ctx, to.At); err != nil {
		return err
	}
	p.set([]int64{to.Member}, bot.Receipt{State: bot.ParcelParked, Cause: cause})
	return nil
}

// compose writes the calls: one for all who read the same, where the platform takes that, else one each.
func (p *pass) compose(channel *Channel, list []bot.Recipient, media *platform.Media) (calls []bot.BatchCall) {
	size := 1
	if (p.batch.Same || media != nil) && channel.Together > 1 {
		size = channel.Together
	}
	for len(list) > 0 {
		some := list[:min(size, len(list))]
		list = list[len(some):]
		call := bot.BatchCall{Channel: channel.ID, Begun: p.Now()}
		for _, to := range some {
			call.Members, call.Users = append(call.Members, to.Member), append(call.Users, to.At.User)
		}
		body, err := channel.Composer.Compose(Letter{Key: "cast/" + p.batch.Number, Kind: kindBroadcast, To: call.Users, Out: bot.Outgoing{Text: some[0].Text}, Media: media})
		if err != nil {
			p.set(call.Members, bot.Receipt{State: bot.ParcelFailed, Cause: "compose: " + err.Error()})
			continue
		}
		call.Call = body
		calls = append(calls, call)
	}
	return calls
}

// settle writes down what the pass came to.
func (p *pass) settle(ctx context.Context) {
	var err error
	for try := range settleTries {
		if try > 0 {
			time.Sleep(settleWait)
		}
		if err = p.Queue.Settle(ctx, p.batch, p.receipts, p.doubtful, p.again); err == nil {
			counts := map[bot.ParcelState]int{}
			for _, r := range p.receipts {
				if r.State != "" {
					counts[r.State]++
				}
			}
			for state, n := range counts {
				p.Settled(state, n)
			}
			return
		}
		if errors.Is(err, bot.ErrLeaseLost) {
			break
		}
	}
	p.Logger.Warn("chunk not settled", "broadcast", p.batch.Number, "chunk", p.batch.ID, "err", err)
}
