package bot

import (
	"context"
	"sync"
	"time"
)

// flight is one message on its way through this replica. All copies that arrive meanwhile share it.
type flight struct {
	m  Message
	ch Channel
	// owed is true when the message comes from the inbox: no callback waits for it.
	owed bool
	done chan struct{}
	// end is what the turn came to, valid once done is closed.
	end ending

	// mu guards how the reply goes out. It is held while the message is being deferred, so that a turn that is
	// committing learns whether a callback will take its reply.
	mu       sync.Mutex
	waiting  int      // callbacks that can still take the reply
	claimed  bool     // the turn is committing, or over: it is settled which way the reply goes
	deferred bool     // the callback was answered without a reply, or not at all, and the inbox owes it
	stash    *Stashed // the message as it waits in Redis, where SQL did not take it
}

// endKind is how a turn can end.
type endKind int

const (
	// endNothing: nobody answers here - the turn was fenced, or died. The copy does.
	endNothing endKind = iota
	// endMark: the message was answered long ago.
	endMark
	// endWords: the message had no effect and is not recorded; the words say so.
	endWords
	// endSaid: the reply is recorded.
	endSaid
)

// ending is what a turn came to.
type ending struct {
	kind endKind
	said said
	// collected is true when the recorded reply is marked as taken by this replica's callback.
	collected bool
	// outcome is what is counted, where the kind does not say it.
	outcome string
}

// What a turn can come to, for EngineConfig.Watch.
const (
	OutcomeAnswered = "answered"  // it had its effects
	OutcomeCopy     = "copy"      // the message was handled before
	OutcomeNoEffect = "no_effect" // a store was away or busy: the person is told, or the message comes again
	OutcomeFault    = "fault"     // a step failed, and the person was told so
	OutcomeLeft     = "left"      // another replica has it, or the next delivery will
)

// TurnOutcomes is all of them.
var TurnOutcomes = []string{OutcomeAnswered, OutcomeCopy, OutcomeNoEffect, OutcomeFault, OutcomeLeft}

func (end ending) counted() string {
	switch {
	case end.outcome != "":
		return end.outcome
	case end.kind == endMark:
		return OutcomeCopy
	case end.kind == endWords:
		return OutcomeNoEffect
	case end.kind == endSaid:
		return OutcomeAnswered
	default:
		return OutcomeLeft
	}
}

// join returns the message's flight and starts it if none is under way; false when the engine is closing.
func (e *Engine) join(ctx context.Context, m Message, ch Channel, owed bool) (*flight, bool) {
	f, flying := e.flightOf(m, ch, owed)
	if f == nil {
		return nil, false
	}
	if !owed {
		// e.mu is not held: f.mu may be taken for as long as the stores are slow to take the message down.
		f.mu.Lock()
		f.waiting++
		f.mu.Unlock()
	}
	if !flying {
		ctx := context.WithoutCancel(ctx)
		if owed {
			e.flying.Go(func() { e.keepOwning(ctx, f) })
		}
		e.runners.run(func() { e.fly(ctx, f) })
	}
	return f, true
}

// flightOf finds or registers the message's flight; nil when the engine is closing.
func (e *Engine) flightOf(m Message, ch Channel, owed bool) (f *flight, flying bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing {
		return nil, false
	}
	if f, flying = e.flights[m.ID]; !flying {
		f = &flight{m: m, ch: ch, owed: owed, done: make(chan struct{})}
		e.flights[m.ID] = f
		e.flying.Add(1)
	}
	return f, flying
}

func (e *Engine) fly(ctx context.Context, f *flight) {
	defer e.flying.Done()
	func() {
		defer e.land(f)
		ctx, cancel := context.WithTimeout(ctx, e.turnTime)
		defer cancel()
		ctx, end := e.watch(ctx, f.m.Channel, f.m.ID)
		defer func() { end(f.end.counted()) }()
		f.end = e.turn(ctx, f)
	}()
	if f.owed || f.isDeferred() {
		e.settleOwed(ctx, f)
	}
}

func (e *Engine) land(f *flight) {
	e.mu.Lock()
	delete(e.flights, f.m.ID)
	e.mu.Unlock()
	f.mu.Lock()
	f.claimed = true
	f.mu.Unlock()
	close(f.done)
}

// claim settles that the turn is about to commit. late is true when no callback may say the reply any more;
// collected, that one is there to say it. A copy's callback may say the reply to a message from the inbox only where it
// cannot be pushed: it is then the first way out, and parking the second.
func (f *flight) claim() (late, collected bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.claimed = true
	collected = f.waiting > 0
	if f.ch.Push {
		return f.owed || f.deferred, collected
	}
	return f.owed && !collected, collected
}

// mute is true of a message that no callback can say the reply to.
func (f *flight) mute() bool { return f.ch.Mute != nil && f.ch.Mute(f.m) }

func (f *flight) isDeferred() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.deferred
}

// unclaim takes that back: the commit came to nothing.
func (f *flight) unclaim() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.claimed = false
}

// answer is what a callback is told when the turn is over.
func (e *Engine) answer(ctx context.Context, f *flight) Answer {
	switch f.end.kind {
	case endMark:
		return Answer{}
	case endWords:
		switch {
		case f.owed || f.isDeferred(): // the inbox will bring it to an end, so nobody is asked to say it again
			return Answer{Hold: !f.ch.Push}
		case f.mute():
			return e.keepMute(ctx, f)
		default:
			return Answer{Text: f.end.said.Text}
		}
	case endSaid:
		if f.end.said.Late {
			return Answer{}
		}
		if !f.ch.Push && !f.end.collected {
			ok, err := e.shelf.Collect(ctx, f.m.Address, f.m.ID)
			if err == nil && !ok {
				return Answer{} // it is parked, and comes with the next reply
			}
		}
		return Answer{Text: f.end.said.Text}
	default:
		return Answer{Hold: true}
	}
}

// keepMute writes down a message of which nothing has come and that no callback can say so to, such as a tap: it is finished, and
// answered by a call, once the stores are there. Where neither takes it, the platform's next try may have more luck.
func (e *Engine) keepMute(ctx context.Context, f *flight) Answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.deferred && f.ch.Push {
		_, f.deferred = e.takeDown(ctx, f, e.clock().Add(againAfter))
	}
	return Answer{Refused: !f.deferred}
}

// claimGrace is how long a callback outstays AnswerIn for a turn that is in the middle of its commit.
const claimGrace = 350 * time.Millisecond

// late is what a callback is told when the turn is not over in time.
func (e *Engine) late(ctx context.Context, f *flight) Answer {
	f.mu.Lock()
	claimed := f.claimed
	if !claimed {
		return e.postpone(ctx, f) // unlocks
	}
	f.mu.Unlock()
	timer := time.NewTimer(claimGrace)
	defer timer.Stop()
	select {
	case <-f.done:
		return e.answer(ctx, f)
	case <-timer.C:
		// The reply is meant for a callback, so it must not go out otherwise: the platform asks again and collects it.
		return Answer{Hold: true}
	}
}

// postpone writes the message down before its callback is let go. It is called with f.mu held, and unlocks it.
func (e *Engine) postpone(ctx context.Context, f *flight) Answer {
	defer f.mu.Unlock()
	f.waiting--
	if !f.deferred {
		f.deferred = e.deferMessage(ctx, f)
	}
	switch {
	case !f.ch.Push:
		return Answer{Hold: true}
	case f.deferred:
		return Answer{}
	default:
		return Answer{Refused: true}
	}
}
