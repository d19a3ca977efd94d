package turns

import (
	"context"
	"fmt"
)

// Size returns the number of keys in Redis, whosever they are.
func (t *Turns) Size(ctx context.Context) (int64, error) {
	n, err := t.client.DBSize(ctx).Result()
	if err != nil {
		return 0, fmt.Errorf("count keys in Redis: %w", err)
	}
	return n, nil
}
