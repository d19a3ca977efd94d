package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

const (
	// pollFirst and pollLast bound how often a waiting message asks for its turn.
	pollFirst = 5 * time.Millisecond
	pollLast  = 40 * time.Millisecond
	// conflictTries is how often a step runs when the database reports a deadlock or a lock time-out.
	conflictTries = 3
	// copyAge is how long copies get the same reply.
	copyAge = time.Minute
)

// tenure is one holding of an identity's turn.
type tenure struct {
	e       *Engine
	f       *flight
	nonce   string
	fence   Fence
	session []byte // as stored; nil if none is
	parked  int64
	saved   bool // Redis has the outcome
}

// turn takes the message through its turn. It may end by runtime.Goexit in a test that lets it die.
func (e *Engine) turn(ctx context.Context, f *flight) ending {
	nonce := e.nonce()
	grant, err := e.begin(ctx, f.m, nonce)
	if err != nil {
		return e.noTurn(ctx, f, err)
	}
	if grant.Unreadable != nil {
		e.log.Error("stored session or reply cannot be read", "channel", f.m.Channel, "err", grant.Unreadable)
	}
	if grant.Verdict == Done {
		return e.copyOf(ctx, f, grant.Reply)
	}
	t := &tenure{e: e, f: f, nonce: nonce, fence: grant.Fence, session: grant.Session, parked: grant.Parked}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer t.renew(ctx, cancel)()
	if end, over := t.resolve(ctx, grant); over {
		return end
	}
	open := e.ledger.Open
	for range conflictTries {
		if end, over := t.attempt(ctx, open); over {
			return end
		}
		open = e.ledger.Reopen
	}
	return t.giveUp(ctx, wordsStay)
}

// begin asks for the turn until it is ours, or the message turns out to be done.
func (e *Engine) begin(ctx context.Context, m Message, nonce string) (Grant, error) {
	wait := pollFirst
	for {
		grant, err := e.turns.Begin(ctx, m.Address, m.ID, nonce)
		if err != nil || grant.Verdict == Run || grant.Verdict == Done {
			return grant, err
		}
		if !pause(ctx, wait) {
			return Grant{}, ctx.Err()
		}
		wait = min(2*wait, pollLast)
	}
}

// pause waits; it is false when ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// noTurn answers when the turn could not be had. A confirmation is kept, for what a person has confirmed is not asked
// for again.
func (e *Engine) noTurn(ctx context.Context, f *flight, err error) ending {
	if ctx.Err() != nil {
		return ending{} // TurnTime passed behind other messages
	}
	e.log.Warn("no turn for a message", "channel", f.m.Channel, "err", err)
	confirms := f.m.Kind == KindText && ParseCommand(f.m.Text).Word == WordConfirm
	if confirms && !f.owed && e.writeDown(ctx, f.m, e.clock()) == nil {
		return ending{kind: endWords, said: said{Text: wordsKept}}
	}
	return e.sorry(f.m, nil, wordsBusy)
}

// copyOf answers a copy of a message that is done.
func (e *Engine) copyOf(ctx context.Context, f *flight, recorded []byte) ending {
	if recorded == nil && f.owed {
		record, _, err := e.ledger.Lookup(ctx, f.m.ID)
		if err != nil {
			return ending{}
		}
		recorded = record.Reply
	}
	if recorded == nil {
		return ending{kind: endMark}
	}
	reply, err := decodeSaid(recorded)
	if err != nil {
		e.log.Error("recorded reply cannot be read", "channel", f.m.Channel, "err", err)
		return ending{kind: endMark}
	}
	return ending{kind: endSaid, said: reply, outcome: OutcomeCopy}
}

// renew extends the lease of a turn that is slow, until the returned function is called. When the turn has been taken
// over, it ends the turn's context.
func (t *tenure) renew(ctx context.Context, cancel context.CancelCauseFunc) (stop func()) {
	stopped := make(chan struct{})
	timer := time.AfterFunc(t.e.renewEvery, func() {
		ticker := time.NewTicker(t.e.renewEvery)
		defer ticker.Stop()
		for {
			ok, err := t.e.turns.Renew(ctx, t.f.m.Address, t.nonce)
			if err == nil && !ok {
				cancel(ErrFenced)
				return
			}
			select {
			case <-stopped:
				return
			case <-ticker.C:
			}
		}
	})
	return func() {
		timer.Stop()
		close(stopped)
	}
}

