package turns

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/unionbot/unionbot/bot"
)

// Park implements bot.Turns.
func (t *Turns) Park(ctx context.Context, who bot.Address) error {
	_, err := t.do(ctx, func(ctx context.Context) (any, error) {
		_, err := t.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.HIncrBy(ctx, identityKey(who), "park", 1)
			p.PExpire(ctx, identityKey(who), stubAge)
			return nil
		})
		return nil, err
	})
	if err != nil {
		return fmt.Errorf("park: %w", err)
	}
	return nil
}

// Collect implements bot.Shelf.
func (t *Turns) Collect(ctx context.Context, who bot.Address, id bot.MessageID) (bool, error) {
	ok, err := t.yes(ctx, collectScript, []string{markKey(who, id)}, ms(markAge))
	if err != nil {
		return false, fmt.Errorf("collect reply: %w", err)
	}
	return ok, nil
}

// Owed implements bot.Shelf.
func (t *Turns) Owed(ctx context.Context, who bot.Address, id bot.MessageID) (bool, error) {
	ok, err := t.yes(ctx, owedScript, []string{replyKey(who, id), markKey(who, id)}, ms(markAge))
	if err != nil {
		return false, fmt.Errorf("claim reply: %w", err)
	}
	return ok, nil
}

// Stash implements bot.Shelf. A message that is stashed twice is written down once: bot.Inbox passes over the second.
func (t *Turns) Stash(ctx context.Context, channel bot.ChannelID, body []byte) error {
	_, err := t.do(ctx, func(ctx context.Context) (any, error) {
		return t.client.RPush(ctx, stashKey(channel), body).Result()
	})
	if err != nil {
		return fmt.Errorf("stash message: %w", err)
	}
	return nil
}

// Stashed implements bot.Shelf.
func (t *Turns) Stashed(ctx context.Context, channel bot.ChannelID, limit int) ([][]byte, error) {
	found, err := t.do(ctx, func(ctx context.Context) (any, error) {
		return t.client.LRange(ctx, stashKey(channel), 0, int64(limit)-1).Result()
	})
	if err != nil {
		return nil, fmt.Errorf("read stash: %w", err)
	}
	list, _ := found.([]string)
	var bodies [][]byte
	for _, body := range list {
		bodies = append(bodies, []byte(body))
	}
	return bodies, nil
}

// Unstash implements bot.Shelf.
func (t *Turns) Unstash(ctx context.Context, channel bot.ChannelID, body []byte) error {
	_, err := t.do(ctx, func(ctx context.Context) (any, error) {
		return t.client.LRem(ctx, stashKey(channel), 1, body).Result()
	})
	if err != nil {
		return fmt.Errorf("clear stash: %w", err)
	}
	return nil
}
