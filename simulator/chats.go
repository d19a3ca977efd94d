package simulator

import (
	"context"
	"fmt"
)

// Chat returns what a person's phone shows, oldest first.
func (s *Simulator) Chat(person string) ([]Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.chat(person)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(c.entries))
	for i, e := range c.entries {
		entries[i] = *e
	}
	return entries, nil
}

// chat finds a person's phone. The caller holds mu.
func (s *Simulator) chat(person string) (*chat, error) {
	if c := s.chats[person]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("person %q: nobody of that key", person)
}

// Settle waits until everything that the person said was answered or given up.
func (s *Simulator) Settle(ctx context.Context, person string) error {
	return s.await(ctx, func() (bool, error) {
		c, err := s.chat(person)
		return err == nil && len(c.queue) == 0 && c.busy == 0, err
	})
}

// Await waits until the person's phone shows a line newer than the one numbered after that the test takes, and returns
// it.
func (s *Simulator) Await(ctx context.Context, person string, after int64, wanted func(Entry) bool) (Entry, error) {
	var found Entry
	err := s.await(ctx, func() (bool, error) {
		c, err := s.chat(person)
		if err != nil {
			return false, err
		}
		for _, e := range c.entries {
			if e.ID > after && wanted(*e) {
				found = *e
				return true, nil
			}
		}
		return false, nil
	})
	return found, err
}

// await asks again after every change; it holds mu while asking.
func (s *Simulator) await(ctx context.Context, reached func() (bool, error)) error {
	for {
		changed := s.feed.next()
		s.mu.Lock()
		done, err := reached()
		s.mu.Unlock()
		if done || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-s.ctx.Done():
			return s.ctx.Err()
		case <-ctx.Done():
			return fmt.Errorf("wait for a phone: %w", ctx.Err())
		}
	}
}
