package turns

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// Signal is a word between processes: it says that there is something to do, and may be lost.
type Signal struct {
	redis redis.UniversalClient
	name  string
}

// NewSignal makes the signal of this name.
func NewSignal(client redis.UniversalClient, name string) *Signal {
	return &Signal{redis: client, name: "signal:" + name}
}

// Send reaches every process that listens now.
func (s *Signal) Send(ctx context.Context) error {
	if err := s.redis.Publish(ctx, s.name, "").Err(); err != nil {
		return fmt.Errorf("send signal: %w", err)
	}
	return nil
}

// Listen calls heard for every signal until ctx ends or the connection breaks. It also calls heard once it listens,
// for what was missed before.
func (s *Signal) Listen(ctx context.Context, heard func()) error {
	sub := s.redis.Subscribe(ctx, s.name)
	// A read that waits does not look at ctx: only closing the connection ends it.
	unhook := context.AfterFunc(ctx, func() { _ = sub.Close() })
	defer func() {
		unhook()
		_ = sub.Close()
	}()
	if _, err := sub.Receive(ctx); err != nil {
		return fmt.Errorf("listen to signal: %w", err)
	}
	heard()
	for {
		if _, err := sub.ReceiveMessage(ctx); err != nil {
			return fmt.Errorf("listen to signal: %w", err)
		}
		heard()
	}
}
