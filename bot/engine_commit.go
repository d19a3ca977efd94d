package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	// saveTime is how long a session that is nowhere else is tried to be saved; the last try may take as long again.
	saveTime  = 500 * time.Millisecond
	savePause = 100 * time.Millisecond
	// unknownTime is how long the database is asked what became of a commit: a little over its lock time-out.
	unknownTime = 4 * time.Second
)

// commit makes the outcome of a step lasting: in SQL if the step wrote there, then in Redis.
func (t *tenure) commit(ctx context.Context, work Work, out Outcome, parked []string, told int64) (end ending, over bool) {
	session, err := out.Session.encode()
	if err != nil || len(session) > SessionBytes {
		work.Rollback()
		return t.failed(ctx, fmt.Errorf("session of flow %q has %d bytes: %w", out.Session.Flow, len(session), errSession))
	}
	// An event of which nothing came begins no session: the next word must find that there was none.
	unheard := t.session == nil && string(session) == "{}" && len(out.Replies)+len(parked) == 0
	late, collected := t.f.claim()
	more := out.Session.More
	reply, push := compose(t.f.ch, &out.Session, parked, out.Replies, late)
	if !slices.Equal(more, out.Session.More) {
		session, err = out.Session.encode()
	}
	if t.f.mute() && !late && reply.Text != "" {
		reply, push = said{}, append([]string{reply.Text}, push...)
	}
	if unheard {
		session = nil
	}
	var record Record
	if err == nil {
		record, err = t.record(reply, session)
	}
	if err == nil && len(push) > 0 {
		err = work.Queue(ctx, t.f.m.Address, "more/"+string(t.f.m.ID), asOutgoing(push))
	}
	if err == nil && t.f.m.Kind == KindUnknown {
		err = work.Keep(ctx, t.f.m)
	}
	wrote := work.Wrote()
	if err == nil {
		err = work.Commit(ctx, record)
	}
	if err != nil {
		work.Rollback()
		t.f.unclaim()
		return t.failed(ctx, err)
	}
	saved := Saved{Session: record.Session, Reply: record.Reply, Told: told, Collected: collected}
	end = t.save(ctx, saved, reply, wrote)
	if end.kind == endSaid {
		for _, fn := range out.After {
			fn()
		}
	}
	if t.saved {
		t.stir(ctx, out.Stir)
	}
	return end, true
}

// stir reaches out to the person's other channels while Redis is known to be there.
func (t *tenure) stir(ctx context.Context, who []Address) {
	for _, each := range who {
		if err := t.e.turns.Park(context.WithoutCancel(ctx), each); err != nil {
			t.e.log.Warn("another channel was not stirred", "channel", each.Channel, "err", err)
		}
	}
}

var errSession = errors.New("session cannot be stored")

func (t *tenure) record(reply said, session []byte) (Record, error) {
	recorded, err := reply.encode()
	if err != nil {
		return Record{}, fmt.Errorf("encode reply: %w", err)
	}
	return Record{Message: t.f.m.ID, Fence: t.fence, Reply: recorded, Session: session, At: t.e.clock()}, nil
}

// save commits to Redis. wrote says that SQL has the outcome already, so that it stands whatever Redis says: a
// successor repairs the session from there.
func (t *tenure) save(ctx context.Context, saved Saved, reply said, wrote bool) ending {
	ctx = context.WithoutCancel(ctx)
	answered := ending{kind: endSaid, said: reply, collected: saved.Collected}
	began := time.Now()
	ok, err := t.e.turns.Commit(ctx, t.f.m.Address, t.f.m.ID, t.nonce, t.fence, saved)
	for err != nil && !wrote && time.Since(began)+savePause < saveTime && pause(ctx, savePause) {
		ok, err = t.e.turns.Commit(ctx, t.f.m.Address, t.f.m.ID, t.nonce, t.fence, saved)
	}
	t.saved = err == nil && ok
	switch {
	case wrote || t.saved:
		return answered
	case err == nil:
		return ending{} // fenced: the copy answers
	default:
		t.e.log.Warn("session was not saved", "channel", t.f.m.Channel, "err", err)
		return t.e.sorry(t.f.m, t.session, wordsMaybe)
	}
}

