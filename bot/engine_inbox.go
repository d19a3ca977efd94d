package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

const (
	// deferTime bounds the try to write a message down in SQL, for the callback is due.
	deferTime = 200 * time.Millisecond
	// inboxBatch is how many messages one look at the inbox takes.
	inboxBatch = 16
	// againAfter is when a deferred message whose turn had no effect is tried again.
	againAfter = 2 * time.Second
	// ownerLease is how long the owner of a deferred message may be silent before another replica takes it over. The
	// owner extends it while its turn goes on; a replica that takes over too early waits for that turn.
	ownerLease = 5 * time.Second
	// triesSlack is added to TurnTime where the platform's own tries collect the reply: the inbox waits for the last.
	triesSlack = 2 * time.Second
)

// deferral is a message that waits in Redis for SQL.
type deferral struct {
	Message Message   `json:"message"`
	Until   time.Time `json:"until"`
}

// deferMessage writes a flight's message down in SQL, or else in Redis, and keeps it for this replica.
func (e *Engine) deferMessage(ctx context.Context, f *flight) bool {
	until := e.clock().Add(ownerLease)
	if !f.ch.Push {
		until = e.clock().Add(e.turnTime + triesSlack)
	}
	inSQL, kept := e.takeDown(ctx, f, until)
	if inSQL && f.ch.Push {
		e.flying.Go(func() { e.keepOwning(context.WithoutCancel(ctx), f) })
	}
	return kept
}

// takeDown writes a flight's message down until a time, in SQL, or else in Redis.
func (e *Engine) takeDown(ctx context.Context, f *flight, until time.Time) (inSQL, ok bool) {
	err := e.writeDown(ctx, f.m, until)
	if err == nil {
		return true, true
	}
	body, err2 := json.Marshal(deferral{Message: f.m, Until: until})
	var kept Stashed
	if err2 == nil {
		kept, err2 = e.shelf.Stash(ctx, f.m.Channel, body)
	}
	if err2 != nil {
		e.log.Error("message could not be written down", "channel", f.m.Channel, "err", fmt.Errorf("%w; %w", err, err2))
		return false, false
	}
	f.stash = &kept
	return false, true
}

// writeDown gives SQL a moment to take a message. It does not wait longer even if the driver does: SQLite's one writer
// may be the very turn that is slow. What is written after all does no harm, for a reply is pushed or parked once.
func (e *Engine) writeDown(ctx context.Context, m Message, until time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deferTime)
	written := make(chan error, 1)
	go func() {
		defer cancel()
		written <- e.inbox.Defer(ctx, m, e.owner, until)
	}()
	select {
	case err := <-written:
		return err
	case <-ctx.Done():
		return fmt.Errorf("%w: inbox did not answer in %s", ErrUnavailable, deferTime)
	}
}

// keepOwning extends this replica's lease of a deferred message until its turn is over.
func (e *Engine) keepOwning(ctx context.Context, f *flight) {
	ticker := time.NewTicker(e.renewEvery)
	defer ticker.Stop()
	for {
		select {
		case <-f.done:
			return
		case <-ticker.C:
		}
		renewing, cancel := context.WithTimeout(ctx, ownerLease)
		err := e.inbox.Keep(renewing, f.m.ID, e.owner, e.clock().Add(ownerLease))
		cancel()
		if err != nil {
			e.log.Warn("deferred message may change hands", "channel", f.m.Channel, "err", err)
		}
	}
}

// Run finishes deferred messages whose owner is silent, until ctx ends.
func (e *Engine) Run(ctx context.Context) {
	ticker := time.NewTicker(e.inboxEvery)
	defer ticker.Stop()
	away := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := e.takeOver(ctx)
		if err != nil && ctx.Err() == nil && !away {
			e.log.Warn("inbox cannot be read", "err", err)
		}
		away = err != nil
	}
}

// takeOver brings what was stashed into the inbox, and starts what is due there.
func (e *Engine) takeOver(ctx context.Context) error {
	if err := e.unstash(ctx); err != nil {
		return err
	}
	due, err := e.inbox.Due(ctx, e.owner, e.clock().Add(ownerLease), inboxBatch)
	for _, m := range due {
		ch, known := e.channels[m.Channel]
		if !known {
			e.log.Error("deferred message of a channel that is gone", "channel", m.Channel)
			continue
		}
		e.join(ctx, m, ch, true)
	}
	return err
}

// unstash moves messages from Redis to SQL. One that dies in between is written down twice, which is once.
func (e *Engine) unstash(ctx context.Context) error {
	for channel := range e.channels {
		waiting, err := e.shelf.Stashed(ctx, channel, inboxBatch)
		if err != nil {
			return err
		}
		for _, s := range waiting {
			if err := e.unstashOne(ctx, channel, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Engine) unstashOne(ctx context.Context, channel ChannelID, s Stashed) error {
	var kept deferral
	if err := json.Unmarshal(s.Body, &kept); err != nil {
		e.log.Error("stashed message cannot be read", "channel", channel, "err", err)
	} else if err := e.inbox.Defer(ctx, kept.Message, e.owner, kept.Until); err != nil {
		return err
	}
	return e.shelf.Unstash(ctx, channel, s)
}

// settleOwed gives the reply of a deferred message its way out, once the turn is over. Where that fails the message
// stays in the inbox, and the next owner comes here again.
func (e *Engine) settleOwed(ctx context.Context, f *flight) {
	settle := e.settle
	if f.end.kind == endNothing || f.end.kind == endWords {
		settle = func(ctx context.Context, f *flight) error {
			return e.inbox.Again(ctx, f.m.ID, e.clock().Add(againAfter))
		}
	}
	if err := settle(ctx, f); err != nil {
		e.log.Warn("late reply waits", "channel", f.m.Channel, "err", err)
	}
}

func (e *Engine) settle(ctx context.Context, f *flight) error {
	if f.stash != nil {
		if err := e.unstashOne(ctx, f.m.Channel, *f.stash); err != nil {
			return err
		}
	}
	reply := f.end.said
	switch {
	case f.end.kind == endMark || reply.Text == "":
		return e.inbox.Drop(ctx, f.m.ID)
	case f.ch.Push && reply.Late:
		return e.inbox.Push(ctx, f.m, reply.outgoing())
	case f.ch.Push:
		return e.inbox.Drop(ctx, f.m.ID) // a callback has said it
	case !f.owed:
		return nil // the platform's retry collects it; the inbox looks once those have passed
	}
	owed, err := e.shelf.Owed(ctx, f.m.Address, f.m.ID)
	if err != nil {
		return err
	}
	if owed {
		if err := e.inbox.Park(ctx, f.m, wordsParked+reply.Text); err != nil {
			return err
		}
		if err := e.turns.Park(ctx, f.m.Address); err != nil {
			return err
		}
	}
	return e.inbox.Drop(ctx, f.m.ID)
}