// resolve settles the turns that were left open before this one. over is true when the message itself turns out to be
// done, or when they cannot be settled now.
func (t *tenure) resolve(ctx context.Context, grant Grant) (end ending, over bool) {
	var others, own []Open
	for _, o := range grant.Open {
		if o.Message == t.f.m.ID {
			own = []Open{o}
		} else {
			others = append(others, o)
		}
	}
	newest := grant.SessionFence
	records, err := t.void(ctx, others, t.fence)
	for _, r := range records {
		if err == nil {
			err = t.e.turns.Repair(ctx, t.f.m.Address, t.nonce, t.fresh(r), false)
		}
		if r.Fence > newest && r.Session != nil {
			newest, t.session = r.Fence, r.Session
		}
	}
	if err == nil {
		// An earlier try at this very message may only be stalled. One fence below ours keeps it from committing,
		// and not us: else it could come between what our step reads and what it says.
		records, err = t.void(ctx, own, t.fence-1)
		if len(records) > 0 {
			return t.repeat(ctx, records[0]), true
		}
	}
	if err != nil {
		if end, over = t.failed(ctx, err); !over {
			t.e.log.Warn("an earlier turn keeps its locks", "channel", t.f.m.Channel, "err", err)
			end = t.giveUp(ctx, wordsStay)
		}
		return end, true
	}
	return ending{}, false
}

// void asks more than once, for a predecessor in the middle of its transaction keeps the row until the lock time-out.
func (t *tenure) void(ctx context.Context, open []Open, fence Fence) (records []Record, err error) {
	if len(open) == 0 {
		return nil, nil
	}
	for range conflictTries {
		records, err = t.e.ledger.Void(ctx, open, fence)
		if !errors.Is(err, ErrConflict) {
			return records, err
		}
	}
	return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// fresh leaves of a record that is too old for copies only the mark.
func (t *tenure) fresh(r Record) Record {
	if t.e.clock().Sub(r.At) > copyAge {
		r.Reply = nil
	}
	return r
}

// opener is Ledger.Open or Ledger.Reopen.
type opener func(context.Context, MessageID, Fence) (context.Context, Work)

// attempt runs the step once and commits. over is false when it should run again from the start.
func (t *tenure) attempt(ctx context.Context, open opener) (end ending, over bool) {
	turnCtx, work := open(ctx, t.f.m.ID, t.fence)
	defer work.Rollback()
	in := Input{Message: t.f.m, Fresh: t.session == nil, Push: t.f.ch.Push, Now: t.e.now()}
	if t.session != nil {
		var err error
		if in.Session, err = decodeSession(t.session); err != nil {
			t.e.log.Error("stored session cannot be read", "channel", t.f.m.Channel, "err", err)
			in.Session, in.Fresh = Session{}, true
		}
	}
	var parked []string
	told := int64(0)
	if (t.parked > 0 || in.Fresh) && answers(t.f.m.Kind) {
		texts, err := work.TakeParked(ctx, t.f.m.Address)
		switch {
		case err == nil:
			parked, told = texts, t.parked
			in.Stirred = told > 0
			if len(texts) > 0 {
				in.Waits = WaitsSaid
			}
		case errors.Is(err, ErrUnavailable):
			in.Waits = WaitsUnknown
		default:
			work.Rollback()
			return t.failed(ctx, err)
		}
	}
	out, err := t.e.step(turnCtx, in)
	if record, found := work.Handled(); found {
		err = &HandledError{Record: record}
	}
	if err != nil {
		work.Rollback()
		return t.failed(ctx, err)
	}
	return t.commit(ctx, work, out, parked, told)
}

// answers is false of what a platform reports by itself: it takes no words in answer to that, or shows them to nobody.
func answers(k Kind) bool { return k != KindEvent && k != KindUnfollow && k != KindContact }

// step runs the Router and makes an error of its panic.
func (e *Engine) step(ctx context.Context, in Input) (out Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			// The value may quote what a person wrote; where it happened does not.
			err = fmt.Errorf("step panicked with %T\n%s", p, debug.Stack())
		}
	}()
	return e.router.Turn(ctx, in)
}