// failed ends a turn whose step or commit came to nothing; the transaction is rolled back. over is false when the
// step should run again.
func (t *tenure) failed(ctx context.Context, err error) (end ending, over bool) {
	var handled *HandledError
	switch {
	case errors.As(err, &handled):
		return t.repeat(ctx, handled.Record), true
	case errors.Is(err, ErrCommitUnknown):
		return t.ask(ctx), true
	case errors.Is(err, ErrFenced), errors.Is(context.Cause(ctx), ErrFenced):
		return ending{}, true
	case errors.Is(err, ErrConflict) && ctx.Err() == nil:
		return ending{}, false
	case errors.Is(err, ErrUnavailable) && ctx.Err() == nil:
		t.e.log.Warn("store is away in a turn", "channel", t.f.m.Channel, "err", err)
		return t.giveUp(ctx, wordsStay), true
	}
	t.e.log.Error("step failed", "channel", t.f.m.Channel, "err", err)
	return t.apologise(context.WithoutCancel(ctx)), true
}

// apologise records that the message came to a fault, so that copies do not run into it again, and says so: by a call
// where no callback can.
func (t *tenure) apologise(ctx context.Context) ending {
	reply := t.e.sorry(t.f.m, t.session, wordsFault).said
	var collected bool
	reply.Late, collected = t.f.claim()
	push := t.f.mute() && !reply.Late
	if push {
		reply = said{}
	}
	recorded, err := reply.encode()
	if err == nil && push {
		err = t.pushFault(ctx, recorded)
	}
	if err != nil {
		t.e.log.Warn("fault was not told", "channel", t.f.m.Channel, "err", err)
		t.f.unclaim()
		return t.giveUp(ctx, wordsFault)
	}
	end := t.save(ctx, Saved{Reply: recorded, Collected: collected}, reply, push)
	end.outcome = OutcomeFault
	return end
}

func (t *tenure) pushFault(ctx context.Context, recorded []byte) error {
	ctx, work := t.e.ledger.Open(ctx, t.f.m.ID, t.fence)
	defer work.Rollback()
	if err := work.Queue(ctx, t.f.m.Address, "more/"+string(t.f.m.ID), asOutgoing([]string{t.e.sorry(t.f.m, t.session, wordsFault).said.Text})); err != nil {
		return err
	}
	return work.Commit(ctx, Record{Message: t.f.m.ID, Fence: t.fence, Reply: recorded, Session: t.session, At: t.e.clock()})
}

// repeat gives the recorded answer of this very message and brings Redis up to it.
func (t *tenure) repeat(ctx context.Context, record Record) ending {
	ctx = context.WithoutCancel(ctx)
	if !t.f.owed {
		record = t.fresh(record)
	}
	if err := t.e.turns.Repair(ctx, t.f.m.Address, t.nonce, record, true); err != nil {
		t.e.log.Warn("turn was not repaired", "channel", t.f.m.Channel, "err", err)
	}
	return t.e.copyOf(ctx, t.f, record.Reply)
}

// ask finds out what became of a commit whose answer was lost. The void row waits for the lost transaction to end, and
// then either finds its outcome or keeps it from ever coming.
func (t *tenure) ask(ctx context.Context) ending {
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), unknownTime)
	defer cancel()
	done, err := t.e.ledger.Void(asking, []Open{{Message: t.f.m.ID, Fence: t.fence}}, t.fence)
	switch {
	case err != nil:
		// The turn stays open in Redis, so that the successor settles it.
		t.e.log.Error("outcome of a commit is unknown", "channel", t.f.m.Channel, "err", err)
		return t.e.sorry(t.f.m, t.session, wordsUnknown)
	case len(done) > 0:
		return t.repeat(ctx, done[0])
	default:
		return t.giveUp(ctx, wordsStay)
	}
}

// giveUp ends a turn without a record: the message had no effect, and may come again.
func (t *tenure) giveUp(ctx context.Context, words string) ending {
	if err := t.e.turns.Release(context.WithoutCancel(ctx), t.f.m.Address, t.nonce); err != nil {
		t.e.log.Warn("turn was not released", "channel", t.f.m.Channel, "err", err)
	}
	return t.e.sorry(t.f.m, t.session, words)
}
