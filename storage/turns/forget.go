package turns

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// forgottenPattern is every key of an identity, and no key of a channel: messages that were stashed because SQL was away
// have not been handled yet.
const forgottenPattern = "turn:{*"

// Forget removes all conversations, with their marks and recorded replies, and says how many keys that were. It is for
// a database that was put back from a copy: what Redis remembers of the time after the copy is not true any more. What
// the platforms count stays: they did count it. Nobody may be serving.
func (t *Turns) Forget(ctx context.Context) (keys int, err error) {
	var gone atomic.Int64 // the nodes of a cluster are asked at the same time
	err = t.eachNode(ctx, func(ctx context.Context, client redis.Cmdable) error {
		for cursor := uint64(0); ; {
			found, next, err := client.Scan(ctx, cursor, forgottenPattern, scanned).Result()
			if err != nil {
				return err
			}
			// A command a key, for those of one command would have to share a slot.
			removed, err := client.Pipelined(ctx, func(p redis.Pipeliner) error {
				for _, key := range found {
					p.Unlink(ctx, key)
				}
				return nil
			})
			if err != nil {
				return err
			}
			gone.Add(int64(len(removed)))
			if cursor = next; cursor == 0 {
				return nil
			}
		}
	})
	if err != nil {
		return int(gone.Load()), fmt.Errorf("forget conversations: %w", err)
	}
	return int(gone.Load()), nil
}
