package turns

import (
	"context"
	"fmt"
	"time"
)

// Clock is the server's time.
func (t *Turns) Clock(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, t.callTime)
	defer cancel()
	at, err := t.client.Time(ctx).Result()
	if err != nil {
		return time.Time{}, fmt.Errorf("read the server's time: %w", err)
	}
	return at, nil
}
