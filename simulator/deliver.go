package simulator

import (
	"errors"
	"slices"
	"time"
)

const (
	// tries is the first delivery and three retries, on both platforms. [W90238, O Passive reply]
	tries = 4
	// answerBytes is read of an answer; whatever is longer is no passive reply.
	answerBytes = 1 << 20
	// outOfService is what an Official Account's follower reads when nothing came. [O Passive reply]
	outOfService = "该公众号暂时无法提供服务，请稍后再试"
	// faulty is what a follower reads when something came that is no reply.
	faulty = "该公众号提供的服务出现故障，请稍后再试"
)

// callback is one message or event on its way to the bot.
type callback struct {
	chat  *chat
	entry *Entry
	title string // message type, or event
	event string // the event's name; empty for a message
	inner []byte // the body before encryption
	card  *sentCard

	// sealed is made at the first departure, so that it is fresh, and never again: a retry repeats query and body.
	sealed *sealed
	// shown is the first answer that was shown; copies are not shown again.
	shown string
}

// enqueue lets a callback leave after the person's earlier ones. The caller holds mu.
func (s *Simulator) enqueue(cb *callback) {
	cb.entry.callback = cb
	cb.entry.State = Queued
	s.show(cb.entry)
	c := cb.chat
	c.queue = append(c.queue, cb)
	if !c.leaving {
		c.leaving = true
		s.running.Go(func() { s.dispatch(c) })
	}
}

// dispatch sends a person's callbacks off, one after the other, until there are none.
func (s *Simulator) dispatch(c *chat) {
	for {
		changed := s.feed.next()
		cb, paused := s.leave(c)
		switch {
		case paused:
			select {
			case <-changed:
			case <-s.ctx.Done():
			}
			continue
		case cb == nil:
			return
		}
		done := make(chan struct{})
		s.running.Go(func() {
			defer close(done)
			s.deliver(cb)
		})
		gap := time.NewTimer(s.cfg.Gap)
		select {
		case <-done:
		case <-gap.C:
		case <-s.ctx.Done():
		}
		gap.Stop()
	}
}

// leave takes the next callback from the queue. Without one, the dispatcher ends.
func (s *Simulator) leave(c *chat) (cb *callback, paused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed || len(c.queue) == 0:
		c.leaving = false
		return nil, false
	case s.faults.Pause:
		return nil, true
	}
	i := 0
	if s.faults.Reverse {
		i = len(c.queue) - 1
	}
	cb = c.queue[i]
	c.queue = slices.Delete(c.queue, i, i+1)
	c.busy++
	return cb, false
}

// deliver posts a callback until it is answered, and as often again as the faults ask for.
func (s *Simulator) deliver(cb *callback) {
	s.mu.Lock()
	var err error
	if cb.sealed == nil {
		cb.sealed, err = s.wrap(cb.chat.person.Platform, cb.chat.person.ID, cb.inner)
	}
	duplicate := s.faults.Duplicate
	s.mu.Unlock()
	defer s.delivered(cb)
	if err != nil {
		s.cfg.Logger.Error("wrap callback", "channel", cb.chat.person.Platform, "error", err)
		s.mark(cb, Failed, 0)
		return
	}

	copied := make(chan struct{})
	if duplicate == "together" {
		s.running.Go(func() {
			defer close(copied)
			s.deliverCopy(cb)
		})
	} else {
		close(copied)
	}
	s.deliverOnce(cb)
	if duplicate == "after" {
		s.deliverCopy(cb)
	}
	<-copied
}

// delivered ends what leave or Redeliver began.
func (s *Simulator) delivered(cb *callback) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cb.chat.busy--
	s.show(cb.entry)
}

func (s *Simulator) deliverOnce(cb *callback) {
	for try := 1; try <= tries; try++ {
		s.mark(cb, Sending, try)
		if s.post(cb, try, false) {
			s.mark(cb, Delivered, try)
			return
		}
		if try < tries {
			s.mark(cb, Retrying, try)
			if !s.sleep(s.cfg.RetryPause) {
				return
			}
		}
	}
	s.mark(cb, Failed, tries)
	if cb.chat.person.Platform == OfficialAccount {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.add(cb.chat, Entry{Side: System, Kind: Notice, Text: outOfService})
	}
}

func (s *Simulator) deliverCopy(cb *callback) {
	s.mu.Lock()
	cb.entry.Copies++
	s.show(cb.entry)
	s.mu.Unlock()
	s.post(cb, 1, true)
}

func (s *Simulator) mark(cb *callback, state State, try int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cb.entry.State, cb.entry.Try = state, try
	s.show(cb.entry)
}

// Redeliver posts once more what told the bot of an entry: the same body, the same query.
func (s *Simulator) Redeliver(person string, entry int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.chat(person)
	if err != nil {
		return err
	}
	e := c.entry(entry)
	if e == nil || e.callback == nil || e.callback.sealed == nil || s.closed {
		return errors.New("nothing of this was delivered yet")
	}
	c.busy++
	s.running.Go(func() {
		defer s.delivered(e.callback)
		s.deliverCopy(e.callback)
	})
	return nil
}
